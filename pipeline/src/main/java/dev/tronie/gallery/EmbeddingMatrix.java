package dev.tronie.gallery;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of one gallery and model, searched chunk by chunk: few of them exactly, many by their sketches.
 *
 * <p>Threading: one writer at a time (all mutators are synchronized); readers take the newest snapshot and need no lock. A row is
 * written before the snapshot that shows it is published. Removal blanks the row in place, at once for every reader. Rows are
 * never reused; a full chunk that is mostly blank is rewritten alone. The writer never touches what a reader's snapshot counts as live.
 */
final class EmbeddingMatrix {
    private static final int TRIES_MAX = 4;
    /** Replacements that a search looks up afterwards; at more it looks again at all. */
    private static final int SUCCESSORS = 256;

    private final int size;
    private volatile Snapshot snapshot = new Snapshot(List.of(), 0);
    private volatile int live;
    /** Written under the lock. */
    private volatile int replacements;
    /** What the last ones have been replaced by; guarded by the lock. */
    private final Row[] successors = new Row[SUCCESSORS];

    /** What readers see: the chunks, and how many rows of the last one. */
    private record Snapshot(List<EmbeddingChunk> chunks, int lastUsed) {
    }

    /** Where a face lies, also when its chunk is rewritten; nowhere once it is erased. */
    static final class Row {
        private EmbeddingChunk chunk;
        private int index;
        /** What has replaced it; null = nothing. */
        private Row by;
    }

    private final Map<EmbeddingChunk, Row[]> rows = new IdentityHashMap<>();

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
        row.chunk = null;
    }

    /** Erases a face whose successor has been added: a search that began before that and misses both is shown the successor. */
    synchronized void replaced(Row row, Row by) {
        successors[Math.floorMod(replacements, SUCCESSORS)] = by;
        replacements++;
        row.by = by;
        remove(row);
    }

    /** One face, or what has replaced it meanwhile, compared with a probe; null where it has been erased. */
    synchronized Hit compared(Row row, float[] probe) {
        Row now = row;
        while (now.chunk == null && now.by != null) {
            now = now.by;
        }
        return now.chunk == null ? null : new Hit(now.chunk.template(now.index), now.chunk.cosine(now.index, probe));
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
     * @param probes   unit-length embeddings
     * @param top      subjects a probe
     * @param exactMax faces up to which each is compared with; of more, those whose sketches are near
     * @return for every probe at most {@code top} hits of distinct subjects, best first
     */
    List<List<Hit>> search(List<float[]> probes, int top, int exactMax) {
        Nearest[] found;
        int before;
        int tries = 0;
        do {
            before = replacements;
            found = live > exactMax ? sift(snapshot, probes, top) : scan(snapshot, probes, top);
            VarHandle.loadLoadFence();
        } while (before != replacements && !offerSuccessors(before, probes, found) && ++tries < TRIES_MAX);
        return Arrays.stream(found).map(Nearest::hits).toList();
    }

    /** Compares with what has replaced faces meanwhile. Returns false where that is not known of all. */
    private synchronized boolean offerSuccessors(int before, List<float[]> probes, Nearest[] best) {
        if (replacements - before > SUCCESSORS) {
            return false;
        }
        for (int i = before; i != replacements; i++) {
            Row by = successors[Math.floorMod(i, SUCCESSORS)];
            for (int p = 0; p < best.length && by.chunk != null; p++) {
                by.chunk.offer(by.index, probes.get(p), best[p]);
            }
        }
        return true;
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
