package dev.tronie.evaluation;

import dev.tronie.evaluation.OpenSet.Point;
import dev.tronie.evaluation.OpenSet.Size;
import dev.tronie.evaluation.Plot.Axis;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Open-set identification as an SVG file: left the detection error tradeoff of each size of gallery, right how misses grow with the
 * size, below the figures. Both rates are drawn on logarithmic scales, as NIST does; a rate below the scale lies on its edge. Pure.
 */
public final class OpenSetPicture {
    private static final double FPIR_FROM = 1e-3;
    private static final int TOP = 90;
    private static final int HEIGHT = 360;
    private static final List<String> SIZES = List.of("#1565c0", "#00897b", "#7cb342", "#f9a825", "#e65100", "#ad1457", "#4a148c", "#212121");
    private static final List<Integer> COLUMNS = List.of(150, 260, 390, 530, 660, 790, 920, 1050);

    private record Series(String name, String colour, Function<Size, Point> point) {
    }

    private static final List<Series> SERIES = List.of(
            new Series("FPIR 0.01", "#c62828", size -> size.at(0.01)),
            new Series("FPIR 0.1", "#6a1b9a", size -> size.at(0.1)),
            new Series("threshold in force", "#111111", Size::operating));

    private OpenSetPicture() {
    }

    /**
     * The picture's text.
     *
     * @param title one line
     * @param all   at least one size; a figure that is NaN is a dash in the table and not drawn, and so is a curve below the rate at
     *              which {@value OpenSet#EVENTS_MIN} false positives are expected
     */
    public static String svg(String title, OpenSet all) {
        List<Size> sizes = all.sizes();
        Axis fnir = new Axis(fnirFrom(sizes), 1, true);
        int smallest = sizes.get(0).subjects();
        int largest = sizes.get(sizes.size() - 1).subjects();
        Plot det = new Plot(70, TOP, 480, HEIGHT, new Axis(FPIR_FROM, 1, true), fnir);
        Plot growth = new Plot(640, TOP, 420, HEIGHT, new Axis(smallest / 1.5, largest * 1.5, true), fnir);
        StringBuilder s = new StringBuilder(Plot.open(1100, det.bottom() + 115 + 20 * sizes.size()));
        s.append(Plot.text(det.left(), 26, "start", title));
        s.append(det.names("FPIR: strangers who are given a name", "FNIR: enrolled people who are missed"));
        s.append(growth.names("enrolled people, one face each", "FNIR: enrolled people who are missed"));
        grid(s, det, growth, sizes);
        curves(s, det, sizes);
        growth(s, growth, sizes);
        table(s, det.bottom() + 80, all);
        return s.append("</svg>\n").toString();
    }

    /** The decade that holds the least rate worth showing, at most 0.1. */
    private static double fnirFrom(List<Size> sizes) {
        double least = sizes.stream().flatMap(size -> Stream.concat(SERIES.stream().map(x -> x.point().apply(size)), size.curve().stream()))
                .mapToDouble(Point::fnir).filter(f -> f > 0).min().orElse(0.1);
        return Math.max(1e-3, Math.pow(10, Math.floor(Math.log10(Math.min(0.1, least)) + 1e-9)));
    }

    private static void grid(StringBuilder s, Plot det, Plot growth, List<Size> sizes) {
        for (double decade = 1e-3; decade <= 1.0001; decade *= 10) {
            for (double step : decade > 0.99 ? new double[] {1} : new double[] {1, 2, 5}) {
                double value = decade * step;
                if (value >= FPIR_FROM * 0.999) {
                    s.append(det.verticalGrid(value, step > 1 ? "" : rate(value)));
                }
                if (value >= det.vertical().from() * 0.999) {
                    s.append(det.horizontalGrid(value, rate(value))).append(growth.horizontalGrid(value, rate(value)));
                }
            }
        }
        double last = Double.NEGATIVE_INFINITY;
        for (Size size : sizes) {
            double x = growth.x(size.subjects());
            boolean room = x - last > 40;
            s.append(growth.verticalGrid(size.subjects(), room ? count(size.subjects()) : ""));
            last = room ? x : last;
        }
    }

