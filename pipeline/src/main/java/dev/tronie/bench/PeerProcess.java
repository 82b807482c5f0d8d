package dev.tronie.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Somebody else's library in a process of its own: a line is asked, a line answered. Used by one thread; {@link #close} ends it. */
final class PeerProcess implements AutoCloseable {
    private static final int TOLD_MAX = 500;
    /** Debian's, then whichever comes first. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private final String name;
    private final Process process;
    private final Path errors;
    private final BufferedReader answers;
    private final Writer questions;

    private PeerProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** A Python that can load these modules; empty where there is none. */
    static Optional<String> pythonWith(String modules) throws InterruptedException {
        for (String python : PYTHONS) {
            try {
                if (new ProcessBuilder(python, "-c", "import " + modules).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                // Not this one.
                continue;
            }
        }
        return Optional.empty();
    }

    /**
     * Starts.
     *
     * @param name      who, for messages
     * @param directory for its files; outlives it
     */
    static PeerProcess start(String name, Path directory, List<String> command) throws IOException {
        Path errors = directory.resolve(name + ".err");
        return new PeerProcess(name, new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    /** One of this package's scripts, copied to where it can be run. */
    static Path script(String file, Path directory) throws IOException {
        Path script = directory.resolve(file);
        try (InputStream in = PeerProcess.class.getResourceAsStream("/bench/" + file)) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        return answer();
    }

    /** The next line; the first one comes without being asked for. */
    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            String told = Files.readString(errors);
            throw new IOException(name + " has ended: " + told.substring(Math.max(0, told.length() - TOLD_MAX)).strip());
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
