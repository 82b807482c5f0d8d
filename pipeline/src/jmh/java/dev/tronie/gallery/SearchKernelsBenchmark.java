package dev.tronie.gallery;

import dev.tronie.bench.SyntheticPeople;
import dev.tronie.vision.FaceBox;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the loops of a search cost a face, in one chunk that stays in the processor's caches. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SearchKernelsBenchmark {
    private static final int ROWS = EmbeddingChunk.ROWS_MAX;

    /** Numbers of an embedding. */
    @Param({"128", "512"})
    public int size;

    private EmbeddingChunk chunk;
    private float[] embedding;
    private Probe probe;
    private long[][] planes;
    private final ProductSums sums = new ProductSums();
    private final int[] distances = new int[ROWS];

    /** A full chunk, and a further picture of somebody in it. */
    @Setup
    public void fill() {
        SyntheticPeople source = new SyntheticPeople(size, 1);
        chunk = new EmbeddingChunk(size, ROWS);
        float[] person = null;
        for (int i = 0; i < ROWS; i++) {
            person = i % 4 == 0 ? source.person() : person;
            chunk.append(source.faceOf(person), new Template(new FaceKey("g", Integer.toString(i / 4), Integer.toString(i)), "m", 1,
                    new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0));
        }
        embedding = source.faceOf(person);
        probe = Probe.of(embedding);
        planes = Sketch.planes(embedding);
    }

    /** Exact search of all: rounded numbers, and the few that may be among the best once more. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Nearest scan() {
        Nearest best = new Nearest(5);
        chunk.scan(probe, ROWS, sums, best);
        return best;
    }

    /** The heads of all sketches. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int[] headDistances() {
        chunk.sketches().headDistances(planes, distances);
        return distances;
    }

    /** One whole sketch. */
    @Benchmark
    public int distance() {
        return chunk.sketches().distance(ROWS / 2, planes);
    }

    /** One exact cosine. */
    @Benchmark
    public float cosine() {
        return chunk.cosine(ROWS / 2, embedding);
    }

    /** The sketch of a face that is enrolled. */
    @Benchmark
    public long[] sketch() {
        return Sketch.of(embedding);
    }
}
