package dev.tronie.appearance;

import dev.tronie.vision.FaceBox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** MOTA (Bernardin and Stiefelhagen 2008) and IDF1 (Ristani et al. 2016) of followed faces against a ground truth. */
public final class TrackingScore {
    private static final float IOU_MIN = 0.5f;

    /** A face in a frame. */
    public record Placed(String who, FaceBox box) {
    }

    /**
     * The figures.
     *
     * @param mota     1 - (missed + false + switched) / faces
     * @param idf1     harmonic mean of identity precision and recall
     * @param switches times that a person's track changed
     */
    public record Score(double mota, double idf1, int switches, int faces, int missed, int wrong) {
    }

    private final Map<String, Map<String, Integer>> together = new TreeMap<>();
    private final Map<String, Integer> truths = new TreeMap<>();
    private final Map<String, Integer> tracks = new TreeMap<>();
    private final Map<String, String> lastTrack = new HashMap<>();
    private int faces;
    private int followed;
    private int matched;
    private int switches;

    /** Takes in a frame. */
    public void frame(List<Placed> truth, List<Placed> seen) {
        double[][] cost = new double[truth.size()][seen.size()];
        for (int i = 0; i < truth.size(); i++) {
            for (int j = 0; j < seen.size(); j++) {
                float iou = truth.get(i).box().iou(seen.get(j).box());
                boolean goesOn = seen.get(j).who().equals(lastTrack.get(truth.get(i).who()));
                cost[i][j] = iou >= IOU_MIN ? 1 - iou - (goesOn ? 1 : 0) : Double.POSITIVE_INFINITY;
            }
        }
        int[] pairs = Assignment.solve(cost);
        for (int i = 0; i < pairs.length; i++) {
            truths.merge(truth.get(i).who(), 1, Integer::sum);
            if (pairs[i] >= 0) {
                matched++;
                String before = lastTrack.put(truth.get(i).who(), seen.get(pairs[i]).who());
                switches += before != null && !before.equals(seen.get(pairs[i]).who()) ? 1 : 0;
                together.computeIfAbsent(truth.get(i).who(), k -> new TreeMap<>()).merge(seen.get(pairs[i]).who(), 1, Integer::sum);
            }
        }
        seen.forEach(s -> tracks.merge(s.who(), 1, Integer::sum));
        faces += truth.size();
        followed += seen.size();
    }

    /** The figures of all frames. */
    public Score score() {
        List<String> people = new ArrayList<>(truths.keySet());
        List<String> ids = new ArrayList<>(tracks.keySet());
        double[][] cost = new double[people.size()][ids.size()];
        for (int i = 0; i < people.size(); i++) {
            for (int j = 0; j < ids.size(); j++) {
                cost[i][j] = -together.getOrDefault(people.get(i), Map.of()).getOrDefault(ids.get(j), 0);
            }
        }
        int[] pairs = Assignment.solve(cost);
        double agreed = 0;
        for (int i = 0; i < pairs.length; i++) {
            agreed -= pairs[i] >= 0 ? cost[i][pairs[i]] : 0;
        }
        int missed = faces - matched;
        int wrong = followed - matched;
        return new Score(1 - (missed + wrong + switches) / (double) faces, 2 * agreed / (faces + followed), switches, faces, missed, wrong);
    }

    /** Which tracks each person was followed as, for people who read a failed test. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        new TreeSet<>(truths.keySet()).forEach(who -> text.append(who).append(' ').append(truths.get(who)).append(": ").append(together.get(who)).append('\n'));
        return text.toString();
    }
}
