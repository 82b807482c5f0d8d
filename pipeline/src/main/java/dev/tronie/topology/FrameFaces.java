package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.appearance.FrameStep;
import dev.tronie.appearance.LifeCycle;
import dev.tronie.appearance.Sighting;
import dev.tronie.appearance.Vote;
import dev.tronie.event.Appearances;
import dev.tronie.event.AwsRecord;
import dev.tronie.event.Faces;
import dev.tronie.event.Recognitions;
import dev.tronie.event.Source;
import dev.tronie.gallery.Found;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.StageTimings;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.CloseLook;
import dev.tronie.vision.Detection;
import dev.tronie.vision.Glance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** From a frame's faces to decisions and events: searches the gallery for whoever has something new to be decided on. Used by its task's thread only. */
final class FrameFaces {
    private final Stages stages;
    private final GalleryStore gallery;
    /** Cameras that have been looked at by these stages; null = no others came before them. */
    private final Set<String> lookedAt;
    /** Appearances that were decided on by other settings. */
    private final Set<String> outdated = new HashSet<>();

    /**
     * What a frame leads to by itself.
     *
     * @param seen SEEN, one a face, where that is on
     * @param aws  the frame in AWS's shape; null where that is off
     */
    record PerFrame(List<Recognition> seen, byte[] aws) {
    }

    /** With {@code settingsChanged}, whoever is before a camera was decided on by other settings. */
    FrameFaces(Stages stages, GalleryStore gallery, boolean settingsChanged) {
        this.stages = stages;
        this.gallery = gallery;
        this.lookedAt = settingsChanged ? new HashSet<>() : null;
    }

    /** Whether anybody before a camera was decided on with another gallery, or by other settings. */
    boolean mustDecideAnew(String cameraId, CameraMemory memory) {
        if (lookedAt != null && lookedAt.add(cameraId)) {
            memory.getTracks().stream().filter(track -> track.getGalleryVersion() >= 0).forEach(track -> outdated.add(track.getAppearanceId()));
        }
        long version = gallery.version();
        return memory.getTracks().stream().anyMatch(track -> track.getGalleryVersion() >= 0 && track.getGalleryVersion() != version || outdated.contains(track.getAppearanceId()));
    }

    /** Which faces are looked at: those that the step wants, or all where every face is told of. */
    CloseLook closeLook(FrameStep step) {
        return everyFace() ? everySureFace(step) : step;
    }

    /** A look at all faces that the detector is sure of. */
    CloseLook everySureFace() {
        return everySureFace(null);
    }

    /** And at those that a step wants; null = none. */
    private CloseLook everySureFace(FrameStep step) {
        return new CloseLook() {
            @Override
            public BitSet worthCutting(List<Detection> detections) {
                BitSet worth = step == null ? new BitSet() : step.worthCutting(detections);
                for (int d = 0; d < detections.size(); d++) {
                    worth.set(d, worth.get(d) || detections.get(d).score() >= stages.appearances().sureScore());
                }
                return worth;
            }

            @Override
            public boolean worthEmbedding(int index, Analysis.Face face) {
                return true;
            }
        };
    }

    /** Whether every face is told of. */
    boolean everyFace() {
        return stages.frames().every() || stages.frames().awsRecords();
    }

    /** Decides about whoever is followed, after the step has settled: what is to be told. */
    List<Recognition> decide(Frame frame, CameraMemory memory, Sighting sighting, FrameStep step, Glance glance, RecordMetadata at, Instant received) {
        long start = System.nanoTime();
        vote(step, sighting.gallery(), gallery.version(), stages.policies().of(frame.getGallery()));
        float matchMs = (System.nanoTime() - start) / 1e6f;
        Instant decided = stages.clock().instant();
        List<Recognition> events = told(memory, sighting, step, glance, at, received, decided, isLate(frame, decided), Faces.timings(glance.timings(), matchMs));
        if (glance.detections().size() >= stages.frames().facesMax()) {
            stages.metrics().limitReached("vision.faces.max");
        }
        if (step.leftOut() > 0) {
            stages.metrics().limitReached("appearances.tracks.max");
        }
        stages.metrics().frameDone(glance, matchMs, step.leftOut(), decided.toEpochMilli() - frame.getCapturedAt().toEpochMilli());
        return events;
    }

