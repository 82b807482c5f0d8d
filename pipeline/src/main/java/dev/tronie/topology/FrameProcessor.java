package dev.tronie.topology;

import dev.tronie.appearance.Admission;
import dev.tronie.appearance.FrameStep;
import dev.tronie.appearance.LifeCycle;
import dev.tronie.appearance.Sighting;
import dev.tronie.inference.InferenceUnavailable;
import dev.tronie.request.Images;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.Frame;
import dev.tronie.schema.FrameHints;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.Glance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One frame in; what it changes in the appearances before its camera out. Blocks on inference; what is remembered of a camera stands in
 * the store only. A frame that cannot be used is counted, one that comes again after a crash leads to the events it led to.
 */
final class FrameProcessor implements Processor<String, Frame, String, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(FrameProcessor.class);
    private static final int NAME_MAX = 200;
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Supplier<Stages> current;
    /** Those of the record that is processed. */
    private Stages stages;
    private ProcessorContext<String, Object> context;
    private CameraMemories cameras;
    private GalleryStore gallery;
    private FrameFaces faces;
    private CameraWatch watch;

    FrameProcessor(Supplier<Stages> current) {
        this.current = current;
    }

    @Override
    public void init(ProcessorContext<String, Object> taskContext) {
        this.context = taskContext;
        this.cameras = new CameraMemories(taskContext.getStateStore(CameraStore.NAME));
        this.gallery = taskContext.getStateStore(GalleryStore.NAME);
        this.stages = current.get();
        this.faces = new FrameFaces(stages, gallery, false);
        this.watch = new CameraWatch(stages, cameras, faces, taskContext);
        taskContext.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, atMs -> {
            takeUpSettings();
            watch.tick();
        });
    }

    /** Settings may have been changed while the stream runs; within one record they never do. */
    private void takeUpSettings() {
        Stages now = current.get();
        if (now != stages) {
            stages = now;
            faces = new FrameFaces(now, gallery, true);
            watch.use(now, faces);
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public void process(Record<String, Frame> record) {
        takeUpSettings();
        LogIds.ofFrame(record.key(), record.value() == null ? null : record.value().getFrameId(), record.headers());
        try {
            take(record);
        } finally {
            LogIds.clear();
        }
    }

    private void take(Record<String, Frame> record) {
        Instant received = stages.clock().instant();
        stages.metrics().frameReceived();
        Frame frame = record.value();
        String unusable = frame == null ? "null_value" : record.key() == null ? "no_camera" : isNamed(record.key(), frame) ? null : "invalid";
        if (unusable != null) {
            stages.metrics().frameSkipped(unusable);
            return;
        }
        RecordMetadata at = context.recordMetadata().orElseThrow();
        CameraMemory memory = cameras.of(record.key());
        long aheadMs = frame.getCapturedAt().toEpochMilli() - received.toEpochMilli();
        Sighting sighting = new Sighting(record.key(), frame.getFrameId(), frame.getGallery(), at.offset(), frame.getCapturedAt().toEpochMilli(),
                aheadMs > stages.cameras().skewMaxMs() ? aheadMs : 0);
        Admission.Verdict verdict = Admission.judge(memory, sighting, stages.cameras().reorderMaxMs());
        if (sighting.clockSkewMs() > 0) {
            stages.metrics().limitReached("cameras.skew.max.ms");
        }
        if (verdict == Admission.Verdict.REPLAYED) {
            skip(record.key(), "replayed");
            again(memory, record, at, received);
            return;
        }
        boolean behind = watch.arrived(sighting, received.toEpochMilli());
        String skipped = reason(sighting, verdict, behind, at.partition(), received);
        if (skipped != null) {
            skip(record.key(), skipped);
            return;
        }
        look(record, memory, sighting, verdict, at, received);
    }

    /** Names are remembered with every shot: they must be as short as the schema says. */
    private static boolean isNamed(String cameraId, Frame frame) {
        return Stream.of(cameraId, frame.getFrameId(), frame.getGallery()).allMatch(name -> !name.isEmpty() && name.length() <= NAME_MAX);
    }

    /** Why a frame is not looked at; null where it is. */
    private String reason(Sighting frame, Admission.Verdict verdict, boolean behind, int partition, Instant received) {
        boolean live = !stages.frames().replay();
        if (live && Freshness.isStale(Instant.ofEpochMilli(frame.capturedMs()), received, stages.frames().maxAgeMs())) {
            return "stale";
        } else if (live && behind && stages.arrivals().isSuperseded(frame.cameraId(), partition, frame.offset())) {
            return "superseded";
        } else if (verdict == Admission.Verdict.DUPLICATE) {
            return "duplicate";
        }
        return verdict == Admission.Verdict.OUT_OF_ORDER ? "out_of_order" : null;
    }

    private void skip(String cameraId, String reason) {
        LOG.debug("Frame skipped: {}", reason);
        stages.metrics().frameSkipped(reason);
        watch.skipped(cameraId, reason);
    }

    private void look(Record<String, Frame> record, CameraMemory memory, Sighting sighting, Admission.Verdict verdict, RecordMetadata at, Instant received) {
        Frame frame = record.value();
        boolean setBack = verdict == Admission.Verdict.CLOCK_SET_BACK;
        if (setBack) {
            stages.metrics().cameraClockSetBack();
            watch.clockSetBack(sighting, received.toEpochMilli());
        }
        List<TrackMemory> before = List.copyOf(memory.getTracks());
        // Before anybody is followed on: a gap that has passed ends a stay, whoever is seen now.
        List<Recognition> events = new ArrayList<>(faces.closed(sighting.cameraId(),
                LifeCycle.over(memory, setBack ? Long.MAX_VALUE : sighting.capturedMs(), stages.appearances()), at.topic(), at.partition()));
        if (setBack) {
            memory.getTracks().clear();
        }
        Set<String> followed = followed(memory);
        FrameStep step = new FrameStep(memory, sighting, stages.appearances(), faces.mustDecideAnew(sighting.cameraId(), memory));
        try {
            Images.bytes(frame.getImage(), stages.images())
                    .then(bytes -> stages.analyzer().glance(bytes, options(frame.getHints()), faces.closeLook(step)))
                    .handle(glance -> seen(record, memory, sighting, step, glance, at, received, events),
                            refusal -> skip(record.key(), refusal.code().name().toLowerCase(Locale.ROOT)));
        } catch (InferenceUnavailable e) {
            // Nothing else has been changed yet.
            memory.getTracks().clear();
            memory.getTracks().addAll(before);
            skip(record.key(), "no_worker");
            return;
        }
        Admission.taken(memory, sighting);
        watch.admitted(sighting.cameraId(), memory);
        keep(memory, events, at.offset(), received);
        // A newcomer's id too is known to a successor before anything is told under it.
        cameras.put(record.key(), memory, !events.isEmpty() || !followed.containsAll(followed(memory)));
        if (LOG.isDebugEnabled()) {
            LOG.atDebug().addKeyValue("events", events.stream().map(Recognition::getEventId).toList()).log("Frame looked at");
        }
        events.forEach(event -> context.forward(record.<Object>withValue(event), RecognitionTopology.RECOGNITIONS_OF_FRAMES));
    }

    private static Set<String> followed(CameraMemory memory) {
        return memory.getTracks().stream().map(TrackMemory::getAppearanceId).collect(Collectors.toSet());
    }

    private void seen(Record<String, Frame> record, CameraMemory memory, Sighting sighting, FrameStep step, Glance glance, RecordMetadata at, Instant received,
            List<Recognition> events) {
        try {
            step.settle(glance);
            events.addAll(faces.decide(record.value(), memory, sighting, step, glance, at, received));
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | NullPointerException e) {
            // A fault of this program must not hold the camera up for ever: what is remembered of it goes, the camera goes on.
            LOG.error("A camera's memory is given up: {} at {}", e.getClass().getName(), e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
            memory.getTracks().clear();
            skip(sighting.cameraId(), "internal");
            return;
        }
        tell(record, glance, at, received);
    }

    private void tell(Record<String, Frame> record, Glance glance, RecordMetadata at, Instant received) {
        FrameFaces.PerFrame perFrame = faces.perFrame(record.key(), record.value(), glance, at, received);
        perFrame.seen().forEach(event -> context.forward(record.<Object>withValue(event), RecognitionTopology.RECOGNITIONS_OF_FRAMES));
        if (perFrame.aws() != null) {
            context.forward(record.<Object>withValue(perFrame.aws()), RecognitionTopology.AWS_RECORDS);
        }
    }

    private AnalysisOptions options(FrameHints hints) {
        Stages.FrameSettings s = stages.frames();
        int facesMax = hints == null || hints.getMaxFaces() == null ? s.facesMax() : Math.min(s.facesMax(), hints.getMaxFaces());
        int faceMinPx = hints == null || hints.getMinFacePx() == null ? s.faceMinPx() : Math.max(s.faceMinPx(), hints.getMinFacePx());
        return new AnalysisOptions(Math.max(0, facesMax), faceMinPx, false, false);
    }

    /** Under at_least_once a crash may lose an event whose effect on the memory was written: so the memory keeps the newest events. */
    private void keep(CameraMemory memory, List<Recognition> events, long offset, Instant now) {
        memory.getOutbox().removeIf(old -> now.toEpochMilli() - old.getAtMs() > stages.frames().outboxMs());
        if (stages.frames().outboxMs() > 0) {
            events.forEach(event -> Outbox.keep(memory, offset, now.toEpochMilli(), event));
        }
    }

    /** A crash may have kept from the log what the frame led to: told once more, under the same ids. */
    private void again(CameraMemory memory, Record<String, Frame> record, RecordMetadata at, Instant received) {
        if (stages.frames().outboxMs() == 0) {
            return;
        }
        Outbox.events(memory, offset -> offset == at.offset())
                .forEach(event -> context.forward(record.<Object>withValue(event), RecognitionTopology.RECOGNITIONS_OF_FRAMES));
        boolean fresh = stages.frames().replay() || !Freshness.isStale(record.value().getCapturedAt(), received, stages.frames().maxAgeMs());
        if (faces.everyFace() && fresh) {
            try {
                Images.bytes(record.value().getImage(), stages.images())
                        .then(bytes -> stages.analyzer().glance(bytes, options(record.value().getHints()), faces.everySureFace()))
                        .handle(glance -> tell(record, glance, at, received), refusal -> { });
            } catch (InferenceUnavailable e) {
                skip(record.key(), "no_worker");
            }
        }
    }
}
