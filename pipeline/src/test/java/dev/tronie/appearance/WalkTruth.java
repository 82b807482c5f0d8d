package dev.tronie.appearance;

import dev.tronie.vision.FaceBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who is where in walk.mp4: key boxes from src/test/resources/walk.tsv, with even motion between two of a stay. */
public final class WalkTruth {
    /** One person in view, by frame. */
    public record Stay(String person, TreeMap<Integer, FaceBox> keys) {
    }

    private final List<Stay> stays;

    private WalkTruth(List<Stay> stays) {
        this.stays = stays;
    }

    /** Reads the annotation. */
    public static WalkTruth read(Path file) {
        Map<String, Stay> stays = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.startsWith("#")) {
                    String[] c = line.split("\t");
                    stays.computeIfAbsent(c[0] + c[1], k -> new Stay(c[0], new TreeMap<>())).keys().put(Integer.parseInt(c[2]),
                            new FaceBox(Float.parseFloat(c[3]), Float.parseFloat(c[4]), Float.parseFloat(c[5]), Float.parseFloat(c[6])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WalkTruth(List.copyOf(stays.values()));
    }

    /** The stays. */
    public List<Stay> stays() {
        return stays;
    }

    /** Everybody in a frame. */
    public List<TrackingScore.Placed> at(int frame) {
        List<TrackingScore.Placed> placed = new ArrayList<>();
        for (Stay stay : stays) {
            var before = stay.keys().floorEntry(frame);
            var after = stay.keys().ceilingEntry(frame);
            if (before != null && after != null) {
                float t = before.getKey().equals(after.getKey()) ? 0 : (frame - before.getKey()) / (float) (after.getKey() - before.getKey());
                placed.add(new TrackingScore.Placed(stay.person(), between(before.getValue(), after.getValue(), t)));
            }
        }
        return placed;
    }

    private static FaceBox between(FaceBox a, FaceBox b, float t) {
        return new FaceBox(a.x1() + t * (b.x1() - a.x1()), a.y1() + t * (b.y1() - a.y1()), a.x2() + t * (b.x2() - a.x2()), a.y2() + t * (b.y2() - a.y2()));
    }
}
