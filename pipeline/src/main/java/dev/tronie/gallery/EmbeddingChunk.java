package dev.tronie.gallery;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Some faces of one gallery and model, kept twice: in coarse steps, which a scan reads, and exactly, which it reads only of the few that may be
 * among the best. How far rounding can move a cosine is known of every face (Cauchy and Schwarz), so nothing is missed.
 *
 * <p>Layout: an array a dimension, four neighbouring faces in each of its ints, a byte each ({@link ProductSums}).
 *
 * <p>Threading: one writer; any number of readers of the rows that were published to them. {@link #blank} takes the template away first, then
 * the numbers, with a fence between; a reader takes the numbers first, then the template: who saw any blanked number finds no template.
 */
final class EmbeddingChunk {
    /** Long rows are read faster; small galleries need not be laid out for them. */
    static final int ROWS_MAX = ProductSums.ROWS_MAX;
    private static final int ROWS_MIN = 128;
    /** More than single precision loses in these sums. */
    private static final float SLACK = 1e-5f;

    private final int size;
    private final int rows;
    private final int[][] packed;
    /** A row each: one array of all would be too large for the collector's regions. */
    private final float[][] exact;
    private final float[] step;
    /** Length of what rounding has cut off, and at most of what is left. */
    private final float[] cut;
    private final float[] left;
    /** What steps that begin at 0 instead of in the middle add to a sum of products; by lane, as the sums. */
    private final int[][] added;
    private final SketchRows sketches;
    private final Template[] templates;
    private float stepMax;
    private float cutMax;
    private float leftMax;
    private int used;
    private int blank;

    /**
     * An empty chunk.
     *
     * @param size of an embedding
     * @param rows room for so many faces, see {@link #rowsFor}
     */
    EmbeddingChunk(int size, int rows) {
        this.size = size;
        this.rows = rows;
        this.packed = new int[Rounded.padded(size)][rows / ProductSums.LANES];
        this.exact = new float[rows][];
        this.step = new float[rows];
        this.cut = new float[rows];
        this.left = new float[rows];
        this.added = new int[ProductSums.LANES][rows / ProductSums.LANES];
        this.sketches = new SketchRows(size, rows);
        this.templates = new Template[rows];
    }

    /** How many rows the next chunk of so many faces should have: about as many as there are. */
    static int rowsFor(int faces) {
        return Math.min(ROWS_MAX, Math.max(ROWS_MIN, Integer.highestOneBit(Math.max(1, faces))));
    }

    int rows() {
        return rows;
    }

    int used() {
        return used;
    }

    boolean isFull() {
        return used == rows;
    }

    boolean isMostlyBlank() {
        return blank > used / 2;
    }

    boolean isAllBlank() {
        return blank == used;
    }

    /** Adds a face. Returns its row. */
    int append(float[] embedding, Template template) {
        int row = used++;
        exact[row] = embedding.clone();
        Rounded rounded = Rounded.of(embedding);
        for (int d = 0; d < size; d++) {
            packed[d][row / ProductSums.LANES] |= (rounded.steps()[d] + Rounded.MIDDLE) << 8 * (row % ProductSums.LANES);
        }
        step[row] = rounded.step();
        cut[row] = rounded.cut();
        left[row] = rounded.length() + rounded.cut();
        added[row % ProductSums.LANES][row / ProductSums.LANES] = Rounded.MIDDLE * rounded.total();
        stepMax = Math.max(stepMax, step[row]);
        cutMax = Math.max(cutMax, cut[row]);
        leftMax = Math.max(leftMax, left[row]);
        sketches.put(row, Sketch.of(embedding));
        templates[row] = template;
        return row;
    }

    /** Erases a face: template and every number. */
    void blank(int row) {
        templates[row] = null;
        VarHandle.storeStoreFence();
        Arrays.fill(exact[row], 0);
        for (int d = 0; d < size; d++) {
            packed[d][row / ProductSums.LANES] &= ~(0xFF << 8 * (row % ProductSums.LANES));
        }
        step[row] = 0;
        cut[row] = 0;
        left[row] = 0;
        added[row % ProductSums.LANES][row / ProductSums.LANES] = 0;
        sketches.blank(row);
        blank++;
    }

    Template template(int row) {
        return templates[row];
    }

    float[] embedding(int row) {
        return exact[row];
    }

    SketchRows sketches() {
        return sketches;
    }

    /** The cosine of one face with a probe; summed up in double precision, so that it is right to the last digit. */
    float cosine(int row, float[] probe) {
        double a = 0;
        double b = 0;
        double c = 0;
        double e = 0;
        float[] own = exact[row];
        int d = 0;
        for (; d + 4 <= size; d += 4) {
            a += (double) own[d] * probe[d];
            b += (double) own[d + 1] * probe[d + 1];
            c += (double) own[d + 2] * probe[d + 2];
            e += (double) own[d + 3] * probe[d + 3];
        }
        for (; d < size; d++) {
            a += (double) own[d] * probe[d];
        }
        return (float) (a + b + (c + e));
    }

    /** Offers every face of the first ones that may be among the best. */
    void scan(Probe probe, int faces, ProductSums sums, Nearest best) {
        sums.of(packed, probe.factors());
        float floor = best.floor();
        long least = least(probe, floor);
        for (int lane = 0; lane < ProductSums.LANES; lane++) {
            int[] all = sums.lane(lane);
            int[] own = added[lane];
            for (int i = 0; i < own.length; i++) {
                int sum = all[i] - own[i];
                int row = i * ProductSums.LANES + lane;
                if (sum > least && row < faces && most(sum, row, probe) > floor) {
                    offer(row, probe.exact(), best);
                    if (best.floor() > floor) {
                        floor = best.floor();
                        least = least(probe, floor);
                    }
                }
            }
        }
    }

    /** What a sum has to exceed at least, were its face's steps the longest of all here and its rounding the coarsest; cheap to compare with. */
    private long least(Probe probe, float floor) {
        Rounded rounded = probe.rounded();
        double needed = floor - cutMax * (double) rounded.length() - leftMax * (double) rounded.cut() - 2 * SLACK;
        double steps = (double) stepMax * rounded.step();
        // A sum of 0 or less may be raised by rounding alone: then all are looked at.
        return needed <= 0 || steps == 0 ? Long.MIN_VALUE : (long) Math.floor(needed / steps * (1 - 1e-6)) + probe.added();
    }

    /** The highest that a face's cosine may be. */
    private float most(int sum, int row, Probe probe) {
        Rounded rounded = probe.rounded();
        return (sum - probe.added()) * (step[row] * rounded.step()) + cut[row] * rounded.length() + left[row] * rounded.cut() + SLACK;
    }

    /** Compares one face exactly; one that has been erased is passed over. */
    void offer(int row, float[] probe, Nearest best) {
        float cosine = cosine(row, probe);
        VarHandle.loadLoadFence();
        Template template = templates[row];
        if (template != null) {
            best.offer(template, cosine);
        }
    }
}
