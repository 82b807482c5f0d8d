package dev.tronie.gallery;

import dev.tronie.vision.FaceBox;

/**
 * What is kept of an enrolled face besides its embedding.
 *
 * @param key          which face
 * @param modelId      the model that made its embedding
 * @param quality      overall quality, 0 to 1
 * @param origin       where it came from
 * @param enrolledAtMs when it was enrolled, epoch milliseconds
 */
public record Template(FaceKey key, String modelId, float quality, Origin origin, long enrolledAtMs) {
    /**
     * The picture that a face was enrolled from.
     *
     * @param imageSha256    digest of its bytes
     * @param box            where the face was in it
     * @param detectionScore the detector's confidence, 0 to 1
     * @param frameWidthPx   width of the picture; 0 = not known
     * @param frameHeightPx  its height; 0 = not known
     */
    public record Origin(String imageSha256, FaceBox box, float detectionScore, int frameWidthPx, int frameHeightPx) {
    }
}
