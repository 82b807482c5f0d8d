package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.PixelBlock;
import dev.tronie.inference.TorchEngine;
import dev.tronie.inference.TorchNetworks;
import dev.tronie.vision.Alignment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How the networks are best run here: workers, threads inside a call, and pictures in a call, each with each. The combinations take turns,
 * round after round. Used by one thread; workers are threads of its own.
 */
public final class GridBench {
    private static final int ROUNDS = 5;
    private static final int[] BATCHES = {1, 4, 8};
    private static final double SECONDS = 1;
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 480;

    private final ModelFolder model;
    private final BenchReport report;

    /** One way to run a network. */
    private record Cell(boolean detector, int workers, int threads, int batch) {
    }

    /** A benchmark of a model's two networks on the processor. */
    public GridBench(ModelFolder model, BenchReport report) {
        this.model = model;
        this.report = report;
    }

    /** Runs. */
    public void run() throws InterruptedException, ExecutionException {
        List<Cell> cells = cells(Runtime.getRuntime().availableProcessors());
        double[][] rates = new double[cells.size()][ROUNDS];
        try (TorchNetworks.Models models = TorchNetworks.load(model, "cpu")) {
            // The first round warms and does not count.
            for (int round = -1; round < ROUNDS; round++) {
                for (int i = 0; i < cells.size(); i++) {
                    report.progress("Combinations", (round + 1) * cells.size() + i, (ROUNDS + 1) * cells.size());
                    double rate = rate(models, cells.get(i));
                    if (round >= 0) {
                        rates[i][round] = rate;
                    }
                }
            }
        }
        report.progress("Combinations", (ROUNDS + 1) * cells.size(), (ROUNDS + 1) * cells.size());
        report.line(String.format(Locale.ROOT, "Model %s %s, %d processors; a second at a time, medians of %d rounds", model.modelId(), model.precision(),
                Runtime.getRuntime().availableProcessors(), ROUNDS));
        for (int i = 0; i < cells.size(); i++) {
            tell(cells.get(i), rates[i]);
        }
    }

    private static List<Cell> cells(int processors) {
        List<Cell> cells = new ArrayList<>();
        for (boolean detector : new boolean[] {true, false}) {
            for (int[] shape : new int[][] {{1, 1}, {1, processors}, {processors, 1}, {2 * processors, 1}}) {
                for (int batch : BATCHES) {
                    Cell cell = new Cell(detector, shape[0], shape[1], batch);
                    if (!cells.contains(cell)) {
                        cells.add(cell);
                    }
                }
            }
        }
        return cells;
    }

    private void tell(Cell cell, double[] rates) {
        Arrays.sort(rates);
        String network = cell.detector() ? "detector" : "embedder";
        report.line(String.format(Locale.ROOT, "  %s  workers %d  threads %d  batch %d   %7.1f a second (%.1f-%.1f)", network, cell.workers(), cell.threads(), cell.batch(),
                ApiBench.median(rates), rates[0], rates[ROUNDS - 1]));
        report.bar(new BarPicture.Bar(network + ", ms a picture", String.format(Locale.ROOT, "%d workers x %d threads, batch %d", cell.workers(), cell.threads(), cell.batch()),
                1e3 / ApiBench.median(rates), 1e3 / rates[ROUNDS - 1], 1e3 / rates[0], true));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "grid").put("network", network).put("workers", cell.workers()).put("threads", cell.threads())
                .put("batch", cell.batch()).put("perSecond", ApiBench.median(rates)).put("least", rates[0]).put("most", rates[ROUNDS - 1]));
    }

    /** Pictures a second of all workers together. */
    private double rate(TorchNetworks.Models models, Cell cell) throws InterruptedException, ExecutionException {
        ExecutorService workers = Executors.newFixedThreadPool(cell.workers());
        try {
            long start = System.nanoTime();
            List<Future<Integer>> done = new ArrayList<>();
            for (int w = 0; w < cell.workers(); w++) {
                done.add(workers.submit(() -> work(models, cell, start + (long) (SECONDS * 1e9))));
            }
            int pictures = 0;
            for (Future<Integer> one : done) {
                pictures += one.get();
            }
            return pictures * 1e9 / (System.nanoTime() - start);
        } finally {
            workers.shutdownNow();
            workers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private int work(TorchNetworks.Models models, Cell cell, long untilNanos) {
        // Counts for the calling thread only.
        TorchEngine.threadsOfThisThread(cell.threads());
        int done = 0;
        try (TorchNetworks networks = models.open()) {
            PixelBlock block = cell.detector() ? noise(cell.batch(), HEIGHT_PX, WIDTH_PX) : noise(cell.batch(), Alignment.SIDE_PX, Alignment.SIDE_PX);
            while (System.nanoTime() < untilNanos) {
                if (cell.detector()) {
                    networks.detect(List.of(block));
                } else {
                    networks.embed(List.of(block));
                }
                done += cell.batch();
            }
        }
        return done;
    }

    private PixelBlock noise(int count, int heightPx, int widthPx) {
        byte[] bytes = new byte[count * heightPx * widthPx * model.inputChannels()];
        new SplittableRandom(1).nextBytes(bytes);
        return new PixelBlock(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), count, heightPx, widthPx);
    }
}
