package dev.tronie.gallery;

/**
 * A face that is looked for.
 *
 * @param exact   the embedding
 * @param rounded the same in whole steps
 * @param spread  the steps once more, every pair of them repeated for every row of a chunk: the form in which the JIT multiplies and adds pairs
 */
record Probe(float[] exact, Rounded rounded, short[] spread) {

    static Probe of(float[] embedding) {
        Rounded rounded = Rounded.of(embedding);
        short[] spread = new short[rounded.steps().length * EmbeddingChunk.ROWS];
        for (int d = 0; d < rounded.steps().length; d += 2) {
            int from = d * EmbeddingChunk.ROWS;
            for (int r = 0; r < EmbeddingChunk.ROWS; r++) {
                spread[from + 2 * r] = rounded.steps()[d];
                spread[from + 2 * r + 1] = rounded.steps()[d + 1];
            }
        }
        return new Probe(embedding, rounded, spread);
    }
}
