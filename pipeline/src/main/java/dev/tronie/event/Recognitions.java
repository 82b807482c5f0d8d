package dev.tronie.event;

import dev.tronie.gallery.Found;
import dev.tronie.gallery.Hit;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.StageTimings;
import dev.tronie.vision.Analysis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One recognition a face. Pure. */
public final class Recognitions {
    private Recognitions() {
    }

    /**
     * The events of a picture.
     *
     * @param source    the record
     * @param analysis  its faces
     * @param found     what the gallery has for every face
     * @param policy    how to decide
     * @param matchMs   time the search took, milliseconds
     * @param decidedAt now
     * @param identity  model and settings
     * @param version   the gallery's version that was searched
     * @return events in the order of the faces
     */
    public static List<Recognition> of(Source source, Analysis analysis, Found found, DecisionPolicy policy, float matchMs,
            Instant decidedAt, ModelIdentity identity, long version) {
        List<Recognition> events = new ArrayList<>();
        StageTimings timings = Faces.timings(analysis.timings(), matchMs);
        for (int i = 0; i < analysis.faces().size(); i++) {
            Analysis.Face face = analysis.faces().get(i);
            List<Hit> hits = found.hits().get(i);
            Decision decision = policy.decide(face, hits, found.faces());
            boolean rejected = decision.getKind() == DecisionKind.REJECTED_QUALITY;
            events.add(Recognition.newBuilder()
                    .setEventId(EventIds.event(source.sourceId(), source.frameId(), i, source.kind()))
                    .setKind(source.kind())
                    .setGallery(source.gallery())
                    .setSourceId(source.sourceId())
                    .setFrameId(source.frameId())
                    .setFrameWidthPx(analysis.widthPx())
                    .setFrameHeightPx(analysis.heightPx())
                    .setSourceTopic(source.topic())
                    .setSourcePartition(source.partition())
                    .setSourceOffset(source.offset())
                    .setCapturedAt(source.capturedAt())
                    .setReceivedAt(source.receivedAt())
                    .setDecidedAt(decidedAt)
                    .setTimings(timings)
                    .setLate(source.late())
                    .setFace(Faces.of(i, face, analysis.widthPx(), analysis.heightPx()))
                    .setDecision(decision)
                    .setCandidates(rejected ? List.of() : Faces.candidates(hits, policy))
                    .setProvenance(identity.provenance(version))
                    .build());
        }
        return events;
    }
}
