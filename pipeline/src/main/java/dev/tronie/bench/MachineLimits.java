package dev.tronie.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the machine itself can do at most, measured: the yardstick for shares of the limit. Pure but for the time it takes. */
final class MachineLimits {
    /** Far more than any cache holds. */
    private static final int LONGS = 48 << 20;
    private static final int TRIES = 5;

    private MachineLimits() {
    }

    /** Bytes that some threads together read from memory in a second, the best of some tries. */
    static double readBytesPerSecond(int threads) throws InterruptedException {
        long[] memory = new long[LONGS];
        java.util.Arrays.setAll(memory, i -> i);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        double best = 0;
        try {
            for (int i = 0; i < TRIES; i++) {
                List<Future<Long>> parts = new ArrayList<>();
                long start = System.nanoTime();
                for (int t = 0; t < threads; t++) {
                    int from = (int) ((long) LONGS * t / threads);
                    int to = (int) ((long) LONGS * (t + 1) / threads);
                    parts.add(pool.submit(() -> sum(memory, from, to)));
                }
                long all = 0;
                for (Future<Long> part : parts) {
                    all += part.get();
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                // The sum is used, so that it is computed.
                best = all == 0 ? best : Math.max(best, (double) LONGS * Long.BYTES / seconds);
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdown();
        }
        return best;
    }

    private static long sum(long[] memory, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += memory[i];
        }
        return sum;
    }
}
