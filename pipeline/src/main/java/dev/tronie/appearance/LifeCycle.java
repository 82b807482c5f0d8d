package dev.tronie.appearance;

import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.TrackMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** When an appearance is told of: once when it is sure, again when the answer changes, once when it is over. Pure. */
public final class LifeCycle {
    private LifeCycle() {
    }

    /**
     * What is to be told of a face that was just seen, after its vote.
     *
     * @param track     a face of the camera's memory; may be united with a lost one
     * @param timeMs    the camera's time
     * @return what is to be told, or null
     */
    public static EventKind after(CameraMemory memory, TrackMemory track, long timeMs, AppearanceRules rules) {
        if (track.getDecision() == null || track.getFramesSeen() < rules.framesMin()) {
            return null;
        }
        boolean sure = track.getAgreeing() >= Vote.SURE_VOTES;
        if (track.getTold() == null) {
            boolean match = sure && track.getDecision().getKind() == DecisionKind.MATCH;
            // Who is there less than half of the time does not stay yet: a phantom, or the edge of a crowd.
            boolean stays = timeMs - track.getFirstSeenMs() >= rules.decideMs() && 2 * track.getFramesSeen() >= track.getFramesPassed();
            if (!match && !stays) {
                return null;
            }
            TrackMemory lost = Reunion.byName(memory, track);
            if (lost != null) {
                Reunion.unite(memory, lost, track, rules);
                return null;
            }
            if (!sure && track.getDecision().getKind() == DecisionKind.MATCH) {
                // One shot alone names nobody.
                track.getDecision().setKind(DecisionKind.POSSIBLE);
            }
            return EventKind.OPENED;
        }
        boolean changed = track.getTold() != track.getDecision().getKind() || !Objects.equals(track.getToldSubjectId(), Vote.subject(track));
        return changed && sure ? EventKind.UPDATED : null;
    }

    /** Takes down that it has been told. */
    public static void told(TrackMemory track) {
        track.setTold(track.getDecision().getKind());
        track.setToldSubjectId(Vote.subject(track));
        track.setToldDecision(track.getDecision());
        track.setToldCandidates(track.getCandidates());
        track.setSequence(track.getSequence() + 1);
    }

    /**
     * Takes out of the memory whoever has been out of sight for too long.
     *
     * @param timeMs the camera's time; Long.MIN_VALUE = not known yet, Long.MAX_VALUE = whoever is there is gone
     * @return the appearances that are over, oldest first
     */
    public static List<TrackMemory> over(CameraMemory memory, long timeMs, AppearanceRules rules) {
        List<TrackMemory> over = new ArrayList<>();
        memory.getTracks().removeIf(track -> {
            long awayMaxMs = track.getTold() != null ? rules.gapMs() : rules.unopenedMs();
            // Not a difference of times: one of them may be the end of all time.
            boolean gone = timeMs > track.getLastSeenMs() + awayMaxMs;
            if (gone && track.getTold() != null) {
                over.add(track);
            }
            return gone;
        });
        return over;
    }

    /** Open appearances. */
    public static int open(CameraMemory memory) {
        return (int) memory.getTracks().stream().filter(track -> track.getTold() != null).count();
    }
}
