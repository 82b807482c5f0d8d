package dev.tronie.vision;

/**
 * Head pose from five landmarks: a coarse estimate that orders shots, no measurement. Roll is the angle of the line through the
 * eyes. Yaw and pitch follow from where the nose stands between the eyes and the mouth: it sticks out of the plane of the other
 * four points by about half the eye distance, so turning the head moves it sideways by the sine of the angle.
 *
 * @param rollDeg  clockwise as seen, degrees
 * @param yawDeg   positive = nose towards the picture's right, degrees
 * @param pitchDeg positive = looking down, degrees
 */
public record HeadPose(float rollDeg, float yawDeg, float pitchDeg) {
    /** How far the tip of the nose stands out of the plane of eyes and mouth, in eye distances. */
    private static final double NOSE_DEPTH = 0.5;
    /** Where a level head's nose stands between the line of the eyes (0) and the line of the mouth (1). */
    private static final double NOSE_LEVEL = 0.5;

    /**
     * The pose of a face.
     *
     * @param p ten values as in {@link Detection}
     */
    public static HeadPose of(float[] p) {
        double roll = Math.atan2(p[3] - p[1], p[2] - p[0]);
        double cos = Math.cos(-roll);
        double sin = Math.sin(-roll);
        double eyesX = (p[0] + p[2]) / 2.0;
        double eyesY = (p[1] + p[3]) / 2.0;
        double mouthDx = (p[6] + p[8]) / 2.0 - eyesX;
        double mouthDy = (p[7] + p[9]) / 2.0 - eyesY;
        double noseX = (p[4] - eyesX) * cos - (p[5] - eyesY) * sin;
        double noseY = (p[4] - eyesX) * sin + (p[5] - eyesY) * cos;
        double mouthX = mouthDx * cos - mouthDy * sin;
        double mouthY = mouthDx * sin + mouthDy * cos;
        double eyes = Math.max(1e-6, Math.hypot(p[2] - p[0], p[3] - p[1]));
        double height = Math.max(1e-6, Math.abs(mouthY));
        // Between eyes and mouth the middle of the face runs along their connecting line; the nose is off it by its depth.
        double sideways = noseX - mouthX * noseY / (mouthY == 0 ? height : mouthY);
        // The eyes come nearer to each other as the head turns; the face's height does not, so the larger of the two is the scale.
        double scale = Math.max(eyes, height * 0.9);
        double yaw = asin(sideways / (NOSE_DEPTH * scale));
        double pitch = asin((noseY / height - NOSE_LEVEL) * height / (NOSE_DEPTH * scale));
        return new HeadPose((float) Math.toDegrees(roll), (float) Math.toDegrees(yaw), (float) Math.toDegrees(pitch));
    }

    private static double asin(double v) {
        return Math.asin(Math.max(-1, Math.min(1, v)));
    }
}
