package dev.tronie.app;

import dev.tronie.topology.GalleryStore;
import java.util.function.DoubleConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Tells how long the gallery's load from its log took. Called by Kafka Streams' global thread only. */
final class GalleryLoadWatch implements StateRestoreListener {
    private final DoubleConsumer seconds;
    private long startNs;

    GalleryLoadWatch(DoubleConsumer seconds) {
        this.seconds = seconds;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long startingOffset, long endingOffset) {
        if (store.equals(GalleryStore.NAME)) {
            startNs = System.nanoTime();
        }
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEndOffset, long restored) {
        // Only the end is told.
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long totalRestored) {
        if (store.equals(GalleryStore.NAME)) {
            seconds.accept((System.nanoTime() - startNs) / 1e9);
        }
    }
}
