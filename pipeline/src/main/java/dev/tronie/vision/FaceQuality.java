package dev.tronie.vision;

/**
 * How far a face can be trusted; every figure 0 to 1.
 *
 * @param brightness 1 in the middle of the range, falling to 0 at black and white
 * @param sharpness  edge energy relative to contrast
 * @param size       height of the box against the embedder's 112 pixels
 * @param pose       1 frontal, 0 in profile
 * @param detection  the detector's score
 */
public record FaceQuality(float brightness, float sharpness, float size, float pose, float detection) {
    /** Laplacian energy against variance of a sharp frontal crop; measured on portraits, where the middle half lies at 0.06 to 0.3. */
    private static final double SHARP = 0.05;

    /** The least of all figures: one bad property is enough to spoil a face. */
    public float overall() {
        return Math.min(Math.min(Math.min(brightness, sharpness), Math.min(size, pose)), detection);
    }

    /**
     * Judges a face.
     *
     * @param grey      the aligned crop in grey, 112 x 112 bytes
     * @param detection the face in pixels of the picture
     * @param pose      its estimated pose
     */
    public static FaceQuality of(byte[] grey, Detection detection, HeadPose pose) {
        int side = Alignment.SIDE_PX;
        // The middle of the crop: its corners are background, or black where the face is at the picture's edge.
        int from = side / 4;
        int to = side - side / 4;
        double sum = 0;
        double squares = 0;
        double laplacian = 0;
        int n = (to - from) * (to - from);
        for (int y = from; y < to; y++) {
            for (int x = from; x < to; x++) {
                int i = y * side + x;
                int v = grey[i] & 0xff;
                sum += v;
                squares += (double) v * v;
                double l = 4 * v - (grey[i - 1] & 0xff) - (grey[i + 1] & 0xff) - (grey[i - side] & 0xff) - (grey[i + side] & 0xff);
                laplacian += l * l;
            }
        }
        double mean = sum / n;
        double variance = Math.max(1, squares / n - mean * mean);
        double middle = 1 - Math.abs(mean - 127.5) / 127.5;
        double yaw = Math.cos(Math.toRadians(pose.yawDeg()));
        double pitch = Math.cos(Math.toRadians(pose.pitchDeg()));
        return new FaceQuality((float) Math.min(1, 2 * middle), (float) Math.min(1, laplacian / n / variance / SHARP),
                Math.min(1, detection.box().height() / side), (float) Math.max(0, yaw * pitch),
                Math.max(0, Math.min(1, detection.score())));
    }
}
