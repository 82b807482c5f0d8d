package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.topology.AnsweredRequests;
import dev.tronie.topology.ReplySource;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest replies of upload-replies, read back. Only a reply that stands in the log counts as given: a crash between writing it and
 * committing the request's offset must neither lose it nor repeat it, whichever guarantee is configured.
 *
 * <p>Threading: one thread of its own owns the consumer; the map is guarded by itself. {@link #stop} lets nobody wait any longer;
 * {@link #close} ends the thread too.
 */
public final class ReplyLog implements AnsweredRequests, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyLog.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int PATIENCE_SECONDS = 60;
    private static final long CLOSE_MS = 2_000;

    private record Wait(Map<TopicPartition, Long> until, CompletableFuture<Void> done) {
    }

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final String topic;
    private final int max;
    private final Map<String, String> sources;
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::read, "reply-log");
    private volatile boolean closing;

    /** Starts to read; remembers at most {@code uploads.answered.max} requests. */
    public ReplyLog(TronieConfig config, Topics topics) {
        this(() -> KafkaClients.rawReader(config, topics.replies()), topics.replies().name(), config.uploads().answeredMax());
    }

    /** Reads through consumers that are made one after the other, each assigned to all partitions. */
    ReplyLog(Supplier<Consumer<String, byte[]>> consumers, String topic, int answeredMax) {
        this.consumers = consumers;
        this.topic = topic;
        this.max = answeredMax;
        this.sources = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                return size() > max;
            }
        };
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Answered look(String requestId, String source) {
        synchronized (sources) {
            String answered = sources.get(requestId);
            return answered == null ? Answered.NO : answered.equals(source) ? Answered.THIS_RECORD : Answered.ANOTHER_RECORD;
        }
    }

    @Override
    public void awaitCurrent() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        asked.add(done);
        if (closing) {
            refuseWaiters();
        }
        try {
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("The pipeline is closing.");
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("The replies given so far could not be read within " + PATIENCE_SECONDS + " s.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    private void read() {
        while (!closing) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                rewind(consumer);
                follow(consumer);
            } catch (RetriableException e) {
                LOG.warn("Reading {} is tried again: {}", topic, e.getMessage());
                pause();
            } catch (KafkaException | BrokerProblem e) {
                if (!closing) {
                    LOG.warn("Reading {} is begun anew: {}", topic, e.getMessage());
                    pause();
                }
            }
        }
        refuseWaiters();
    }

    /** Back so far that about as many replies as are remembered come again. */
    private void rewind(Consumer<String, byte[]> consumer) {
        Set<TopicPartition> partitions = consumer.assignment();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        long each = Math.max(1, max / partitions.size());
        partitions.forEach(p -> consumer.seek(p, Math.max(first.get(p), end.get(p) - each)));
    }

    private void follow(Consumer<String, byte[]> consumer) {
        List<Wait> waiting = new ArrayList<>();
        try {
            while (!closing) {
                while (!asked.isEmpty()) {
                    // Looked up before the waiter is taken: where that fails, the next consumer serves it.
                    Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
                    waiting.add(new Wait(end, asked.remove()));
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    synchronized (sources) {
                        // The first reply is the one that counts.
                        sources.putIfAbsent(record.key(), ReplySource.in(record.headers()));
                    }
                }
                waiting.removeIf(wait -> reached(consumer, wait.until()) && wait.done().complete(null));
            }
        } finally {
            // Whoever still waits is served by the next consumer.
            waiting.forEach(wait -> asked.add(wait.done()));
        }
    }

    private static boolean reached(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> until) {
        return until.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    private void pause() {
        synchronized (thread) {
            try {
                if (!closing) {
                    thread.wait(RETRY.toMillis());
                }
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    /** Fails whoever waits, now and later; what is known stays known. */
    public void stop() {
        closing = true;
        synchronized (thread) {
            thread.notifyAll();
        }
        refuseWaiters();
    }

    private void refuseWaiters() {
        asked.forEach(done -> done.completeExceptionally(new IllegalStateException("closed")));
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(CLOSE_MS);
            if (thread.isAlive()) {
                // Looking for a broker that is away.
                thread.interrupt();
                thread.join(CLOSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
