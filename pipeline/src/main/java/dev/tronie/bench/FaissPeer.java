package dev.tronie.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** FAISS in a Python process of its own, where it is installed. Used by one thread; {@link #close} ends it. */
final class FaissPeer implements AutoCloseable {
    private final PeerProcess process;
    private final String name;

    private FaissPeer(PeerProcess process) throws IOException {
        this.process = process;
        this.name = process.answer();
    }

    /** A Python that can load FAISS; empty where there is none. */
    static Optional<String> python() throws InterruptedException {
        return PeerProcess.pythonWith("faiss, numpy");
    }

    /** Starts; the files hold little-endian floats, one face after the other. */
    static FaissPeer start(String python, Path directory, Path faces, Path probes, int size, int threads) throws IOException {
        return new FaissPeer(PeerProcess.start("FAISS", directory, List.of(python, PeerProcess.script("faiss_peer.py", directory).toString(), faces.toString(), probes.toString(),
                Integer.toString(size), Integer.toString(threads))));
    }

    String name() {
        return name;
    }

    /** Milliseconds a probe, in batches of so many. */
    double time(int batch) throws IOException {
        return Double.parseDouble(process.ask("time " + batch));
    }

    /** The nearest face of every probe, by index. */
    int[] top() throws IOException {
        return Arrays.stream(process.ask("top").split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    @Override
    public void close() {
        process.close();
    }
}
