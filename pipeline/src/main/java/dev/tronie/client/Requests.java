package dev.tronie.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends uploads and hands out their replies, many at a time. A request that a broker has acknowledged will be answered; where the
 * reply does not come in time, the request id is all that is needed to find it later, by anybody.
 *
 * <p>Threading: safe to call from many threads; one thread of its own reads the replies; {@link #close} ends it, and whoever still
 * waits is told.
 */
public final class Requests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    /** How long commands try to hand a request to a broker. */
    static final int SEND_DEADLINE_MS = 15_000;
    private static final long LOOK_EVERY_NS = 1_000_000_000L;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String CALLER = "tronie.caller";
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** The sender's clock may be ahead of the broker's by this much before a reply that is there is not found. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    /**
     * A request on its way.
     *
     * @param id     its id
     * @param stored completed when a broker has it, or exceptionally with a {@link BrokerProblem} where none takes it
     * @param reply  completed when the reply comes
     */
    public record Asked(String id, CompletableFuture<Void> stored, CompletableFuture<UploadReply> reply) {
    }

    /**
     * An earlier reply.
     *
     * @param caller who its request was sent for; null = nobody in particular
     */
    public record Found(UploadReply reply, String caller) {
    }

    private final Supplier<Consumer<String, UploadReply>> consumers;
    private final Supplier<Producer<String, Upload>> producers;
    private final TronieConfig config;
    private final Topics topics;
    private final InstantSource clock;
    private final Map<String, CompletableFuture<UploadReply>> waiting = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final Thread thread = new Thread(this::read, "replies");
    private volatile Producer<String, Upload> producer;
    private volatile BrokerProblem problem;
    private volatile boolean reachable = true;

    /** Begins to connect, for a command; see {@link #awaitConnected}. */
    public Requests(TronieConfig config, Topics topics, InstantSource clock) {
        this(config, topics, clock, SEND_DEADLINE_MS);
    }

    /**
     * Begins to connect.
     *
     * @param sendDeadlineMs how long a request is offered to the brokers before it fails
     */
    public Requests(TronieConfig config, Topics topics, InstantSource clock, int sendDeadlineMs) {
        this(config, topics, clock, () -> KafkaClients.reader(config, topics.replies(), topics.replies().value(), false),
                () -> KafkaClients.producer(config, topics, topics.uploads(), sendDeadlineMs));
    }

    /** Through clients that are made when they are needed; consumers are assigned to all partitions of the replies, at their ends. */
    Requests(TronieConfig config, Topics topics, InstantSource clock, Supplier<Consumer<String, UploadReply>> consumers,
            Supplier<Producer<String, Upload>> producers) {
        this.consumers = consumers;
        this.producers = producers;
        this.config = config;
        this.topics = topics;
        this.clock = clock;
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether replies to everything sent from now on will be seen. */
    public boolean isConnected() {
        return connected.isDone() && reachable;
    }

    /**
     * Waits until replies to everything sent later will be seen.
     *
     * @throws BrokerProblem where the first attempt fails, or takes longer
     */
    public void awaitConnected(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        try {
            while (!isConnected()) {
                if (problem != null) {
                    throw problem;
                } else if (System.nanoTime() > until) {
                    throw BrokerProblem.unreachable(config);
                }
                try {
                    connected.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    // Looked at again above.
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerProblem("Interrupted.");
        }
    }

    /**
     * Sends any operation.
     *
     * @param key   {@code gallery/subject} where the operation concerns one subject, so that its requests keep their order; else null
     * @param photo null where the operation needs none
     * @throws IllegalArgumentException where the photo is larger than any pipeline takes
     * @throws BrokerProblem            before the first connection
     */
    public Asked ask(String key, SpecificRecord operation, byte[] photo) {
        return ask(key, operation, photo, null);
    }

    /**
     * Sends any operation for somebody else.
     *
     * @param caller who it is for, as {@link #find} will tell; null = nobody in particular
     */
    public Asked ask(String key, SpecificRecord operation, byte[] photo, String caller) {
        if (photo != null && photo.length > config.images().maxBytes()) {
            throw new IllegalArgumentException("The photo has " + photo.length + " bytes; at most " + config.images().maxBytes()
                    + " are taken. Save it smaller.");
        }
        if (!isConnected() || closing.get()) {
            throw BrokerProblem.unreachable(config);
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        String id = RequestIds.create(now.toEpochMilli());
        CompletableFuture<UploadReply> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        reply.whenComplete((r, e) -> waiting.remove(id));
        CompletableFuture<Void> stored = new CompletableFuture<>();
        Upload upload = Upload.newBuilder().setRequestId(id).setRequestedAt(now).setImage(photo == null ? null : ByteBuffer.wrap(photo))
                .setOperation(operation).build();
        try {
            producer.send(new ProducerRecord<>(topics.uploads().name(), null, now.toEpochMilli(), key == null ? id : key, upload, headers(caller)), (at, e) -> {
                if (e == null) {
                    stored.complete(null);
                } else {
                    fail(e, stored, reply);
                }
            });
        } catch (KafkaException e) {
            fail(e, stored, reply);
        }
        return new Asked(id, stored, reply);
    }

    /** The pipeline hands a request's headers on to its reply. */
    private static Headers headers(String caller) {
        Headers headers = new RecordHeaders();
        return caller == null ? headers : headers.add(CALLER, caller.getBytes(UTF_8));
    }

    private void fail(Exception e, CompletableFuture<Void> stored, CompletableFuture<UploadReply> reply) {
        BrokerProblem told = e instanceof RetriableException ? BrokerProblem.unconfirmed(config)
                : BrokerProblem.refused("The broker refuses the request: " + e.getMessage());
        stored.completeExceptionally(told);
        reply.completeExceptionally(told);
    }

    /**
     * Looks an earlier reply up in the log of replies.
     *
     * @param requestId an id that {@link #ask} of any process has given
     * @param patience  how long to search
     * @return empty where there is none (yet), it is older than the log, or the id is none
     * @throws BrokerProblem where the replies cannot be read
     */
    public Optional<Found> find(String requestId, Duration patience) {
        Instant now = clock.instant();
        Optional<Instant> asked = RequestIds.time(requestId)
                .filter(time -> time.isBefore(now.plus(CLOCK_SKEW)) && time.isAfter(now.minus(Topics.UPLOADS_KEPT).minus(CLOCK_SKEW)));
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        long until = System.nanoTime() + patience.toNanos();
        try (Consumer<String, UploadReply> consumer = consumers.get()) {
            int partitions = consumer.assignment().size();
            // Kafka's default partitioner, by which the topology writes.
            TopicPartition partition = new TopicPartition(topics.replies().name(), Utils.toPositive(Utils.murmur2(requestId.getBytes(UTF_8))) % partitions);
            long end = consumer.position(partition);
            consumer.assign(List.of(partition));
            OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(partition, asked.get().minus(CLOCK_SKEW).toEpochMilli())).get(partition);
            consumer.seek(partition, first == null ? end : first.offset());
            while (consumer.position(partition) < end && System.nanoTime() < until) {
                for (ConsumerRecord<String, UploadReply> record : readable(consumer)) {
                    if (requestId.equals(record.key()) && record.value() != null) {
                        Header caller = record.headers().lastHeader(CALLER);
                        return Optional.of(new Found(record.value(), caller == null ? null : new String(caller.value(), UTF_8)));
                    }
                }
            }
            return Optional.empty();
        } catch (RetriableException e) {
            throw BrokerProblem.unreachable(config);
        } catch (KafkaException e) {
            throw BrokerProblem.refused("The replies cannot be read: " + e.getMessage());
        }
    }

    /** What one poll gives; a record that cannot be read is stepped over. */
    private static Iterable<ConsumerRecord<String, UploadReply>> readable(Consumer<String, UploadReply> consumer) {
        try {
            return consumer.poll(POLL);
        } catch (RecordDeserializationException e) {
            LOG.warn("A reply in {} at offset {} is unreadable", e.topicPartition(), e.offset());
            consumer.seek(e.topicPartition(), e.offset() + 1);
            return List.of();
        }
    }

    private void read() {
        while (!closing.get()) {
            try (Consumer<String, UploadReply> consumer = consumers.get()) {
                // After a failure from where it was left, so that nobody waits for what came in between.
                positions.forEach(consumer::seek);
                if (producer == null) {
                    producer = producers.get();
                }
                reachable = true;
                connected.complete(null);
                follow(consumer);
            } catch (KafkaException | BrokerProblem e) {
                reachable = false;
                problem = e instanceof BrokerProblem told ? told : e instanceof AuthorizationException || e instanceof AuthenticationException ? BrokerProblem.of(config, e)
                        : new BrokerProblem("Kafka's client cannot be used: " + e.getMessage());
                if (!closing.get()) {
                    LOG.debug("Reading {} is tried again: {}", topics.replies().name(), e.getMessage());
                    pause();
                }
            }
        }
    }

    private void follow(Consumer<String, UploadReply> consumer) {
        long lookedNs = System.nanoTime();
        while (!closing.get()) {
            if (System.nanoTime() - lookedNs > LOOK_EVERY_NS) {
                // A consumer falls silent when its brokers go away; only its connections tell.
                lookedNs = System.nanoTime();
                reachable = consumer.metrics().values().stream().filter(metric -> metric.metricName().name().equals("connection-count"))
                        .anyMatch(metric -> metric.metricValue() instanceof Number n && n.doubleValue() > 0);
            }
            for (ConsumerRecord<String, UploadReply> record : readable(consumer)) {
                CompletableFuture<UploadReply> reply = record.key() == null ? null : waiting.get(record.key());
                if (reply != null && record.value() != null) {
                    reply.complete(record.value());
                }
            }
            consumer.assignment().forEach(p -> positions.put(p, consumer.position(p)));
        }
    }

    private void pause() {
        synchronized (closing) {
            try {
                if (!closing.get()) {
                    closing.wait(RETRY.toMillis());
                }
            } catch (InterruptedException e) {
                closing.set(true);
            }
        }
    }

    @Override
    public void close() {
        synchronized (closing) {
            closing.set(true);
            closing.notifyAll();
        }
        try {
            thread.join(2_000);
            if (thread.isAlive()) {
                // Looking for a broker that is away.
                thread.interrupt();
                thread.join(5_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
        waiting.values().forEach(reply -> reply.completeExceptionally(new BrokerProblem("The client is closing.")));
    }
}
