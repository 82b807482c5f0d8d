package dev.tronie.match;

/**
 * A cosine as a similarity from 0 to 1 that means the same for every model: the probability that two faces are one person's where
 * both answers were equally likely before looking (a logistic fit, J. Platt 1999). Strictly monotone. Pure.
 *
 * @param slope     of the log-odds over the cosine, above 0
 * @param intercept of the log-odds
 */
public record SimilarityScale(double slope, double intercept) {
    /** Checks that the scale rises. */
    public SimilarityScale {
        if (!(slope > 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
            throw new IllegalArgumentException("a similarity scale must rise with the cosine");
        }
    }

    /** The similarity of a cosine, 0 to 1. */
    public float of(float cosine) {
        return (float) (1 / (1 + Math.exp(-(slope * cosine + intercept))));
    }

    /** The cosine of a similarity above 0 and below 1, held within -1 to 1. */
    public float cosine(float similarity) {
        double s = Math.min(1 - 1e-9, Math.max(1e-9, similarity));
        return (float) Math.max(-1, Math.min(1, (Math.log(s / (1 - s)) - intercept) / slope));
    }
}
