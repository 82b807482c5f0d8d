package dev.tronie.gallery;

/**
 * A face that is looked for.
 *
 * @param exact   the embedding
 * @param rounded the same in whole steps
 * @param factors the steps once more, from 0 instead of the middle; padded with zeros
 * @param added   what beginning at 0 adds to a sum of products beside what the other face's steps add ({@link EmbeddingChunk})
 */
record Probe(float[] exact, Rounded rounded, int[] factors, int added) {

    static Probe of(float[] embedding) {
        Rounded rounded = Rounded.of(embedding);
        int[] factors = new int[Rounded.padded(embedding.length)];
        for (int d = 0; d < embedding.length; d++) {
            factors[d] = rounded.steps()[d] + Rounded.MIDDLE;
        }
        // (a + m)(b + m) = ab + ma + mb + mm, summed up.
        return new Probe(embedding, rounded, factors, Rounded.MIDDLE * (rounded.total() + Rounded.MIDDLE * embedding.length));
    }
}
