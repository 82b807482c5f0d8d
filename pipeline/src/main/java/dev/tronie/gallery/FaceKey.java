package dev.tronie.gallery;

/**
 * Identity of an enrolled face; as text {@code gallery/subject/face} with {@code %} and {@code /} of the parts percent-encoded.
 *
 * @param gallery   the gallery
 * @param subjectId whose face it is
 * @param faceId    which face of the subject
 */
public record FaceKey(String gallery, String subjectId, String faceId) {
    /** Longest name of a gallery, subject or face, in UTF-16 units. */
    public static final int NAME_MAX = 200;

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException where the text has not exactly three non-empty parts
     */
    public static FaceKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw new IllegalArgumentException("a face's key has three parts");
        }
        return new FaceKey(decode(parts[0]), decode(parts[1]), decode(parts[2]));
    }

    /** The key of a subject's records on photo-uploads. */
    public static String ofSubject(String gallery, String subjectId) {
        return encode(gallery) + "/" + encode(subjectId);
    }

    /** The key's text. */
    public String text() {
        return encode(gallery) + "/" + encode(subjectId) + "/" + encode(faceId);
    }

    private static String encode(String part) {
        return part.replace("%", "%25").replace("/", "%2F");
    }

    private static String decode(String part) {
        return part.replace("%2F", "/").replace("%25", "%");
    }
}
