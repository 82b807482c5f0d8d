package dev.tronie.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.schema.Frame;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/** Many cameras that play one recording in a loop, each from a place of its own, through one producer. Used by one thread. */
final class Fleet {
    /** How often the sender looks whether anything else is to be done. */
    interface Meanwhile {
        void look() throws java.io.IOException, InterruptedException;
    }

    private final Producer<String, Frame> producer;
    private final Topics topics;
    private final List<byte[]> frames;
    private final String gallery;
    private final double fps;
    private final List<String> ids = new ArrayList<>();
    private int tried;
    private long virtualMs;
    private long run;

    /**
     * Cameras.
     *
     * @param frames the recording, JPEG
     * @param fps    frames a second of each camera
     */
    Fleet(Producer<String, Frame> producer, Topics topics, List<byte[]> frames, String gallery, double fps) {
        this.producer = producer;
        this.topics = topics;
        this.frames = frames;
        this.gallery = gallery;
        this.fps = fps;
        // Of the past, so that a dump does not run ahead of the clock; not so far that the topic's retention deletes it.
        this.virtualMs = System.currentTimeMillis() - TimeUnit.MINUTES.toMillis(4);
    }

    /** Publishes so many frames of each camera at once, captured at their pace, and waits until a broker has them. Returns how many. */
    int dump(int cameras, int framesEach) {
        for (int n = 0; n < framesEach; n++) {
            virtualMs += (long) (1_000 / fps);
            for (int c = 0; c < cameras; c++) {
                send(c, virtualMs, run + n);
            }
        }
        run += framesEach;
        producer.flush();
        return cameras * framesEach;
    }

    /** Plays live for so long; returns how many frames were published. */
    int play(int cameras, double seconds, Meanwhile meanwhile) throws java.io.IOException, InterruptedException {
        long start = System.nanoTime();
        int sent = 0;
        int rounds = (int) Math.round(seconds * fps);
        for (int n = 0; n < rounds; n++) {
            for (int c = 0; c < cameras; c++) {
                // Cameras do not all press the button at the same moment.
                long due = start + (long) ((n + c / (double) cameras) / fps * 1e9);
                while (System.nanoTime() < due) {
                    meanwhile.look();
                    LockSupport.parkNanos(Math.min(1_000_000, Math.max(0, due - System.nanoTime())));
                }
                send(c, System.currentTimeMillis(), run + n);
                sent++;
            }
        }
        run += rounds;
        return sent;
    }

    /** Ids that Kafka's partitioner spreads evenly: what is measured is the stream, not the luck of a dozen names. */
    private String id(int camera) {
        int partitions = topics.frames().partitions();
        while (ids.size() <= camera) {
            int wanted = ids.size() % partitions;
            String id;
            do {
                id = "bench-" + tried++;
            } while (Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % partitions != wanted);
            ids.add(id);
        }
        return ids.get(camera);
    }

    private void send(int camera, long capturedMs, long number) {
        byte[] picture = frames.get((int) ((number + 13L * camera) % frames.size()));
        producer.send(new ProducerRecord<>(topics.frames().name(), null, capturedMs, id(camera), Frame.newBuilder().setFrameId("f" + number)
                .setCapturedAt(Instant.ofEpochMilli(capturedMs)).setImage(ByteBuffer.wrap(picture)).setGallery(gallery).build()));
    }
}
