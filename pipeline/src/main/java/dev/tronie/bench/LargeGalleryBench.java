package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.gallery.Hit;
import dev.tronie.gallery.Template;
import dev.tronie.vision.FaceBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Search by sketches: from which size on it is faster than comparing with every face, and beside hnswlib's graph, where that is installed, at the
 * same recall: time, time to enrol, memory, and recall once more after a fifth of the faces has gone and as many have come. One thread searches.
 * The faces are {@link SyntheticPeople}, four pictures a person; the probes further pictures of enrolled people. Used by one thread.
 */
public final class LargeGalleryBench {
    private static final int ROUNDS = 5;
    private static final int WARM_ROUNDS = 2;
    private static final int PROBES = 1_000;
    private static final int TIMED_PROBES = 256;
    private static final int EXACT_PROBES = 16;
    private static final int TOP = 5;
    private static final int FACES_EACH = 4;
    private static final int CHURN_EVERY = 5;
    private static final int[] BATCHES = {1, 16};
    private static final int[] SIZES = {5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000};
    private static final double RECALL_MIN = 0.995;
    private static final int CANDIDATES_MAX = 8_192;

    private final int faces;
    private final int size;
    private final BenchReport report;
    private final SyntheticPeople source;
    private final Galleries galleries = new Galleries(0);
    /** Those whose further pictures are the probes. */
    private final List<float[]> people = new ArrayList<>();

    /**
     * A benchmark.
     *
     * @param faces enrolled
     * @param size  numbers of an embedding
     */
    public LargeGalleryBench(int faces, int size, BenchReport report) {
        this.faces = faces;
        this.size = size;
        this.report = report;
        source = new SyntheticPeople(size, 1);
    }

    /** Runs. */
    public void run() throws Exception {
        try (Scratch scratch = new Scratch()) {
            report.line(String.format(Locale.ROOT, "Search by sketches, %,d faces of %d numbers, %d a person, one thread", faces, size, FACES_EACH));
            long before = heldBytes();
            Path enrolled = enrol(scratch.directory().resolve("faces"));
            report.line(String.format(Locale.ROOT, "  memory: %,d MB, %,d of them the embeddings themselves", (heldBytes() - before) >> 20, (long) faces * size * Float.BYTES >> 20));
            List<float[]> probes = people.stream().map(source::faceOf).toList();
            int[] exact = nearest(probes, true);
            double recall = recall("before the churn, tronie", nearest(probes, false), exact);
            Optional<String> python = HnswlibPeer.python();
            if (python.isEmpty()) {
                report.line("hnswlib is not installed (Debian: apt-get install python3-hnswlib): measured without it.");
                contest(probes, null);
                recall = recall - recallAfterChurn(scratch.directory(), null);
            } else {
                Path probesFile = FloatFile.of(scratch.directory().resolve("probes"), probes);
                try (HnswlibPeer hnswlib = HnswlibPeer.start(python.get(), scratch.directory(), enrolled, probesFile, size, n -> report.progress("hnswlib links", n, faces))) {
                    report.line(String.format(Locale.ROOT, "  %s: linked in %,.0f s by all processors; memory %,d MB", hnswlib.name(), hnswlib.seconds(), hnswlib.memory() >> 20));
                    matchRecall(hnswlib, exact);
                    contest(probes, hnswlib);
                    recall = recall - recallAfterChurn(scratch.directory(), hnswlib);
                }
            }
            report.line(String.format(Locale.ROOT, "  tronie's recall lost by the churn: %.4f", recall));
        }
    }

