package dev.tronie.evaluation;

import java.util.Locale;

/** One panel of a drawing: where its values lie, and SVG text of what is drawn there. Pure. */
public record Plot(int left, int top, int width, int height, Axis horizontal, Axis vertical) {

    /**
     * A scale.
     *
     * @param from        value at the left or the bottom
     * @param to          value at the right or the top
     * @param logarithmic whether decades, not differences, are equally long; values below {@code from} then lie on it
     */
    public record Axis(double from, double to, boolean logarithmic) {

        private double share(double value) {
            return logarithmic ? (Math.log10(Math.max(from, value)) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
                    : (value - from) / (to - from);
        }
    }

    /** A drawing's start: white, of a size in pixels. */
    public static String open(int width, int height) {
        return String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n",
                width, height) + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    }

    double x(double value) {
        return left + width * horizontal.share(value);
    }

    double y(double value) {
        return top + height * (1 - vertical.share(value));
    }

    int right() {
        return left + width;
    }

    int bottom() {
        return top + height;
    }

    /** A grid line upwards from a value, and its name below; empty = none. */
    String verticalGrid(double value, String name) {
        return line(x(value), top, x(value), bottom()) + (name.isEmpty() ? "" : text(x(value), bottom() + 20, "middle", name));
    }

    /** A grid line across from a value, and its name left of it; empty = none. */
    String horizontalGrid(double value, String name) {
        return line(left, y(value), right(), y(value)) + (name.isEmpty() ? "" : text(left - 8, y(value) + 4, "end", name));
    }

    /** What the axes show. */
    String names(String horizontal, String vertical) {
        int middle = top + height / 2;
        return text(left + width / 2.0, bottom() + 45, "middle", horizontal) + String.format(Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 %d %d)\">%s</text>%n", left - 50, middle, left - 50, middle,
                escaped(vertical));
    }

    static String line(double x1, double y1, double x2, double y2) {
        return String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n", x1, y1, x2, y2);
    }

    /** A line through points of the form {@code x,y x,y}. */
    static String polyline(String colour, String points) {
        return "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points + "\"/>\n";
    }

    static String dot(double x, double y, String colour) {
        return String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"white\"/>%n", x, y, colour);
    }

    /** A text; anchor: start, middle or end. */
    public static String text(double x, double y, String anchor, String text) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
