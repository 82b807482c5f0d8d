package dev.tronie.gallery;

import dev.tronie.vision.FaceBox;

/**
 * What is kept of an enrolled face besides its embedding.
 *
 * @param key          which face
 * @param modelId      the model that made its embedding
 * @param quality      overall quality, 0 to 1
 * @param imageSha256  digest of the picture it came from
 * @param box          where it was in that picture
 * @param enrolledAtMs when it was enrolled, epoch milliseconds
 */
public record Template(FaceKey key, String modelId, float quality, String imageSha256, FaceBox box, long enrolledAtMs) {
}
