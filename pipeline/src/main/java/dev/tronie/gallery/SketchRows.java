package dev.tronie.gallery;

import java.util.Arrays;

/**
 * The sketches of a chunk's faces: each as a whole, for looking a few of them up, and the heads of all once more side by side, for going through
 * them. A distance is small where a face is near; distances compare only with those of the same probe and length.
 *
 * <p>Threading: as the chunk's; a face that is being erased may have any distance, its template is gone already.
 */
final class SketchRows {
    private final int longs;
    private final long[] whole;
    /** An array for each 32 bits of a head: the loops below become SIMD only where arrays are read from their first element. */
    private final int[][] heads;

    SketchRows(int size, int rows) {
        longs = Sketch.bits(size) / Long.SIZE;
        whole = new long[rows * longs];
        heads = new int[Sketch.HEAD_INTS][rows];
    }

    void put(int row, long[] sketch) {
        System.arraycopy(sketch, 0, whole, row * longs, longs);
        for (int i = 0; i < heads.length; i++) {
            heads[i][row] = Sketch.half(sketch, i);
        }
    }

    void blank(int row) {
        Arrays.fill(whole, row * longs, (row + 1) * longs, 0);
        for (int[] head : heads) {
            head[row] = 0;
        }
    }

    /** How far every row's head is from a probe's, 0 to {@value Sketch#HEAD_DISTANCE_MAX}; rows that are not used yet included. */
    void headDistances(long[][] planes, int[] distances) {
        int rows = heads[0].length;
        Arrays.fill(distances, 0, rows, 0);
        for (int i = 0; i < heads.length; i++) {
            add(heads[i], Sketch.half(planes[0], i), Sketch.half(planes[1], i), Sketch.half(planes[2], i), distances, rows);
        }
    }

    private static void add(int[] head, int ones, int twos, int fours, int[] distances, int rows) {
        for (int i = 0; i < rows; i++) {
            distances[i] += Integer.bitCount(head[i] ^ ones) + (Integer.bitCount(head[i] ^ twos) << 1) + (Integer.bitCount(head[i] ^ fours) << 2);
        }
    }

    /** How far a row's whole sketch is from a probe's. */
    int distance(int row, long[][] planes) {
        int from = row * longs;
        int distance = 0;
        for (int i = 0; i < longs; i++) {
            long signs = whole[from + i];
            distance += Long.bitCount(signs ^ planes[0][i]) + (Long.bitCount(signs ^ planes[1][i]) << 1) + (Long.bitCount(signs ^ planes[2][i]) << 2);
        }
        return distance;
    }
}
