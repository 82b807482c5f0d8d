package dev.tronie.topology;

/** How far this instance has read the gallery's log, which others write too. Safe to call from many threads. */
public interface GalleryReading {
    /**
     * Waits until this instance has applied all that was committed to gallery-faces when this was called.
     *
     * @throws org.apache.kafka.common.KafkaException where that is not to be had: the brokers are silent, or the pipeline closes
     */
    void awaitCurrent();
}
