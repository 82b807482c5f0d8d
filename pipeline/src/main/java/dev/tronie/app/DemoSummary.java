package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.StageTimings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** What a demo has seen so far. Used by one thread. */
final class DemoSummary {
    private final DemoTruth truth;
    private final List<Long> latenciesMs = new ArrayList<>();
    private final Set<String> subjects = new TreeSet<>();
    private final List<StageTimings> timings = new ArrayList<>();
    private int faces;
    private int matches;
    private int possible;
    private int unknown;
    private int wrong;
    private int opened;
    private int updated;
    private int wrongAppearances;

    /** With the truth, or null where it is not known. */
    DemoSummary(DemoTruth truth) {
        this.truth = truth;
    }

    /** One face of one frame, or what was told of an appearance. */
    void add(int frame, Recognition event, long latencyMs) {
        if (event.getAppearanceId() != null) {
            opened += event.getKind() == EventKind.OPENED ? 1 : 0;
            updated += event.getKind() == EventKind.UPDATED ? 1 : 0;
            wrongAppearances += truth != null && event.getKind() != EventKind.CLOSED && truth.wrong(frame, event) ? 1 : 0;
            return;
        }
        faces++;
        latenciesMs.add(latencyMs);
        if (event.getFace().getIndex() == 0) {
            timings.add(event.getTimings());
        }
        if (event.getDecision().getKind() == DecisionKind.MATCH) {
            matches++;
            subjects.add(event.getCandidates().get(0).getSubjectId());
        } else if (event.getDecision().getKind() == DecisionKind.POSSIBLE) {
            possible++;
        } else if (event.getDecision().getKind() == DecisionKind.UNKNOWN) {
            unknown++;
        }
        if (truth != null && truth.wrong(frame, event)) {
            wrong++;
        }
    }

    /** Appearances told of, and how often something else was told of one. */
    String appearances() {
        return opened + " opened, " + updated + " updated" + (truth == null ? "" : ", " + wrongAppearances + " named wrongly");
    }

    int faces() {
        return faces;
    }

    int matches() {
        return matches;
    }

    int possible() {
        return possible;
    }

    int unknown() {
        return unknown;
    }

    Set<String> subjects() {
        return subjects;
    }

    /** Faces named wrongly; null where the truth is not known. */
    Integer wrong() {
        return truth == null ? null : wrong;
    }

    /** Capture to event, milliseconds; null without events. */
    Long latencyMs(double quantile) {
        if (latenciesMs.isEmpty()) {
            return null;
        }
        List<Long> sorted = new ArrayList<>(latenciesMs);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(quantile * sorted.size())));
    }

    /** Median time of a stage over the frames that had a face, milliseconds. */
    double stageMs(ToDoubleFunction<StageTimings> stage) {
        double[] sorted = timings.stream().mapToDouble(stage).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    ObjectNode json(long frames, long skipped) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode s = root.putObject("summary");
        s.put("frames", frames).put("skipped", skipped).put("faces", faces).put("matches", matches).put("possible", possible).put("unknown", unknown);
        if (truth != null) {
            s.put("wrong", wrong);
        }
        ObjectNode appearances = s.putObject("appearances").put("opened", opened).put("updated", updated);
        if (truth != null) {
            appearances.put("wrong", wrongAppearances);
        }
        s.putObject("latencyMs").put("p50", latencyMs(0.50)).put("p99", latencyMs(0.99));
        return root;
    }
}
