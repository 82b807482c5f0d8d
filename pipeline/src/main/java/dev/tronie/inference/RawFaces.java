package dev.tronie.inference;

/**
 * A detector's answer for one picture, best score first, before suppression; pixels of the detector's input.
 *
 * @param boxes     K x 4: x1, y1, x2, y2
 * @param scores    K, descending
 * @param landmarks K x 10
 */
public record RawFaces(float[] boxes, float[] scores, float[] landmarks) {
}
