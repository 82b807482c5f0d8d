package dev.tronie.appearance;

import dev.tronie.schema.CameraMemory;
import java.util.ArrayList;
import java.util.List;

/** Which frames of a camera move its time on. Pure. */
public final class Admission {
    private static final int RECENT_MAX = 64;

    /** What becomes of a frame. */
    public enum Verdict {
        /** It is looked at. */
        TAKE,
        /** It was taken up before a restart: nothing changes by it. */
        REPLAYED,
        /** Its id has been seen a moment ago. */
        DUPLICATE,
        /** A newer one has been looked at. */
        OUT_OF_ORDER,
        /** It is so much older than the camera's time that the camera's clock must have been set back: it is looked at after a fresh start. */
        CLOCK_SET_BACK
    }

    private Admission() {
    }

    /**
     * Judges a frame.
     *
     * @param reorderMaxMs how far frames may overtake each other
     */
    public static Verdict judge(CameraMemory memory, Sighting frame, long reorderMaxMs) {
        long behindMs = memory.getNewestCaptureMs() - frame.capturedMs();
        boolean known = memory.getRecentFrames().contains(hash(frame.frameId()));
        if (frame.offset() <= memory.getLastOffset() && (behindMs >= 0 || known)) {
            return Verdict.REPLAYED;
        } else if (known) {
            return Verdict.DUPLICATE;
        } else if (behindMs > reorderMaxMs) {
            return Verdict.CLOCK_SET_BACK;
        }
        // Some cameras stamp whole seconds: frames of the same time are taken in the order of the log.
        return behindMs > 0 ? Verdict.OUT_OF_ORDER : Verdict.TAKE;
    }

    /** Takes down that a frame has been taken up. */
    public static void taken(CameraMemory memory, Sighting frame) {
        memory.setLastOffset(frame.offset());
        memory.setNewestCaptureMs(frame.capturedMs());
        memory.setGallery(frame.gallery());
        memory.setClockSkewMs(frame.clockSkewMs());
        List<Long> recent = new ArrayList<>(memory.getRecentFrames());
        recent.add(hash(frame.frameId()));
        memory.setRecentFrames(recent.size() > RECENT_MAX ? new ArrayList<>(recent.subList(recent.size() - RECENT_MAX, recent.size())) : recent);
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String frameId) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < frameId.length(); i++) {
            hash = (hash ^ frameId.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
