package dev.tronie.topology;

import dev.tronie.appearance.LifeCycle;
import dev.tronie.appearance.Sighting;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.CameraState;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.TrackMemory;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * How the cameras of one task are doing: what of theirs was looked at and what not, and by the wall clock, who has fallen silent. A
 * silent camera's time is taken to run on, so that who was before it does not stay for ever.
 *
 * <p>Threading: its task's thread only. Counts live from one status to the next and are lost with the task.
 */
final class CameraWatch {
    /** In a replay silence means little: the log is read as fast as it comes. */
    private static final long REPLAY_SILENCE_MS = 30_000;
    /** Events are kept so long for a restart of minutes. */
    private static final long KEPT_MS = 600_000;
    /** The least age of a camera's frames is forgotten at this share of time, as clocks drift. */
    private static final double FORGET = 1e-4;
    /** A pipeline that starts behind must not take that for the camera's own delay. */
    private static final double OWN_DELAY_MAX_MS = 1_000;

    private static final class Counts {
        private long advancedMs;
        private long sinceMs;
        private long admitted;
        private final Map<String, Long> skipped = new TreeMap<>();
        private long newestMs = Long.MIN_VALUE;
        private double leastAgeMs = Double.NaN;
        private long agedMs;
    }

    private Stages stages;
    private final CameraMemories cameras;
    private FrameFaces faces;
    private final ProcessorContext<String, Object> context;
    private final Map<String, Counts> counts = new HashMap<>();
    private boolean ticked;

    CameraWatch(Stages stages, CameraMemories cameras, FrameFaces faces, ProcessorContext<String, Object> context) {
        this.stages = stages;
        this.cameras = cameras;
        this.faces = faces;
        this.context = context;
        long nowMs = stages.clock().millis();
        // Silence counts from now on: what came while nobody listened is still to be read.
        cameras.ids().forEach(cameraId -> of(cameraId, nowMs));
    }

    /** Settings have been changed. */
    void use(Stages changed, FrameFaces decidingBy) {
        this.stages = changed;
        this.faces = decidingBy;
    }

    private Counts of(String cameraId, long nowMs) {
        return counts.computeIfAbsent(cameraId, id -> {
            Counts fresh = new Counts();
            fresh.advancedMs = nowMs;
            fresh.sinceMs = nowMs;
            return fresh;
        });
    }

    /**
     * A frame has come.
     *
     * @return whether the pipeline is behind: the frame is older than this camera's frames need be
     */
    boolean arrived(Sighting frame, long nowMs) {
        Counts c = of(frame.cameraId(), nowMs);
        if (frame.capturedMs() > c.newestMs) {
            c.newestMs = frame.capturedMs();
            c.advancedMs = nowMs;
        }
        double ageMs = nowMs - frame.capturedMs();
        double least = Double.isNaN(c.leastAgeMs) ? OWN_DELAY_MAX_MS : c.leastAgeMs + FORGET * (nowMs - c.agedMs);
        c.leastAgeMs = Math.min(ageMs, least);
        c.agedMs = nowMs;
        return ageMs - c.leastAgeMs > stages.frames().lagMaxMs();
    }

    /** The camera's time begins anew with this frame. */
    void clockSetBack(Sighting frame, long nowMs) {
        Counts c = of(frame.cameraId(), nowMs);
        c.newestMs = frame.capturedMs();
        c.advancedMs = nowMs;
        c.leastAgeMs = nowMs - frame.capturedMs();
        c.agedMs = nowMs;
    }

    void admitted(String cameraId, CameraMemory memory) {
        of(cameraId, stages.clock().millis()).admitted++;
        stages.metrics().tracks(cameraId, memory.getTracks().size());
    }

    /** The task goes to somebody else, or ends. */
    void close() {
        counts.keySet().forEach(cameraId -> stages.metrics().tracks(cameraId, null));
    }

    void skipped(String cameraId, String reason) {
        of(cameraId, stages.clock().millis()).skipped.merge(reason, 1L, Long::sum);
    }

    /** Looks after everybody; called every second. */
    void tick() {
        long nowMs = stages.clock().millis();
        for (Map.Entry<String, Counts> entry : List.copyOf(counts.entrySet())) {
            // A camera of which no frame was ever usable has a state too.
            look(entry.getKey(), entry.getValue(), cameras.of(entry.getKey()), nowMs);
        }
        ticked = true;
    }

