package dev.tronie.evaluation;

import java.util.List;
import java.util.Locale;

/** The receiver operating characteristic as an SVG file, false accept rate on a logarithmic scale. Pure. */
public final class RocPicture {
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 360;
    private static final double FAR_MIN = 1e-3;

    private RocPicture() {
    }

    /** The picture's text. */
    public static String svg(String title, Verification v) {
        StringBuilder s = new StringBuilder();
        s.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n",
                LEFT + WIDTH + 30, TOP + HEIGHT + 60));
        s.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        text(s, LEFT, 24, "start", title);
        for (double far = FAR_MIN; far <= 1.0001; far *= 10) {
            line(s, x(far), TOP, x(far), TOP + HEIGHT);
            text(s, x(far), TOP + HEIGHT + 20, "middle", String.format(Locale.ROOT, "%s", far >= 0.99 ? "1" : String.format(Locale.ROOT, "%.3f", far)));
        }
        for (double tar = 0; tar <= 1.0001; tar += 0.1) {
            line(s, LEFT, y(tar), LEFT + WIDTH, y(tar));
            text(s, LEFT - 8, y(tar) + 4, "end", String.format(Locale.ROOT, "%.1f", tar));
        }
        text(s, LEFT + WIDTH / 2.0, TOP + HEIGHT + 45, "middle", "false accept rate (impostors accepted)");
        s.append(String.format(Locale.ROOT, "<text x=\"20\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 20 %d)\">true accept rate</text>%n",
                TOP + HEIGHT / 2, TOP + HEIGHT / 2));
        s.append("<polyline fill=\"none\" stroke=\"#1565c0\" stroke-width=\"2\" points=\"").append(points(v.roc())).append("\"/>\n");
        text(s, LEFT + WIDTH - 10, TOP + HEIGHT - 34, "end", String.format(Locale.ROOT, "accuracy %.2f ± %.2f %%, equal error %.2f %%",
                100 * v.accuracy(), 100 * v.accuracyStd(), 100 * v.eer()));
        text(s, LEFT + WIDTH - 10, TOP + HEIGHT - 14, "end", String.format(Locale.ROOT, "%d pairs, TAR %.3f at FAR 0.01, %.3f at 0.001",
                v.pairs(), v.tarAt001(), v.tarAt0001()));
        return s.append("</svg>\n").toString();
    }

    private static String points(List<double[]> roc) {
        StringBuilder s = new StringBuilder();
        double last = 0;
        for (double[] p : roc) {
            s.append(String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f ", x(p[0]), y(last), x(p[0]), y(p[1])));
            last = p[1];
        }
        return s.toString().strip();
    }

    private static double x(double far) {
        return LEFT + WIDTH * (Math.log10(Math.max(FAR_MIN, far)) - Math.log10(FAR_MIN)) / -Math.log10(FAR_MIN);
    }

    private static double y(double tar) {
        return TOP + HEIGHT * (1 - tar);
    }

    private static void line(StringBuilder s, double x1, double y1, double x2, double y2) {
        s.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder s, double x, double y, String anchor, String text) {
        s.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
