package dev.tronie.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** FAISS in a Python process of its own, where it is installed. Used by one thread; {@link #close} ends it. */
final class FaissPeer implements AutoCloseable {
    /** Debian's, then whichever comes first. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final String name;

    private FaissPeer(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.name = answer();
    }

    /** A Python that can load FAISS; empty where there is none. */
    static Optional<String> python() throws InterruptedException {
        for (String python : PYTHONS) {
            try {
                if (new ProcessBuilder(python, "-c", "import faiss, numpy").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                // Not this one.
                continue;
            }
        }
        return Optional.empty();
    }

    /** Starts; the files hold little-endian floats, one face after the other. */
    static FaissPeer start(String python, Path directory, Path faces, Path probes, int size, int threads) throws IOException {
        Path script = directory.resolve("faiss_peer.py");
        try (InputStream in = FaissPeer.class.getResourceAsStream("/bench/faiss_peer.py")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return new FaissPeer(new ProcessBuilder(python, script.toString(), faces.toString(), probes.toString(), Integer.toString(size), Integer.toString(threads))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    String name() {
        return name;
    }

    /** Milliseconds a probe, in batches of so many. */
    double time(int batch) throws IOException {
        return Double.parseDouble(ask("time " + batch));
    }

    /** The nearest face of every probe, by index. */
    int[] top() throws IOException {
        return Arrays.stream(ask("top").split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    private String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("FAISS has ended.");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
