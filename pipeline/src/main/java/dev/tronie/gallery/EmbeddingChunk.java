package dev.tronie.gallery;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Some faces of one gallery and model, kept twice: in whole steps, which a scan reads, and exactly, which it reads only of the few that may be
 * among the best. How far rounding can move a cosine is known of every face (Cauchy and Schwarz), so nothing is missed.
 *
 * <p>Layout: pairs of dimensions, face by face, pair by pair ({@code steps[pair * 2 * ROWS + 2 * row]}): the inner loop runs over neighbouring
 * faces, multiplies 16-bit numbers and adds them in pairs, for which processors have one instruction that the JIT knows; no incubating API.
 *
 * <p>Threading: one writer; any number of readers of the rows that were published to them. {@link #blank} takes the template away first, then
 * the numbers, with a fence between; a reader takes the numbers first, then the template: who saw any blanked number finds no template.
 */
final class EmbeddingChunk {
    static final int ROWS = 512;
    /** More than single precision loses in these sums. */
    private static final float SLACK = 1e-5f;

    private final int size;
    private final short[] steps;
    private final float[] exact;
    private final float[] step = new float[ROWS];
    /** Length of what rounding has cut off, and at most of what is left. */
    private final float[] cut = new float[ROWS];
    private final float[] left = new float[ROWS];
    private final Template[] templates = new Template[ROWS];
    private int used;
    private int blank;

    EmbeddingChunk(int size) {
        this.size = size;
        this.steps = new short[Rounded.padded(size) * ROWS];
        this.exact = new float[size * ROWS];
    }

    int used() {
        return used;
    }

    boolean isFull() {
        return used == ROWS;
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
        System.arraycopy(embedding, 0, exact, row * size, size);
        Rounded rounded = Rounded.of(embedding);
        for (int d = 0; d < rounded.steps().length; d++) {
            steps[place(row, d)] = rounded.steps()[d];
        }
        step[row] = rounded.step();
        cut[row] = rounded.cut();
        left[row] = rounded.length() + rounded.cut();
        templates[row] = template;
        return row;
    }

    private static int place(int row, int dimension) {
        return (dimension / 2 * ROWS + row) * 2 + dimension % 2;
    }

    /** Erases a face: template and every number. */
    void blank(int row) {
        templates[row] = null;
        VarHandle.storeStoreFence();
        Arrays.fill(exact, row * size, (row + 1) * size, 0);
        for (int d = 0; d < size; d++) {
            steps[place(row, d)] = 0;
        }
        step[row] = 0;
        cut[row] = 0;
        left[row] = 0;
        blank++;
    }

    Template template(int row) {
        return templates[row];
    }

    float[] embedding(int row) {
        return Arrays.copyOfRange(exact, row * size, (row + 1) * size);
    }

    /** The cosine of one face with a probe; summed up in double precision, so that it is right to the last digit. */
    float cosine(int row, float[] probe) {
        double sum = 0;
        double other = 0;
        int from = row * size;
        int d = 0;
        for (; d + 2 <= size; d += 2) {
            sum += (double) exact[from + d] * probe[d];
            other += (double) exact[from + d + 1] * probe[d + 1];
        }
        for (; d < size; d++) {
            sum += (double) exact[from + d] * probe[d];
        }
        return (float) (sum + other);
    }

    /**
     * Offers every face of the first rows that may be among the best.
     *
     * @param sums room for {@value #ROWS} numbers
     */
    void scan(Probe probe, int rows, int[] sums, Nearest best) {
        Arrays.fill(sums, 0);
        for (int from = 0; from < steps.length; from += Rounded.PADDED * ROWS) {
            addPairs(steps, probe.spread(), from, sums);
        }
        Rounded rounded = probe.rounded();
        float floor = best.floor();
        for (int r = 0; r < rows; r++) {
            float most = sums[r] * (step[r] * rounded.step()) + cut[r] * rounded.length() + left[r] * rounded.cut() + SLACK;
            if (most > floor) {
                float cosine = cosine(r, probe.exact());
                VarHandle.loadLoadFence();
                Template template = templates[r];
                if (template != null) {
                    best.offer(template, cosine);
                    floor = best.floor();
                }
            }
        }
    }

    /**
     * Sixteen dimensions. Eight loops of one form, not one within another: the JIT makes SIMD of them only where they are not inlined into a
     * loop, and a method of this size never is.
     */
    private static void addPairs(short[] faces, short[] probe, int a, int[] sums) {
        int b = a + 2 * ROWS;
        int c = b + 2 * ROWS;
        int d = c + 2 * ROWS;
        int e = d + 2 * ROWS;
        int f = e + 2 * ROWS;
        int g = f + 2 * ROWS;
        int h = g + 2 * ROWS;
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[a + 2 * r] * probe[a + 2 * r]) + (faces[a + 2 * r + 1] * probe[a + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[b + 2 * r] * probe[b + 2 * r]) + (faces[b + 2 * r + 1] * probe[b + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[c + 2 * r] * probe[c + 2 * r]) + (faces[c + 2 * r + 1] * probe[c + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[d + 2 * r] * probe[d + 2 * r]) + (faces[d + 2 * r + 1] * probe[d + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[e + 2 * r] * probe[e + 2 * r]) + (faces[e + 2 * r + 1] * probe[e + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[f + 2 * r] * probe[f + 2 * r]) + (faces[f + 2 * r + 1] * probe[f + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[g + 2 * r] * probe[g + 2 * r]) + (faces[g + 2 * r + 1] * probe[g + 2 * r + 1]);
        }
        for (int r = 0; r < ROWS; r++) {
            sums[r] += (faces[h + 2 * r] * probe[h + 2 * r]) + (faces[h + 2 * r + 1] * probe[h + 2 * r + 1]);
        }
    }
}
