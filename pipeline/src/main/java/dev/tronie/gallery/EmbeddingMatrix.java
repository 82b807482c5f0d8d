package dev.tronie.gallery;

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
    private final int size;
    private volatile Snapshot snapshot = new Snapshot(List.of(), 0);
    private volatile int live;

    /** What readers see: the chunks, and how many rows of the last one. */
    private record Snapshot(List<EmbeddingChunk> chunks, int lastUsed) {
    }

    /** Where a face lies; stays valid until the face is removed, also when its chunk is rewritten. */
    static final class Row {
        private EmbeddingChunk chunk;
        private int index;
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

    /** Adds a face; visible to every snapshot taken after the return. */
    synchronized Row add(float[] embedding, Template template) {
        List<EmbeddingChunk> chunks = snapshot.chunks();
        EmbeddingChunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.isFull()) {
            last = new EmbeddingChunk(size);
            rows.put(last, new Row[EmbeddingChunk.ROWS]);
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

    /** The cosine of one face with a probe. */
    synchronized float cosine(Row row, float[] probe) {
        return row.chunk.cosine(row.index, probe);
    }

    /** The chunks with a mostly blank one, not the last, rewritten to its live rows or dropped. */
    private List<EmbeddingChunk> without(EmbeddingChunk old) {
        List<EmbeddingChunk> chunks = new ArrayList<>(snapshot.chunks());
        Row[] oldRows = rows.remove(old);
        if (old.isAllBlank()) {
            chunks.remove(old);
            return chunks;
        }
        EmbeddingChunk fresh = new EmbeddingChunk(size);
        Row[] freshRows = new Row[EmbeddingChunk.ROWS];
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
        Snapshot now = snapshot;
        List<Probe> rounded = probes.stream().map(Probe::of).toList();
        Nearest[] best = new Nearest[probes.size()];
        Arrays.setAll(best, i -> new Nearest(top));
        int[] sums = new int[EmbeddingChunk.ROWS];
        for (int c = 0; c < now.chunks().size(); c++) {
            EmbeddingChunk chunk = now.chunks().get(c);
            int used = c == now.chunks().size() - 1 ? now.lastUsed() : chunk.used();
            for (int p = 0; p < best.length; p++) {
                chunk.scan(rounded.get(p), used, sums, best[p]);
            }
        }
        return Arrays.stream(best).map(Nearest::hits).toList();
    }
}
