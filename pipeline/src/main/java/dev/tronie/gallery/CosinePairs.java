package dev.tronie.gallery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Every pair of many faces, compared tile by tile. A tile lies dimension by dimension, so that the inner loop runs over neighbouring
 * faces and becomes SIMD, and fits in the second-level cache while a block of rows is compared with it. Pure.
 */
final class CosinePairs {
    private static final int TILE = 512;
    private static final int ROWS = 64;

    /** Two faces by index, a before b. */
    record Pair(int a, int b, float cosine) {
    }

    private CosinePairs() {
    }

    /**
     * The pairs that reach a cosine.
     *
     * @param embeddings unit length, all of one size
     * @param subjects   whose each is
     * @param limit      least cosine
     * @param progress   told the number of faces compared with all later ones; called from several threads
     * @return pairs of different subjects, in an order that does not depend on the threads
     */
    static List<Pair> ofDifferent(float[][] embeddings, int[] subjects, float limit, IntConsumer progress) {
        float[][] padded = Arrays.stream(embeddings).map(e -> e.length % 4 == 0 ? e : Arrays.copyOf(e, e.length + 4 - e.length % 4)).toArray(float[][]::new);
        float[][] tiles = IntStream.iterate(0, from -> from < padded.length, from -> from + TILE)
                .mapToObj(from -> tile(padded, from)).toArray(float[][]::new);
        AtomicInteger done = new AtomicInteger();
        List<List<Pair>> found = IntStream.range(0, (embeddings.length + ROWS - 1) / ROWS).parallel().mapToObj(block -> {
            int until = Math.min(embeddings.length, (block + 1) * ROWS);
            List<Pair> pairs = rows(block * ROWS, until, padded, tiles, subjects, limit);
            progress.accept(done.addAndGet(until - block * ROWS));
            return pairs;
        }).toList();
        return found.stream().flatMap(List::stream).toList();
    }

    private static float[] tile(float[][] embeddings, int from) {
        int size = embeddings[from].length;
        float[] values = new float[size * TILE];
        for (int r = 0; r < Math.min(TILE, embeddings.length - from); r++) {
            for (int d = 0; d < size; d++) {
                values[d * TILE + r] = embeddings[from + r][d];
            }
        }
        return values;
    }

    private static List<Pair> rows(int from, int until, float[][] embeddings, float[][] tiles, int[] subjects, float limit) {
        List<Pair> pairs = new ArrayList<>();
        float[] cosines = new float[TILE];
        for (int t = from / TILE; t < tiles.length; t++) {
            for (int a = from; a < until; a++) {
                cosines(embeddings[a], tiles[t], cosines);
                int last = Math.min(TILE, embeddings.length - t * TILE);
                for (int r = Math.max(0, a + 1 - t * TILE); r < last; r++) {
                    if (cosines[r] >= limit && subjects[a] != subjects[t * TILE + r]) {
                        pairs.add(new Pair(a, t * TILE + r, cosines[r]));
                    }
                }
            }
        }
        return pairs;
    }

    private static void cosines(float[] face, float[] tile, float[] sums) {
        Arrays.fill(sums, 0);
        for (int d = 0; d < face.length; d += 4) {
            four(face[d], face[d + 1], face[d + 2], face[d + 3], tile, d * TILE, sums);
        }
    }

    private static void four(float q0, float q1, float q2, float q3, float[] tile, int from, float[] sums) {
        for (int r = 0; r < TILE; r++) {
            int i = from + r;
            sums[r] += (q0 * tile[i] + q1 * tile[i + TILE]) + (q2 * tile[i + 2 * TILE] + q3 * tile[i + 3 * TILE]);
        }
    }
}
