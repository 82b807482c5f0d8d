package dev.tronie.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.Scenes;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Recognition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten cameras, and everything that can happen to a pipeline in the middle: each appearance is told of once, under the same ids. */
class AppearancesIT {
    private static final int CAMERAS = 10;
    private static final int PARTS = 4;
    private static final String[] SUBJECTS = {"first", "second", "third", null, "fifth", null};
    private static final Pattern PROCESSED = Pattern.compile("tronie_frames_processed_total ([0-9.E+]+)");

    private static BrokerProcess broker;
    /** Pictures by scene. */
    private static List<List<byte[]>> recordings;
    private static List<byte[]> portraits;
    /** Of the calm run; the ids depend on nothing but the frames. */
    private static Map<String, Recognition> told;
    private final List<TronieProcess> running = new ArrayList<>();
    private final StringBuilder notes = new StringBuilder();

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerProcess(null, 0);
        broker.start();
        portraits = portraits();
        recordings = Scenes.all().stream().map(scene -> Scenes.frames(scene, portraits)).toList();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** The first photo of some people beside the project, or of the samples where there are none. */
    private static List<byte[]> portraits() throws Exception {
        Path people = SamplePictures.shared().resolve("faces/people");
        if (!Files.isDirectory(people)) {
            return Stream.of("Ada", "Bela", "Chidi", "Dunja", "Fumi", "Goran").map(name -> SamplePictures.portrait(name, 1)).toList();
        }
        List<byte[]> found = new ArrayList<>();
        for (String name : List.of("Adrien_Brody", "Angela_Bassett", "Ben_Affleck", "Catherine_Deneuve", "Boris_Becker", "Chanda_Rubin")) {
            try (Stream<Path> files = Files.list(people.resolve(name))) {
                found.add(Files.readAllBytes(files.sorted().findFirst().orElseThrow()));
            }
        }
        return found;
    }