    /** Enrols all, and compares both kinds of search at some sizes on the way. */
    private Path enrol(Path file) throws Exception {
        int every = Math.max(1, faces / FACES_EACH / PROBES);
        List<float[]> first = new ArrayList<>();
        double seconds = 0;
        float[] person = null;
        try (FloatFile out = new FloatFile(file)) {
            for (int i = 0; i < faces; i++) {
                if (i % FACES_EACH == 0) {
                    person = source.person();
                    if (i / FACES_EACH % every == 0) {
                        people.add(person);
                    }
                    if (first.size() < TIMED_PROBES) {
                        first.add(source.faceOf(person));
                    }
                }
                float[] face = source.faceOf(person);
                out.add(face);
                long start = System.nanoTime();
                put(i / FACES_EACH, i, face);
                seconds += (System.nanoTime() - start) / 1e9;
                for (int crossing : SIZES) {
                    if (i + 1 == crossing) {
                        crossing(crossing, first);
                    }
                }
                if (i % 10_000 == 0 || i == faces - 1) {
                    report.progress("Enrolling " + faces + " x " + size, i + 1, faces);
                }
            }
        }
        report.line(String.format(Locale.ROOT, "  tronie: enrolled in %,.1f s by one thread, each matchable at once", seconds));
        report.row(row("enrol").put("contender", "tronie").put("seconds", seconds));
        return file;
    }

    private void crossing(int enrolled, List<float[]> probes) throws Exception {
        List<Contest.Result> results = new Contest().add("exact", () -> time(probes.subList(0, EXACT_PROBES), 1, true)).add("sketches", () -> time(probes, 1, false))
                .run(WARM_ROUNDS, ROUNDS);
        report.line(String.format(Locale.ROOT, "  %,9d faces: %8.3f ms a probe compared with all, %8.3f ms by sketches (%.2f x as fast)", enrolled, results.get(0).medianMs(),
                results.get(1).medianMs(), results.get(1).against(results.get(0))));
        report.row(row("crossover").put("enrolled", enrolled).put("exactMsPerProbe", results.get(0).medianMs()).put("sketchesMsPerProbe", results.get(1).medianMs()));
        for (int i = 0; i < results.size(); i++) {
            report.bar(results.get(i).bar(String.format(Locale.ROOT, "%,d x %d, ms a probe", enrolled, size), i == 1));
        }
    }

    /** Lets the peer keep as few candidates as still find what is wanted. */
    private void matchRecall(HnswlibPeer hnswlib, int[] exact) throws IOException {
        for (int candidates = 16; candidates <= CANDIDATES_MAX; candidates = Integer.bitCount(candidates) == 1 ? candidates * 3 / 2 : candidates / 3 * 4) {
            hnswlib.candidates(candidates);
            double recall = share(hnswlib.top(), exact);
            if (recall >= RECALL_MIN || candidates * 3 / 2 > CANDIDATES_MAX) {
                report.line(String.format(Locale.ROOT, "  %s with ef %d: recall@1 %.4f", hnswlib.name(), candidates, recall));
                report.row(row("recall").put("contender", hnswlib.name()).put("ef", candidates).put("recall", recall));
                return;
            }
        }
    }

    private void contest(List<float[]> probes, HnswlibPeer hnswlib) throws Exception {
        for (int batch : BATCHES) {
            report.step((WARM_ROUNDS + ROUNDS) + " rounds, in batches of " + batch);
            Contest contest = new Contest().add("tronie, sketches", () -> time(probes.subList(0, Math.min(probes.size(), TIMED_PROBES)), batch, false))
                    .add("tronie, exact", () -> time(probes.subList(0, EXACT_PROBES), batch, true));
            if (hnswlib != null) {
                contest.add(hnswlib.name(), () -> hnswlib.time(batch));
            }
            List<Contest.Result> results = contest.run(WARM_ROUNDS, ROUNDS);
            Contest.Result own = results.get(0);
            for (Contest.Result result : results) {
                report.line(String.format(Locale.ROOT, "  batch %2d  %-18s %9.3f ms a probe (%.3f-%.3f), %,8.0f a second   %s", batch, result.name(), result.medianMs(), result.leastMs(),
                        result.mostMs(), 1_000 / result.medianMs(), result == own ? "" : String.format(Locale.ROOT, "sketches are %.2f x as fast", own.against(result))));
                report.bar(result.bar(String.format(Locale.ROOT, "%,d x %d, batch %d, ms a probe", faces, size, batch), result == own));
                report.row(row("search").put("batch", batch).put("contender", result.name()).put("msPerProbe", result.medianMs()).put("leastMs", result.leastMs())
                        .put("mostMs", result.mostMs()).put("sketchesAreFasterBy", own.against(result)));
            }
        }
    }

