package dev.tronie.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Open-set identification: how often a person who is enrolled is missed, and a stranger is named, by galleries of several sizes. The
 * protocol is that of NIST's FRTE 1:N (P. Grother, M. Ngan, K. Hanaoka, "Face Recognition Technology Evaluation, Part 2:
 * Identification", NIST IR 8271), the terms are those of ISO/IEC 19795-1. Pure; {@link #of} uses the common pool's threads.
 *
 * <p>A repetition draws subjects among the people with at least two pictures and enrols one picture of each. Mated probes are the
 * other pictures of those subjects; non-mated probes are all pictures of everybody else. The galleries of one repetition are nested:
 * a smaller one is the beginning of a larger one, so that sizes differ by size and not by luck. Probes of all repetitions are
 * pooled. They share pictures, so a rate is less certain than as many independent probes would make it; {@link Size#strangers()} tells.
 *
 * @param repetitions draws that were pooled
 * @param sizes       the galleries, smallest first
 */
public record OpenSet(int repetitions, List<Size> sizes) {
    /** A false-positive rate is stated where at least this many false positives are expected at it: the rule of three. */
    public static final int EVENTS_MIN = 3;
    /** Fewer non-mated probes than this do not say how a threshold in force does. */
    public static final int PROBES_MIN = 30;

    /**
     * What a threshold does.
     *
     * @param threshold cosine from which on a probe is named
     * @param fpir      false-positive identification rate, 0 to 1: non-mated probes whose best score reaches the threshold
     * @param fnir      false-negative identification rate, 0 to 1: mated probes whose mate is not alone at rank 1, or is under the threshold
     */
    public record Point(double threshold, double fpir, double fnir) {
    }

    /**
     * One size of gallery.
     *
     * @param subjects  enrolled people, one face each
     * @param mated     mated probes of all repetitions
     * @param nonMated  non-mated probes of all repetitions
     * @param strangers different pictures among the non-mated probes
     * @param operating at the threshold that the caller's rule names; its {@code fpir} is NaN below {@value OpenSet#PROBES_MIN} non-mated probes,
     *                  its {@code fnir} NaN without mated ones
     * @param curve     from the strictest threshold to the laxest, one point for each score that a non-mated probe reached and before them one
     *                  that none reaches; empty where either kind of probe is missing
     */
    public record Size(int subjects, int mated, int nonMated, int strangers, Point operating, List<Point> curve) {

        /**
         * The lowest threshold that keeps a rate.
         *
         * @param fpir wanted false-positive identification rate, above 0
         * @return the point, its {@code fpir} at most the wanted one; all NaN where the probes are too few to tell
         */
        public Point at(double fpir) {
            if (curve.isEmpty() || fpir * nonMated < EVENTS_MIN - 1e-9) {
                return new Point(Double.NaN, Double.NaN, Double.NaN);
            }
            Point last = curve.get(0);
            for (Point point : curve) {
                if (point.fpir() > fpir + 1e-12) {
                    break;
                }
                last = point;
            }
            return last;
        }
    }

    /** How many people have the two pictures that a known subject needs: the largest size that {@link #of} can draw. */
    public static int enrollable(Map<String, List<float[]>> people) {
        return (int) people.values().stream().filter(pictures -> pictures.size() >= 2).count();
    }

    /**
     * Measures.
     *
     * @param people       unit-length embeddings by person, all of one length; the map's order does not matter, that of a person's pictures does
     * @param sizes        wanted numbers of subjects, 1 to {@link #enrollable}, in any order
     * @param repetitions  draws, at least 1
     * @param seed         of the draws; the same seed gives the same result
     * @param thresholdFor from the number of enrolled faces to the threshold in force
     * @throws IllegalArgumentException where a size cannot be drawn, there is no repetition, or embeddings differ in length
     */
    public static OpenSet of(Map<String, List<float[]>> people, int[] sizes, int repetitions, long seed, IntToDoubleFunction thresholdFor) {
        int[] wanted = Arrays.stream(sizes).sorted().distinct().toArray();
        int enrollable = enrollable(people);
        if (repetitions < 1 || wanted.length == 0 || wanted[0] < 1 || wanted[wanted.length - 1] > enrollable) {
            throw new IllegalArgumentException("at least one repetition and sizes from 1 to " + enrollable + " are needed");
        }
        OpenSetTrials trials = new OpenSetTrials(people, seed);
        List<Pool> pools = IntStream.of(wanted).mapToObj(size -> new Pool(repetitions * trials.pictures())).toList();
        for (int r = 0; r < repetitions; r++) {
            trials.next(wanted, pools);
        }
        return new OpenSet(repetitions, IntStream.range(0, wanted.length)
                .mapToObj(k -> pools.get(k).figures(wanted[k], thresholdFor.applyAsDouble(wanted[k]))).toList());
    }

    /** Best scores of all repetitions at one size. */
    static final class Pool {
        private final float[] mated;
        private final float[] nonMated;
        private final BitSet strangers = new BitSet();
        private int mates;
        private int others;

        Pool(int capacity) {
            mated = new float[capacity];
            nonMated = new float[capacity];
        }

        void mated(float score) {
            mated[mates++] = score;
        }

        void nonMated(int picture, float score) {
            nonMated[others++] = score;
            strangers.set(picture);
        }

        Size figures(int subjects, double threshold) {
            Arrays.sort(mated, 0, mates);
            Arrays.sort(nonMated, 0, others);
            double fpir = others < PROBES_MIN ? Double.NaN : (double) (others - under(nonMated, others, threshold)) / others;
            double fnir = mates == 0 ? Double.NaN : (double) under(mated, mates, threshold) / mates;
            return new Size(subjects, mates, others, strangers.cardinality(), new Point(threshold, fpir, fnir), curve());
        }

        private static int under(float[] sorted, int count, double threshold) {
            int n = 0;
            while (n < count && sorted[n] < threshold) {
                n++;
            }
            return n;
        }

        private List<Point> curve() {
            if (mates == 0 || others == 0) {
                return List.of();
            }
            List<Point> points = new ArrayList<>();
            float strictest = Math.nextUp(nonMated[others - 1]);
            int missed = under(mated, mates, strictest);
            points.add(new Point(strictest, 0, (double) missed / mates));
            for (int n = others - 1; n >= 0; n--) {
                if (n == 0 || nonMated[n - 1] != nonMated[n]) {
                    while (missed > 0 && mated[missed - 1] >= nonMated[n]) {
                        missed--;
                    }
                    points.add(new Point(nonMated[n], (double) (others - n) / others, (double) missed / mates));
                }
            }
            return List.copyOf(points);
        }
    }
}
