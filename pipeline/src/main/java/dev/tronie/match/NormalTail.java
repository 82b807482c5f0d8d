package dev.tronie.match;

/** The upper tail of the standard normal distribution: P. J. Acklam's rational approximation of its quantiles. Pure. */
final class NormalTail {
    private static final double NEAR_CENTRE = 0.02425;

    private NormalTail() {
    }

    /** The z that a standard normal variable exceeds with probability {@code p}, above 0 and at most one half; relative error below 1.2e-9. */
    static double quantile(double p) {
        if (p < NEAR_CENTRE) {
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

    /** The probability that a standard normal variable exceeds {@code z}, 0 or more: the quantile inverted by bisection. */
    static double probability(double z) {
        double logLow = Math.log(1e-300);
        double logHigh = Math.log(0.5);
        for (int i = 0; i < 80; i++) {
            double middle = (logLow + logHigh) / 2;
            if (quantile(Math.exp(middle)) > z) {
                logLow = middle;
            } else {
                logHigh = middle;
            }
        }
        return Math.exp(logHigh);
    }
}
