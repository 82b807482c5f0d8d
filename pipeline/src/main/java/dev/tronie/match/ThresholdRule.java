package dev.tronie.match;

/**
 * How similar two faces must be to be held one person's, given how many faces are searched. A probe of a stranger is compared with
 * every enrolled face, so the chance that one of N matches by accident is 1 - (1 - FMR)^N: a fixed threshold that is right for ten
 * faces is wrong for ten thousand. The rule holds the false-positive identification rate instead.
 *
 * <p>How the false-match rate falls with the threshold is taken from one measured point and a normal tail around zero, which the
 * cosines of strangers follow closely ({@code tronie evaluate --people} counts: on 57,165 pairs of strangers the predicted and the
 * counted threshold differ by at most 0.03 down to a rate of 3e-5). The threshold never goes below the measured point. Pure.
 *
 * @param threshold      cosine measured to give {@code falseMatchRate}
 * @param falseMatchRate that rate, between two strangers, above 0 and below 0.5
 * @param fpir           wanted rate of strangers who match anybody at all, above 0 and below 1
 * @param fixed          true = always {@code threshold}, whatever the gallery's size
 */
public record ThresholdRule(float threshold, double falseMatchRate, double fpir, boolean fixed) {

    /** A threshold that does not move. */
    public static ThresholdRule fixed(float threshold) {
        return new ThresholdRule(threshold, 0.001, 0.01, true);
    }

    /**
     * The threshold for a gallery.
     *
     * @param faces enrolled faces that are searched
     */
    public float at(long faces) {
        if (fixed || faces < 1) {
            return threshold;
        }
        double allowed = -Math.expm1(Math.log1p(-fpir) / faces);
        double scaled = threshold * upperQuantile(allowed) / upperQuantile(falseMatchRate);
        return (float) Math.min(1, Math.max(threshold, scaled));
    }

    /** The z that a standard normal variable exceeds with probability {@code p} below one half: P. J. Acklam's rational approximation. */
    static double upperQuantile(double p) {
        if (p < 0.02425) {
            double q = Math.sqrt(-2 * Math.log(p));
            return -(((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
                    + 4.374664141464968) * q + 2.938163982698783)
                    / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
        }
        double q = 0.5 - p;
        double r = q * q;
        return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r + 1.383577518672690e+02) * r
                - 3.066479806614716e+01) * r + 2.506628277459239) * q
                / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01) * r
                - 1.328068155288572e+01) * r + 1);
    }
}
