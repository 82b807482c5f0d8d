package dev.tronie.vision;

import java.util.ArrayList;
import java.util.List;

/** From the detector's raw output to one detection a face. Pure. */
public final class Detections {
    private Detections() {
    }

    /**
     * Thresholds and suppresses (greedy non-maximum suppression: of two boxes that overlap more than {@code iouMax} the
     * lower-scored goes).
     *
     * @param boxes     K x 4: x1, y1, x2, y2
     * @param scores    K, descending
     * @param landmarks K x 10
     * @param scoreMin  scores at or below are dropped
     * @param iouMax    overlap from which two boxes are one face
     * @return faces, best score first
     */
    public static List<Detection> distinct(float[] boxes, float[] scores, float[] landmarks, float scoreMin, float iouMax) {
        List<Detection> kept = new ArrayList<>();
        for (int k = 0; k < scores.length && scores[k] > scoreMin; k++) {
            FaceBox box = new FaceBox(boxes[4 * k], boxes[4 * k + 1], boxes[4 * k + 2], boxes[4 * k + 3]);
            boolean shadowed = kept.stream().anyMatch(other -> other.box().iou(box) > iouMax);
            if (!shadowed) {
                float[] points = new float[10];
                System.arraycopy(landmarks, 10 * k, points, 0, 10);
                kept.add(new Detection(box, scores[k], points));
            }
        }
        return kept;
    }
}
