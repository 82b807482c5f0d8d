package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Frame;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One camera: publishes frames under its id, stamped with the time of capture.
 *
 * <p>Threading: one thread publishes; the counters may be read by any. Frames are fire and forget, as a camera's are: one that
 * the brokers do not take in time is lost and counted.
 */
public final class CameraPublisher implements AutoCloseable {
    private static final int DEADLINE_MS = 5_000;

    private final Producer<String, Frame> producer;
    private final Topics topics;
    private final String cameraId;
    private final String gallery;
    private final InstantSource clock;
    private final String run;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<String> lastFailure = new AtomicReference<>();
    private long number;

    /** A camera. */
    public CameraPublisher(TronieConfig config, Topics topics, String cameraId, String gallery, InstantSource clock) {
        this.producer = KafkaClients.producer(config, topics, topics.frames(), DEADLINE_MS);
        this.topics = topics;
        this.cameraId = cameraId;
        this.gallery = gallery;
        this.clock = clock;
        this.run = Long.toString(clock.millis(), 36);
    }

    /**
     * Publishes a picture as captured now.
     *
     * @return the frame's id, unique for this camera; null where the picture is too large for the topic
     */
    public String publish(byte[] picture) {
        if (picture.length > Topics.FRAME_BYTES_MAX - (64 << 10)) {
            failed.incrementAndGet();
            lastFailure.set("a frame of " + picture.length + " bytes; " + topics.frames().name() + " takes " + Topics.FRAME_BYTES_MAX
                    + ": lower the camera's resolution or quality");
            return null;
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        String id = run + "-" + number++;
        Frame frame = Frame.newBuilder().setFrameId(id).setCapturedAt(now).setImage(ByteBuffer.wrap(picture)).setGallery(gallery).build();
        try {
            producer.send(new ProducerRecord<>(topics.frames().name(), null, now.toEpochMilli(), cameraId, frame), (metadata, e) -> {
                if (e == null) {
                    sent.incrementAndGet();
                } else {
                    failure(e);
                }
            });
        } catch (org.apache.kafka.common.KafkaException e) {
            failure(e);
        }
        return id;
    }

    private void failure(Exception e) {
        failed.incrementAndGet();
        lastFailure.set(e instanceof org.apache.kafka.common.errors.TimeoutException
                ? "no broker takes the frames; they are lost until one does" : e.getMessage());
    }

    /** Frames that the brokers have. */
    public long sent() {
        return sent.get();
    }

    /** Frames that were lost. */
    public long failed() {
        return failed.get();
    }

    /** Why the last lost frame was; null where none was since the last call. */
    public String takeFailure() {
        return lastFailure.getAndSet(null);
    }

    /** Waits until every frame has been sent or lost. */
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofMillis(DEADLINE_MS));
    }
}
