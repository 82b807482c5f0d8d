package dev.tronie.match;

/**
 * What a model's cosines are worth, measured on labelled pictures. Immutable.
 *
 * @param modelId        id-version of the model
 * @param embedderSha256 digest of the embedder that was measured
 * @param strangers      how often strangers reach a cosine
 * @param scale          cosines to calibrated similarities
 * @param sample         what it was measured on
 */
public record Calibration(String modelId, String embedderSha256, FalseMatchCurve strangers, SimilarityScale scale, Sample sample) {
    /**
     * What a calibration rests on.
     *
     * @param pictures      pictures with a face
     * @param people        people on them
     * @param strangerPairs pairs of two people
     * @param samePairs     pairs of one person
     */
    public record Sample(int pictures, int people, long strangerPairs, long samePairs) {
    }
}
