package dev.tronie.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.topology.AnsweredRequests.Answered;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The log of replies over a consumer that is played by hand. */
class ReplyLogTest {
    private static final TopicPartition PARTITION = new TopicPartition("upload-replies", 0);
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void knowsWhatStoodInTheLogWhenItWasAsked() {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(2);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(reply(0, "r1", "photo-uploads-0@7"));
            consumer.addRecord(reply(1, "r2", "photo-uploads-1@3"));
        });
        try (ReplyLog log = new ReplyLog(() -> consumer, "upload-replies", 100)) {
            // When
            log.awaitCurrent();

            // Then
            assertThat(log.look("r1", "photo-uploads-0@7")).isEqualTo(Answered.THIS_RECORD);
            assertThat(log.look("r2", "photo-uploads-0@9")).isEqualTo(Answered.ANOTHER_RECORD);
            assertThat(log.look("r3", "photo-uploads-0@10")).isEqualTo(Answered.NO);
        }
    }

    @Test
    void waitsUntilTheEndIsReached() {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(1);
        try (ReplyLog log = new ReplyLog(() -> consumer, "upload-replies", 100)) {
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(log::awaitCurrent);
            boolean before = waiting.isDone();

            // When
            consumer.schedulePollTask(() -> consumer.addRecord(reply(0, "r1", "photo-uploads-0@7")));

            // Then
            assertThat(before).isFalse();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(waiting::isDone);
            assertThat(log.look("r1", "photo-uploads-0@7")).isEqualTo(Answered.THIS_RECORD);
        }
    }

    @Test
    void whoWaitsWhileABrokerFailsIsServedByTheNextConsumer() {
        // Given
        failures.set(1);
        try (ReplyLog log = new ReplyLog(() -> consumer(0), "upload-replies", 100)) {
            // When
            log.awaitCurrent();

            // Then
            assertThat(made.get()).isEqualTo(2);
        }
    }

    @Test
    void whoWaitsIsToldOfTheEnd() {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(1);
        ReplyLog log = new ReplyLog(() -> consumer, "upload-replies", 100);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(log::awaitCurrent);

        // When
        log.close();

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(waiting::isCompletedExceptionally);
        assertThatThrownBy(log::awaitCurrent).isInstanceOf(KafkaException.class).hasMessageContaining("closing");
    }

    @Test
    void remembersTheNewestOnly() {
        // Given
        MockConsumer<String, byte[]> consumer = consumer(3);
        consumer.schedulePollTask(() -> List.of(1, 2).forEach(i -> consumer.addRecord(reply(i, "r" + i, "s"))));
        try (ReplyLog log = new ReplyLog(() -> consumer, "upload-replies", 2)) {
            // When
            log.awaitCurrent();

            // Then: it began two before the end
            assertThat(consumer.position(PARTITION)).isEqualTo(3);
            assertThat(List.of(log.look("r1", "s"), log.look("r2", "s"))).containsOnly(Answered.THIS_RECORD);
        }
    }

    /** A consumer whose log ends at an offset. */
    private MockConsumer<String, byte[]> consumer(long end) {
        made.incrementAndGet();
        MockConsumer<String, byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
            private int asked;

            @Override
            public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
                // The first time is the rewind's.
                if (asked++ > 0 && failures.getAndDecrement() > 0) {
                    throw new TimeoutException("the broker is gone");
                }
                return super.endOffsets(partitions);
            }
        };
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        consumer.seek(PARTITION, end);
        return consumer;
    }

    private static ConsumerRecord<String, byte[]> reply(long offset, String requestId, String source) {
        return new ConsumerRecord<>(PARTITION.topic(), 0, offset, 0, TimestampType.CREATE_TIME, 0, 0, requestId, new byte[0],
                new RecordHeaders().add("tronie.source", source.getBytes(UTF_8)), Optional.empty());
    }
}
