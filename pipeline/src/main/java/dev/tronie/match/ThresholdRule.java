package dev.tronie.match;

/**
 * How similar two faces must be to be held one person's, given how many faces are searched. A probe of a stranger is compared with
 * every enrolled face, so the chance that one of N matches by accident is 1 - (1 - FMR)^N: a fixed threshold that is right for ten
 * faces is wrong for ten thousand. The rule holds the false-positive identification rate instead (ISO/IEC 19795-1), and never grants
 * a single comparison more than a stated false-match rate, however small the gallery. Pure.
 *
 * @param curve   how often strangers reach a cosine
 * @param rateMax false-match rate of one comparison at most, above 0 and below one half
 * @param fpir    wanted rate of strangers who match anybody at all, above 0 and below 1
 * @param fixed   a threshold that does not move; null = as above
 */
public record ThresholdRule(FalseMatchCurve curve, double rateMax, double fpir, Float fixed) {
    /** A threshold that does not move. */
    public static ThresholdRule fixed(float threshold) {
        return new ThresholdRule(null, 0.001, 0.01, threshold);
    }

    /**
     * The threshold for a gallery.
     *
     * @param faces enrolled faces that are searched
     */
    public float at(long faces) {
        if (fixed != null) {
            return fixed;
        }
        double allowed = faces < 1 ? rateMax : Math.min(rateMax, -Math.expm1(Math.log1p(-fpir) / faces));
        return (float) curve.cosineAt(allowed);
    }

    /** The same rule for another wanted rate. */
    public ThresholdRule holding(double otherFpir, double otherRateMax) {
        return new ThresholdRule(curve, otherRateMax, otherFpir, null);
    }
}
