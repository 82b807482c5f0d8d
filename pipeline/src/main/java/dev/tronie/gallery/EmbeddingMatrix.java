package dev.tronie.gallery;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of one gallery and model, searched exactly.
 *
 * <p>Layout: chunks of {@value #ROWS} faces, dimension by dimension ({@code chunk[d * ROWS + row]}), so that the scan's inner loop
 * runs over neighbouring faces and the JIT turns it into full-width SIMD without an incubating API. A chunk's dot products with
 * one probe fit in the first-level cache.
 *
 * <p>Threading: one writer at a time (all mutators are synchronized); readers take {@link #snapshot()} and need no lock. A row is
 * written before the snapshot that shows it is published. Removal blanks the row in place, at once for every reader: first its
 * template, then its numbers, with fences between, so that a scan which saw any blanked number finds no template. Rows are
 * never reused; a full chunk that is mostly blank is rewritten alone. The writer never touches what a reader's snapshot counts as live.
 */
final class EmbeddingMatrix {
    static final int ROWS = 1024;

    private final int size;
    private volatile Snapshot snapshot = new Snapshot(List.of(), 0);
    private volatile int live;

    /** A chunk of rows; {@code templates[row]} null = blank. */
    private static final class Chunk {
        final float[] values;
        final Template[] templates = new Template[ROWS];
        int used;
        int blank;

        Chunk(int size) {
            values = new float[size * ROWS];
        }

        int append(float[] embedding, Template template) {
            int row = used++;
            for (int d = 0; d < embedding.length; d++) {
                values[d * ROWS + row] = embedding[d];
            }
            templates[row] = template;
            return row;
        }
    }

    /** What readers see: the chunks, and how many rows of the last one. */
    private record Snapshot(List<Chunk> chunks, int lastUsed) {
    }

    /** Where a face lies; stays valid until the face is removed, also when its chunk is rewritten. */
    static final class Row {
        private Chunk chunk;
        private int index;
    }

    private final Map<Chunk, Row[]> rows = new IdentityHashMap<>();

    EmbeddingMatrix(int size) {
        this.size = size;
    }

    int size() {
        return size;
    }

    /** Faces that a search compares with. */
    int live() {
        return live;
    }

    /** Adds a face; visible to every snapshot taken after the return. */
    synchronized Row add(float[] embedding, Template template) {
        List<Chunk> chunks = snapshot.chunks();
        Chunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.used == ROWS) {
            last = new Chunk(size);
            rows.put(last, new Row[ROWS]);
            chunks = new ArrayList<>(chunks);
            chunks.add(last);
        }
        Row row = new Row();
        row.chunk = last;
        row.index = last.append(embedding, template);
        rows.get(last)[row.index] = row;
        snapshot = new Snapshot(chunks, last.used);
        live++;
        return row;
    }

    /** Erases a face: template and every number of its embedding. */
    synchronized void remove(Row row) {
        Chunk chunk = row.chunk;
        chunk.templates[row.index] = null;
        VarHandle.storeStoreFence();
        for (int d = 0; d < size; d++) {
            chunk.values[d * ROWS + row.index] = 0;
        }
        rows.get(chunk)[row.index] = null;
        chunk.blank++;
        live--;
        List<Chunk> chunks = snapshot.chunks();
        boolean filling = chunk == chunks.get(chunks.size() - 1);
        snapshot = filling || chunk.blank <= chunk.used / 2 ? new Snapshot(chunks, snapshot.lastUsed())
                : new Snapshot(without(chunk), snapshot.lastUsed());
    }

    /** The cosine of one face with a probe. */
    synchronized float cosine(Row row, float[] probe) {
        float sum = 0;
        for (int d = 0; d < size; d++) {
            sum += row.chunk.values[d * ROWS + row.index] * probe[d];
        }
        return sum;
    }

    /** The chunks with a mostly blank one, not the last, rewritten to its live rows or dropped. */
    private List<Chunk> without(Chunk old) {
        List<Chunk> chunks = new ArrayList<>(snapshot.chunks());
        Row[] oldRows = rows.remove(old);
        if (old.blank == old.used) {
            chunks.remove(old);
            return chunks;
        }
        Chunk fresh = new Chunk(size);
        Row[] freshRows = new Row[ROWS];
        float[] embedding = new float[size];
        for (Row row : oldRows) {
            if (row != null) {
                for (int d = 0; d < size; d++) {
                    embedding[d] = old.values[d * ROWS + row.index];
                }
                row.index = fresh.append(embedding, old.templates[row.index]);
                row.chunk = fresh;
                freshRows[row.index] = row;
            }
        }
        rows.put(fresh, freshRows);
        chunks.set(chunks.indexOf(old), fresh);
        return chunks;
    }

    /**
     * The best faces of the nearest subjects.
     *
     * @param probes unit-length embeddings
     * @param top    subjects a probe
     * @return for every probe at most {@code top} hits of distinct subjects, best first
     */
    List<List<Hit>> search(List<float[]> probes, int top) {
        Snapshot now = snapshot;
        Best[] best = new Best[probes.size()];
        Arrays.setAll(best, i -> new Best(top));
        float[] cosines = new float[ROWS];
        for (int c = 0; c < now.chunks().size(); c++) {
            Chunk chunk = now.chunks().get(c);
            int used = c == now.chunks().size() - 1 ? now.lastUsed() : chunk.used;
            for (int p = 0; p < best.length; p++) {
                dot(probes.get(p), chunk.values, cosines);
                VarHandle.loadLoadFence();
                best[p].offer(cosines, chunk.templates, used);
            }
        }
        return Arrays.stream(best).map(Best::hits).toList();
    }

    /** Cosines of one probe with all rows of a chunk, eight dimensions a pass: one load and store of the sums for eight products. */
    private static void dot(float[] probe, float[] values, float[] sums) {
        Arrays.fill(sums, 0);
        int d = 0;
        for (; d + 8 <= probe.length; d += 8) {
            eight(probe, values, sums, d);
        }
        for (; d < probe.length; d++) {
            float q = probe[d];
            int from = d * ROWS;
            for (int r = 0; r < ROWS; r++) {
                sums[r] += q * values[from + r];
            }
        }
    }

    private static void eight(float[] probe, float[] values, float[] sums, int d) {
        float q0 = probe[d];
        float q1 = probe[d + 1];
        float q2 = probe[d + 2];
        float q3 = probe[d + 3];
        float q4 = probe[d + 4];
        float q5 = probe[d + 5];
        float q6 = probe[d + 6];
        float q7 = probe[d + 7];
        int from = d * ROWS;
        for (int r = 0; r < ROWS; r++) {
            int i = from + r;
            sums[r] += (q0 * values[i] + q1 * values[i + ROWS]) + (q2 * values[i + 2 * ROWS] + q3 * values[i + 3 * ROWS])
                    + ((q4 * values[i + 4 * ROWS] + q5 * values[i + 5 * ROWS]) + (q6 * values[i + 6 * ROWS] + q7 * values[i + 7 * ROWS]));
        }
    }

    /** The best faces so far, at most one a subject, best first. */
    private static final class Best {
        private final Template[] templates;
        private final float[] cosines;
        private int count;

        Best(int top) {
            templates = new Template[top];
            cosines = new float[top];
        }

        void offer(float[] values, Template[] rows, int used) {
            float floor = count < cosines.length ? Float.NEGATIVE_INFINITY : cosines[count - 1];
            for (int r = 0; r < used; r++) {
                if (values[r] > floor) {
                    Template template = rows[r];
                    if (template != null) {
                        insert(template, values[r]);
                        floor = count < cosines.length ? Float.NEGATIVE_INFINITY : cosines[count - 1];
                    }
                }
            }
        }

        private void insert(Template template, float cosine) {
            int at = 0;
            int same = -1;
            for (int i = 0; i < count; i++) {
                if (cosines[i] >= cosine) {
                    at = i + 1;
                }
                if (templates[i].key().subjectId().equals(template.key().subjectId())) {
                    same = i;
                }
            }
            if (same >= 0 && same < at) {
                return;
            }
            int until = same >= 0 ? same : Math.min(count, cosines.length - 1);
            for (int i = until; i > at; i--) {
                cosines[i] = cosines[i - 1];
                templates[i] = templates[i - 1];
            }
            cosines[at] = cosine;
            templates[at] = template;
            if (same < 0 && count < cosines.length) {
                count++;
            }
        }

        List<Hit> hits() {
            List<Hit> hits = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                hits.add(new Hit(templates[i], cosines[i]));
            }
            return List.copyOf(hits);
        }
    }
}
