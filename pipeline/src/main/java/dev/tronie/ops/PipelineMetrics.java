package dev.tronie.ops;

import dev.tronie.schema.CameraState;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.Glance;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The pipeline's own metrics; Kafka's and the JVM's are bound beside them. No label holds a subject, a camera or a request: labels
 * are reasons, stages, operations and decisions, a bounded set.
 *
 * <p>Threading: safe to call from many threads.
 */
public final class PipelineMetrics {
    /** Why frames are not looked at: their time, their order, what stands in them, and what is wrong with their picture. */
    public static final List<String> FRAME_SKIPS = List.of("stale", "superseded", "no_worker", "out_of_order", "duplicate", "replayed", "null_value", "no_camera", "invalid", "internal",
            "no_image", "too_large", "not_an_image", "truncated", "corrupt", "reference_refused", "reference_unreachable", "reference_mismatch", "inference_failed");
    /** Limits that leave something out without refusing the whole, by their keys. */
    public static final List<String> LIMITS = List.of("vision.faces.max", "appearances.tracks.max", "cameras.skew.max.ms");
    private final MeterRegistry registry;
    private final Counter framesReceived;
    private final Counter framesDone;
    private final Counter faces;
    private final Counter facesEmbedded;
    private final Counter facesLeftOut;
    private final Counter settingsRefused;
    private final Timer captureToDecision;
    /** By camera; only their sum is shown. */
    private final Map<String, Integer> tracks = new ConcurrentHashMap<>();
    private final Set<String> stale = ConcurrentHashMap.newKeySet();

    /** Metrics on a registry. */
    public PipelineMetrics(MeterRegistry registry) {
        this.registry = registry;
        framesReceived = Counter.builder("tronie.frames.received").description("Frames taken up").register(registry);
        framesDone = Counter.builder("tronie.frames.processed").description("Frames looked at to the end").register(registry);
        faces = Counter.builder("tronie.faces").description("Faces found in frames and photos").register(registry);
        facesEmbedded = Counter.builder("tronie.faces.embedded").description("Faces of frames that were embedded").register(registry);
        facesLeftOut = Counter.builder("tronie.faces.left.out").description("Faces not followed because too many are").register(registry);
        settingsRefused = Counter.builder("tronie.settings.refused").description("Settings of the topic settings that were refused").register(registry);
        captureToDecision = histogram(Timer.builder("tronie.capture.to.decision").description("From a frame's capture to its decision"));
        gauge("tronie.camera.tracks", "Faces that are followed now, before all cameras", () -> tracks.values().stream().mapToInt(Integer::intValue).sum());
        gauge("tronie.cameras", "Cameras that frames came from", tracks::size);
        gauge("tronie.cameras.stale", "Cameras that have sent nothing new for cameras.stale.ms", stale::size);
        // Rates of what has never happened are 0, not missing.
        FRAME_SKIPS.forEach(this::frameSkippedCounter);
        LIMITS.forEach(this::limitCounter);
        List.of("unreadable", "null_value").forEach(this::deadLetterCounter);
    }

    /** Where other meters go. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Frames looked at to the end, and skipped, since the start. */
    public long framesFinished() {
        return (long) (framesDone.count() + registry.find("tronie.frames.skipped").counters().stream().mapToDouble(Counter::count).sum());
    }

    /** Frames skipped since the start, for all reasons. */
    public long framesSkipped() {
        return (long) registry.find("tronie.frames.skipped").counters().stream().mapToDouble(Counter::count).sum();
    }

    /** A frame has come. */
    public void frameReceived() {
        framesReceived.increment();
    }

    /** A frame was not looked at. */
    public void frameSkipped(String reason) {
        frameSkippedCounter(reason).increment();
    }

    /**
     * A frame has been looked at.
     *
     * @param leftOut faces that were not followed because too many are
     */
    public void frameDone(Glance glance, float matchMs, int leftOut, long ageMs) {
        framesDone.increment();
        captureToDecision.record(Duration.ofMillis(Math.max(0, ageMs)));
        seen(glance.timings(), matchMs);
        faces.increment(glance.detections().size());
        facesEmbedded.increment(glance.closeUps().values().stream().filter(face -> face.embedding() != null).count());
        facesLeftOut.increment(leftOut);
    }

    /** A limit was reached; one of {@link #LIMITS}. */
    public void limitReached(String key) {
        limitCounter(key).increment();
    }

