package dev.tronie.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Verification figures over labelled similarities. Pure.
 *
 * @param pairs       pairs that were scored
 * @param accuracy    mean over the folds, each scored at the threshold that is best on the others (LFW's protocol)
 * @param accuracyStd standard deviation over the folds
 * @param threshold   best threshold on all pairs
 * @param tarAt001    share of genuine pairs accepted where one impostor in a hundred is
 * @param tarAt0001   the same at one in a thousand
 * @param eer         the rate at which false accepts and false rejects are equal
 * @param roc         false and true accept rate, from the strictest threshold to the laxest
 */
public record Verification(int pairs, double accuracy, double accuracyStd, double threshold, double tarAt001, double tarAt0001, double eer,
        List<double[]> roc) {
    /** LFW's number of folds. */
    public static final int FOLDS = 10;

    /**
     * Computes the figures.
     *
     * @param scores similarities
     * @param same   whether each is of one person; both kinds must occur
     */
    public static Verification of(double[] scores, boolean[] same) {
        double[] accuracies = new double[FOLDS];
        for (int fold = 0; fold < FOLDS; fold++) {
            int k = fold;
            double threshold = bestThreshold(scores, same, i -> i % FOLDS != k);
            accuracies[fold] = accuracy(scores, same, threshold, i -> i % FOLDS == k);
        }
        double mean = Arrays.stream(accuracies).average().orElse(Double.NaN);
        double std = Math.sqrt(Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).average().orElse(Double.NaN));
        List<double[]> roc = roc(scores, same);
        return new Verification(scores.length, mean, std, bestThreshold(scores, same, i -> true), tarAt(roc, 0.01), tarAt(roc, 0.001), eer(roc), roc);
    }

    /** The middle of the widest stretch of thresholds that decide most of the chosen pairs rightly. */
    private static double bestThreshold(double[] scores, boolean[] same, java.util.function.IntPredicate chosen) {
        Integer[] order = java.util.stream.IntStream.range(0, scores.length).filter(chosen).boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a])).toArray(Integer[]::new);
        int right = 0;
        for (int i : order) {
            right += same[i] ? 0 : 1;
        }
        int best = right;
        double threshold = order.length == 0 ? 0 : scores[order[0]] + 1e-6;
        double width = 0;
        for (int n = 0; n < order.length; n++) {
            right += same[order[n]] ? 1 : -1;
            double next = n + 1 < order.length ? scores[order[n + 1]] : scores[order[n]] - 1e-6;
            double gap = scores[order[n]] - next;
            if (gap > 0 && (right > best || right == best && gap > width)) {
                best = right;
                width = gap;
                threshold = (scores[order[n]] + next) / 2;
            }
        }
        return threshold;
    }

    private static double accuracy(double[] scores, boolean[] same, double threshold, java.util.function.IntPredicate chosen) {
        int right = 0;
        int all = 0;
        for (int i = 0; i < scores.length; i++) {
            if (chosen.test(i)) {
                all++;
                right += scores[i] >= threshold == same[i] ? 1 : 0;
            }
        }
        return all == 0 ? Double.NaN : (double) right / all;
    }

    private static List<double[]> roc(double[] scores, boolean[] same) {
        Integer[] order = java.util.stream.IntStream.range(0, scores.length).boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a])).toArray(Integer[]::new);
        int genuine = 0;
        for (boolean s : same) {
            genuine += s ? 1 : 0;
        }
        int impostors = same.length - genuine;
        if (genuine == 0 || impostors == 0) {
            throw new IllegalArgumentException("pairs of one person and of two people are both needed");
        }
        List<double[]> points = new ArrayList<>();
        points.add(new double[] {0, 0});
        int ta = 0;
        int fa = 0;
        for (int n = 0; n < order.length; n++) {
            if (same[order[n]]) {
                ta++;
            } else {
                fa++;
            }
            if (n + 1 == order.length || scores[order[n + 1]] != scores[order[n]]) {
                points.add(new double[] {(double) fa / impostors, (double) ta / genuine});
            }
        }
        return points;
    }

    /**
     * The threshold that strangers reach at a rate, and how many acquaintances do.
     *
     * @param scores similarities
     * @param same   whether each is of one person
     * @param fmr    wanted share of strangers
     * @return threshold and true accept rate; null where there are too few strangers to tell
     */
    public static double[] atFalseMatchRate(double[] scores, boolean[] same, double fmr) {
        double[] strangers = java.util.stream.IntStream.range(0, scores.length).filter(i -> !same[i]).mapToDouble(i -> scores[i]).sorted().toArray();
        int allowed = (int) Math.floor(fmr * strangers.length);
        if (allowed < 1) {
            return null;
        }
        double threshold = strangers[strangers.length - allowed];
        long genuine = java.util.stream.IntStream.range(0, scores.length).filter(i -> same[i]).count();
        long accepted = java.util.stream.IntStream.range(0, scores.length).filter(i -> same[i] && scores[i] >= threshold).count();
        return new double[] {threshold, (double) accepted / genuine};
    }

    private static double tarAt(List<double[]> roc, double far) {
        return roc.stream().filter(p -> p[0] <= far + 1e-12).mapToDouble(p -> p[1]).max().orElse(0);
    }

    private static double eer(List<double[]> roc) {
        double[] before = roc.get(0);
        for (double[] p : roc) {
            if (p[0] >= 1 - p[1]) {
                double d0 = 1 - before[1] - before[0];
                double d1 = p[0] - (1 - p[1]);
                double t = d0 + d1 == 0 ? 0 : d0 / (d0 + d1);
                return before[0] + t * (p[0] - before[0]);
            }
            before = p;
        }
        return 1;
    }
}
