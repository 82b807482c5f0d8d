package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.appearance.TrackingScore;
import dev.tronie.appearance.WalkTruth;
import dev.tronie.bench.BareCamera;
import dev.tronie.client.EncodedFrame;
import dev.tronie.client.FrameSource;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.gallery.Galleries;
import dev.tronie.inference.ModelFolder;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.TrustedClasses;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.FaceBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A street, people walking and crossing, followed by the reference networks and judged by a ground truth. */
class WalkIT {
    private static final int FRAME_MS = 40;
    private static final float STAY_FACE_PX = 40;

    /** Every one of so many frames: 25 and 5 a second. */
    @ParameterizedTest
    @CsvSource({"1,0.90", "5,0.80"})
    void everybodyIsFollowedAndToldOfOnce(int everyNth, double idf1Min) throws IOException {
        // Given
        Path shared = SamplePictures.basedir().resolve("../../shared");
        Path folder = shared.resolve("models/reference-fp32");
        Path video = shared.resolve("faces/video/walk.mp4");
        assumeTrue(Files.exists(video) && Files.isDirectory(folder), "needs ../shared: the street video and the reference networks");
        TrustedClasses.install();
        WalkTruth truth = WalkTruth.read(SamplePictures.basedir().resolve("src/test/resources/walk.tsv"));
        TronieConfig config = TronieConfig.of(Map.of("models.dir", folder.toString(), "inference.workers", "1"));
        ModelFolder model = ModelFolder.open(folder);
        Map<Integer, List<TrackingScore.Placed>> followed = new TreeMap<>();
        Map<String, List<EventKind>> told = new LinkedHashMap<>();

        // When
        try (VisionEngine engine = new VisionEngine(config, model, (network, items, ms) -> { }); FrameSource frames = FrameSource.open(video.toString())) {
            BareCamera camera = new BareCamera(engine.analyzer(), new Galleries(), "default", model.modelId(), DecisionSetup.policies(config.match(), model).standard(),
                    StageSetup.appearances(config, model), new AnalysisOptions(64, 24, false, false), false);
            int number = 0;
            for (EncodedFrame frame = frames.next(); frame != null; frame = frames.next(), number++) {
                if (number % everyNth == 0) {
                    BareCamera.Step step = camera.look("f" + number, 1_000_000L + (long) number * FRAME_MS, frame.bytes());
                    List<TrackingScore.Placed> placed = new ArrayList<>();
                    step.tracks().forEach((d, track) -> placed.add(new TrackingScore.Placed(track.getAppearanceId(), step.glance().detections().get(d).box())));
                    followed.put(number, placed);
                    note(told, step.told());
                }
            }
            note(told, camera.silentUntil(10_000_000L));
        }

        // Then
        TrackingScore score = new TrackingScore();
        followed.forEach((number, placed) -> score.frame(truth.at(number), placed.stream().filter(p -> told.containsKey(p.who())).toList()));
        System.out.printf("walk.mp4, every %d. frame: %s%n%s", everyNth, score.score(), score);
        assertThat(told.values()).allSatisfy(kinds -> {
            assertThat(kinds).startsWith(EventKind.OPENED).endsWith(EventKind.CLOSED);
            assertThat(kinds.stream().filter(kind -> kind != EventKind.UPDATED)).hasSize(2);
        });
        assertThat(score.score().idf1()).as(score.toString()).isGreaterThanOrEqualTo(idf1Min);
        assertThat(score.score().switches()).as(score.toString()).isZero();
        if (everyNth == 1) {
            assertThat(appearancesOf(truth, followed, told.keySet())).allSatisfy((person, ids) -> assertThat(ids).as(person).hasSize(1));
        }
    }

    private static void note(Map<String, List<EventKind>> told, List<BareCamera.Told> events) {
        events.forEach(event -> told.computeIfAbsent(event.track().getAppearanceId(), id -> new ArrayList<>()).add(event.kind()));
    }

    /** The appearances told of everybody who stays for more than a second with a face over 40 pixels. */
    private static Map<String, Set<String>> appearancesOf(WalkTruth truth, Map<Integer, List<TrackingScore.Placed>> followed, Set<String> told) {
        Map<String, Set<String>> ids = new HashMap<>();
        for (WalkTruth.Stay stay : truth.stays()) {
            boolean counts = stay.keys().lastKey() - stay.keys().firstKey() > 1000 / FRAME_MS
                    && stay.keys().values().stream().mapToDouble(FaceBox::height).average().orElse(0) > STAY_FACE_PX;
            if (counts) {
                ids.computeIfAbsent(stay.person(), p -> new HashSet<>());
            }
        }
        Map<String, Map<String, Integer>> frames = new HashMap<>();
        followed.forEach((number, placed) -> truth.at(number).forEach(t -> placed.stream().filter(p -> told.contains(p.who()) && p.box().iou(t.box()) >= 0.5f)
                .forEach(p -> frames.computeIfAbsent(t.who(), k -> new HashMap<>()).merge(p.who(), 1, Integer::sum))));
        // Two boxes that overlap for a moment, as one face passes another, are not two appearances of one person.
        frames.forEach((person, byId) -> byId.forEach((id, n) -> {
            if (n > 3 && ids.containsKey(person)) {
                ids.get(person).add(id);
            }
        }));
        return ids;
    }
}
