package dev.tronie.gallery;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All enrolled faces of this instance: per gallery and model one searchable block, and an index by subject.
 *
 * <p>Threading: {@link #put} and {@link #remove} are called by one thread, the gallery's loader; everything else by any thread at
 * any time. A search sees every change that returned before it began.
 */
public final class Galleries {

    private static final int REPLACED_MEANWHILE_MAX = 3;

    private record Enrolled(Template template, EmbeddingMatrix matrix, EmbeddingMatrix.Row row) {
    }

    private record Block(String gallery, String modelId) {
    }

    private final Map<Block, EmbeddingMatrix> blocks = new ConcurrentHashMap<>();
    /** gallery, subject, face id. */
    private final Map<String, Map<String, Map<String, Enrolled>>> faces = new ConcurrentHashMap<>();
    private final int exactMax;
    /** Written by the loader only. */
    private volatile long size;

    /** Empty; every search is exact. */
    public Galleries() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Empty.
     *
     * @param exactMax faces of one gallery and model up to which a probe is compared with each; of more, with those that sketches of all single
     *                 out: their cosines are exact, but a face that is not much nearer than many others may be missed
     */
    public Galleries(int exactMax) {
        this.exactMax = exactMax;
    }

    /**
     * Adds a face, or replaces the one with the same key.
     *
     * @param template  what is kept of it
     * @param embedding its unit-length embedding, copied
     * @throws IllegalArgumentException where faces of the same gallery and model have another embedding size
     */
    public void put(Template template, float[] embedding) {
        FaceKey key = template.key();
        EmbeddingMatrix matrix = blocks.computeIfAbsent(new Block(key.gallery(), template.modelId()),
                b -> new EmbeddingMatrix(embedding.length));
        if (matrix.size() != embedding.length) {
            throw new IllegalArgumentException("embedding of " + embedding.length + " numbers among those of " + matrix.size());
        }
        Map<String, Enrolled> subject = faces.computeIfAbsent(key.gallery(), g -> new ConcurrentHashMap<>())
                .computeIfAbsent(key.subjectId(), s -> new ConcurrentHashMap<>());
        EmbeddingMatrix.Row row = matrix.add(embedding, template);
        Enrolled before = subject.put(key.faceId(), new Enrolled(template, matrix, row));
        if (before == null) {
            size++;
        } else if (before.matrix() == matrix) {
            matrix.replaced(before.row(), row);
        } else {
            before.matrix().remove(before.row());
            dropEmpty(before);
        }
    }

    /** A block is laid out chunk by chunk; that of a gallery whose last face has gone is not kept. */
    private void dropEmpty(Enrolled erased) {
        if (erased.matrix().live() == 0) {
            blocks.remove(new Block(erased.template().key().gallery(), erased.template().modelId()), erased.matrix());
        }
    }

    /** Erases a face. Returns whether it was there. */
    public boolean remove(FaceKey key) {
        Map<String, Map<String, Enrolled>> gallery = faces.get(key.gallery());
        Map<String, Enrolled> subject = gallery == null ? null : gallery.get(key.subjectId());
        Enrolled enrolled = subject == null ? null : subject.remove(key.faceId());
        if (enrolled == null) {
            return false;
        }
        enrolled.matrix().remove(enrolled.row());
        dropEmpty(enrolled);
        if (subject.isEmpty()) {
            gallery.remove(key.subjectId());
        }
        if (gallery.isEmpty()) {
            faces.remove(key.gallery());
        }
        size--;
        return true;
    }

    /**
     * The nearest subjects of several faces at once.
     *
     * @param gallery where to look; an unknown one is empty
     * @param modelId the model that made the probes; faces of other models are not seen
     * @param probes  unit-length embeddings
     * @param top     subjects a probe, at least 1
     * @return for every probe at most {@code top} hits of distinct subjects, best first
     */
    public Found search(String gallery, String modelId, List<float[]> probes, int top) {
        return search(gallery, modelId, probes, top, exactMax);
    }

    /** The same, compared with every face however many there are: what other answers are measured by. */
    public Found searchExactly(String gallery, String modelId, List<float[]> probes, int top) {
        return search(gallery, modelId, probes, top, Integer.MAX_VALUE);
    }

    private Found search(String gallery, String modelId, List<float[]> probes, int top, int exactMax) {
        EmbeddingMatrix matrix = blocks.get(new Block(gallery, modelId));
        boolean comparable = matrix != null && probes.stream().allMatch(probe -> probe.length == matrix.size());
        return !comparable ? new Found(probes.stream().map(p -> List.<Hit>of()).toList(), 0)
                : new Found(matrix.search(probes, top, exactMax), matrix.live());
    }

    /**
     * The best face of one subject for each of several faces (1:1).
     *
     * @param gallery   where to look
     * @param subjectId who it is claimed to be
     * @param modelId   the model that made the probes; faces of other models are not seen
     * @param probes    unit-length embeddings
     * @return for every probe one hit, or none where the subject has no face of the model
     */
    public Found compare(String gallery, String subjectId, String modelId, List<float[]> probes) {
        Found found = compareOnce(gallery, subjectId, modelId, probes);
        // A face that is replaced meanwhile is looked up anew.
        for (int again = 0; again < REPLACED_MEANWHILE_MAX && found.hits().stream().anyMatch(hits -> hits.stream().anyMatch(hit -> Float.isNaN(hit.cosine()))); again++) {
            found = compareOnce(gallery, subjectId, modelId, probes);
        }
        return found;
    }

    private Found compareOnce(String gallery, String subjectId, String modelId, List<float[]> probes) {
        List<Enrolled> subject = faces.getOrDefault(gallery, Map.of()).getOrDefault(subjectId, Map.of()).values().stream()
                .filter(e -> e.template().modelId().equals(modelId)
                        && probes.stream().allMatch(probe -> probe.length == e.matrix().size())).toList();
        return new Found(probes.stream().map(probe -> subject.stream().map(e -> compared(e, probe))
                .max(Comparator.comparingDouble(Hit::cosine)).map(List::of).orElse(List.of())).toList(), subject.size());
    }

    /** NaN where the face has been erased. */
    private static Hit compared(Enrolled enrolled, float[] probe) {
        Hit hit = enrolled.matrix().compared(enrolled.row(), probe);
        return hit == null ? new Hit(enrolled.template(), Float.NaN) : hit;
    }

    /** The galleries that hold a face, in no order. */
    public Collection<String> names() {
        return List.copyOf(faces.keySet());
    }

    /** The subjects of a gallery, in no order; empty where there is none. */
    public Collection<String> subjects(String gallery) {
        return List.copyOf(faces.getOrDefault(gallery, Map.of()).keySet());
    }

    /** The enrolled faces of a subject, in no order; empty where there is none. */
    public Collection<Template> ofSubject(String gallery, String subjectId) {
        return faces.getOrDefault(gallery, Map.of()).getOrDefault(subjectId, Map.of()).values().stream().map(Enrolled::template).toList();
    }

    /** One enrolled face. */
    public Optional<Template> face(FaceKey key) {
        return Optional.ofNullable(faces.getOrDefault(key.gallery(), Map.of()).getOrDefault(key.subjectId(), Map.of()).get(key.faceId()))
                .map(Enrolled::template);
    }

    /** Whether a gallery holds at least one face. */
    public boolean contains(String gallery) {
        return faces.containsKey(gallery);
    }

    /** Enrolled faces in all galleries. */
    public long size() {
        return size;
    }
}
