package dev.tronie.evaluation;

import dev.tronie.match.FalseMatchCurve;
import dev.tronie.match.SimilarityScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** From labelled similarities to a false-match curve and a similarity scale. Pure. */
public final class CalibrationFit {
    /** A point rests on at least this many pairs of strangers: its rate is then known to about a third. */
    private static final int PAIRS_MIN = 10;
    private static final double[] STEPS = {1, 0.5, 0.2};
    private static final double RATE_FIRST = 0.1;
    private static final double COSINE_STEP_MIN = 1e-4;
    private static final int NEWTON_STEPS = 100;

    private CalibrationFit() {
    }

    /**
     * The curve of strangers: counted at 0.1, 0.05, 0.02, 0.01, ... as far as the pairs carry.
     *
     * @throws IllegalArgumentException where there are fewer than a hundred pairs of strangers
     */
    public static FalseMatchCurve strangers(double[] scores, boolean[] same) {
        double[] strangers = IntStream.range(0, scores.length).filter(i -> !same[i]).mapToDouble(i -> scores[i]).sorted().toArray();
        if (strangers.length < PAIRS_MIN / RATE_FIRST) {
            throw new IllegalArgumentException("a calibration needs at least " + (int) (PAIRS_MIN / RATE_FIRST) + " pairs of strangers, not " + strangers.length);
        }
        List<FalseMatchCurve.Point> points = new ArrayList<>();
        double least = 0;
        for (double decade = RATE_FIRST; decade * strangers.length >= PAIRS_MIN; decade /= 10) {
            for (double step : STEPS) {
                double rate = decade * step;
                int reaching = (int) Math.round(rate * strangers.length);
                if (reaching < PAIRS_MIN) {
                    break;
                }
                double cosine = strangers[strangers.length - reaching];
                if (cosine >= least + COSINE_STEP_MIN) {
                    points.add(new FalseMatchCurve.Point(cosine, (double) reaching / strangers.length));
                    least = cosine;
                }
            }
        }
        return new FalseMatchCurve(points);
    }

    /**
     * The scale: logistic regression of "one person" on the cosine, both answers weighing the same in total, by Newton's method.
     *
     * @throws IllegalArgumentException where one kind of pair is missing, or the cosine tells nothing
     */
    public static SimilarityScale scale(double[] scores, boolean[] same) {
        long samePairs = IntStream.range(0, same.length).filter(i -> same[i]).count();
        if (samePairs == 0 || samePairs == same.length) {
            throw new IllegalArgumentException("a calibration needs pairs of one person and of two people");
        }
        double[] weight = {0.5 / (same.length - samePairs), 0.5 / samePairs};
        double slope = 1;
        double intercept = 0;
        for (int step = 0; step < NEWTON_STEPS; step++) {
            double[] sums = new double[5];
            for (int i = 0; i < scores.length; i++) {
                double p = 1 / (1 + Math.exp(-(slope * scores[i] + intercept)));
                double w = weight[same[i] ? 1 : 0];
                double error = (same[i] ? 1 : 0) - p;
                double curvature = w * p * (1 - p);
                sums[0] += w * error * scores[i];
                sums[1] += w * error;
                sums[2] += curvature * scores[i] * scores[i];
                sums[3] += curvature * scores[i];
                sums[4] += curvature;
            }
            // A little ridge keeps a perfectly separated sample from running away to an infinite slope.
            double ridge = 1e-6;
            sums[0] -= ridge * slope;
            sums[2] += ridge;
            sums[4] += ridge * 1e-3;
            double determinant = sums[2] * sums[4] - sums[3] * sums[3];
            double slopeStep = (sums[0] * sums[4] - sums[1] * sums[3]) / determinant;
            double interceptStep = (sums[2] * sums[1] - sums[3] * sums[0]) / determinant;
            double damping = Math.min(1, 10 / Math.max(1e-12, Math.abs(slopeStep)));
            slope += damping * slopeStep;
            intercept += damping * interceptStep;
            if (Math.abs(slopeStep) < 1e-9 && Math.abs(interceptStep) < 1e-9) {
                break;
            }
        }
        return new SimilarityScale(slope, intercept);
    }

    /** The share of the strangers' pairs that reach a cosine. */
    public static double rateOfStrangers(double[] scores, boolean[] same, double cosine) {
        long strangers = IntStream.range(0, same.length).filter(i -> !same[i]).count();
        return (double) IntStream.range(0, same.length).filter(i -> !same[i] && scores[i] >= cosine).count() / strangers;
    }

    /** The share of the pairs of one person that reach a cosine. */
    public static double rateOfSame(double[] scores, boolean[] same, double cosine) {
        double[] own = IntStream.range(0, same.length).filter(i -> same[i]).mapToDouble(i -> scores[i]).toArray();
        return (double) Arrays.stream(own).filter(s -> s >= cosine).count() / own.length;
    }
}
