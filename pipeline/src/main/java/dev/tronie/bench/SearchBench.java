package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.gallery.Template;
import dev.tronie.vision.FaceBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Exact search: the gallery's, a plain loop over floats, and FAISS's flat index where it is installed, in turns. One thread each, as a stream
 * thread has no more either. Used by one thread.
 */
public final class SearchBench {
    private static final int ROUNDS = 5;
    private static final int WARM_ROUNDS = 2;
    private static final int PROBES = 64;
    private static final int TOP = 5;
    private static final int[] BATCHES = {1, 16};
    /** A face's key, its places in the indexes, its sketch. */
    private static final int FACE_BYTES = 700;
    private static final long OTHER_BYTES = 500L << 20;
    /** Probes are seen again: this near to one enrolled face. */
    private static final float LIKENESS = 0.6f;

    private final int faces;
    private final int size;
    private final BenchReport report;

    /**
     * A benchmark.
     *
     * @param faces enrolled
     * @param size  numbers of an embedding
     */
    public SearchBench(int faces, int size, BenchReport report) {
        this.faces = faces;
        this.size = size;
        this.report = report;
    }

    /** Heap that so many faces take, held once more for the plain loop. */
    public static long heapBytes(int faces, int size) {
        return (long) faces * (size * (2L * Float.BYTES + 1) + FACE_BYTES) + OTHER_BYTES;
    }

    /** Runs. */
    public void run() throws Exception {
        try (Scratch scratch = new Scratch()) {
            Path directory = scratch.directory();
            Random random = new Random(7);
            float[][] enrolled = new float[faces][];
            Galleries galleries = new Galleries();
            for (int i = 0; i < faces; i++) {
                enrolled[i] = SyntheticGallery.direction(random, size);
                galleries.put(new Template(new FaceKey("g", Integer.toString(i), "f"), "m", 1, new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0), enrolled[i]);
                if (i % 10_000 == 0 || i == faces - 1) {
                    report.progress("Enrolling " + faces + " x " + size, i + 1, faces);
                }
            }
            List<float[]> probes = new ArrayList<>();
            for (int p = 0; p < PROBES; p++) {
                probes.add(near(random, enrolled[random.nextInt(faces)]));
            }
            double bandwidth = MachineLimits.readBytesPerSecond(1);
            Optional<String> python = FaissPeer.python();
            if (python.isEmpty()) {
                report.line("FAISS is not installed (Debian: apt-get install python3-faiss): measured without it.");
                measure(galleries, enrolled, probes, bandwidth, null);
            } else {
                report.step("Handing the faces to FAISS");
                Path facesFile = FloatFile.of(directory.resolve("faces"), List.of(enrolled));
                try (FaissPeer faiss = FaissPeer.start(python.get(), directory, facesFile, FloatFile.of(directory.resolve("probes"), probes), size, 1)) {
                    measure(galleries, enrolled, probes, bandwidth, faiss);
                }
            }
        }
    }

    private void measure(Galleries galleries, float[][] enrolled, List<float[]> probes, double bandwidth, FaissPeer faiss) throws Exception {
        report.step("Comparing what is found");
        report.line(String.format(Locale.ROOT, "Exact search, %,d faces of %d numbers, one thread; memory is read at %.1f GB/s", faces, size, bandwidth / 1e9));
        report.line(String.format(Locale.ROOT, "  nearest face as by a plain loop over floats: %.4f of %d probes%s", agreement(galleries, enrolled, probes), PROBES,
                faiss == null ? "" : String.format(Locale.ROOT, "; as by FAISS: %.4f", agreement(galleries, probes, faiss.top()))));
        for (int batch : BATCHES) {
            report.step((WARM_ROUNDS + ROUNDS) + " rounds of " + PROBES + " probes, in batches of " + batch);
            Contest contest = new Contest().add("tronie", () -> tronie(galleries, probes, batch)).add("plain loop", () -> plain(enrolled, probes));
            if (faiss != null) {
                contest.add(faiss.name() + " flat", () -> faiss.time(batch));
            }
            List<Contest.Result> results = contest.run(WARM_ROUNDS, ROUNDS);
            Contest.Result own = results.get(0);
            for (Contest.Result result : results) {
                tell(batch, result, own, bandwidth);
            }
        }
    }

    private void tell(int batch, Contest.Result result, Contest.Result own, double bandwidth) {
        boolean isOwn = result == own;
        // A byte a number is what a scan has to read, once a batch.
        double share = 1.0 * faces * size / batch / bandwidth * 1_000 / own.medianMs();
        report.line(String.format(Locale.ROOT, "  batch %2d  %-18s %9.3f ms a probe (%.3f-%.3f)   %s", batch, result.name(), result.medianMs(), result.leastMs(), result.mostMs(),
                isOwn ? String.format(Locale.ROOT, "%.0f %% of what memory allows", 100 * share) : String.format(Locale.ROOT, "tronie is %.2f x as fast", own.against(result))));
        report.bar(result.bar(String.format(Locale.ROOT, "exact search, %,d x %d, batch %d, ms a probe", faces, size, batch), isOwn));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "search").put("faces", faces).put("dimensions", size).put("batch", batch).put("contender", result.name())
                .put("msPerProbe", result.medianMs()).put("leastMs", result.leastMs()).put("mostMs", result.mostMs()).put("tronieIsFasterBy", own.against(result)).put("shareOfReadBandwidth", isOwn ? share : null));
    }

    private double tronie(Galleries galleries, List<float[]> probes, int batch) {
        long start = System.nanoTime();
        for (int p = 0; p < probes.size(); p += batch) {
            galleries.search("g", "m", probes.subList(p, Math.min(probes.size(), p + batch)), TOP);
        }
        return (System.nanoTime() - start) / 1e6 / probes.size();
    }

    private static double plain(float[][] enrolled, List<float[]> probes) {
        long start = System.nanoTime();
        int few = Math.min(4, probes.size());
        for (int p = 0; p < few; p++) {
            nearest(enrolled, probes.get(p));
        }
        return (System.nanoTime() - start) / 1e6 / few;
    }

    private static double agreement(Galleries galleries, float[][] enrolled, List<float[]> probes) {
        return agreement(galleries, probes, probes.stream().mapToInt(probe -> nearest(enrolled, probe)).toArray());
    }

    private static double agreement(Galleries galleries, List<float[]> probes, int[] expected) {
        int same = 0;
        for (int p = 0; p < expected.length; p++) {
            String found = galleries.search("g", "m", List.of(probes.get(p)), 1).hits().get(0).get(0).template().key().subjectId();
            same += found.equals(Integer.toString(expected[p])) ? 1 : 0;
        }
        return (double) same / expected.length;
    }

    private static int nearest(float[][] enrolled, float[] probe) {
        int best = -1;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < enrolled.length; i++) {
            float sum = 0;
            for (int d = 0; d < probe.length; d++) {
                sum += enrolled[i][d] * probe[d];
            }
            if (sum > most) {
                most = sum;
                best = i;
            }
        }
        return best;
    }

    private float[] near(Random random, float[] face) {
        float[] other = SyntheticGallery.direction(random, size);
        double squares = 0;
        for (int d = 0; d < size; d++) {
            other[d] = LIKENESS * face[d] + (1 - LIKENESS) * other[d];
            squares += (double) other[d] * other[d];
        }
        for (int d = 0; d < size; d++) {
            other[d] /= (float) Math.sqrt(squares);
        }
        return other;
    }
}
