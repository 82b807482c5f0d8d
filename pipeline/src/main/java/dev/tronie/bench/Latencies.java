package dev.tronie.bench;

import java.util.Arrays;

/**
 * Latencies of some requests. Immutable.
 *
 * @param sortedMs milliseconds, ascending
 * @param failed   requests without a good answer
 */
record Latencies(double[] sortedMs, int failed) {
    static Latencies of(double[] ms, int failed) {
        double[] sorted = ms.clone();
        Arrays.sort(sorted);
        return new Latencies(sorted, failed);
    }

    /** The latency that a share of the requests does not exceed, by nearest rank; NaN without requests. */
    double quantile(double share) {
        return sortedMs.length == 0 ? Double.NaN : sortedMs[(int) Math.min(sortedMs.length - 1, Math.ceil(share * sortedMs.length) - 1)];
    }
}
