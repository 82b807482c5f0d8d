package dev.tronie.app;

import dev.tronie.event.Faces;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Recognition;
import dev.tronie.vision.FaceBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who really is on the frames, where that is known: {@code frame, subject, x1, y1, x2, y2}, tab-separated, subject empty for strangers. */
final class DemoTruth {
    private static final float SAME_FACE_IOU = 0.3f;

    private record Row(String subject, FaceBox box) {
    }

    private final Map<Integer, List<Row>> rows;

    private DemoTruth(Map<Integer, List<Row>> rows) {
        this.rows = rows;
    }

    /** The truth beside a folder of frames, a file of its name and {@code .tsv}; null where there is none. */
    static DemoTruth beside(Path frames) throws IOException {
        Path file = frames.resolveSibling(frames.getFileName() + ".tsv");
        if (!Files.exists(file)) {
            return null;
        }
        Map<Integer, List<Row>> rows = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            String[] p = line.split("\t");
            if (p.length == 6) {
                rows.computeIfAbsent(Integer.parseInt(p[0]), k -> new ArrayList<>()).add(new Row(p[1],
                        new FaceBox(Float.parseFloat(p[2]), Float.parseFloat(p[3]), Float.parseFloat(p[4]), Float.parseFloat(p[5]))));
            }
        }
        return new DemoTruth(rows);
    }

    /** Whether an event names somebody who is not there: another person, a stranger, or no face at all. */
    boolean wrong(int frame, Recognition event) {
        if (event.getDecision().getKind() != DecisionKind.MATCH) {
            return false;
        }
        FaceBox box = Faces.box(event.getFace().getBox());
        String subject = rows.getOrDefault(frame, List.of()).stream().filter(r -> r.box().iou(box) >= SAME_FACE_IOU)
                .max(Comparator.comparingDouble(r -> r.box().iou(box))).map(Row::subject).orElse("");
        return !subject.equals(event.getCandidates().get(0).getSubjectId());
    }
}
