package dev.tronie.bench;

import dev.tronie.client.KafkaClients;
import dev.tronie.config.TronieConfig;
import dev.tronie.event.EventIds;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.gallery.Template;
import dev.tronie.vision.Embeddings;
import dev.tronie.vision.FaceBox;
import dev.tronie.schema.Box;
import dev.tronie.schema.FaceSource;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Quality;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Random;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Enrolled faces of people who do not exist: random directions, with crops of a real one's size. Seeded. */
public final class SyntheticGallery {
    /** What a 112 x 112 JPEG of a face takes. */
    private static final int CROP_BYTES = 3_500;
    private static final int SEND_DEADLINE_MS = 60_000;

    private SyntheticGallery() {
    }

    /** Writes faces to gallery-faces. */
    static void write(TronieConfig config, Topics topics, String gallery, int faces, String modelId, int embeddingSize, IntConsumer progress) {
        Random random = new Random(1);
        byte[] crop = new byte[CROP_BYTES];
        try (Producer<String, GalleryFace> producer = KafkaClients.producer(config, topics, topics.galleryFaces(), SEND_DEADLINE_MS)) {
            for (int i = 0; i < faces; i++) {
                String subject = "synthetic-" + i;
                FaceKey key = new FaceKey(gallery, subject, EventIds.digest(subject));
                random.nextBytes(crop);
                producer.send(new ProducerRecord<>(topics.galleryFaces().name(), key.text(), new GalleryFace(gallery, subject, key.faceId(),
                        Embeddings.toBytes(direction(random, embeddingSize)), modelId, new Quality(0.9f, 0.9f, 0.9f, 0.9f, 0.9f), ByteBuffer.wrap(crop.clone()),
                        new FaceSource("bench", EventIds.sha256(crop), new Box(0f, 0f, 112f, 112f), 0.99f, 112, 112), Instant.now())));
                progress.accept(i + 1);
            }
            producer.flush();
        }
    }

    /** Puts faces of the same kind where a bare loop searches. */
    public static void fill(Galleries galleries, String gallery, int faces, String modelId, int embeddingSize) {
        Random random = new Random(1);
        for (int i = 0; i < faces; i++) {
            String subject = "synthetic-" + i;
            FaceKey key = new FaceKey(gallery, subject, EventIds.digest(subject));
            galleries.put(new Template(key, modelId, 0.9f, new Template.Origin("", new FaceBox(0, 0, 112, 112), 0.99f, 112, 112), 0), direction(random, embeddingSize));
        }
    }

    static float[] direction(Random random, int size) {
        float[] v = new float[size];
        double squares = 0;
        for (int d = 0; d < size; d++) {
            v[d] = (float) random.nextGaussian();
            squares += (double) v[d] * v[d];
        }
        for (int d = 0; d < size; d++) {
            v[d] /= (float) Math.sqrt(squares);
        }
        return v;
    }
}
