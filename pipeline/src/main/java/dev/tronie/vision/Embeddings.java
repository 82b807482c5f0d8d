package dev.tronie.vision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Embeddings as they stand in gallery-faces: little-endian float32. Pure. */
public final class Embeddings {
    private static final double UNIT_TOLERANCE = 0.01;

    private Embeddings() {
    }

    /** To bytes. */
    public static ByteBuffer toBytes(float[] embedding) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * embedding.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(embedding);
        return bytes.order(ByteOrder.BIG_ENDIAN);
    }

    /** From bytes; empty where they are no unit-length vector of finite numbers. */
    public static Optional<float[]> fromBytes(ByteBuffer bytes) {
        if (bytes.remaining() == 0 || bytes.remaining() % 4 != 0) {
            return Optional.empty();
        }
        float[] embedding = new float[bytes.remaining() / 4];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(embedding);
        double squares = 0;
        for (float v : embedding) {
            squares += (double) v * v;
        }
        return Math.abs(squares - 1) < UNIT_TOLERANCE ? Optional.of(embedding) : Optional.empty();
    }
}
