package dev.tronie.bench;

import dev.tronie.appearance.AppearanceRules;
import dev.tronie.appearance.FrameStep;
import dev.tronie.appearance.LifeCycle;
import dev.tronie.appearance.Sighting;
import dev.tronie.appearance.Vote;
import dev.tronie.gallery.Found;
import dev.tronie.gallery.Galleries;
import dev.tronie.image.Outcome;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.TrackMemory;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.CloseLook;
import dev.tronie.vision.FaceAnalyzer;
import dev.tronie.vision.Glance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One camera's frames through the same stages as in the stream, in a bare loop: no broker, no store, no record. What the stream is
 * measured against, and what tracking is judged by. Used by one thread.
 */
public final class BareCamera {
    private static final int TOP = 2;

    private final FaceAnalyzer analyzer;
    private final Galleries galleries;
    private final String gallery;
    private final String modelId;
    private final DecisionPolicy policy;
    private final AppearanceRules rules;
    private final AnalysisOptions options;
    private final boolean everyFace;
    private final CameraMemory memory = CameraMemory.newBuilder().setTracks(new ArrayList<>()).build();
    private long offset;

    /**
     * What was told of whom.
     *
     * @param kind  OPENED, UPDATED or CLOSED
     * @param track of whom, as it was then
     */
    public record Told(EventKind kind, TrackMemory track) {
    }

    /**
     * One frame's outcome.
     *
     * @param glance what was found
     * @param tracks who is followed, by detection
     * @param told   what was told
     */
    public record Step(Glance glance, Map<Integer, TrackMemory> tracks, List<Told> told) {
    }

    /**
     * A camera.
     *
     * @param everyFace whether every face is embedded, as without appearances
     */
    public BareCamera(FaceAnalyzer analyzer, Galleries galleries, String gallery, String modelId, DecisionPolicy policy, AppearanceRules rules,
            AnalysisOptions options, boolean everyFace) {
        this.analyzer = analyzer;
        this.galleries = galleries;
        this.gallery = gallery;
        this.modelId = modelId;
        this.policy = policy;
        this.rules = rules;
        this.options = options;
        this.everyFace = everyFace;
    }

    /**
     * Looks at the next frame.
     *
     * @throws IllegalArgumentException where the picture cannot be used
     */
    public Step look(String frameId, long capturedMs, byte[] picture) {
        List<Told> told = new ArrayList<>(silentUntil(capturedMs));
        FrameStep step = new FrameStep(memory, new Sighting("bare", frameId, gallery, offset++, capturedMs, 0), rules, false);
        Outcome<Glance> outcome = analyzer.glance(picture, options, everyFace ? CloseLook.AT_EVERYTHING : step);
        if (outcome instanceof Outcome.Refused<Glance> refused) {
            throw new IllegalArgumentException(refused.refusal().message());
        }
        Glance glance = ((Outcome.Ok<Glance>) outcome).value();
        step.settle(glance);
        List<TrackMemory> due = step.seen().values().stream().filter(step::isLookedAt).toList();
        List<TrackMemory> searched = due.stream().filter(track -> Vote.probe(track) != null).toList();
        List<float[]> probes = everyFace ? glance.closeUps().values().stream().map(Analysis.Face::embedding).toList() : List.of();
        if (everyFace) {
            galleries.search(gallery, modelId, probes, TOP);
        }
        Found found = galleries.search(gallery, modelId, searched.stream().map(Vote::probe).toList(), TOP);
        due.forEach(track -> {
            int i = searched.indexOf(track);
            Vote.take(track, i < 0 ? List.of() : found.hits().get(i), found.faces(), policy, 0, true, false);
        });
        for (TrackMemory track : step.seen().values()) {
            EventKind kind = LifeCycle.after(memory, track, capturedMs, rules);
            if (kind != null) {
                told.add(new Told(kind, track));
                LifeCycle.told(track);
            }
        }
        return new Step(glance, step.seen(), told);
    }

    /** Lets the camera's time run on: closes whoever is out of sight by then. */
    public List<Told> silentUntil(long timeMs) {
        return LifeCycle.over(memory, timeMs, rules).stream().map(track -> new Told(EventKind.CLOSED, track)).toList();
    }
}
