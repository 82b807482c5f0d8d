package dev.tronie.gallery;

/**
 * An embedding in whole steps, at most {@value #MOST} to either side: six bits a number.
 *
 * @param steps  by dimension
 * @param total  their sum
 * @param step   length of a step
 * @param length length of the embedding, 1 but for rounding
 * @param cut    length of what rounding has cut off
 */
record Rounded(byte[] steps, int total, float step, float length, float cut) {
    /** Added to a step, it is positive. */
    static final int MIDDLE = 32;
    /** Dimensions whose products are summed up before they are taken apart. */
    static final int PADDED = 16;
    private static final int MOST = MIDDLE - 1;

    static int padded(int size) {
        return (size + PADDED - 1) / PADDED * PADDED;
    }

    static Rounded of(float[] embedding) {
        float largest = 0;
        for (float value : embedding) {
            largest = Math.max(largest, Math.abs(value));
        }
        float step = largest == 0 ? 1 : largest / MOST;
        byte[] steps = new byte[embedding.length];
        int total = 0;
        double squares = 0;
        double cuts = 0;
        for (int d = 0; d < embedding.length; d++) {
            steps[d] = (byte) Math.min(MOST, Math.max(-MOST, Math.round(embedding[d] / step)));
            total += steps[d];
            squares += (double) embedding[d] * embedding[d];
            double cut = embedding[d] - (double) steps[d] * step;
            cuts += cut * cut;
        }
        return new Rounded(steps, total, step, (float) Math.sqrt(squares), (float) Math.sqrt(cuts));
    }
}
