package dev.tronie.appearance;

import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Detection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Which detection of a frame is which followed face: by motion, the sure detections first and the faint ones for what is left
 * (ByteTrack, ECCV 2022), and where two faces meet, by their embeddings too. Pure.
 */
final class Association {
    /** A face that has been out of sight for longer is found again by its looks only. */
    private static final long COAST_MS = 1_500;
    /** Two pairings whose costs differ by less than this are told apart by looks. */
    private static final double CLEAR = 8;
    /** What looks weigh beside motion, and the cosine that says nothing either way. */
    private static final double LOOKS_WEIGHT = 25;
    private static final double LOOKS_NEUTRAL = 0.45;
    /** A faint detection is held to be a followed face only where it covers the place where that is expected. */
    private static final float FAINT_IOU = 0.45f;
    /** A pair is weak where the face has been out of sight for so long, or is as far off as one true pair in twenty. */
    private static final long WEAK_AWAY_MS = 350;
    private static final double WEAK_DISTANCE = 7.8;

    private final List<TrackMemory> tracks;
    private final List<Detection> detections;
    private final float sureScore;
    private final Motion[] motions;
    private final double[][] cost;
    private final long timeMs;
    /** The frame before. */
    private final long beforeMs;
    private final float unlikeCosine;

    Association(List<TrackMemory> tracks, List<Detection> detections, String gallery, long beforeMs, long timeMs, AppearanceRules rules) {
        this.tracks = tracks;
        this.detections = detections;
        this.sureScore = rules.sureScore();
        this.unlikeCosine = rules.unlikeCosine();
        this.timeMs = timeMs;
        this.beforeMs = beforeMs;
        this.motions = new Motion[tracks.size()];
        this.cost = new double[tracks.size()][detections.size()];
        for (int t = 0; t < tracks.size(); t++) {
            TrackMemory track = tracks.get(t);
            boolean inReach = timeMs - track.getLastSeenMs() <= COAST_MS && track.getGallery().equals(gallery);
            motions[t] = Motion.at(track, timeMs);
            for (int d = 0; d < detections.size(); d++) {
                cost[t][d] = inReach ? motions[t].cost(detections.get(d).box()) : Double.POSITIVE_INFINITY;
            }
        }
    }

    Motion motion(int track) {
        return motions[track];
    }

    /**
     * The pairing.
     *
     * @param looks embeddings by detection, as far as they are known
     * @return for every detection its track, or -1
     */
    int[] pair(Map<Integer, float[]> looks) {
        double[][] sure = withLooks(looks);
        for (double[] row : sure) {
            for (int d = 0; d < row.length; d++) {
                row[d] = detections.get(d).score() >= sureScore ? row[d] : Double.POSITIVE_INFINITY;
            }
        }
        int[] trackOf = new int[detections.size()];
        Arrays.fill(trackOf, -1);
        int[] first = Assignment.solve(sure);
        take(first, trackOf);
        double[][] faint = withLooks(looks);
        for (int t = 0; t < faint.length; t++) {
            for (int d = 0; d < detections.size(); d++) {
                // Faint detections keep a face in sight; they do not find it again.
                boolean covered = tracks.get(t).getLastSeenMs() >= beforeMs && motions[t].expected().iou(detections.get(d).box()) >= FAINT_IOU;
                if (first[t] >= 0 || trackOf[d] >= 0 || detections.get(d).score() >= sureScore || !covered) {
                    faint[t][d] = Double.POSITIVE_INFINITY;
                }
            }
        }
        take(Assignment.solve(faint), trackOf);
        return trackOf;
    }

    /** Whether motion alone is a poor reason for a pair. */
    boolean isWeak(int track, int detection) {
        // After faint detections it may be another's face by now that is followed.
        boolean fainted = tracks.get(track).getSureMs() < tracks.get(track).getLastSeenMs();
        return fainted || timeMs - tracks.get(track).getLastSeenMs() >= WEAK_AWAY_MS || motions[track].distance(detections.get(detection).box()) > WEAK_DISTANCE;
    }

    /** Detections whose pairing motion alone does not settle: exchanging them with another's would cost little. */
    BitSet ambiguous(int[] trackOf) {
        BitSet unclear = new BitSet();
        for (int d = 0; d < trackOf.length; d++) {
            if (trackOf[d] < 0) {
                continue;
            }
            unclear.set(d, unclear.get(d) || detections.get(d).score() >= sureScore && isWeak(trackOf[d], d));
            double own = cost[trackOf[d]][d];
            for (int t = 0; t < tracks.size(); t++) {
                int other = t == trackOf[d] ? -1 : indexOf(trackOf, t);
                // A face that nobody was paired with loses nothing; the other's detection would have to go to this one's track.
                double exchanged = other < 0 ? cost[t][d] - own : cost[t][d] + cost[trackOf[d]][other] - own - cost[t][other];
                if (t != trackOf[d] && exchanged < CLEAR) {
                    unclear.set(d);
                    if (other >= 0) {
                        unclear.set(other);
                    }
                }
            }
        }
        return unclear;
    }

    private static int indexOf(int[] trackOf, int track) {
        for (int d = 0; d < trackOf.length; d++) {
            if (trackOf[d] == track) {
                return d;
            }
        }
        return -1;
    }

    private static void take(int[] detectionOf, int[] trackOf) {
        for (int t = 0; t < detectionOf.length; t++) {
            if (detectionOf[t] >= 0) {
                trackOf[detectionOf[t]] = t;
            }
        }
    }

    private double[][] withLooks(Map<Integer, float[]> looks) {
        double[][] all = new double[tracks.size()][];
        for (int t = 0; t < all.length; t++) {
            all[t] = cost[t].clone();
            float[] known = looks.isEmpty() ? null : Shots.atBest(tracks.get(t));
            for (int d = 0; known != null && d < all[t].length; d++) {
                float[] seen = looks.get(d);
                if (seen != null) {
                    float cosine = Shots.cosine(known, seen);
                    all[t][d] += cosine < unlikeCosine && isWeak(t, d) ? Double.POSITIVE_INFINITY : LOOKS_WEIGHT * (LOOKS_NEUTRAL - cosine);
                }
            }
        }
        return all;
    }
}
