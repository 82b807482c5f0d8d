package dev.tronie.topology;

import dev.tronie.event.EventIds;
import dev.tronie.event.ModelIdentity;
import dev.tronie.gallery.FaceKey;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.registry.AvroSerde;
import dev.tronie.vision.Embeddings;
import dev.tronie.schema.Box;
import dev.tronie.schema.FaceSource;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Quality;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * Takes in made-up faces by the gallery loader's own code, so that the gallery's log is read at full speed from its first record. Meant
 * to run beside the loading of the networks; {@code tronie bench api} prints the rate of the load.
 */
public final class GalleryWarmUp {
    private static final int FACES = 15_000;
    private static final int CROP_BYTES = 3_500;

    private GalleryWarmUp() {
    }

    /** Runs it on the calling thread; touches no broker and no registry. */
    public static void run(ModelIdentity identity) {
        GalleryStore store = new GalleryStore();
        GalleryLoader loader = new GalleryLoader(store, identity, new PipelineMetrics(new SimpleMeterRegistry()));
        float[] embedding = new float[identity.embeddingSize()];
        embedding[0] = 1;
        try (Serde<GalleryFace> serde = new AvroSerde<>()) {
            serde.configure(Map.of("schema.registry.url", "mock://gallery-warm-up", "specific.avro.reader", "true"), false);
            for (int i = 0; i < FACES; i++) {
                FaceKey key = new FaceKey("warm-up", Integer.toString(i), EventIds.digest(Integer.toString(i)));
                byte[] record = serde.serializer().serialize("warm-up", new GalleryFace(key.gallery(), key.subjectId(), key.faceId(), Embeddings.toBytes(embedding),
                        identity.modelId(), new Quality(1f, 1f, 1f, 1f, 1f), ByteBuffer.wrap(new byte[CROP_BYTES]),
                        new FaceSource("", "", new Box(0f, 0f, 1f, 1f), 1f, 1, 1), Instant.EPOCH));
                loader.apply(FaceKey.parse(key.text()), serde.deserializer().deserialize("warm-up", record));
            }
        }
    }
}
