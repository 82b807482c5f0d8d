package dev.tronie.gallery;

/**
 * What is left of an embedding when only the signs are kept of its numbers, after a rotation that spreads what it says over all of them alike: a
 * bit a number. How many signs two faces share tells roughly how near they are (Charikar 2002); against a probe whose numbers are kept in three
 * bits the error of the cosine that they tell is about 0.8 / sqrt(bits) (as in RaBitQ, Gao and Long 2024). Pure.
 *
 * <p>The rotation is the same for all faces, models and runs: two rounds of flipped signs and Hadamard's transform, so that any part of the bits
 * is as good a sketch as any other of its length.
 */
final class Sketch {
    /** Bits of the part that every face is compared by. */
    static final int HEAD_BITS = 256;
    static final int HEAD_INTS = HEAD_BITS / Integer.SIZE;
    private static final int BITS_MIN = 2 * HEAD_BITS;
    /** Bits of a number of a probe. */
    static final int PLANES = 3;
    /** What a head's distance is at most. */
    static final int HEAD_DISTANCE_MAX = ((1 << PLANES) - 1) * HEAD_BITS;
    /** Best step for numbers from a normal distribution in eight steps, in standard deviations (Max 1960). */
    private static final float STEP = 0.586f;
    private static final int ROUNDS = 2;
    private static final int LENGTH_LOG_MAX = 16;
    /** By the logarithm of the length. */
    private static final float[][][] FLIPS = new float[LENGTH_LOG_MAX + 1][][];

    static {
        for (int log = Integer.numberOfTrailingZeros(BITS_MIN); log <= LENGTH_LOG_MAX; log++) {
            FLIPS[log] = flips(1 << log);
        }
    }

    private Sketch() {
    }

    /** Bits of a sketch: as many as the embedding has numbers, up to a power of two; short embeddings are looked at from more sides. */
    static int bits(int size) {
        return Math.max(BITS_MIN, Integer.highestOneBit(size) == size ? size : 2 * Integer.highestOneBit(size));
    }

    /** What the distance of two embeddings of a size is at most. */
    static int distanceMax(int size) {
        return ((1 << PLANES) - 1) * bits(size);
    }

    /** The signs, 64 in a long: set where a rotated number is not below 0. */
    static long[] of(float[] embedding) {
        float[] rotated = rotated(embedding);
        long[] signs = new long[rotated.length / Long.SIZE];
        for (int i = 0; i < rotated.length; i++) {
            // No branch: half of them would be mispredicted.
            signs[i / Long.SIZE] |= (long) (~Float.floatToRawIntBits(rotated[i]) >>> Integer.SIZE - 1) << i;
        }
        return signs;
    }

    /** A probe's numbers in eight steps, bit by bit: one array of the lowest bits, one of the middle and one of the highest ones, as the signs. */
    static long[][] planes(float[] probe) {
        float[] rotated = rotated(probe);
        double squares = 0;
        for (float value : rotated) {
            squares += (double) value * value;
        }
        float step = squares == 0 ? 1 : STEP * (float) Math.sqrt(squares / rotated.length);
        int middle = 1 << (PLANES - 1);
        long[][] planes = new long[PLANES][rotated.length / Long.SIZE];
        for (int i = 0; i < rotated.length; i++) {
            int steps = Math.max(0, Math.min(2 * middle - 1, (int) Math.floor(rotated[i] / step) + middle));
            for (int plane = 0; plane < PLANES; plane++) {
                planes[plane][i / Long.SIZE] |= (long) (steps >> plane & 1) << i;
            }
        }
        return planes;
    }

    /** An int of some longs, the lower half first. */
    static int half(long[] longs, int i) {
        return (int) (longs[i / 2] >>> Integer.SIZE * (i % 2));
    }

    private static float[] rotated(float[] embedding) {
        float[] v = new float[bits(embedding.length)];
        System.arraycopy(embedding, 0, v, 0, embedding.length);
        float[][] flips = FLIPS[Integer.numberOfTrailingZeros(v.length)];
        for (int round = 0; round < ROUNDS; round++) {
            float[] own = flips[round];
            for (int i = 0; i < v.length; i++) {
                v[i] *= own[i];
            }
            transform(v);
        }
        return v;
    }

    /** 1 or -1 by a fair coin for each round and number: Steele's SplitMix64. */
    private static float[][] flips(int length) {
        float[][] flips = new float[ROUNDS][length];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < length; i++) {
                long z = (((long) round + 1 << Integer.SIZE) + i) * 0x9E3779B97F4A7C15L;
                z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
                z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
                flips[round][i] = (z ^ z >>> 31) < 0 ? -1 : 1;
            }
        }
        return flips;
    }

    /** Hadamard's transform, not scaled: signs and steps do not depend on it. Two of its steps a pass, which halves the reading and writing. */
    private static void transform(float[] v) {
        int quarter = 1;
        for (; quarter * 4 <= v.length; quarter *= 4) {
            for (int from = 0; from < v.length; from += 4 * quarter) {
                for (int i = from; i < from + quarter; i++) {
                    float a = v[i] + v[i + quarter];
                    float b = v[i] - v[i + quarter];
                    float c = v[i + 2 * quarter] + v[i + 3 * quarter];
                    float d = v[i + 2 * quarter] - v[i + 3 * quarter];
                    v[i] = a + c;
                    v[i + quarter] = b + d;
                    v[i + 2 * quarter] = a - c;
                    v[i + 3 * quarter] = b - d;
                }
            }
        }
        if (quarter < v.length) {
            for (int i = 0; i < quarter; i++) {
                float a = v[i];
                v[i] = a + v[i + quarter];
                v[i + quarter] = a - v[i + quarter];
            }
        }
    }
}
