package dev.tronie.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for the files of one benchmark, gone with it. Used by one thread. */
record Scratch(Path directory) implements AutoCloseable {
    Scratch() throws IOException {
        this(Files.createTempDirectory("tronie-bench"));
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
