package dev.tronie.appearance;

import dev.tronie.event.Faces;
import dev.tronie.gallery.Hit;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.TrackMemory;
import java.util.List;

/**
 * The decision about an appearance: its best shots, weighted by quality, make one probe (template-level fusion, as ISO/IEC 19795 and
 * NIST's multi-image evaluations do), and one search decides by the same open-set rule as for a single face. Pure.
 */
public final class Vote {
    /** Shots that must agree before anything is told. */
    static final int SURE_VOTES = 2;
    /** A match that leads the threshold by less than this is looked at again. */
    private static final float NARROW = 0.05f;

    private Vote() {
    }

    /**
     * What to search for.
     *
     * @return unit length; null where no shot is good enough
     */
    public static float[] probe(TrackMemory track) {
        return Shots.together(track);
    }

    /**
     * Decides anew.
     *
     * @param hits    nearest subjects of {@link #probe}, best first; empty where there was no probe
     * @param faces   enrolled faces that were searched
     * @param version of the gallery
     * @param looked  whether the face was looked at anew; false = only the gallery or the policy has changed
     * @param other   whether the vote before was taken by another policy
     */
    public static void take(TrackMemory track, List<Hit> hits, long faces, DecisionPolicy policy, long version, boolean looked, boolean other) {
        boolean groundsChanged = other || track.getGalleryVersion() >= 0 && track.getGalleryVersion() != version;
        String before = outcome(track);
        int voted = Shots.voted(track);
        List<String> failed = voted > 0 ? List.of() : track.getShots().get(0).getFailed();
        Decision decision = policy.decide(failed, hits, faces, Math.max(1, voted));
        track.setDecision(decision);
        track.setCandidates(decision.getKind() == DecisionKind.REJECTED_QUALITY ? List.of() : Faces.candidates(hits, policy));
        boolean same = outcome(track).equals(before);
        if (!same) {
            // Where the gallery or the policy has changed and two shots were voted, that needs no further opinion: who is erased is so at once.
            track.setAgreeing(groundsChanged && voted >= SURE_VOTES ? SURE_VOTES : 1);
        } else if (looked) {
            track.setAgreeing(track.getAgreeing() + 1);
        }
        track.setGalleryVersion(version);
    }

    /** Whether another look could change the answer. */
    static boolean isDoubtful(TrackMemory track) {
        Decision d = track.getDecision();
        if (d == null || d.getKind() == DecisionKind.POSSIBLE || d.getKind() == DecisionKind.REJECTED_QUALITY || track.getAgreeing() < SURE_VOTES) {
            return true;
        }
        boolean near = !track.getCandidates().isEmpty() && Math.abs(track.getCandidates().get(0).getCosine() - d.getThreshold()) < NARROW;
        return near || d.getKind() == DecisionKind.UNKNOWN && Shots.voted(track) < SURE_VOTES + 1;
    }

    /** The outcome as one text; empty before the first vote. */
    private static String outcome(TrackMemory track) {
        Decision d = track.getDecision();
        return d == null ? "" : d.getKind() + " " + subject(track);
    }

    /** Whom the last vote names; null = nobody. */
    static String subject(TrackMemory track) {
        DecisionKind kind = track.getDecision().getKind();
        return kind == DecisionKind.MATCH || kind == DecisionKind.POSSIBLE ? track.getCandidates().get(0).getSubjectId() : null;
    }
}
