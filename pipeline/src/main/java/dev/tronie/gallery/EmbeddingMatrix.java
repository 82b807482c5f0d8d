package dev.tronie.gallery;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of one gallery and model, searched exactly, chunk by chunk.
 *
 * <p>Threading: one writer at a time (all mutators are synchronized); readers take the newest snapshot and need no lock. A row is
 * written before the snapshot that shows it is published. Removal blanks the row in place, at once for every reader. Rows are
 * never reused; a full chunk that is mostly blank is rewritten alone. The writer never touches what a reader's snapshot counts as live.
 */
final class EmbeddingMatrix {
    private static final int TRIES_MAX = 4;

    private final int size;
    private final int exactMax;
    private volatile Snapshot snapshot = new Snapshot(List.of(), 0);
    private volatile int live;
    /** Written under the lock. */
    private volatile int replacements;

    /** What readers see: the chunks, and how many rows of the last one. */
    private record Snapshot(List<EmbeddingChunk> chunks, int lastUsed) {
    }

    /** Where a face lies; stays valid until the face is removed, also when its chunk is rewritten. */
    static final class Row {
        private EmbeddingChunk chunk;
        private int index;
    }

    private final Map<EmbeddingChunk, Row[]> rows = new IdentityHashMap<>();

    /**
     * An empty one.
     *
     * @param size     of an embedding
     * @param exactMax faces up to which each is compared; of more, those whose sketches are near
     */
    EmbeddingMatrix(int size, int exactMax) {
        this.size = size;
        this.exactMax = exactMax;
    }

    int size() {
        return size;
    }

    /** Faces that a search compares with. */
    int live() {
        return live;
    }

    /** Chunks that a search goes through. */
    int chunks() {
        return snapshot.chunks().size();
    }

    /** Adds a face; visible to every snapshot taken after the return. */
    synchronized Row add(float[] embedding, Template template) {
        List<EmbeddingChunk> chunks = snapshot.chunks();
        EmbeddingChunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.isFull()) {
            // Nothing that is still to be removed would bring a chunk up that has become blank while it was filled.
            chunks = last != null && last.isMostlyBlank() ? without(last) : chunks;
            last = new EmbeddingChunk(size, EmbeddingChunk.rowsFor(live));
            rows.put(last, new Row[last.rows()]);
            chunks = new ArrayList<>(chunks);
            chunks.add(last);
        }
        Row row = new Row();
        row.chunk = last;
        row.index = last.append(embedding, template);
        rows.get(last)[row.index] = row;
        snapshot = new Snapshot(chunks, last.used());
        live++;
        return row;
    }

    /** Erases a face: template and every number of its embedding. */
    synchronized void remove(Row row) {
        EmbeddingChunk chunk = row.chunk;
        chunk.blank(row.index);
        rows.get(chunk)[row.index] = null;
        live--;
        List<EmbeddingChunk> chunks = snapshot.chunks();
        boolean filling = chunk == chunks.get(chunks.size() - 1);
        snapshot = new Snapshot(filling || !chunk.isMostlyBlank() ? chunks : without(chunk), snapshot.lastUsed());
    }

    /** Erases a face whose successor has been added: a search that began before that and misses both looks again. */
    synchronized void replaced(Row row) {
        replacements++;
        remove(row);
    }

    /** The cosine of one face with a probe; NaN where it has been erased. */
    synchronized float cosine(Row row, float[] probe) {
        return row.chunk.template(row.index) == null ? Float.NaN : row.chunk.cosine(row.index, probe);
    }

    /** The chunks with a mostly blank one, not the last, rewritten to its live rows or dropped. */
    private List<EmbeddingChunk> without(EmbeddingChunk old) {
        List<EmbeddingChunk> chunks = new ArrayList<>(snapshot.chunks());
        Row[] oldRows = rows.remove(old);
        if (old.isAllBlank()) {
            chunks.remove(old);
            return chunks;
        }
        EmbeddingChunk fresh = new EmbeddingChunk(size, old.rows());
        Row[] freshRows = new Row[old.rows()];
        for (Row row : oldRows) {
            if (row != null) {
                row.index = fresh.append(old.embedding(row.index), old.template(row.index));
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
        Nearest[] found;
        int before;
        int tries = 0;
        do {
            before = replacements;
            found = live > exactMax ? sift(snapshot, probes, top) : scan(snapshot, probes, top);
            VarHandle.loadLoadFence();
        } while (before != replacements && ++tries < TRIES_MAX);
        return Arrays.stream(found).map(Nearest::hits).toList();
    }

    private static Nearest[] sift(Snapshot now, List<float[]> probes, int top) {
        Nearest[] best = SketchSearch.find(now.chunks(), now.lastUsed(), probes, top);
        for (int p = 0; p < best.length; p++) {
            // Few subjects, or one that has more faces than are compared: whoever is next is found only among all.
            best[p] = best[p].isFull() ? best[p] : scan(now, List.of(probes.get(p)), top)[0];
        }
        return best;
    }

    private static Nearest[] scan(Snapshot now, List<float[]> probes, int top) {
        List<Probe> rounded = probes.stream().map(Probe::of).toList();
        Nearest[] best = new Nearest[rounded.size()];
        Arrays.setAll(best, i -> new Nearest(top));
        ProductSums sums = new ProductSums();
        for (int c = 0; c < now.chunks().size(); c++) {
            EmbeddingChunk chunk = now.chunks().get(c);
            int used = c == now.chunks().size() - 1 ? now.lastUsed() : chunk.used();
            for (int p = 0; p < best.length; p++) {
                chunk.scan(rounded.get(p), used, sums, best[p]);
            }
        }
        return best;
    }
}
