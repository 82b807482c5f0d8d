package dev.tronie.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Embeddings for a peer: little-endian floats, one face after the other. Used by one thread. */
final class FloatFile implements AutoCloseable {
    private final OutputStream out;

    FloatFile(Path file) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    }

    /** Writes them all. Returns the file. */
    static Path of(Path file, List<float[]> embeddings) throws IOException {
        try (FloatFile floats = new FloatFile(file)) {
            for (float[] embedding : embeddings) {
                floats.add(embedding);
            }
        }
        return file;
    }

    void add(float[] embedding) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(embedding.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        row.asFloatBuffer().put(embedding);
        out.write(row.array());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
