package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.client.KafkaClients;
import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.GalleryAudit;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.FalseMatchCurve;
import dev.tronie.vision.Embeddings;
import dev.tronie.schema.GalleryFace;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a gallery from its log, audits it, and tells what it found. */
final class GalleryAuditReport {
    private static final Duration POLL = Duration.ofMillis(200);
    /** So many pairs of strangers may look alike in the whole gallery by chance. */
    private static final double CHANCE_PAIRS = 0.1;
    /** Two faces of one person that strangers reach this often are a poor pair. */
    private static final double ACQUAINTED_RATE = 0.02;

    private GalleryAuditReport() {
    }

    /** Prints the findings. Returns how many there are; -1 where the gallery holds no face. */
    static int print(TronieConfig config, ModelFolder model, String gallery, Console console) {
        List<GalleryAudit.Enrolled> faces = read(config, gallery);
        if (faces.isEmpty()) {
            console.note("Nobody is enrolled in gallery " + gallery + ".");
            return -1;
        }
        List<GalleryAudit.Finding> findings = GalleryAudit.of(faces, limits(config, model, faces.size()),
                done -> console.progress("Comparing faces", done, faces.size(), ""));
        GalleryAudit.Kind before = null;
        for (GalleryAudit.Finding f : findings) {
            if (f.kind() != before) {
                console.say(f.kind() + ": " + f.kind().message() + " " + f.kind().remedy());
            }
            before = f.kind();
            console.say(String.format(Locale.ROOT, "  %s %s%s  %s %.2f%s%s", f.face().subjectId(), f.face().faceId(),
                    f.other() == null ? "" : "  and  " + f.other().subjectId() + " " + f.other().faceId(),
                    f.kind() == GalleryAudit.Kind.POOR_PHOTO ? "quality" : "cosine", f.figure(),
                    Float.isNaN(f.own()) ? "" : String.format(Locale.ROOT, ", with its own %.2f", f.own()), f.pairs() > 1 ? ", " + f.pairs() + " pairs" : ""));
            console.object(object(f));
        }
        long models = faces.stream().map(GalleryAudit.Enrolled::modelId).distinct().count();
        console.say(faces.size() + " faces of " + faces.stream().map(f -> f.key().subjectId()).distinct().count() + " subjects"
                + (models > 1 ? ", of " + models + " models that are not compared with each other" : "") + ": "
                + (findings.isEmpty() ? "nothing suspicious." : findings.size() + " findings. Remove a face with: tronie gallery remove-face --gallery "
                        + gallery + " SUBJECT FACE"));
        return findings.size();
    }

    private static GalleryAudit.Limits limits(TronieConfig config, ModelFolder model, long faces) {
        FalseMatchCurve curve = DecisionSetup.strangers(model, DecisionSetup.calibration(model));
        double strangers = Math.max(curve.cosineAt(model.falseMatchRate()), curve.cosineAt(CHANCE_PAIRS / Math.max(1, faces * (faces - 1) / 2.0)));
        return new GalleryAudit.Limits((float) strangers, (float) Math.min(strangers, curve.cosineAt(ACQUAINTED_RATE)), (float) config.match().enroll().qualityMin());
    }

    /** The gallery's faces as the log has them now. */
    private static List<GalleryAudit.Enrolled> read(TronieConfig config, String gallery) {
        Topics topics = Topics.of(config);
        Map<FaceKey, GalleryAudit.Enrolled> faces = new LinkedHashMap<>();
        try (Consumer<String, GalleryFace> consumer = KafkaClients.reader(config, topics.galleryFaces(), topics.galleryFaces().value(), true)) {
            Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                for (ConsumerRecord<String, GalleryFace> record : consumer.poll(POLL)) {
                    apply(faces, gallery, record);
                }
            }
        }
        return new ArrayList<>(faces.values());
    }

    private static void apply(Map<FaceKey, GalleryAudit.Enrolled> faces, String gallery, ConsumerRecord<String, GalleryFace> record) {
        FaceKey key;
        try {
            key = FaceKey.parse(record.key());
        } catch (IllegalArgumentException e) {
            return;
        }
        GalleryFace face = record.value();
        if (face == null || !key.gallery().equals(gallery)) {
            faces.remove(key);
            return;
        }
        Embeddings.fromBytes(face.getEmbedding()).ifPresent(embedding -> faces.put(key, new GalleryAudit.Enrolled(key, face.getModelId(),
                face.getQuality().getOverall(), face.getSource().getImageSha256(), embedding)));
    }

    private static ObjectNode object(GalleryAudit.Finding f) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("kind", f.kind().name()).put("subjectId", f.face().subjectId()).put("faceId", f.face().faceId());
        if (f.other() != null) {
            node.put("otherSubjectId", f.other().subjectId()).put("otherFaceId", f.other().faceId());
        }
        node.put(f.kind() == GalleryAudit.Kind.POOR_PHOTO ? "quality" : "cosine", f.figure()).put("pairs", f.pairs());
        return Float.isNaN(f.own()) ? node : node.put("ownCosine", f.own());
    }
}
