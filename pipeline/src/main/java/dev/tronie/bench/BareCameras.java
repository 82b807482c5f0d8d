package dev.tronie.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Many cameras in a bare loop: as many threads as the stream has, each with cameras of its own, frame after frame.
 *
 * <p>Threading: used by one thread; its own end with every round. A camera keeps its memory from round to round.
 */
public final class BareCameras implements CamerasBench.BareLoop {
    private static final double NS = 1e9;

    private final Supplier<BareCamera> maker;
    private final int threads;
    private final Map<Integer, BareCamera> cameras = new HashMap<>();
    private long virtualMs = 1_000_000;
    private long number;

    /**
     * Cameras.
     *
     * @param maker   makes a camera
     * @param threads how many work at a time
     */
    public BareCameras(Supplier<BareCamera> maker, int threads) {
        this.maker = maker;
        this.threads = threads;
    }

    @Override
    public double[] measure(List<byte[]> frames, int count, int framesEach, double fps) throws InterruptedException {
        for (int c = 0; c < count; c++) {
            cameras.computeIfAbsent(c, k -> maker.get());
        }
        long fromMs = virtualMs;
        long from = number;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long cpu = cpuNs();
        long start = System.nanoTime();
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                ends.add(pool.submit(() -> {
                    for (int n = 0; n < framesEach; n++) {
                        for (int c = first; c < count; c += threads) {
                            cameras.get(c).look("f" + (from + n), fromMs + (long) (n * 1_000 / fps), frames.get((int) ((from + n + 13L * c) % frames.size())));
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdown();
        }
        double seconds = (System.nanoTime() - start) / NS;
        double done = (double) count * framesEach;
        virtualMs += (long) (framesEach * 1_000 / fps);
        number += framesEach;
        return new double[] {done / seconds, (cpuNs() - cpu) / 1e6 / done};
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
