package dev.tronie.vision;

/**
 * A rectangle in pixels; origin at the upper left, y down.
 *
 * @param x1 left edge
 * @param y1 upper edge
 * @param x2 right edge
 * @param y2 lower edge
 */
public record FaceBox(float x1, float y1, float x2, float y2) {

    /** Width, pixels. */
    public float width() {
        return x2 - x1;
    }

    /** Height, pixels. */
    public float height() {
        return y2 - y1;
    }

    /** Area, square pixels. */
    public float area() {
        return width() * height();
    }

    /** Intersection over union with another box, 0 to 1; 0 where either is empty. */
    public float iou(FaceBox other) {
        float w = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        float h = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        if (w <= 0 || h <= 0) {
            return 0;
        }
        float inner = w * h;
        return inner / (area() + other.area() - inner);
    }
}
