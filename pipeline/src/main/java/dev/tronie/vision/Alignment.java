package dev.tronie.vision;

/**
 * The similarity transform (rotation, one scale, translation) that brings a face's five landmarks nearest, in the least-squares
 * sense, to the template that embedders are trained on: the closed two-dimensional case of S. Umeyama, "Least-squares estimation
 * of transformation parameters between two point patterns", 1991; template of Deng et al., "ArcFace", 2019, for 112 x 112 pixels.
 *
 * <p>{@code x' = a x - b y + tx}, {@code y' = b x + a y + ty}, from picture pixels to crop pixels.
 *
 * @param a  scale times cosine
 * @param b  scale times sine
 * @param tx translation, crop pixels
 * @param ty translation, crop pixels
 */
public record Alignment(double a, double b, double tx, double ty) {
    /** Side of the aligned crop, pixels. */
    public static final int SIDE_PX = 112;

    private static final double[] TEMPLATE =
            {38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041};

    /**
     * The transform of a face.
     *
     * @param landmarks ten values as in {@link Detection}
     */
    public static Alignment of(float[] landmarks) {
        double sx = 0;
        double sy = 0;
        double dx = 0;
        double dy = 0;
        for (int i = 0; i < 5; i++) {
            sx += landmarks[2 * i] / 5.0;
            sy += landmarks[2 * i + 1] / 5.0;
            dx += TEMPLATE[2 * i] / 5;
            dy += TEMPLATE[2 * i + 1] / 5;
        }
        double dot = 0;
        double cross = 0;
        double spread = 0;
        for (int i = 0; i < 5; i++) {
            double x = landmarks[2 * i] - sx;
            double y = landmarks[2 * i + 1] - sy;
            double u = TEMPLATE[2 * i] - dx;
            double v = TEMPLATE[2 * i + 1] - dy;
            dot += x * u + y * v;
            cross += x * v - y * u;
            spread += x * x + y * y;
        }
        if (spread == 0) {
            return new Alignment(0, 0, dx, dy);
        }
        double a = dot / spread;
        double b = cross / spread;
        return new Alignment(a, b, dx - a * sx + b * sy, dy - b * sx - a * sy);
    }

    /** Crop pixels a picture pixel. Below 1 the crop is made from more pixels than it has. */
    public double scale() {
        return Math.hypot(a, b);
    }

    /** The same crop from a picture that was reduced {@code reduction} times. */
    public Alignment fromReduced(double reduction) {
        // A reduced pixel covers a square of full ones: centres map by (x + 1/2) * reduction - 1/2.
        double shift = (reduction - 1) / 2;
        return new Alignment(a * reduction, b * reduction, tx + a * shift - b * shift, ty + b * shift + a * shift);
    }
}
