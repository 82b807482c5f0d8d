package dev.tronie.appearance;

import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.ShotMemory;
import dev.tronie.schema.TrackMemory;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One person's stay goes on after an occlusion or a short way out of sight: a face that is not told of yet and looks like one that was
 * lost before it came is the same appearance. Pure.
 */
final class Reunion {
    /** Squared Mahalanobis distance up to which somebody may have gone while out of sight. */
    private static final double REACH = 30;
    /** From so much above the cosine of one person, it does not matter where somebody comes back. */
    private static final float WHEREVER = 0.15f;

    private Reunion() {
    }

    /**
     * Unites new faces with lost ones.
     *
     * @param fresh faces with a new shot
     * @return which lost face took up which new one, already united
     */
    static Map<TrackMemory, TrackMemory> of(CameraMemory memory, List<TrackMemory> fresh, AppearanceRules rules) {
        Map<TrackMemory, TrackMemory> united = new IdentityHashMap<>();
        List<TrackMemory> back = fresh.stream().filter(track -> track.getTold() == null && Shots.together(track) != null).toList();
        List<TrackMemory> away = memory.getTracks().stream().filter(track -> Shots.together(track) != null).toList();
        double[][] cost = new double[back.size()][away.size()];
        for (int b = 0; b < back.size(); b++) {
            float[] looks = Shots.together(back.get(b));
            for (int a = 0; a < away.size(); a++) {
                cost[b][a] = precedes(away.get(a), back.get(b)) ? cost(away.get(a), back.get(b), looks, rules) : Double.POSITIVE_INFINITY;
            }
        }
        int[] found = Assignment.solve(cost);
        for (int b = 0; b < found.length; b++) {
            if (found[b] >= 0 && memory.getTracks().contains(back.get(b))) {
                unite(memory, away.get(found[b]), back.get(b), rules);
                united.put(away.get(found[b]), back.get(b));
            }
        }
        return united;
    }

    private static double cost(TrackMemory away, TrackMemory back, float[] looks, AppearanceRules rules) {
        float cosine = Shots.cosine(Shots.together(away), looks);
        // Where the new face came in, its way since then taken back: the time it has been in sight must not widen the other's reach.
        long cameMs = back.getFirstSeenMs();
        boolean inReach = Motion.at(away, cameMs).distance(Motion.at(back, cameMs).expected()) <= REACH;
        return cosine >= rules.sameCosine() + (inReach ? 0 : WHEREVER) ? 1 - cosine : Double.POSITIVE_INFINITY;
    }

    /**
     * The lost appearance that was told of as the same subject as this face is now voted to be.
     *
     * @return null where there is none
     */
    static TrackMemory byName(CameraMemory memory, TrackMemory track) {
        if (track.getTold() != null || track.getDecision() == null || track.getDecision().getKind() != DecisionKind.MATCH) {
            return null;
        }
        String subject = track.getCandidates().get(0).getSubjectId();
        return memory.getTracks().stream().filter(other -> precedes(other, track) && other.getTold() == DecisionKind.MATCH && subject.equals(other.getToldSubjectId()))
                .findFirst().orElse(null);
    }

    private static boolean precedes(TrackMemory away, TrackMemory back) {
        return away != back && away.getLastSeenMs() < back.getFirstSeenMs() && away.getGallery().equals(back.getGallery());
    }

    /** The lost face goes on as the new one; the new one is no face of its own any more. */
    static void unite(CameraMemory memory, TrackMemory away, TrackMemory back, AppearanceRules rules) {
        away.setX(back.getX());
        away.setY(back.getY());
        away.setSize(back.getSize());
        away.setAspect(back.getAspect());
        away.setLastSeenMs(back.getLastSeenMs());
        away.setSureMs(back.getSureMs());
        away.setLastOffset(back.getLastOffset());
        away.setFramesSeen(away.getFramesSeen() + back.getFramesSeen());
        away.setFramesPassed(away.getFramesPassed() + back.getFramesPassed());
        away.setFramesEmbedded(away.getFramesEmbedded() + back.getFramesEmbedded());
        away.setTriedMs(back.getTriedMs());
        away.setTriedWorth(Math.max(away.getTriedWorth(), back.getTriedWorth()));
        away.setClockSkewMs(Math.max(away.getClockSkewMs(), back.getClockSkewMs()));
        for (ShotMemory shot : back.getShots()) {
            Shots.keep(away, shot, rules.shotsMax());
        }
        memory.getTracks().removeIf(track -> track == back);
    }
}
