package dev.tronie.bench;

import dev.tronie.evaluation.Plot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A benchmark as an SVG file: for each measure a bar a contender, from nothing, with its spread. Measures have scales of their own. Pure.
 */
public final class BarPicture {
    private static final int WIDTH = 900;
    private static final int NAMES = 300;
    private static final int LENGTH = 430;
    private static final int ROW = 24;
    private static final int BAR = 15;
    private static final int TOP = 50;
    private static final int GAP = 44;
    private static final String OWN = "#1565c0";
    private static final String PEER = "#9e9e9e";

    private BarPicture() {
    }

    /**
     * A bar.
     *
     * @param measure what is measured, and in which unit
     * @param name    the contender
     * @param value   its median, at least 0
     * @param least   the least of the rounds
     * @param most    the most of the rounds
     * @param isOwn   whether it is Tronie
     */
    public record Bar(String measure, String name, double value, double least, double most, boolean isOwn) {
    }

    /** The picture's text; measures come in the order of their first bar. */
    public static String svg(String title, List<Bar> bars) {
        Map<String, List<Bar>> measures = bars.stream().collect(Collectors.groupingBy(Bar::measure, LinkedHashMap::new, Collectors.toList()));
        StringBuilder s = new StringBuilder(Plot.open(WIDTH, TOP + measures.size() * GAP + bars.size() * ROW));
        s.append(Plot.text(20, 26, "start", title));
        int y = TOP;
        for (Map.Entry<String, List<Bar>> measure : measures.entrySet()) {
            s.append(Plot.text(20, y + 16, "start", measure.getKey()));
            y += ROW;
            double scale = LENGTH / measure.getValue().stream().mapToDouble(Bar::most).max().orElse(1);
            for (Bar bar : measure.getValue()) {
                row(s, y, bar, scale);
                y += ROW;
            }
            y += GAP - ROW;
        }
        return s.append("</svg>\n").toString();
    }

    private static void row(StringBuilder s, int y, Bar bar, double scale) {
        s.append(Plot.text(NAMES - 10, y + BAR - 2, "end", bar.name()));
        s.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n", NAMES, y, Math.max(1, bar.value() * scale), BAR,
                bar.isOwn() ? OWN : PEER));
        s.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#000\"/>%n", NAMES + bar.least() * scale, y + BAR / 2.0,
                NAMES + bar.most() * scale, y + BAR / 2.0));
        s.append(Plot.text(NAMES + Math.max(bar.most(), bar.value()) * scale + 8, y + BAR - 2, "start", number(bar.value())));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
