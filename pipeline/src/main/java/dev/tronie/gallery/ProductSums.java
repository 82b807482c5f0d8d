package dev.tronie.gallery;

import java.util.Arrays;

/**
 * Sums of products of many faces with one probe, in plain Java that the JIT makes SIMD of, with no incubating API.
 *
 * <p>An int holds one dimension of four neighbouring faces, 0 to 63 each. Masked, it is two faces in fields of 16 bits, and one multiplication
 * by the probe's number, 0 to 63 too, multiplies both; sixteen such products still fit a field. So a scan reads one byte a number.
 *
 * <p>The form of the loops is measured, not chosen ({@code docs/performance.md}): the JIT of Java 17 vectorises them only where every array is
 * read from its first element and one array is written a loop.
 *
 * <p>Threading: one search uses it.
 */
final class ProductSums {
    /** Faces in an int. */
    static final int LANES = 4;
    static final int ROWS_MAX = 2048;
    private static final int TWO_FIELDS = 0x00FF00FF;
    private static final int FIELD = 0xFFFF;

    private final int[] even = new int[ROWS_MAX / LANES];
    private final int[] odd = new int[ROWS_MAX / LANES];
    private final int[][] sums = new int[LANES][ROWS_MAX / LANES];

    /** The sums of every fourth face, from a lane on. */
    int[] lane(int lane) {
        return sums[lane];
    }

    /**
     * Multiplies and adds.
     *
     * @param packed  an array a dimension, all of one length; as many as factors
     * @param factors the probe's numbers, 0 to 63, a multiple of {@value Rounded#PADDED}
     */
    void of(int[][] packed, int[] factors) {
        int words = packed[0].length;
        for (int[] lane : sums) {
            Arrays.fill(lane, 0, words, 0);
        }
        Arrays.fill(even, 0, words, 0);
        Arrays.fill(odd, 0, words, 0);
        for (int d = 0; d < factors.length; d += Rounded.PADDED) {
            for (int k = d; k < d + Rounded.PADDED; k += 4) {
                add(packed[k], packed[k + 1], packed[k + 2], packed[k + 3], factors[k], factors[k + 1], factors[k + 2], factors[k + 3], even, odd, words);
            }
            spread(even, sums[0], sums[2], words);
            spread(odd, sums[1], sums[3], words);
        }
    }

    private static void add(int[] a, int[] b, int[] c, int[] d, int p, int q, int r, int s, int[] even, int[] odd, int words) {
        for (int i = 0; i < words; i++) {
            even[i] += (a[i] & TWO_FIELDS) * p + (b[i] & TWO_FIELDS) * q + (c[i] & TWO_FIELDS) * r + (d[i] & TWO_FIELDS) * s;
        }
        for (int i = 0; i < words; i++) {
            odd[i] += ((a[i] >>> 8) & TWO_FIELDS) * p + ((b[i] >>> 8) & TWO_FIELDS) * q + ((c[i] >>> 8) & TWO_FIELDS) * r + ((d[i] >>> 8) & TWO_FIELDS) * s;
        }
    }

    /** Takes the fields apart before they overflow. */
    private static void spread(int[] fields, int[] low, int[] high, int words) {
        for (int i = 0; i < words; i++) {
            low[i] += fields[i] & FIELD;
        }
        for (int i = 0; i < words; i++) {
            high[i] += fields[i] >>> 16;
        }
        Arrays.fill(fields, 0, words, 0);
    }
}