    /** Something was told of an appearance. */
    public void appearance(Recognition event) {
        Counter.builder("tronie.appearances").description("Events of appearances").tag("event", event.getKind().name().toLowerCase(Locale.ROOT))
                .tag("decision", event.getDecision().getKind().name().toLowerCase(Locale.ROOT)).register(registry).increment();
    }

    /**
     * How many faces are followed before a camera.
     *
     * @param followed null = this instance watches the camera no longer
     */
    public void tracks(String cameraId, Integer followed) {
        if (followed == null) {
            tracks.remove(cameraId);
            stale.remove(cameraId);
        } else {
            tracks.put(cameraId, followed);
        }
    }

    /** Whether a camera is stale now. */
    public void stale(String cameraId, boolean isStale) {
        if (isStale) {
            stale.add(cameraId);
        } else {
            stale.remove(cameraId);
        }
    }

    /** A camera's state was told. */
    public void cameraState(CameraState state) {
        Counter.builder("tronie.camera.states").description("States of cameras that were published").tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry).increment();
    }

    /** A camera's time has gone back by so much that it must have been set. */
    public void cameraClockSetBack() {
        Counter.builder("tronie.camera.clock.set.back").description("Camera clocks that were set back").register(registry).increment();
    }

    /** An upload has been answered. */
    public void uploadDone(UploadReply reply, List<Recognition> events, Instant received) {
        String outcome = reply.getError() == null ? "ok" : reply.getError().getCode().name().toLowerCase(Locale.ROOT);
        Counter.builder("tronie.uploads").description("Uploads answered").tag("operation", reply.getOperation().name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome).register(registry).increment();
        histogram(Timer.builder("tronie.upload.handling").description("From taking an upload up to its answer"))
                .record(Duration.between(received, reply.getRepliedAt()).abs());
        faces.increment(reply.getFaces().size());
        events.forEach(this::decision);
    }

    /** An upload had been answered before. */
    public void uploadRepeated(String reason) {
        Counter.builder("tronie.uploads.repeated").description("Uploads that came again and got no second reply").tag("reason", reason)
                .register(registry).increment();
    }

    /** A record went to dead-letters. */
    public void deadLetter(String reason) {
        deadLetterCounter(reason).increment();
    }

    /** A record of gallery-faces was not applied. */
    public void gallerySkipped(String reason) {
        Counter.builder("tronie.gallery.skipped").description("Records of gallery-faces not applied").tag("reason", reason).register(registry).increment();
    }

    /** A setting of the topic settings was refused. */
    public void settingRefused() {
        settingsRefused.increment();
    }

    /** A batch ran. */
    public void batch(String network, int items, double runMs) {
        histogram(Timer.builder("tronie.inference.run").description("One call of a network").tag("network", network))
                .record((long) (runMs * 1e6), TimeUnit.NANOSECONDS);
        DistributionSummary.builder("tronie.inference.batch").description("Pictures or crops in one call").tag("network", network)
                .register(registry).record(items);
    }

    /** A value that is read when scraped. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private void seen(Analysis.Timings t, float matchMs) {
        stage("decode", t.decodeMs());
        stage("detect", t.detectMs());
        stage("align", t.alignMs());
        stage("embed", t.embedMs());
        stage("queue", t.queueMs());
        stage("match", matchMs);
    }

    private void stage(String stage, float ms) {
        histogram(Timer.builder("tronie.stage").description("Time of one stage for one picture; queue is part of detect and embed").tag("stage", stage))
                .record((long) (ms * 1e6), TimeUnit.NANOSECONDS);
    }

    /** A face of one picture was decided on. */
    public void decision(Recognition event) {
        Counter.builder("tronie.decisions").description("Faces decided on").tag("decision",
                event.getDecision().getKind().name().toLowerCase(Locale.ROOT)).register(registry).increment();
    }

    private Counter frameSkippedCounter(String reason) {
        return Counter.builder("tronie.frames.skipped").description("Frames not looked at").tag("reason", reason).register(registry);
    }

    private Counter limitCounter(String key) {
        return Counter.builder("tronie.limits.reached").description("Frames, photos or clocks at a limit, by its setting").tag("limit", key).register(registry);
    }

    private Counter deadLetterCounter(String reason) {
        return Counter.builder("tronie.dead.letters").description("Records sent to dead-letters").tag("reason", reason).register(registry);
    }

    private Timer histogram(Timer.Builder builder) {
        return builder.serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10),
                Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(500),
                Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5)).register(registry);
    }
}
