package dev.tronie.gallery;

/**
 * The nearest of many faces by a distance in whole numbers, in no order, without sorting: once too many are kept, a count of each distance tells
 * which may go, and what is no nearer is not taken in any more. Of those at the last distance that still counts the first ones stay.
 *
 * <p>Threading: one search uses it.
 */
final class Sieve {
    private static final int ROW_BITS = 12;
    private static final int CHUNK_BITS = 28;
    private static final long ROW = (1L << ROW_BITS) - 1;
    private static final long CHUNK = (1L << CHUNK_BITS) - 1;

    static {
        if (EmbeddingChunk.ROWS_MAX > ROW) {
            throw new ExceptionInInitializerError("a row does not fit");
        }
    }

    private final int wanted;
    /** Distance, chunk and row. */
    private final long[] kept;
    private final int[] counts;
    private final int[] near = new int[EmbeddingChunk.ROWS_MAX];
    private int size;
    private int farthest;

    /**
     * An empty one.
     *
     * @param wanted      faces to keep
     * @param distanceMax no distance is larger
     */
    Sieve(int wanted, int distanceMax) {
        this.wanted = wanted;
        kept = new long[2 * wanted];
        counts = new int[distanceMax + 1];
        farthest = distanceMax;
    }

    /** Offers some rows of a chunk, from the first one on. */
    void offer(int chunk, int[] distances, int rows) {
        int found = near(distances, rows, farthest, near);
        for (int i = 0; i < found; i++) {
            offer(chunk, near[i], distances[near[i]]);
        }
    }

    /** Which rows are not too far. A loop of its own, so that it is compiled well: nearly all of the time passes here. */
    private static int near(int[] distances, int rows, int farthest, int[] near) {
        int found = 0;
        for (int row = 0; row < rows; row++) {
            if (distances[row] <= farthest) {
                near[found++] = row;
            }
        }
        return found;
    }

    void offer(int chunk, int row, int distance) {
        if (distance > farthest) {
            return;
        }
        kept[size++] = (long) distance << ROW_BITS + CHUNK_BITS | (long) chunk << ROW_BITS | row;
        counts[distance]++;
        if (size == kept.length) {
            tighten();
        }
    }

    /** How many are kept now: those wanted, or as many as there were. */
    int finish() {
        if (size > wanted) {
            tighten();
        }
        return size;
    }

    int chunk(int i) {
        return (int) (kept[i] >>> ROW_BITS & CHUNK);
    }

    int row(int i) {
        return (int) (kept[i] & ROW);
    }

    private void tighten() {
        int last = 0;
        int nearer = 0;
        while (nearer + counts[last] < wanted) {
            nearer += counts[last++];
        }
        int atLast = wanted - nearer;
        int left = 0;
        for (int i = 0; i < size; i++) {
            int distance = (int) (kept[i] >>> ROW_BITS + CHUNK_BITS);
            if (distance < last || distance == last && atLast-- > 0) {
                kept[left++] = kept[i];
            }
        }
        size = left;
        counts[last] = wanted - nearer;
        farthest = last - 1;
    }
}