    private static void curves(StringBuilder s, Plot det, List<Size> sizes) {
        for (int k = 0; k < sizes.size(); k++) {
            Size size = sizes.get(k);
            double told = Math.max(FPIR_FROM, (double) OpenSet.EVENTS_MIN / size.nonMated());
            StringBuilder points = new StringBuilder();
            double x = Double.NEGATIVE_INFINITY;
            for (Point p : size.curve()) {
                if (p.fpir() >= told - 1e-12 && (det.x(p.fpir()) - x > 0.5 || p.fpir() == 1)) {
                    x = det.x(p.fpir());
                    points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, det.y(p.fnir())));
                }
            }
            s.append(points.length() == 0 ? "" : Plot.polyline(colour(k), points.toString().strip()));
        }
        for (int k = 0; k < sizes.size(); k++) {
            s.append(dot(det, sizes.get(k).operating().fpir(), sizes.get(k).operating().fnir(), colour(k)));
        }
        s.append(Plot.dot(det.left() + 8, TOP - 24, "#777")).append(Plot.text(det.left() + 18, TOP - 20, "start", "threshold in force; colours as below"));
    }

    private static void growth(StringBuilder s, Plot growth, List<Size> sizes) {
        int x = growth.left() + 8;
        for (Series series : SERIES) {
            List<Size> told = sizes.stream().filter(size -> !Double.isNaN(series.point().apply(size).fnir())).toList();
            StringBuilder points = new StringBuilder();
            told.forEach(size -> points.append(String.format(Locale.ROOT, "%.1f,%.1f ", growth.x(size.subjects()),
                    growth.y(series.point().apply(size).fnir()))));
            s.append(told.size() < 2 ? "" : Plot.polyline(series.colour(), points.toString().strip()));
            told.forEach(size -> s.append(dot(growth, size.subjects(), series.point().apply(size).fnir(), series.colour())));
            s.append(Plot.dot(x, TOP - 24, series.colour())).append(Plot.text(x + 10, TOP - 20, "start", series.name()));
            x += 120;
        }
    }

    private static void table(StringBuilder s, int top, OpenSet all) {
        row(s, top, List.of("enrolled", "mated", "non-mated", "FNIR", "FNIR", "threshold", "FPIR", "FNIR"));
        row(s, top + 16, List.of("people", "probes", "probes", "at FPIR 0.01", "at FPIR 0.1", "in force", "there", "there"));
        for (int k = 0; k < all.sizes().size(); k++) {
            Size size = all.sizes().get(k);
            int y = top + 38 + 20 * k;
            s.append(Plot.dot(80, y - 4, colour(k)));
            Point force = size.operating();
            row(s, y, List.of(count(size.subjects()), count(size.mated()), count(size.nonMated()), figure("%.3f", size.at(0.01).fnir()),
                    figure("%.3f", size.at(0.1).fnir()), figure("%.3f", force.threshold()), figure("%.4f", force.fpir()), figure("%.3f", force.fnir())));
        }
    }

    private static void row(StringBuilder s, int y, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            s.append(Plot.text(COLUMNS.get(i), y, "end", cells.get(i)));
        }
    }

    private static String figure(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static String dot(Plot plot, double x, double y, String colour) {
        return Double.isNaN(x) || Double.isNaN(y) ? "" : Plot.dot(plot.x(x), plot.y(y), colour);
    }

    private static String colour(int k) {
        return SIZES.get(k % SIZES.size());
    }

    private static String count(int n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String rate(double value) {
        return value > 0.99 ? "1" : value > 0.099 ? String.format(Locale.ROOT, "%.1f", value)
                : value > 0.0099 ? String.format(Locale.ROOT, "%.2f", value) : String.format(Locale.ROOT, "%.3f", value);
    }
}
