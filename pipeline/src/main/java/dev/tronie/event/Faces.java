package dev.tronie.event;

import dev.tronie.gallery.Hit;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Box;
import dev.tronie.schema.BoxRatio;
import dev.tronie.schema.Candidate;
import dev.tronie.schema.Face;
import dev.tronie.schema.Landmarks;
import dev.tronie.schema.Point;
import dev.tronie.schema.Pose;
import dev.tronie.schema.Quality;
import dev.tronie.schema.StageTimings;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.FaceBox;
import dev.tronie.vision.FaceQuality;
import java.time.Instant;
import java.util.List;

/** Faces and candidates as they stand in events and replies. Pure. */
public final class Faces {
    private Faces() {
    }

    /** One face of a picture. */
    public static Face of(int index, Analysis.Face face, int widthPx, int heightPx) {
        FaceBox b = face.detection().box();
        float[] p = face.detection().landmarks();
        return new Face(index, box(b),
                new BoxRatio(b.x1() / widthPx, b.y1() / heightPx, b.width() / widthPx, b.height() / heightPx), face.detection().score(),
                new Landmarks(new Point(p[0], p[1]), new Point(p[2], p[3]), new Point(p[4], p[5]), new Point(p[6], p[7]), new Point(p[8], p[9])),
                new Pose(face.pose().rollDeg(), face.pose().yawDeg(), face.pose().pitchDeg()), face.detection().eyeDistancePx(),
                quality(face.quality()));
    }

    /** A box. */
    public static Box box(FaceBox b) {
        return new Box(b.x1(), b.y1(), b.width(), b.height());
    }

    /** A box, back. */
    public static FaceBox box(Box b) {
        return new FaceBox(b.getXPx(), b.getYPx(), b.getXPx() + b.getWidthPx(), b.getYPx() + b.getHeightPx());
    }

    /** A quality. */
    public static Quality quality(FaceQuality q) {
        return new Quality(q.overall(), q.brightness(), q.sharpness(), q.size(), q.pose());
    }

    /** Candidates, best first, with their calibrated similarity where the policy has a scale. */
    public static List<Candidate> candidates(List<Hit> hits, DecisionPolicy policy) {
        return hits.stream().map(hit -> new Candidate(hit.template().key().subjectId(), hit.template().key().faceId(), hit.cosine(),
                policy.similarity(hit.cosine()),
                Instant.ofEpochMilli(hit.template().enrolledAtMs()))).toList();
    }

    /** Where the time went. */
    public static StageTimings timings(Analysis.Timings t, float matchMs) {
        return new StageTimings(t.decodeMs(), t.detectMs(), t.alignMs(), t.embedMs(), matchMs, t.queueMs());
    }
}