    private double recallAfterChurn(Path directory, HnswlibPeer hnswlib) throws Exception {
        Path file = directory.resolve("others");
        double seconds = 0;
        int others = 0;
        float[] person = null;
        try (FloatFile out = new FloatFile(file)) {
            for (int i = 0; i < faces; i += CHURN_EVERY) {
                person = others % FACES_EACH == 0 ? source.person() : person;
                float[] face = source.faceOf(person);
                out.add(face);
                long start = System.nanoTime();
                galleries.remove(key(i / FACES_EACH, i));
                put((faces + others) / FACES_EACH, faces + others, face);
                seconds += (System.nanoTime() - start) / 1e9;
                others++;
                if (i % 10_000 == 0) {
                    report.progress("Every fifth face goes, another comes", i, faces);
                }
            }
        }
        report.line(String.format(Locale.ROOT, "  churn: %,d faces erased and as many enrolled, tronie %.1f s by one thread%s", others, seconds,
                hnswlib == null ? "" : String.format(Locale.ROOT, ", %s %.1f s by all processors", hnswlib.name(), hnswlib.churn(file, CHURN_EVERY))));
        List<float[]> probes = people.stream().map(source::faceOf).toList();
        int[] exact = nearest(probes, true);
        double recall = recall("after the churn, tronie", nearest(probes, false), exact);
        if (hnswlib != null) {
            hnswlib.probes(FloatFile.of(directory.resolve("probes-again"), probes));
            recall("after the churn, " + hnswlib.name(), hnswlib.top(), exact);
        }
        return recall;
    }

    private double recall(String who, int[] found, int[] exact) {
        double recall = share(found, exact);
        report.line(String.format(Locale.ROOT, "  %s: recall@1 %.4f of %,d probes", who, recall, exact.length));
        report.row(row("recall").put("contender", who).put("recall", recall));
        return recall;
    }

    private static double share(int[] found, int[] exact) {
        int same = 0;
        for (int p = 0; p < exact.length; p++) {
            same += found[p] == exact[p] ? 1 : 0;
        }
        return (double) same / exact.length;
    }

    private int[] nearest(List<float[]> probes, boolean exactly) {
        int[] nearest = new int[probes.size()];
        for (int p = 0; p < nearest.length; p += BATCHES[1]) {
            int first = p;
            List<List<Hit>> hits = search(probes.subList(p, Math.min(nearest.length, p + BATCHES[1])), exactly);
            for (int i = 0; i < hits.size(); i++) {
                nearest[first + i] = Integer.parseInt(hits.get(i).get(0).template().key().faceId());
            }
            report.progress(exactly ? "What comparing with all finds" : "What sketches find", p + 1, nearest.length);
        }
        return nearest;
    }

    private double time(List<float[]> probes, int batch, boolean exactly) {
        long start = System.nanoTime();
        for (int p = 0; p < probes.size(); p += batch) {
            search(probes.subList(p, Math.min(probes.size(), p + batch)), exactly);
        }
        return (System.nanoTime() - start) / 1e6 / probes.size();
    }

    private List<List<Hit>> search(List<float[]> probes, boolean exactly) {
        return (exactly ? galleries.searchExactly("g", "m", probes, TOP) : galleries.search("g", "m", probes, TOP)).hits();
    }

    private void put(int person, int face, float[] embedding) {
        galleries.put(new Template(key(person, face), "m", 1, new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0), embedding);
    }

    private static FaceKey key(int person, int face) {
        return new FaceKey("g", Integer.toString(person), Integer.toString(face));
    }

    private ObjectNode row(String measure) {
        return JsonNodeFactory.instance.objectNode().put("measure", "sketches, " + measure).put("faces", faces).put("dimensions", size);
    }

    private static long heldBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
