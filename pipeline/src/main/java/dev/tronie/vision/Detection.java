package dev.tronie.vision;

/**
 * One face as the detector sees it.
 *
 * @param box       where, pixels
 * @param score     confidence 0 to 1
 * @param landmarks x and y of left eye, right eye, nose, left and right corner of the mouth (as seen in the picture); 10 pixels values
 */
public record Detection(FaceBox box, float score, float[] landmarks) {

    /** The same face after {@code pixel -> (pixel - offset) * scale}. */
    public Detection mapped(float offset, float scale) {
        float[] points = new float[landmarks.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = (landmarks[i] - offset) * scale;
        }
        return new Detection(new FaceBox((box.x1() - offset) * scale, (box.y1() - offset) * scale,
                (box.x2() - offset) * scale, (box.y2() - offset) * scale), score, points);
    }

    /** Distance between the eyes, pixels. */
    public float eyeDistancePx() {
        return (float) Math.hypot(landmarks[2] - landmarks[0], landmarks[3] - landmarks[1]);
    }
}
