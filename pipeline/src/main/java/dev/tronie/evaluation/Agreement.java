package dev.tronie.evaluation;

import dev.tronie.vision.Analysis;
import java.util.ArrayList;
import java.util.List;

/**
 * How far two precisions of one model agree on the same pictures: which faces both find, and how alike their embeddings of these are.
 * Pure.
 *
 * @param pictures       compared
 * @param faces          found by the first
 * @param otherFaces     found by the second
 * @param both           found by both, intersection over union at least {@link #IOU_MIN}; each face has one partner at most
 * @param cosineMedian   between both embeddings of a face, which includes what its landmarks moved by; NaN where there is none
 * @param cosineHundredth the same of the worst hundredth
 */
public record Agreement(int pictures, int faces, int otherFaces, int both, double cosineMedian, double cosineHundredth) {
    /** Boxes that overlap so are of one face, found at one place. */
    public static final float IOU_MIN = 0.8f;

    /** The share of what the other finds that is found as well; 1 where it finds nothing. */
    public double found() {
        return otherFaces == 0 ? 1 : both / (double) otherFaces;
    }

    /** The share of what is found that the other finds as well; 1 where nothing is found. */
    public double foundByOther() {
        return faces == 0 ? 1 : both / (double) faces;
    }

    /**
     * Compares.
     *
     * @param first  the faces of each picture, best first
     * @param second of the same pictures in the same order
     */
    public static Agreement of(List<List<Analysis.Face>> first, List<List<Analysis.Face>> second) {
        List<Double> cosines = new ArrayList<>();
        int faces = 0;
        int others = 0;
        for (int i = 0; i < first.size(); i++) {
            faces += first.get(i).size();
            others += second.get(i).size();
            List<Analysis.Face> left = new ArrayList<>(second.get(i));
            for (Analysis.Face face : first.get(i)) {
                left.stream().max((a, b) -> Float.compare(iou(a, face), iou(b, face))).filter(best -> iou(best, face) >= IOU_MIN).ifPresent(best -> {
                    left.remove(best);
                    cosines.add(cosine(best.embedding(), face.embedding()));
                });
            }
        }
        double[] sorted = cosines.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Agreement(first.size(), faces, others, sorted.length, quantile(sorted, 0.5), quantile(sorted, 0.01));
    }

    private static float iou(Analysis.Face a, Analysis.Face b) {
        return a.detection().box().iou(b.detection().box());
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }

    private static double quantile(double[] sorted, double q) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (q * (sorted.length - 1))];
    }
}