    /** Every face of the frame by itself, where that is on. */
    PerFrame perFrame(String cameraId, Frame frame, Glance glance, RecordMetadata at, Instant received) {
        if (!everyFace()) {
            return new PerFrame(List.of(), null);
        }
        long version = gallery.version();
        DecisionPolicy policy = stages.policies().of(frame.getGallery());
        long start = System.nanoTime();
        Analysis all = whole(glance);
        Found found = search(frame.getGallery(), all.faces().stream().map(Analysis.Face::embedding).toList());
        float matchMs = (System.nanoTime() - start) / 1e6f;
        Instant decided = stages.clock().instant();
        Source source = new Source(EventKind.SEEN, cameraId, frame.getFrameId(), frame.getGallery(), at.topic(), at.partition(), at.offset(),
                frame.getCapturedAt(), received, isLate(frame, decided));
        List<Recognition> seen = Recognitions.of(source, all, found, policy, matchMs, decided, stages.identity(), version);
        seen.forEach(stages.metrics()::decision);
        return new PerFrame(stages.frames().every() ? seen : List.of(),
                stages.frames().awsRecords() ? AwsRecord.of(source, all, found, policy).toString().getBytes(UTF_8) : null);
    }

    private boolean isLate(Frame frame, Instant decided) {
        return stages.frames().replay() || Freshness.isStale(frame.getCapturedAt(), decided, stages.frames().maxAgeMs());
    }

    private void vote(FrameStep step, String galleryName, long version, DecisionPolicy policy) {
        List<TrackMemory> due = step.seen().values().stream().filter(track -> !track.getShots().isEmpty())
                .filter(track -> step.isLookedAt(track) || track.getGalleryVersion() != version || outdated.contains(track.getAppearanceId())).toList();
        List<TrackMemory> searched = due.stream().filter(track -> Vote.probe(track) != null).toList();
        Found found = search(galleryName, searched.stream().map(Vote::probe).filter(Objects::nonNull).toList());
        for (TrackMemory track : due) {
            int i = searched.indexOf(track);
            Vote.take(track, i < 0 ? List.of() : found.hits().get(i), found.faces(), policy, version, step.isLookedAt(track), outdated.remove(track.getAppearanceId()));
        }
    }

    /** The second subject is always looked for: the margin to it belongs to the decision. */
    private Found search(String galleryName, List<float[]> probes) {
        return gallery.galleries().search(galleryName, stages.identity().modelId(), probes, Math.max(2, stages.frames().candidatesMax()));
    }

    private List<Recognition> told(CameraMemory memory, Sighting sighting, FrameStep step, Glance glance, RecordMetadata at, Instant received, Instant decided,
            boolean late, StageTimings timings) {
        List<Recognition> events = new ArrayList<>();
        for (Map.Entry<Integer, TrackMemory> entry : step.seen().entrySet()) {
            TrackMemory track = entry.getValue();
            EventKind kind = LifeCycle.after(memory, track, sighting.capturedMs(), stages.appearances());
            if (kind != null) {
                Appearances.Moment moment = new Appearances.Moment(sighting.frameId(), glance.widthPx(), glance.heightPx(), entry.getKey(),
                        glance.closeUps().get(entry.getKey()), Instant.ofEpochMilli(sighting.capturedMs()), received, timings);
                events.add(Appearances.told(kind, track, sighting.cameraId(), at.topic(), at.partition(), moment, decided, late, stages.identity()));
                LifeCycle.told(track);
                stages.metrics().appearance(events.get(events.size() - 1));
            }
        }
        return events;
    }

    /** The events of appearances that are over; late where they have been over for longer than anybody was silent. */
    List<Recognition> closed(String cameraId, List<TrackMemory> over, String topic, int partition) {
        Instant now = stages.clock().instant();
        long staleMs = stages.frames().maxAgeMs() + stages.cameras().staleMs() + stages.appearances().gapMs();
        List<Recognition> events = over.stream().map(track -> Appearances.closed(track, cameraId, topic, partition, now,
                stages.frames().replay() || now.toEpochMilli() - track.getLastSeenMs() > staleMs, stages.identity())).toList();
        events.forEach(stages.metrics()::appearance);
        return events;
    }

    private static Analysis whole(Glance glance) {
        List<Analysis.Face> faces = new TreeMap<>(glance.closeUps()).values().stream().filter(face -> face.embedding() != null).toList();
        return new Analysis(glance.widthPx(), glance.heightPx(), faces, glance.timings());
    }
}
