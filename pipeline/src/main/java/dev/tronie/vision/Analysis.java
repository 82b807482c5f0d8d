package dev.tronie.vision;

import java.util.List;

/**
 * What was found in one picture.
 *
 * @param widthPx  width of the upright picture
 * @param heightPx height of the upright picture
 * @param faces    best detection score first
 * @param timings  where the time went
 */
public record Analysis(int widthPx, int heightPx, List<Face> faces, Timings timings) {

    /**
     * One face.
     *
     * @param detection where, in pixels of the upright picture
     * @param pose      estimated head pose
     * @param quality   how far it can be trusted
     * @param embedding unit length
     * @param crop      the aligned face as a 112 x 112 JPEG; null where not asked for
     */
    public record Face(Detection detection, HeadPose pose, FaceQuality quality, float[] embedding, byte[] crop) {
    }

    /**
     * Milliseconds by stage; waiting for a worker is inside detect and embed, and once more in queue.
     */
    public record Timings(float decodeMs, float detectMs, float alignMs, float embedMs, float queueMs) {
        /** Nothing ran. */
        public static final Timings NONE = new Timings(0, 0, 0, 0, 0);
    }
}
