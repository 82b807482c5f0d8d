package dev.tronie.event;

import dev.tronie.schema.AppearanceReport;
import dev.tronie.schema.BestShot;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Face;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.ShotMemory;
import dev.tronie.schema.StageTimings;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Analysis;
import java.time.Instant;

/** The events of an appearance. Pure. */
public final class Appearances {
    private static final StageTimings NO_TIME = new StageTimings(0f, 0f, 0f, 0f, 0f, 0f);

    /**
     * The frame in which something was decided.
     *
     * @param frameId    its id
     * @param widthPx    its width
     * @param heightPx   its height
     * @param index      which of its faces
     * @param face       that face; null where its pixels were not looked at
     * @param capturedAt its capture time
     * @param receivedAt when the pipeline took it up
     * @param timings    where the time went
     */
    public record Moment(String frameId, int widthPx, int heightPx, int index, Analysis.Face face, Instant capturedAt, Instant receivedAt, StageTimings timings) {
    }

    private Appearances() {
    }

    /**
     * OPENED or UPDATED.
     *
     * @param kind      which
     * @param track     the appearance, voted
     * @param cameraId  the camera
     * @param topic     topic of its frames
     * @param partition their partition
     * @param moment    the frame
     * @param decidedAt now
     * @param late      whether that is too late to act on
     */
    public static Recognition told(EventKind kind, TrackMemory track, String cameraId, String topic, int partition, Moment moment, Instant decidedAt,
            boolean late, ModelIdentity identity) {
        ShotMemory best = track.getShots().get(0);
        boolean looked = moment.face() != null;
        Face face = looked ? Faces.of(moment.index(), moment.face(), moment.widthPx(), moment.heightPx()) : best.getFace();
        return event(kind, track, cameraId, topic, partition, decidedAt, late, identity)
                .setFrameId(looked ? moment.frameId() : best.getFrameId())
                .setFrameWidthPx(looked ? moment.widthPx() : best.getFrameWidthPx())
                .setFrameHeightPx(looked ? moment.heightPx() : best.getFrameHeightPx())
                .setCapturedAt(moment.capturedAt())
                .setReceivedAt(moment.receivedAt())
                .setTimings(moment.timings())
                .setFace(face)
                .build();
    }

    /**
     * CLOSED.
     *
     * @param track     the appearance
     * @param decidedAt now
     * @param late      whether what it tells is no news any more
     */
    public static Recognition closed(TrackMemory track, String cameraId, String topic, int partition, Instant decidedAt, boolean late, ModelIdentity identity) {
        ShotMemory best = track.getShots().get(0);
        // What was told stands: a last look that nobody confirmed changes no name at the end.
        return event(EventKind.CLOSED, track, cameraId, topic, partition, decidedAt, late, identity)
                .setFrameId(best.getFrameId())
                .setFrameWidthPx(best.getFrameWidthPx())
                .setFrameHeightPx(best.getFrameHeightPx())
                .setCapturedAt(Instant.ofEpochMilli(best.getCapturedMs()))
                .setReceivedAt(decidedAt)
                .setTimings(NO_TIME)
                .setFace(best.getFace())
                .setDecision(track.getToldDecision())
                .setCandidates(track.getToldCandidates())
                .build();
    }

    private static Recognition.Builder event(EventKind kind, TrackMemory track, String cameraId, String topic, int partition, Instant decidedAt, boolean late,
            ModelIdentity identity) {
        return Recognition.newBuilder()
                .setEventId(EventIds.appearance(track.getAppearanceId(), track.getSequence(), kind))
                .setKind(kind)
                .setAppearanceId(track.getAppearanceId())
                .setSequence(track.getSequence())
                .setGallery(track.getGallery())
                .setSourceId(cameraId)
                .setSourceTopic(topic)
                .setSourcePartition(partition)
                .setSourceOffset(track.getLastOffset())
                .setDecidedAt(decidedAt)
                .setLate(late)
                .setDecision(track.getDecision())
                .setCandidates(track.getCandidates())
                .setProvenance(identity.provenance(track.getGalleryVersion()))
                .setAppearance(report(track));
    }

    private static AppearanceReport report(TrackMemory track) {
        ShotMemory best = track.getShots().get(0);
        return new AppearanceReport(Instant.ofEpochMilli(track.getFirstSeenMs()), Instant.ofEpochMilli(track.getLastSeenMs()),
                track.getLastSeenMs() - track.getFirstSeenMs(), track.getFramesSeen(), track.getFramesEmbedded(),
                new BestShot(best.getFrameId(), Instant.ofEpochMilli(best.getCapturedMs()), best.getFace().getBox(), best.getFace().getQuality().getOverall()),
                track.getClockSkewMs());
    }
}
