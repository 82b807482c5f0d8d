package dev.tronie.gallery;

import java.util.Arrays;
import java.util.List;

/**
 * Search that compares exactly only with faces whose sketches are near: the heads of all sketches single out a thousand faces, or one in a thousand,
 * their whole sketches some hundred of those, and what is found has the cosine that exact search would give it. Nothing is
 * linked, trained or built, so a face is found as soon as it is there, erasures cost later searches nothing, and recall does not depend on what the
 * gallery has gone through. Pure.
 */
final class SketchSearch {
    /** One face of so many is looked at closer, of small galleries more. */
    private static final int LOOKED_AT_SHARE = 1_024;
    private static final int LOOKED_AT_MIN = 1_024;
    /** Faces that are compared exactly: of so many numbers together, at least so many, and so many for each wanted subject. */
    private static final int COMPARED_NUMBERS = 1 << 16;
    private static final int COMPARED_MIN = 128;
    private static final int COMPARED_EACH = 16;

    private SketchSearch() {
    }

    /**
     * The best faces of the nearest subjects.
     *
     * @param chunks   all of one size
     * @param lastUsed rows of the last one that may be looked at
     * @param probes   unit-length embeddings
     * @param top      subjects a probe
     * @return by probe; fewer than {@code top} subjects where the nearest faces are of fewer
     */
    static Nearest[] find(List<EmbeddingChunk> chunks, int lastUsed, List<float[]> probes, int top) {
        long[][][] planes = probes.stream().map(Sketch::planes).toArray(long[][][]::new);
        int faces = chunks.stream().mapToInt(EmbeddingChunk::used).sum();
        int lookedAt = Math.max(LOOKED_AT_MIN, faces / LOOKED_AT_SHARE);
        Sieve[] heads = new Sieve[planes.length];
        Arrays.setAll(heads, p -> new Sieve(lookedAt, Sketch.HEAD_DISTANCE_MAX));
        int[] distances = new int[EmbeddingChunk.ROWS_MAX];
        for (int c = 0; c < chunks.size(); c++) {
            EmbeddingChunk chunk = chunks.get(c);
            int used = c == chunks.size() - 1 ? lastUsed : chunk.used();
            for (int p = 0; p < planes.length; p++) {
                chunk.sketches().headDistances(planes[p], distances);
                heads[p].offer(c, distances, used);
            }
        }
        Nearest[] best = new Nearest[planes.length];
        Arrays.setAll(best, p -> compared(chunks, heads[p], planes[p], probes.get(p), top));
        return best;
    }

    private static Nearest compared(List<EmbeddingChunk> chunks, Sieve heads, long[][] planes, float[] probe, int top) {
        Sieve wholes = new Sieve(Math.max(Math.max(COMPARED_MIN, COMPARED_NUMBERS / probe.length), COMPARED_EACH * top), Sketch.distanceMax(probe.length));
        int lookedAt = heads.finish();
        for (int i = 0; i < lookedAt; i++) {
            wholes.offer(heads.chunk(i), heads.row(i), chunks.get(heads.chunk(i)).sketches().distance(heads.row(i), planes));
        }
        Nearest best = new Nearest(top);
        int compared = wholes.finish();
        for (int i = 0; i < compared; i++) {
            chunks.get(wholes.chunk(i)).offer(wholes.row(i), probe, best);
        }
        return best;
    }
}