    private void look(String cameraId, Counts c, CameraMemory memory, long nowMs) {
        long silentMs = nowMs - c.advancedMs;
        long forgetMs = stages.cameras().forgetMs();
        boolean longGone = memory.getNewestCaptureMs() > 0 && nowMs - memory.getNewestCaptureMs() > forgetMs && silentMs > stages.cameras().staleMs();
        if ((silentMs > forgetMs || longGone) && memory.getTracks().isEmpty()) {
            cameras.delete(cameraId);
            counts.remove(cameraId);
            stages.metrics().tracks(cameraId, null);
            if (!stages.frames().replay()) {
                forward(cameraId, null, nowMs, RecognitionTopology.CAMERA_STATUS);
            }
            return;
        }
        boolean changed = repeatWhatTheClockToldOf(cameraId, memory, nowMs);
        boolean silent = silentMs >= (stages.frames().replay() ? Math.max(REPLAY_SILENCE_MS, stages.cameras().staleMs()) : stages.cameras().staleMs());
        if (!memory.getTracks().isEmpty()) {
            // What has been fetched and not looked at yet may be as old as frames may be: it goes first.
            long byClockMs = silent ? memory.getNewestCaptureMs() + silentMs - Math.min(silentMs, stages.frames().maxAgeMs()) : Long.MIN_VALUE;
            changed |= close(cameraId, memory, Math.max(byClockMs, c.newestMs), nowMs);
        }
        // What is replayed says nothing about how the camera does now.
        CameraState state = stages.frames().replay() ? null : next(memory, c, silent, nowMs);
        if (state != null) {
            forward(cameraId, status(cameraId, c, memory, state, nowMs), nowMs, RecognitionTopology.CAMERA_STATUS);
            memory.setState(state);
            memory.setStatusAtMs(nowMs);
            changed = true;
        }
        stages.metrics().stale(cameraId, memory.getState() == CameraState.STALE);
        if (changed) {
            cameras.put(cameraId, memory, true);
        }
    }

    /** The state to be told now; null = none. */
    private CameraState next(CameraMemory memory, Counts c, boolean silent, long nowMs) {
        CameraState before = memory.getState();
        if (silent) {
            return before == CameraState.STALE ? null : CameraState.STALE;
        } else if (before == CameraState.STALE) {
            // After a restart it counts as silent until a frame comes.
            return c.admitted > 0 || !c.skipped.isEmpty() ? CameraState.RECOVERED : null;
        }
        return before == CameraState.OTHER || nowMs - memory.getStatusAtMs() >= stages.cameras().statusMs() ? CameraState.LIVE : null;
    }

    private CameraStatus status(String cameraId, Counts c, CameraMemory memory, CameraState state, long nowMs) {
        double seconds = Math.max(1, nowMs - c.sinceMs) / 1e3;
        CameraStatus status = new CameraStatus(cameraId, state, Instant.ofEpochMilli(nowMs),
                memory.getNewestCaptureMs() == 0 ? null : Instant.ofEpochMilli(memory.getNewestCaptureMs()), (float) (c.admitted / seconds), c.admitted,
                new TreeMap<>(c.skipped), LifeCycle.open(memory), memory.getClockSkewMs());
        c.sinceMs = nowMs;
        c.admitted = 0;
        c.skipped.clear();
        stages.metrics().cameraState(state);
        return status;
    }

    private boolean close(String cameraId, CameraMemory memory, long timeMs, long nowMs) {
        int before = memory.getTracks().size();
        List<TrackMemory> over = LifeCycle.over(memory, timeMs, stages.appearances());
        for (Recognition event : faces.closed(cameraId, over, stages.framesTopic(), context.taskId().partition())) {
            forward(cameraId, event, nowMs, RecognitionTopology.RECOGNITIONS_OF_FRAMES);
            if (stages.frames().outboxMs() > 0) {
                Outbox.keep(memory, -1, nowMs, event);
            }
        }
        return memory.getTracks().size() != before;
    }

    /** What no frame led to, no frame that comes again will repeat: the first tick after a restart does. */
    private boolean repeatWhatTheClockToldOf(String cameraId, CameraMemory memory, long nowMs) {
        if (!ticked && stages.frames().outboxMs() > 0) {
            Outbox.events(memory, offset -> offset < 0).forEach(event -> forward(cameraId, event, nowMs, RecognitionTopology.RECOGNITIONS_OF_FRAMES));
        }
        // Of a camera that is silent too, nothing is kept for longer than it can be needed.
        return memory.getOutbox().removeIf(old -> nowMs - old.getAtMs() > Math.max(stages.frames().outboxMs(), KEPT_MS));
    }

    private void forward(String cameraId, Object value, long nowMs, String to) {
        context.forward(new Record<>(cameraId, value, nowMs), to);
    }
}
