package dev.tronie.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** hnswlib in a Python process of its own, where it is installed. Used by one thread; {@link #close} ends it. */
final class HnswlibPeer implements AutoCloseable {
    /** The library's own defaults are 16 and 200. */
    private static final int M = 16;
    private static final int EF_CONSTRUCTION = 200;
    private static final String LINKED = "linked ";

    private final PeerProcess process;
    private final String name;

    private HnswlibPeer(PeerProcess process, LongConsumer linked) throws IOException {
        this.process = process;
        String line = process.answer();
        for (; line.startsWith(LINKED); line = process.answer()) {
            linked.accept(Long.parseLong(line.substring(LINKED.length())));
        }
        name = line;
    }

    /** A Python that can load hnswlib; empty where there is none. */
    static Optional<String> python() throws InterruptedException {
        return PeerProcess.pythonWith("hnswlib, numpy");
    }

    /**
     * Starts, and links all faces, with all processors.
     *
     * @param faces  a {@link FloatFile}
     * @param probes another
     * @param linked told how many faces are linked, now and then
     */
    static HnswlibPeer start(String python, Path directory, Path faces, Path probes, int size, LongConsumer linked) throws IOException {
        return new HnswlibPeer(PeerProcess.start("hnswlib", directory, List.of(python, PeerProcess.script("hnswlib_peer.py", directory).toString(), faces.toString(),
                probes.toString(), Integer.toString(size), Integer.toString(Runtime.getRuntime().availableProcessors()), Integer.toString(M),
                Integer.toString(EF_CONSTRUCTION))), linked);
    }

    String name() {
        return name;
    }

    /** Sets how many candidates a search keeps: more find more, and take longer. */
    void candidates(int ef) throws IOException {
        process.ask("ef " + ef);
    }

    /** Milliseconds a probe, in batches of so many. */
    double time(int batch) throws IOException {
        return Double.parseDouble(process.ask("time " + batch));
    }

    /** The nearest face of every probe, by index. */
    int[] top() throws IOException {
        return Arrays.stream(process.ask("top").split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    /** Searches others from now on. */
    void probes(Path file) throws IOException {
        process.ask("probes " + file);
    }

    /** Erases every so-manyth of the first faces, the first one of all included, and adds others. Returns the seconds it took. */
    double churn(Path file, int every) throws IOException {
        return Double.parseDouble(process.ask("churn " + file + " " + every));
    }

    /** What linking took. */
    double seconds() throws IOException {
        return Double.parseDouble(process.ask("seconds"));
    }

    /** Resident bytes, of it all. */
    long memory() throws IOException {
        return Long.parseLong(process.ask("memory"));
    }

    @Override
    public void close() {
        process.close();
    }
}
