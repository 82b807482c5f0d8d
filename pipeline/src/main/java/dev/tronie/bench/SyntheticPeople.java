package dev.tronie.bench;

import java.util.Random;

/**
 * Embeddings like those of real faces: one person's lie near each other, and strangers differ more in some directions than in others.
 *
 * <p>Directions at random would be the wrong data for any search that is not exact. All strangers would be equally far from each other (cosines
 * 0 ± 1/sqrt(size), ± 0.04 for 512 numbers), so that a graph has no neighbourhoods to follow and a face no neighbours but its like. Real strangers
 * are spread wider: embedders of 128 numbers have one pair of strangers in a hundred above cosine 0.26 and one in a thousand above 0.335 (± 0.11),
 * of 512 numbers one in a million above 0.41 (± 0.09). A spread of variances of 1/(10 + d) over the directions d gives ± 0.12 and ± 0.08.
 *
 * <p>Seeded: the same for each seed. Used by one thread.
 */
public final class SyntheticPeople {
    private static final double OFFSET = 10;
    /** How much of a face is the person's: from a poor picture to one like the others. */
    private static final double OWN_MIN = 0.4;
    private static final double OWN_MAX = 0.9;

    private final float[] deviations;
    private final Random random;

    /**
     * A source.
     *
     * @param size numbers of an embedding
     */
    public SyntheticPeople(int size, long seed) {
        deviations = new float[size];
        for (int d = 0; d < size; d++) {
            deviations[d] = (float) Math.sqrt(1 / (OFFSET + d));
        }
        random = new Random(seed);
    }

    /** Somebody new: the direction that all faces of them share. */
    public float[] person() {
        float[] v = new float[deviations.length];
        for (int d = 0; d < v.length; d++) {
            v[d] = deviations[d] * (float) random.nextGaussian();
        }
        return unit(v);
    }

    /** Another picture of somebody, unit length. */
    public float[] faceOf(float[] person) {
        double own = OWN_MIN + (OWN_MAX - OWN_MIN) * random.nextDouble();
        float[] other = person();
        for (int d = 0; d < other.length; d++) {
            other[d] = (float) (Math.sqrt(own) * person[d] + Math.sqrt(1 - own) * other[d]);
        }
        return unit(other);
    }

    private static float[] unit(float[] v) {
        double squares = 0;
        for (float value : v) {
            squares += (double) value * value;
        }
        float length = (float) Math.sqrt(squares);
        for (int d = 0; d < v.length; d++) {
            v[d] /= length;
        }
        return v;
    }
}
