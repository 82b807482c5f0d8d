package dev.tronie.gallery;

/**
 * An embedding in whole steps. There are as many steps to either side as let a sum of products of two roundings stay within 32 bits, whatever
 * the two are.
 *
 * @param steps  by dimension, padded with zeros to a multiple of {@value #PADDED}
 * @param step   length of a step
 * @param length length of the embedding, 1 but for rounding
 * @param cut    length of what rounding has cut off
 */
record Rounded(short[] steps, float step, float length, float cut) {
    /** Dimensions that a scan takes together. */
    static final int PADDED = 16;

    static int padded(int size) {
        return (size + PADDED - 1) / PADDED * PADDED;
    }

    static Rounded of(float[] embedding) {
        int most = (int) Math.min(Short.MAX_VALUE, Math.sqrt((double) Integer.MAX_VALUE / embedding.length));
        float largest = 0;
        for (float value : embedding) {
            largest = Math.max(largest, Math.abs(value));
        }
        float step = largest == 0 ? 1 : largest / most;
        short[] steps = new short[padded(embedding.length)];
        double squares = 0;
        double cuts = 0;
        for (int d = 0; d < embedding.length; d++) {
            steps[d] = (short) Math.min(most, Math.max(-most, Math.round(embedding[d] / step)));
            squares += (double) embedding[d] * embedding[d];
            double cut = embedding[d] - (double) steps[d] * step;
            cuts += cut * cut;
        }
        return new Rounded(steps, step, (float) Math.sqrt(squares), (float) Math.sqrt(cuts));
    }
}
