package dev.tronie.appearance;

import dev.tronie.schema.AxisMemory;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.FaceBox;

/**
 * Where a followed face is expected, and how well a box fits it. Distances are measured in the face's own size, as cameras stand near
 * and far. Pure.
 */
final class Motion {
    /** Standard deviations of a detection, and what is not known of a new face, as shares of its size. */
    private static final double PLACE_NOISE = 0.08;
    private static final double SIZE_NOISE = 0.10;
    private static final double SPEED = 3;
    private static final double GROWTH = 0.5;
    /** A walking head bobs by an eighth of its size twice a second. */
    private static final double PLACE_WOBBLE = 4;
    private static final double SIZE_WOBBLE = 0.1;
    /** Squared Mahalanobis distance of three figures that one true pair in five hundred exceeds. */
    private static final double GATE = 14.8;
    private static final double IOU_WEIGHT = 4;
    private static final double ASPECT_GAIN = 0.3;

    private final TrackMemory track;
    private final AxisMemory x;
    private final AxisMemory y;
    private final AxisMemory size;

    private Motion(TrackMemory track, AxisMemory x, AxisMemory y, AxisMemory size) {
        this.track = track;
        this.x = x;
        this.y = y;
        this.size = size;
    }

    /** A face, expected at a time. */
    static Motion at(TrackMemory track, long timeMs) {
        double seconds = (timeMs - track.getLastSeenMs()) / 1e3;
        double s = Math.max(1, track.getSize().getPosition());
        return new Motion(track, Axis.later(track.getX(), seconds, PLACE_WOBBLE * s * s), Axis.later(track.getY(), seconds, PLACE_WOBBLE * s * s),
                Axis.later(track.getSize(), seconds, SIZE_WOBBLE * s * s));
    }

    /** Begins to follow a box. */
    static void start(TrackMemory track, FaceBox box) {
        double s = sizeOf(box);
        track.setX(Axis.start((box.x1() + box.x2()) / 2, PLACE_NOISE * s, SPEED * s));
        track.setY(Axis.start((box.y1() + box.y2()) / 2, PLACE_NOISE * s, SPEED * s));
        track.setSize(Axis.start(s, SIZE_NOISE * s, GROWTH * s));
        track.setAspect(box.width() / box.height());
    }

    /** Squared Mahalanobis distance of a box, three degrees of freedom. */
    double distance(FaceBox box) {
        double s = sizeOf(box);
        double dx = (box.x1() + box.x2()) / 2 - x.getPosition();
        double dy = (box.y1() + box.y2()) / 2 - y.getPosition();
        double ds = s - size.getPosition();
        return dx * dx / Axis.variance(x, PLACE_NOISE * s) + dy * dy / Axis.variance(y, PLACE_NOISE * s) + ds * ds / Axis.variance(size, SIZE_NOISE * s);
    }

    /** How ill a box fits, the lower the better; infinite where it cannot be this face. */
    double cost(FaceBox box) {
        double distance = distance(box);
        if (!(distance <= GATE)) {
            return Double.POSITIVE_INFINITY;
        }
        double s = sizeOf(box);
        double vx = Axis.variance(x, PLACE_NOISE * s);
        double vy = Axis.variance(y, PLACE_NOISE * s);
        double vs = Axis.variance(size, SIZE_NOISE * s);
        // The likelihood's own scale: a face whose place is hardly known any more must not win over one that is known well.
        return distance + Math.log(vx * vy * vs) - 3 * Math.log(s * s) - IOU_WEIGHT * expected().iou(box);
    }

    /** Takes up that the face was seen there. */
    void seen(FaceBox box) {
        double s = sizeOf(box);
        track.setX(Axis.measured(x, (box.x1() + box.x2()) / 2, PLACE_NOISE * s));
        track.setY(Axis.measured(y, (box.y1() + box.y2()) / 2, PLACE_NOISE * s));
        track.setSize(Axis.measured(size, s, SIZE_NOISE * s));
        track.setAspect(track.getAspect() + ASPECT_GAIN * (box.width() / box.height() - track.getAspect()));
    }

    /** Where the face is expected. */
    FaceBox expected() {
        double s = Math.max(1, size.getPosition());
        double aspect = Math.sqrt(Math.max(0.1, track.getAspect()));
        double w = s * aspect / 2;
        double h = s / aspect / 2;
        return new FaceBox((float) (x.getPosition() - w), (float) (y.getPosition() - h), (float) (x.getPosition() + w), (float) (y.getPosition() + h));
    }

    private static double sizeOf(FaceBox box) {
        return Math.sqrt(Math.max(1, box.area()));
    }
}
