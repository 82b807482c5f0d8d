package dev.tronie.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Metrics as Prometheus reads them (text format 0.0.4), for people to be told of. Pure.
 *
 * @param samples name, labels and value, in the order of the text
 */
public record Scrape(List<Sample> samples) {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One value. */
    public record Sample(String name, Map<String, String> labels, double value) {
    }

    /** The text's samples; comments and lines that are none are left out. */
    public static Scrape of(String text) {
        List<Sample> samples = new ArrayList<>();
        text.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            Map<String, String> labels = new TreeMap<>();
            if (line.group(2) != null) {
                for (Matcher label = LABEL.matcher(line.group(2)); label.find();) {
                    labels.put(label.group(1), label.group(2));
                }
            }
            samples.add(new Sample(line.group(1), labels, number(line.group(3))));
        });
        return new Scrape(samples);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> text.matches("[-+0-9.eE]+") ? Double.parseDouble(text) : Double.NaN;
        };
    }

    /** The sum over all labels; 0 where there is none. */
    public double sum(String name) {
        return samples.stream().filter(s -> s.name().equals(name)).mapToDouble(Sample::value).filter(v -> !Double.isNaN(v)).sum();
    }

    /** Sums by one label's values, by name. */
    public Map<String, Double> by(String name, String label) {
        Map<String, Double> sums = new TreeMap<>();
        samples.stream().filter(s -> s.name().equals(name) && s.labels().containsKey(label)).forEach(s -> sums.merge(s.labels().get(label), s.value(), Double::sum));
        return sums;
    }

    /**
     * A quantile of a histogram, as between two bounds by a straight line.
     *
     * @param name  without _bucket
     * @param label null, or the label of those that are counted
     * @param value what that label says
     * @param share 0 to 1, 0.5 for the median
     * @return in the histogram's unit; NaN where nothing was counted; the largest bound where it lies above it
     */
    public double quantile(String name, String label, String value, double share) {
        Map<Double, Double> buckets = new TreeMap<>();
        samples.stream().filter(s -> s.name().equals(name + "_bucket") && (label == null || value.equals(s.labels().get(label))))
                .forEach(s -> buckets.merge(number(s.labels().get("le")), s.value(), Double::sum));
        double wanted = share * buckets.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        double from = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (bucket.getValue() >= wanted && bucket.getValue() > 0) {
                return bucket.getKey().isInfinite() ? from : from + (bucket.getKey() - from) * (wanted - below) / Math.max(1e-12, bucket.getValue() - below);
            }
            from = bucket.getKey();
            below = bucket.getValue();
        }
        return Double.NaN;
    }
}
