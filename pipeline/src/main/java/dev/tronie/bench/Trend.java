package dev.tronie.bench;

import java.util.Arrays;

/**
 * The straight line through a series by least squares.
 *
 * @param slope what it grows by in an hour
 * @param error standard error of the slope; NaN for fewer than three points
 */
record Trend(double slope, double error) {

    /**
     * The trend of a series. Neighbours in time resemble each other, so blocks of them count as one point.
     *
     * @param hours  when, ascending
     * @param values as many
     * @param block  how many neighbours make a point, at least 1; an incomplete last block is left out
     */
    static Trend of(double[] hours, double[] values, int block) {
        int n = hours.length / block;
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = Arrays.stream(hours, i * block, (i + 1) * block).average().orElse(0);
            y[i] = Arrays.stream(values, i * block, (i + 1) * block).average().orElse(0);
        }
        double mx = Arrays.stream(x).average().orElse(0);
        double my = Arrays.stream(y).average().orElse(0);
        double sxx = 0;
        double sxy = 0;
        for (int i = 0; i < n; i++) {
            sxx += (x[i] - mx) * (x[i] - mx);
            sxy += (x[i] - mx) * (y[i] - my);
        }
        double slope = sxx == 0 ? Double.NaN : sxy / sxx;
        double rest = 0;
        for (int i = 0; i < n; i++) {
            double off = y[i] - my - slope * (x[i] - mx);
            rest += off * off;
        }
        return new Trend(slope, n < 3 ? Double.NaN : Math.sqrt(rest / (n - 2) / sxx));
    }
}
