package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.topology.GalleryReading;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams' clients, with an eye on the one that reads the gallery's log: how far it has come, by positions rather than by records,
 * as a transaction's marker moves the log's end and is never seen as a record.
 *
 * <p>Threading: positions are written by Kafka Streams' global thread and guarded by themselves; everything else by any thread.
 */
public final class GalleryLog implements KafkaClientSupplier, GalleryReading, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GalleryLog.class);
    private static final long PATIENCE_MS = 30_000;

    /** Asks the brokers where the committed parts of logs end. */
    @FunctionalInterface
    interface Ends {
        Map<TopicPartition, Long> committed(Set<TopicPartition> partitions);
    }

    private final Ends ends;
    private final Runnable release;
    private final Map<TopicPartition, Long> applied = new HashMap<>();
    private boolean closing;

    /** Clients for one run of Kafka Streams. */
    public GalleryLog(TronieConfig config) {
        this(KafkaClients.admin(config));
    }

    private GalleryLog(Admin admin) {
        this(partitions -> committed(admin, partitions), () -> admin.close(Duration.ZERO));
    }

    GalleryLog(Ends ends, Runnable release) {
        this.ends = ends;
        this.release = release;
    }

    private static Map<TopicPartition, Long> committed(Admin admin, Set<TopicPartition> partitions) {
        try {
            return admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all().get().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    @Override
    public void awaitCurrent() {
        Map<TopicPartition, Long> end = end();
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        synchronized (applied) {
            while (!reached(end)) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
                if (closing) {
                    throw new KafkaException("The pipeline is closing.");
                } else if (leftMs <= 0) {
                    throw new TimeoutException("The gallery's log could not be read to its end within " + PATIENCE_MS / 1_000 + " s.");
                }
                pause(leftMs);
            }
        }
    }

    private boolean reached(Map<TopicPartition, Long> end) {
        return end.entrySet().stream().allMatch(e -> applied.get(e.getKey()) >= e.getValue());
    }

    private void pause(long ms) {
        try {
            applied.wait(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private Map<TopicPartition, Long> end() {
        Set<TopicPartition> read;
        synchronized (applied) {
            if (closing) {
                throw new KafkaException("The pipeline is closing.");
            }
            read = Set.copyOf(applied.keySet());
        }
        return ends.committed(read);
    }

    /** These partitions are read from now on. Called by the thread that starts, then by the global thread. */
    void reads(Collection<TopicPartition> partitions) {
        synchronized (applied) {
            partitions.forEach(partition -> applied.putIfAbsent(partition, 0L));
        }
    }

    /** What lies before these positions has been applied. Called by the global thread. */
    void applied(Map<TopicPartition, Long> positions) {
        synchronized (applied) {
            applied.putAll(positions);
            applied.notifyAll();
        }
    }

    /** Lets nobody wait any longer, now and later. */
    public void stop() {
        synchronized (applied) {
            closing = true;
            applied.notifyAll();
        }
    }

    @Override
    public void close() {
        stop();
        release.run();
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new Watched(config, this);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return getConsumer(config);
    }

    /** Whoever polls again has applied what the poll before gave. */
    private static final class Watched extends KafkaConsumer<byte[], byte[]> {
        private final GalleryLog log;
        private Map<TopicPartition, Long> given = Map.of();

        Watched(Map<String, Object> config, GalleryLog log) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.log = log;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            log.applied(given);
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            given = positions();
            return records;
        }

        @Override
        public void assign(Collection<TopicPartition> partitions) {
            super.assign(partitions);
            log.reads(partitions);
        }

        private Map<TopicPartition, Long> positions() {
            Map<TopicPartition, Long> positions = new HashMap<>();
            for (TopicPartition partition : assignment()) {
                try {
                    positions.put(partition, position(partition, Duration.ZERO));
                } catch (TimeoutException e) {
                    LOG.debug("{} has no position yet", partition);
                }
            }
            return positions;
        }
    }
}
