package dev.tronie.match;

import java.util.List;

/**
 * How often two strangers reach a cosine: counted points, straight lines between them on normal-quantile paper, and beyond the last a
 * normal tail around zero, which the cosines of strangers follow closely. Pure.
 *
 * @param points at least one; cosines rise and are above 0, rates fall and are above 0 and at most one half
 */
public record FalseMatchCurve(List<Point> points) {
    /**
     * A counted point.
     *
     * @param cosine a similarity
     * @param rate   share of pairs of strangers that reach it
     */
    public record Point(double cosine, double rate) {
    }

    /** Checks the order of the points. */
    public FalseMatchCurve {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a false-match curve needs a point");
        }
        double cosine = 0;
        double rate = 0.5 + 1e-12;
        for (Point p : points) {
            if (!(p.cosine() > cosine && p.cosine() <= 1 && p.rate() < rate && p.rate() > 0)) {
                throw new IllegalArgumentException("a false-match curve's cosines must rise from above 0 and its rates fall from 0.5");
            }
            cosine = p.cosine();
            rate = p.rate();
        }
    }

    /** The curve through one point. */
    public static FalseMatchCurve through(double cosine, double rate) {
        return new FalseMatchCurve(List.of(new Point(cosine, rate)));
    }

    /** The cosine that strangers reach at a rate, above 0 and below 1; never below the first point's, at most 1. */
    public double cosineAt(double rate) {
        Point first = points.get(0);
        if (rate >= first.rate()) {
            return first.cosine();
        }
        double z = NormalTail.quantile(rate);
        for (int i = 1; i < points.size(); i++) {
            if (rate >= points.get(i).rate()) {
                Point a = points.get(i - 1);
                Point b = points.get(i);
                double za = NormalTail.quantile(a.rate());
                double zb = NormalTail.quantile(b.rate());
                return a.cosine() + (b.cosine() - a.cosine()) * (z - za) / (zb - za);
            }
        }
        Point last = points.get(points.size() - 1);
        return Math.min(1, last.cosine() * z / NormalTail.quantile(last.rate()));
    }

    /** The rate at which strangers reach a cosine; the first point's below it. The inverse of {@link #cosineAt}. */
    public double rateAt(double cosine) {
        if (cosine <= points.get(0).cosine()) {
            return points.get(0).rate();
        }
        for (int i = 1; i < points.size(); i++) {
            if (cosine <= points.get(i).cosine()) {
                Point a = points.get(i - 1);
                Point b = points.get(i);
                double za = NormalTail.quantile(a.rate());
                double zb = NormalTail.quantile(b.rate());
                return NormalTail.probability(za + (zb - za) * (cosine - a.cosine()) / (b.cosine() - a.cosine()));
            }
        }
        Point last = points.get(points.size() - 1);
        return NormalTail.probability(cosine / last.cosine() * NormalTail.quantile(last.rate()));
    }
}
