package dev.tronie.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Setting;
import dev.tronie.topology.Topic;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The log of settings over a consumer that is played by hand. */
class SettingsLogTest {
    private static final TopicPartition PARTITION = new TopicPartition("settings", 0);
    private final Topic<Setting> topic = Topics.of(TronieConfig.of(Map.of("schema.registry.url", "mock://settings-log"))).settings();
    private final List<Map<String, String>> told = new CopyOnWriteArrayList<>();

    @Test
    void theWholeTopicIsToldAtOnceAndThenEveryChange() throws InterruptedException {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(2);
        consumer.schedulePollTask(() -> consumer.addRecord(record(0, "match.threshold", value("0.5"))));
        consumer.schedulePollTask(() -> consumer.addRecord(record(1, "match.margin", value("0.1"))));
        try (SettingsLog log = new SettingsLog(() -> consumer, topic, told::add)) {
            log.awaitFirst(Duration.ofSeconds(10));

            // When
            consumer.schedulePollTask(() -> consumer.addRecord(record(2, "match.threshold", null)));

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> told.size() == 2);
            assertThat(told).containsExactly(Map.of("match.threshold", "0.5", "match.margin", "0.1"), Map.of("match.margin", "0.1"));
        }
    }

    @Test
    void aForeignRecordIsLeftOut() throws InterruptedException {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(2);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, "match.threshold", "0.9".getBytes(UTF_8)));
            consumer.addRecord(record(1, "match.margin", value("0.1")));
        });

        // When
        try (SettingsLog log = new SettingsLog(() -> consumer, topic, told::add)) {
            log.awaitFirst(Duration.ofSeconds(10));
        }

        // Then
        assertThat(told).containsExactly(Map.of("match.margin", "0.1"));
    }

    @Test
    void whoMayNotReadTheTopicIsNotHeldUp() throws InterruptedException {
        // When
        boolean inTime;
        try (SettingsLog log = new SettingsLog(() -> {
            throw new TopicAuthorizationException("settings");
        }, topic, told::add)) {
            inTime = log.awaitFirst(Duration.ofSeconds(10));
        }

        // Then
        assertThat(inTime).isTrue();
        assertThat(told).isEmpty();
    }

    private byte[] value(String text) {
        return topic.value().serializer().serialize(topic.name(), new Setting(text, Instant.EPOCH));
    }

    private static ConsumerRecord<String, byte[]> record(long offset, String key, byte[] value) {
        return new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, key, value);
    }

    private static MockConsumer<String, byte[]> consumer(long end) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        return consumer;
    }
}
