package dev.tronie.topology;

import dev.tronie.event.Faces;
import dev.tronie.event.ModelIdentity;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Template;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.vision.Embeddings;
import dev.tronie.schema.FaceSource;
import dev.tronie.schema.GalleryFace;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Keeps the gallery's store current. A total function: what is invalid is counted and skipped, nothing is thrown. */
final class GalleryLoader implements Processor<String, GalleryFace, Void, Void> {
    private final GalleryStore store;
    private final ModelIdentity identity;
    private final PipelineMetrics metrics;
    private ProcessorContext<Void, Void> context;

    GalleryLoader(GalleryStore store, ModelIdentity identity, PipelineMetrics metrics) {
        this.store = store;
        this.identity = identity;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Void, Void> globalContext) {
        this.context = globalContext;
    }

    @Override
    public void process(Record<String, GalleryFace> record) {
        try {
            FaceKey key = FaceKey.parse(record.key());
            if (record.value() == null) {
                store.erased(key, record.timestamp(), ReplySource.partition(ReplySource.in(record.headers())));
            }
            apply(key, record.value());
        } catch (IllegalArgumentException e) {
            metrics.gallerySkipped("invalid");
        }
        RecordMetadata at = context.recordMetadata().orElseThrow();
        store.applied(at.partition(), at.offset(), record.timestamp());
    }

    private static Template.Origin origin(FaceSource source) {
        return new Template.Origin(source.getImageSha256(), Faces.box(source.getBox()), source.getDetectionScore(), source.getFrameWidthPx(),
                source.getFrameHeightPx());
    }

    void apply(FaceKey key, GalleryFace face) {
        store.arrived(key);
        if (face == null) {
            store.galleries().remove(key);
            return;
        }
        Optional<float[]> embedding = Embeddings.fromBytes(face.getEmbedding());
        boolean ours = face.getModelId().equals(identity.modelId());
        if (embedding.isEmpty() || ours && embedding.get().length != identity.embeddingSize()) {
            metrics.gallerySkipped("embedding");
            return;
        }
        store.galleries().put(new Template(key, face.getModelId(), face.getQuality().getOverall(), origin(face.getSource()), face.getEnrolledAt().toEpochMilli()), embedding.get());
    }
}
