package dev.tronie.gallery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Finds the templates of one gallery that make its answers wrong. A single bad face is enough: it draws strangers to its subject,
 * however good the subject's other faces are, because a search keeps the nearest face. Pure; uses the common pool's threads.
 *
 * <p>Every face is compared with every other of its model: 10,000 faces of 128 numbers take a second or two, and four times that for
 * each doubling. A limit that many pairs of strangers reach costs memory besides, about 32 bytes a pair.
 */
public final class GalleryAudit {

    private GalleryAudit() {
    }

    /**
     * An enrolled face.
     *
     * @param key         which face
     * @param modelId     the model that made the embedding; faces of different models are never compared
     * @param quality     overall quality, 0 to 1
     * @param imageSha256 digest of the picture it came from; null or blank = not known
     * @param embedding   unit length; not copied, not changed
     */
    public record Enrolled(FaceKey key, String modelId, float quality, String imageSha256, float[] embedding) {
    }

    /**
     * What is held suspicious. Cosines belong to a model: audit galleries of several models once a model, unless one pair of limits does for all.
     *
     * @param strangersCosine  cosine that two strangers hardly reach among as many pairs as the gallery has, above 0, at most 1
     * @param acquaintedCosine cosine that two faces of one person hardly stay below, -1 to {@code strangersCosine}
     * @param qualityMin       overall quality that a template should have, 0 to 1
     */
    public record Limits(float strangersCosine, float acquaintedCosine, float qualityMin) {
        /** @throws IllegalArgumentException where a limit is outside its range */
        public Limits {
            if (!(strangersCosine > 0 && strangersCosine <= 1 && acquaintedCosine >= -1 && acquaintedCosine <= strangersCosine
                    && qualityMin >= 0 && qualityMin <= 1)) {
                throw new IllegalArgumentException("limits out of range: " + strangersCosine + ", " + acquaintedCosine + ", " + qualityMin);
            }
        }
    }

    /** What is wrong, the worst first. */
    public enum Kind {
        /** {@code face} is nearer to a face of another subject than to its own subject's, and fits its own subject worse than that one fits its own. */
        LOOKS_LIKE_ANOTHER("The face looks like another subject and not like its own.",
                "Remove the face, or enrol it again under the subject it shows."),
        /** One picture is enrolled under two subjects, and the two faces look alike. */
        SAME_PICTURE("One picture of one face is enrolled under two subjects.",
                "Remove the face from the subject it does not show."),
        /** Faces of two subjects are more alike than strangers are, and neither is plainly the wrong one. */
        NEAR_DUPLICATE("Two subjects look like one person.",
                "Merge them if they are one person; otherwise remove the named pair of faces, or expect the two to be confused."),
        /** {@code face} does not look like the subject's other faces, which look like each other. */
        OUTLIER("The face does not look like the subject's other faces.",
                "Remove the face, or replace it with a sharp frontal photo of the subject."),
        /** A subject's faces do not look alike, and no majority tells which is wrong. */
        DISAGREE("The subject's faces do not look like one person.",
                "Look at the faces, remove what shows somebody else, and enrol another good photo."),
        /** {@code face} has too little quality to be a template. */
        POOR_PHOTO("The face is too poor to compare others with.",
                "Enrol a sharper, larger, more frontal photo, then remove this face.");

        private final String message;
        private final String remedy;

        Kind(String message, String remedy) {
            this.message = message;
            this.remedy = remedy;
        }

        /** What is wrong, one sentence. */
        public String message() {
            return message;
        }

        /** What to do about it, one sentence. */
        public String remedy() {
            return remedy;
        }
    }

    /**
     * Something suspicious.
     *
     * @param kind   what
     * @param face   where; of two faces that are equally suspected the first by name
     * @param other  the face it was found with: the nearest one of another subject (LOOKS_LIKE_ANOTHER), the second of the pair (SAME_PICTURE,
     *               the strongest of a NEAR_DUPLICATE, the least alike of those that DISAGREE); null for OUTLIER and POOR_PHOTO
     * @param figure cosine of the two faces, -1 to 1; for an OUTLIER the median cosine with its subject's other faces; for a POOR_PHOTO its quality
     * @param own    for LOOKS_LIKE_ANOTHER the median cosine with its subject's other faces, -1 to 1; NaN for all other kinds
     * @param pairs  pairs of faces that show it: of other subjects' faces over the limit (LOOKS_LIKE_ANOTHER, NEAR_DUPLICATE), of the subject's
     *               faces under it (DISAGREE); 1 for the other kinds
     */
    public record Finding(Kind kind, FaceKey face, FaceKey other, float figure, float own, int pairs) {
    }

    static final Comparator<FaceKey> BY_NAME = Comparator.comparing(FaceKey::subjectId).thenComparing(FaceKey::faceId);

    /**
     * Audits a gallery.
     *
     * <p>A pair of subjects gives at most one NEAR_DUPLICATE a model, and pairs of faces that another finding explains (LOOKS_LIKE_ANOTHER,
     * SAME_PICTURE) are not counted in it. A face gives at most one LOOKS_LIKE_ANOTHER, about the nearest of the other subjects' faces.
     *
     * @param faces    of one gallery, in any order
     * @param limits   what is held suspicious
     * @param progress told the number of faces compared with all others, up to that of {@code faces}; called from several threads
     * @return sorted by kind, then by the names of the faces
     * @throws IllegalArgumentException where faces are of several galleries, or embeddings of one model differ in length
     */
    public static List<Finding> of(List<Enrolled> faces, Limits limits, IntConsumer progress) {
        if (faces.stream().map(f -> f.key().gallery()).distinct().count() > 1) {
            throw new IllegalArgumentException("faces of several galleries");
        }
        List<Finding> findings = new ArrayList<>();
        Map<String, List<Enrolled>> models = faces.stream().collect(Collectors.groupingBy(Enrolled::modelId, TreeMap::new, Collectors.toList()));
        int before = 0;
        for (List<Enrolled> model : models.values()) {
            int done = before;
            findings.addAll(new ModelAudit(model, limits).findings(rows -> progress.accept(done + rows)));
            before += model.size();
        }
        faces.stream().filter(f -> f.quality() < limits.qualityMin())
                .forEach(f -> findings.add(new Finding(Kind.POOR_PHOTO, f.key(), null, f.quality(), Float.NaN, 1)));
        findings.sort(Comparator.comparing(Finding::kind).thenComparing(Finding::face, BY_NAME)
                .thenComparing(Finding::other, Comparator.nullsFirst(BY_NAME)));
        return List.copyOf(findings);
    }
}
