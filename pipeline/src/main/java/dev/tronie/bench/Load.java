package dev.tronie.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Puts load on a door. Stateless; the calling thread paces. */
final class Load {
    private static final long PATIENCE_SECONDS = 60;

    private Load() {
    }

    /** Requests answered well a second when so many always wait: what the pipeline can do. */
    static double capacity(Door door, List<byte[]> photos, int atATime, double seconds) throws InterruptedException {
        Semaphore free = new Semaphore(atATime);
        AtomicInteger answered = new AtomicInteger();
        long start = System.nanoTime();
        long until = start + (long) (seconds * 1e9);
        for (int i = 0; System.nanoTime() < until; i++) {
            free.acquire();
            door.recognise(photos.get(i % photos.size())).whenComplete((good, e) -> {
                if (e == null && good) {
                    answered.incrementAndGet();
                }
                free.release();
            });
        }
        free.tryAcquire(atATime, PATIENCE_SECONDS, TimeUnit.SECONDS);
        return answered.get() / ((System.nanoTime() - start) / 1e9);
    }

    /**
     * Latencies at a fixed rate, whatever the answers do (an open loop): each counts from when it was due, so that a sender that is
     * held up does not hide it.
     */
    static Latencies paced(Door door, List<byte[]> photos, double perSecond, double seconds) throws InterruptedException {
        int n = (int) Math.max(1, perSecond * seconds);
        double[] ms = new double[n];
        Arrays.fill(ms, Double.NaN);
        AtomicInteger failed = new AtomicInteger();
        CompletableFuture<?>[] all = new CompletableFuture<?>[n];
        long start = System.nanoTime();
        for (int i = 0; i < n; i++) {
            long due = start + (long) (i / perSecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int at = i;
            all[i] = door.recognise(photos.get(i % photos.size())).handle((good, e) -> {
                if (e != null || !good) {
                    failed.incrementAndGet();
                }
                ms[at] = (System.nanoTime() - due) / 1e6;
                return null;
            });
        }
        try {
            CompletableFuture.allOf(all).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            // What has not come counts as failed below.
        }
        double[] come = Arrays.stream(ms).filter(v -> !Double.isNaN(v)).toArray();
        return Latencies.of(come, failed.get() + n - come.length);
    }
}
