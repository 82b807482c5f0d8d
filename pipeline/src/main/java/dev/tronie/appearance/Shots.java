package dev.tronie.appearance;

import dev.tronie.event.Faces;
import dev.tronie.schema.ShotMemory;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.Detection;
import dev.tronie.vision.Embeddings;
import dev.tronie.vision.HeadPose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The best shots of a followed face, and what they say together. Pure. */
final class Shots {
    private static final Comparator<ShotMemory> BEST_FIRST = Comparator.<ShotMemory, Boolean>comparing(shot -> !shot.getFailed().isEmpty())
            .thenComparing(shot -> -shot.getFace().getQuality().getOverall());
    /** The embedder sees faces at this size, pixels. */
    private static final float FULL_SIZE_PX = 112;
    private static final float WEIGHT_MIN = 0.01f;

    private Shots() {
    }

    /** What a shot promises before its pixels are seen, 0 to 1: by size, pose and score. */
    static float worth(Detection detection) {
        HeadPose pose = HeadPose.of(detection.landmarks());
        double frontal = Math.cos(Math.toRadians(pose.yawDeg())) * Math.cos(Math.toRadians(pose.pitchDeg()));
        return (float) (Math.min(1, detection.box().height() / FULL_SIZE_PX) * Math.max(0, frontal) * Math.max(0, Math.min(1, detection.score())));
    }

    /** Keeps a shot where it is one of the best. */
    static void keep(TrackMemory track, ShotMemory shot, int shotsMax) {
        List<ShotMemory> shots = new ArrayList<>(track.getShots());
        shots.add(shot);
        shots.sort(BEST_FIRST);
        track.setShots(new ArrayList<>(shots.subList(0, Math.min(shotsMax, shots.size()))));
    }

    /** A shot of a frame. */
    static ShotMemory of(Sighting frame, int widthPx, int heightPx, int index, Analysis.Face face, List<String> failed) {
        return new ShotMemory(frame.frameId(), frame.capturedMs(), widthPx, heightPx, Faces.of(index, face, widthPx, heightPx), failed,
                Embeddings.toBytes(face.embedding()));
    }

    /** How many shots are voted: those that pass the bar. */
    static int voted(TrackMemory track) {
        return (int) track.getShots().stream().filter(shot -> shot.getFailed().isEmpty()).count();
    }

    /**
     * One embedding for all shots that pass the bar, weighted by their quality: its cosine with a template is the weighted mean of
     * the shots' own, scaled back to unit length.
     *
     * @return null where none passes
     */
    static float[] together(TrackMemory track) {
        float[] sum = null;
        for (ShotMemory shot : track.getShots()) {
            float[] one = shot.getFailed().isEmpty() ? embedding(shot) : null;
            if (one != null) {
                sum = sum == null ? new float[one.length] : sum;
                for (int d = 0; d < one.length && one.length == sum.length; d++) {
                    sum[d] += Math.max(WEIGHT_MIN, shot.getFace().getQuality().getOverall()) * one[d];
                }
            }
        }
        return sum == null ? null : unit(sum);
    }

    /** As {@link #together}; where no shot passes, the best of them. Null where there is none. */
    static float[] atBest(TrackMemory track) {
        float[] voted = together(track);
        return voted != null || track.getShots().isEmpty() ? voted : embedding(track.getShots().get(0));
    }

    static float cosine(float[] a, float[] b) {
        float sum = 0;
        for (int d = 0; d < a.length && a.length == b.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    private static float[] embedding(ShotMemory shot) {
        return Embeddings.fromBytes(shot.getEmbedding()).orElse(null);
    }

    private static float[] unit(float[] v) {
        double squares = 0;
        for (float x : v) {
            squares += (double) x * x;
        }
        if (squares < 1e-12) {
            return null;
        }
        for (int d = 0; d < v.length; d++) {
            v[d] /= (float) Math.sqrt(squares);
        }
        return v;
    }
}
