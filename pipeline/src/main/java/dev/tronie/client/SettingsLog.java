package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Setting;
import dev.tronie.topology.Topic;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the topic settings says, followed for as long as this is open. Where it cannot be read, because it is not there or this user may
 * not read it, that is said once and tried again: whoever listens goes on with what they have.
 *
 * <p>Threading: one thread of its own owns the consumer and calls the listener; everything else by any thread.
 */
public final class SettingsLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsLog.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long RETRY_MS = 5_000;
    private static final long CLOSE_MS = 2_000;

    private final Supplier<org.apache.kafka.clients.consumer.Consumer<String, byte[]>> consumers;
    private final Topic<Setting> topic;
    private final Consumer<Map<String, String>> listener;
    private final CountDownLatch tried = new CountDownLatch(1);
    private final Thread thread = new Thread(this::read, "settings-log");
    private volatile boolean closing;
    /** Its thread's own: what was last told to be wrong; null = nothing is. */
    private String problem;

    /**
     * Starts to read.
     *
     * @param listener is given all settings of the topic by key, whenever they have changed; an unreadable one is given as it was before
     */
    public SettingsLog(TronieConfig config, Topics topics, Consumer<Map<String, String>> listener) {
        this(() -> KafkaClients.rawReader(config, topics.settings(), true), topics.settings(), listener);
    }

    SettingsLog(Supplier<org.apache.kafka.clients.consumer.Consumer<String, byte[]>> consumers, Topic<Setting> topic, Consumer<Map<String, String>> listener) {
        this.consumers = consumers;
        this.topic = topic;
        this.listener = listener;
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until the topic has been read to its end once, or could not be. Returns whether either was so in time. */
    public boolean awaitFirst(Duration most) throws InterruptedException {
        return tried.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * All that the topic says now, read once by the calling thread.
     *
     * @throws KafkaException or {@link BrokerProblem} where it cannot be read
     */
    public static Map<String, String> readOnce(TronieConfig config, Topics topics) {
        Map<String, String> settings = new TreeMap<>();
        try (var consumer = KafkaClients.rawReader(config, topics.settings(), true)) {
            Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
            while (!reached(consumer, end)) {
                consumer.poll(POLL).forEach(record -> apply(topics.settings(), record, settings));
            }
        }
        return settings;
    }

    private void read() {
        while (!closing) {
            try (var consumer = consumers.get()) {
                follow(consumer);
            } catch (KafkaException | BrokerProblem e) {
                if (!closing) {
                    tell(e.getMessage());
                    tried.countDown();
                    pause();
                }
            }
        }
        tried.countDown();
    }

    private void follow(org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer) {
        Map<String, String> settings = new TreeMap<>();
        Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
        boolean whole = false;
        while (!closing) {
            boolean changed = false;
            for (ConsumerRecord<String, byte[]> record : consumer.poll(whole ? POLL : Duration.ofMillis(50))) {
                changed |= apply(topic, record, settings);
            }
            boolean before = whole;
            whole = whole || reached(consumer, end);
            // Half of the topic is not what it says.
            if (whole && (changed || !before)) {
                listener.accept(Map.copyOf(settings));
                tell(null);
                tried.countDown();
            }
        }
    }

    private static boolean reached(org.apache.kafka.clients.consumer.Consumer<?, ?> consumer, Map<TopicPartition, Long> end) {
        return end.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    private static boolean apply(Topic<Setting> topic, ConsumerRecord<String, byte[]> record, Map<String, String> settings) {
        if (record.key() == null) {
            return false;
        } else if (record.value() == null) {
            return settings.remove(record.key()) != null;
        }
        try {
            String value = topic.value().deserializer().deserialize(topic.name(), record.value()).getValue();
            return !value.equals(settings.put(record.key(), value));
        } catch (RuntimeException e) {
            // Whoever wrote it is no tronie config set: a foreign record must not stop the others from being read.
            LOG.warn("The topic {} holds a record under {} that is no setting; it is left out. Set it anew with: tronie config set", topic.name(), record.key());
            return false;
        }
    }

    private void tell(String now) {
        if (now != null && problem == null) {
            LOG.warn("The settings of the topic {} cannot be read, and those in force stay: {}", topic.name(), now);
        } else if (now == null && problem != null) {
            LOG.info("The settings of the topic {} are read again.", topic.name());
        }
        problem = now;
    }

    private void pause() {
        synchronized (thread) {
            try {
                if (!closing) {
                    thread.wait(RETRY_MS);
                }
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        synchronized (thread) {
            thread.notifyAll();
        }
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
