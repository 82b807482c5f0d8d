package dev.tronie.appearance;

import dev.tronie.event.EventIds;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.ShotMemory;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.CloseLook;
import dev.tronie.vision.Detection;
import dev.tronie.vision.Embeddings;
import dev.tronie.vision.Glance;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One frame's step of a camera's memory: pairs its faces with those that are followed, says which deserve a closer look, and takes up
 * what was seen. Used once, by one thread: given to the vision path as its {@link CloseLook}, then {@link #settle} is called. Until then
 * the memory is unchanged.
 */
public final class FrameStep implements CloseLook {
    /** Two looks at one face lie so far apart: the next frame of a fast camera shows nothing new. */
    private static final long LOOK_EVERY_MS = 100;
    /** How often a doubtful face is looked at again where no better shot comes. */
    private static final long DOUBT_EVERY_MS = 1_000;
    /** A shot is clearly better from so many times the best one's worth. */
    private static final float BETTER = 1.15f;
    private static final float PHANTOM_IOU = 0.25f;

    private final CameraMemory memory;
    private final Sighting frame;
    private final AppearanceRules rules;
    private final boolean lookAtAll;
    private final Map<Integer, TrackMemory> seen = new LinkedHashMap<>();
    private final List<TrackMemory> fresh = new ArrayList<>();
    private List<Detection> detections = List.of();
    private Association association;
    private int[] trackOf = {};
    private BitSet unclear = new BitSet();
    private int leftOut;

    /**
     * A step.
     *
     * @param lookAtAll whether every seen face is to be cut out, as the gallery has changed since it was decided on
     */
    public FrameStep(CameraMemory memory, Sighting frame, AppearanceRules rules, boolean lookAtAll) {
        this.memory = memory;
        this.frame = frame;
        this.rules = rules;
        this.lookAtAll = lookAtAll;
    }

    @Override
    public BitSet worthCutting(List<Detection> found) {
        associate(found);
        BitSet worth = new BitSet();
        for (int d = 0; d < detections.size(); d++) {
            boolean newcomer = trackOf[d] < 0 && isSure(d);
            worth.set(d, newcomer || trackOf[d] >= 0 && deservesLook(memory.getTracks().get(trackOf[d]), d));
        }
        return worth;
    }

    private void associate(List<Detection> found) {
        detections = found;
        association = new Association(memory.getTracks(), found, frame.gallery(), memory.getNewestCaptureMs(), frame.capturedMs(), rules);
        trackOf = association.pair(Map.of());
        unclear = association.ambiguous(trackOf);
    }

    private boolean isSure(int d) {
        return detections.get(d).score() >= rules.sureScore();
    }

    private boolean deservesLook(TrackMemory track, int d) {
        long sinceMs = frame.capturedMs() - track.getTriedMs();
        if (unclear.get(d)) {
            return track.getFramesEmbedded() < 2 * rules.embeddingsMax();
        } else if (!isSure(d)) {
            return false;
        }
        boolean due = track.getTold() == null && frame.capturedMs() - track.getFirstSeenMs() >= rules.decideMs();
        if (lookAtAll || due) {
            return true;
        } else if (track.getFramesEmbedded() >= rules.embeddingsMax() || sinceMs < LOOK_EVERY_MS) {
            return false;
        }
        float worth = Shots.worth(detections.get(d));
        return track.getShots().isEmpty() || track.getTold() == null && Shots.voted(track) < Vote.SURE_VOTES || worth > BETTER * track.getTriedWorth()
                || sinceMs >= DOUBT_EVERY_MS && Vote.isDoubtful(track);
    }

    @Override
    public boolean worthEmbedding(int index, Analysis.Face face) {
        if (unclear.get(index) || trackOf[index] < 0) {
            return true;
        }
        TrackMemory track = memory.getTracks().get(trackOf[index]);
        List<ShotMemory> shots = track.getShots();
        if (track.getFramesEmbedded() >= rules.embeddingsMax()) {
            return false;
        }
        boolean passes = rules.bar().failedBy(face).isEmpty();
        boolean undecided = track.getTold() == null && Shots.voted(track) < Vote.SURE_VOTES;
        return shots.size() < rules.shotsMax() && (passes || shots.isEmpty()) || passes && undecided || passes && Vote.isDoubtful(track)
                || face.quality().overall() > shots.get(shots.size() - 1).getFace().getQuality().getOverall();
    }

    /**
     * Takes up what was seen: every face's place, the closer looks, and who is new.
     *
     * @param glance of this very frame
     */
    public void settle(Glance glance) {
        Map<Integer, float[]> looks = new HashMap<>();
        glance.closeUps().forEach((d, face) -> {
            // What a poor shot looks like says little about whose it is.
            if (face.embedding() != null && rules.bar().failedBy(face).isEmpty()) {
                looks.put(d, face.embedding());
            }
        });
        if (association == null) {
            associate(glance.detections());
        }
        if (!unclear.isEmpty()) {
            trackOf = association.pair(looks);
        }
        List<TrackMemory> known = List.copyOf(memory.getTracks());
        known.forEach(track -> track.setFramesPassed(track.getFramesPassed() + 1));
        Map<Integer, Integer> places = newcomers();
        for (int d = 0; d < detections.size(); d++) {
            TrackMemory track = trackOf[d] >= 0 ? known.get(trackOf[d]) : places.containsKey(d) ? newcomer(d, places.get(d)) : null;
            if (track == null) {
                continue;
            }
            if (trackOf[d] >= 0) {
                association.motion(trackOf[d]).seen(detections.get(d).box());
            }
            track.setLastSeenMs(frame.capturedMs());
            track.setSureMs(isSure(d) ? frame.capturedMs() : track.getSureMs());
            track.setLastOffset(frame.offset());
            track.setFramesSeen(track.getFramesSeen() + 1);
            track.setClockSkewMs(Math.max(track.getClockSkewMs(), frame.clockSkewMs()));
            seen.put(d, track);
            Analysis.Face closeUp = glance.closeUps().get(d);
            if (closeUp != null) {
                lookedAt(track, d, closeUp, glance);
            }
        }
        Reunion.of(memory, fresh, rules).forEach((away, back) -> {
            seen.replaceAll((d, track) -> track == back ? away : track);
            fresh.replaceAll(track -> track == back ? away : track);
        });
        memory.setNewestCaptureMs(frame.capturedMs());
    }

    /** Who comes new, from left to right: what they are called must not depend on whose score is higher by a hair. */
    private Map<Integer, Integer> newcomers() {
        List<Integer> fresh = IntStream.range(0, detections.size()).filter(d -> trackOf[d] < 0 && isSure(d) && !isBetweenOthers(d)).boxed()
                .sorted(Comparator.comparing(d -> detections.get(d).box().x1())).toList();
        Map<Integer, Integer> places = new HashMap<>();
        fresh.forEach(d -> places.put(d, places.size()));
        return places;
    }

    /** Two faces that overlap make detectors see a third between them. */
    private boolean isBetweenOthers(int d) {
        for (int other = 0; other < trackOf.length; other++) {
            if (trackOf[other] >= 0 && detections.get(other).box().iou(detections.get(d).box()) > PHANTOM_IOU) {
                return true;
            }
        }
        return false;
    }

    private TrackMemory newcomer(int d, int place) {
        if (memory.getTracks().size() >= rules.tracksMax()) {
            leftOut++;
            return null;
        }
        TrackMemory track = new TrackMemory();
        track.setAppearanceId(EventIds.digest("appearance", frame.cameraId(), frame.frameId(), Integer.toString(place)));
        track.setGallery(frame.gallery());
        track.setFirstSeenMs(frame.capturedMs());
        track.setFramesPassed(1);
        track.setShots(new ArrayList<>());
        track.setCandidates(new ArrayList<>());
        track.setToldCandidates(new ArrayList<>());
        track.setGalleryVersion(-1L);
        Motion.start(track, detections.get(d).box());
        memory.getTracks().add(track);
        return track;
    }

    private void lookedAt(TrackMemory track, int d, Analysis.Face face, Glance glance) {
        track.setTriedMs(frame.capturedMs());
        track.setTriedWorth(Math.max(track.getTriedWorth(), Shots.worth(detections.get(d))));
        // A network that gives no unit vector says nothing about a face.
        if (face.embedding() != null && Embeddings.fromBytes(Embeddings.toBytes(face.embedding())).isPresent()) {
            track.setFramesEmbedded(track.getFramesEmbedded() + 1);
            float[] known = unclear.get(d) ? Shots.together(track) : null;
            // A shot that may be another's would draw the other's next ones after it.
            boolean own = isSure(d) && (known == null || Shots.cosine(known, face.embedding()) >= rules.sameCosine());
            if (own) {
                Shots.keep(track, Shots.of(frame, glance.widthPx(), glance.heightPx(), d, face, rules.bar().failedBy(face)), rules.shotsMax());
                // A look that was no better than the best is an opinion too.
                fresh.add(track);
            }
        }
    }

    /** The faces of this frame, by detection. */
    public Map<Integer, TrackMemory> seen() {
        return seen;
    }

    /** Whether a face was looked at closely in this frame, and is to be voted anew. */
    public boolean isLookedAt(TrackMemory track) {
        return fresh.stream().anyMatch(t -> t == track);
    }

    /** Faces that were not followed because too many are already. */
    public int leftOut() {
        return leftOut;
    }
}
