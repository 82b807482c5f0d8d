package dev.tronie.evaluation;

import dev.tronie.evaluation.Plot.Axis;
import java.util.List;
import java.util.Locale;

/** The receiver operating characteristic as an SVG file, false accept rate on a logarithmic scale. Pure. */
public final class RocPicture {
    private static final Plot PLOT = new Plot(70, 40, 560, 360, new Axis(1e-3, 1, true), new Axis(0, 1, false));

    private RocPicture() {
    }

    /** The picture's text. */
    public static String svg(String title, Verification v) {
        StringBuilder s = new StringBuilder(Plot.open(PLOT.right() + 30, PLOT.bottom() + 60));
        s.append(Plot.text(PLOT.left(), 24, "start", title));
        for (double far = 1e-3; far <= 1.0001; far *= 10) {
            s.append(PLOT.verticalGrid(far, far >= 0.99 ? "1" : String.format(Locale.ROOT, "%.3f", far)));
        }
        for (double tar = 0; tar <= 1.0001; tar += 0.1) {
            s.append(PLOT.horizontalGrid(tar, String.format(Locale.ROOT, "%.1f", tar)));
        }
        s.append(PLOT.names("false accept rate (impostors accepted)", "true accept rate"));
        s.append(Plot.polyline("#1565c0", points(v.roc())));
        s.append(Plot.text(PLOT.right() - 10, PLOT.bottom() - 34, "end", String.format(Locale.ROOT, "accuracy %.2f ± %.2f %%, equal error %.2f %%",
                100 * v.accuracy(), 100 * v.accuracyStd(), 100 * v.eer())));
        s.append(Plot.text(PLOT.right() - 10, PLOT.bottom() - 14, "end", String.format(Locale.ROOT, "%d pairs, TAR %.3f at FAR 0.01, %.3f at 0.001",
                v.pairs(), v.tarAt001(), v.tarAt0001())));
        return s.append("</svg>\n").toString();
    }

    private static String points(List<double[]> roc) {
        StringBuilder s = new StringBuilder();
        double last = 0;
        for (double[] p : roc) {
            s.append(String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f ", PLOT.x(p[0]), PLOT.y(last), PLOT.x(p[0]), PLOT.y(p[1])));
            last = p[1];
        }
        return s.toString().strip();
    }
}
