package dev.tronie.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How far the gallery's log has been read, with positions played by hand. */
class GalleryLogTest {
    private static final TopicPartition ZERO = new TopicPartition("gallery-faces", 0);
    private static final TopicPartition ONE = new TopicPartition("gallery-faces", 1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicBoolean released = new AtomicBoolean();
    private final GalleryLog log = new GalleryLog(partitions -> {
        asked.countDown();
        return Map.of(ZERO, 5L, ONE, 3L);
    }, () -> released.set(true));

    @Test
    void nobodyWaitsWhereAllOfTheLogHasBeenApplied() {
        // Given
        log.reads(List.of(ZERO, ONE));
        log.applied(Map.of(ZERO, 5L, ONE, 4L));

        // When
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(log::awaitCurrent);

        // Then
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aPartitionThatIsBehindIsWaitedFor() throws Exception {
        // Given
        log.reads(List.of(ZERO, ONE));
        log.applied(Map.of(ZERO, 5L));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(log::awaitCurrent);
        asked.await();
        log.applied(Map.of(ONE, 2L));
        boolean before = waiting.isDone();

        // When
        log.applied(Map.of(ONE, 3L));

        // Then
        assertThat(before).isFalse();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void whoeverWaitsIsToldOfTheEnd() throws Exception {
        // Given
        log.reads(List.of(ZERO, ONE));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(log::awaitCurrent);
        asked.await();

        // When
        log.close();

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(waiting::isCompletedExceptionally);
        assertThat(released).isTrue();
        assertThatThrownBy(log::awaitCurrent).isInstanceOf(KafkaException.class).hasMessageContaining("closing");
    }
}