    @Test
    void tenCamerasTellExactlyWhatTheirRecordingsShow() throws Exception {
        // When
        Map<String, Recognition> events = calm();

        // Then
        assertThat(told(events)).isEqualTo(scripted());
        assertThat(events.values()).allMatch(event -> event.getAppearance() != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void everyAppearanceIsToldOfOnceWhateverHappensToThePipeline(String guarantee) throws Exception {
        // Given: what a calm run tells
        Map<String, Recognition> expected = calm();
        assertThat(told(expected)).isEqualTo(scripted());

        // When: killed twice at random moments, moved to another instance, gone through once more from the start. Everybody has a part of
        // the recordings to itself, so that nobody finds the work done.
        CameraRun rough = enrolled("rough-" + guarantee, guarantee);
        long seed = System.nanoTime();
        System.out.println("killed at random moments of seed " + seed);
        Random random = new Random(seed);
        for (int kill = 0; kill < 2; kill++) {
            int part = publish(rough, kill);
            TronieProcess victim = launched(rough.launch());
            awaitProcessed(1 + random.nextInt(part * 3 / 4), victim);
            note("victim " + kill, victim);
            victim.kill();
        }
        int shared = publish(rough, 2);
        TronieProcess first = launched(rough.launch());
        TronieProcess second = launched(rough.launch());
        awaitProcessed(shared / 2, first, second);
        note("first", first);
        first.close();
        publish(rough, 3);
        rough.awaitEvents(expected.size());
        note("second", second);
        close();
        int written = rough.written();
        rough.rewind();
        TronieProcess again = pipeline(rough);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rough.lag() == 0);
        note("again", again);

        // Then
        Map<String, Recognition> events = rough.awaitEvents(expected.size());
        assertThat(told(events)).as(() -> account(events, expected)).isEqualTo(told(expected));
        assertThat(events.keySet()).as(() -> account(events, expected)).isEqualTo(expected.keySet());
        if (guarantee.equals("exactly_once_v2")) {
            assertThat(rough.written()).isEqualTo(expected.size()).isEqualTo(written);
        }
        close();

        // And: another application that goes through the past says the same, and that it is late
        CameraRun replay = new CameraRun(broker.bootstrapServers(), "rough-" + guarantee, guarantee);
        replay.fromNow();
        launched(replay.launchReplay()).awaitReady();
        Map<String, Recognition> late = replay.awaitEvents(expected.size());
        assertThat(late.keySet()).isEqualTo(expected.keySet());
        assertThat(late.values()).allMatch(Recognition::getLate);
        close();
    }

    private Map<String, Recognition> calm() throws Exception {
        if (told == null) {
            CameraRun calm = enrolled("calm", "at_least_once");
            for (int part = 0; part < PARTS; part++) {
                publish(calm, part);
            }
            pipeline(calm);
            told = calm.awaitEvents(expectedEvents());
            close();
        }
        return told;
    }

    private CameraRun enrolled(String name, String guarantee) throws Exception {
        CameraRun run = new CameraRun(broker.bootstrapServers(), name, guarantee);
        run.enrol(SUBJECTS, portraits);
        return run;
    }

    /** A part of all recordings; the later ones follow without a gap. Returns how many frames that are. */
    private static int publish(CameraRun run, int part) throws Exception {
        int longest = recordings.stream().mapToInt(List::size).max().orElseThrow();
        return run.publish(recordings, CAMERAS, longest * part / PARTS, longest * (part + 1) / PARTS);
    }

    private static void awaitProcessed(int n, TronieProcess... instances) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(20)).until(() -> {
            double sum = 0;
            for (TronieProcess instance : instances) {
                sum += processed(instance);
            }
            return sum >= n;
        });
    }

    private TronieProcess pipeline(CameraRun run) {
        return launched(run.launch()).awaitReady();
    }

    private TronieProcess launched(TronieProcess process) {
        running.add(process);
        return process;
    }

    @AfterEach
    void close() {
        running.forEach(TronieProcess::close);
        running.clear();
    }

    /** What an instance has left out, for whoever has to find out why a test fails. */
    private void note(String name, TronieProcess process) {
        try {
            notes.append(name).append(" at ").append(Instant.ofEpochMilli(System.currentTimeMillis())).append('\n');
            process.get("/metrics").body().lines().filter(line -> line.startsWith("tronie_frames_") || line.startsWith("tronie_camera"))
                    .forEach(line -> notes.append("  ").append(line).append('\n'));
            process.stderr().lines().filter(line -> line.contains("WARN") || line.contains("ERROR")).forEach(line -> notes.append("  ").append(line).append('\n'));
        } catch (IOException | InterruptedException e) {
            notes.append("  ").append(e).append('\n');
        }
    }

    /** The events that only one of two runs has, and what its instances left out. */
    private String account(Map<String, Recognition> events, Map<String, Recognition> expected) {
        return "not told of:\n" + lines(expected, events) + "told of besides:\n" + lines(events, expected) + notes;
    }

    private static String lines(Map<String, Recognition> some, Map<String, Recognition> without) {
        return some.values().stream().filter(event -> !without.containsKey(event.getEventId())).map(event -> "  " + event.getSourceId() + " " + event.getKind()
                + " " + event.getAppearanceId() + " from " + event.getAppearance().getFirstSeenAt() + " to "
                + event.getAppearance().getLastSeenAt() + ", decided " + event.getDecidedAt() + "\n").sorted().collect(Collectors.joining());
    }

    /** Frames that an instance has finished; 0 for one that is not up yet. */
    private static double processed(TronieProcess process) throws InterruptedException {
        try {
            Matcher found = PROCESSED.matcher(process.get("/metrics").body());
            return found.find() ? Double.parseDouble(found.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static int expectedEvents() {
        return scripted().values().stream().mapToInt(List::size).sum();
    }

    /** By camera, what is to be told, sorted. */
    private static Map<String, List<String>> scripted() {
        Map<String, List<String>> told = new TreeMap<>();
        for (int c = 0; c < CAMERAS; c++) {
            for (Scenes.Actor actor : Scenes.all().get(c % Scenes.all().size()).actors()) {
                for (int stay = 0; stay < actor.stays(); stay++) {
                    String who = SUBJECTS[actor.person()] == null ? "UNKNOWN" : "MATCH " + SUBJECTS[actor.person()];
                    told.computeIfAbsent("camera-" + c, k -> new ArrayList<>()).addAll(List.of("OPENED " + who, "CLOSED " + who));
                }
            }
        }
        told.values().forEach(list -> list.sort(null));
        return told;
    }

    private static Map<String, List<String>> told(Map<String, Recognition> events) {
        return new TreeMap<>(events.values().stream().collect(Collectors.groupingBy(Recognition::getSourceId, Collectors.mapping(event -> event.getKind() + " "
                + event.getDecision().getKind() + (event.getDecision().getKind() == DecisionKind.MATCH ? " " + event.getCandidates().get(0).getSubjectId() : ""),
                Collectors.collectingAndThen(Collectors.toList(), list -> list.stream().sorted().toList())))));
    }
}
