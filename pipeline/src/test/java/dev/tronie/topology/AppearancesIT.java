package dev.tronie.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.Scenes;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten cameras, and everything that can happen to a pipeline in the middle: each appearance is told of once, under the same ids. */
class AppearancesIT {
    private static final int CAMERAS = 10;
    private static final String[] SUBJECTS = {"first", "second", "third", null, "fifth", null};
    private static final Pattern PROCESSED = Pattern.compile("tronie_frames_processed_total ([0-9.E+]+)");
    /** Of the recordings: long enough ago to be no news, so that time cannot play a part. */
    private static final Instant START = Instant.ofEpochMilli(System.currentTimeMillis()).minusSeconds(60);

    private static BrokerProcess broker;
    private static List<byte[]> portraits;
    private static int frames;
    /** Of the calm run; the ids depend on nothing but the frames. */
    private static Map<String, Recognition> told;
    private final List<TronieProcess> running = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerProcess(null, 0);
        broker.start();
        portraits = portraits();
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

    @EnabledIfSystemProperty(named = "tronie.chaos", matches = "true", disabledReason = "run with -Dtronie.chaos=true: it passes on a machine of its own,"
            + " and has split appearances while another program took the processors, which is not understood yet")
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void everyAppearanceIsToldOfOnceWhateverHappensToThePipeline(String guarantee) throws Exception {
        // Given: what a calm run tells
        Map<String, Recognition> expected = calm();
        assertThat(told(expected)).isEqualTo(scripted());

        // When: killed twice at random moments, moved to another instance, gone through once more from the start
        Run rough = new Run("rough-" + guarantee, guarantee);
        rough.publish();
        long seed = System.nanoTime();
        System.out.println("killed at random moments of seed " + seed);
        Random random = new Random(seed);
        for (int kill = 0; kill < 2; kill++) {
            TronieProcess victim = rough.pipeline();
            int after = 20 + random.nextInt(frames / 4);
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(() -> processed(victim) > after);
            victim.kill();
        }
        TronieProcess first = rough.pipeline();
        TronieProcess second = rough.pipeline();
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> rough.read().size() >= expected.size() / 2 || processed(second) > 0);
        first.close();
        rough.awaitEvents(expected.size());
        close();
        int written = rough.written();
        rough.rewind();
        rough.pipeline();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rough.lag() == 0);

        // Then
        Map<String, Recognition> events = rough.awaitEvents(expected.size());
        assertThat(told(events)).isEqualTo(told(expected));
        assertThat(events.keySet()).isEqualTo(expected.keySet());
        if (guarantee.equals("exactly_once_v2")) {
            assertThat(rough.written()).isEqualTo(expected.size()).isEqualTo(written);
        }
        close();

        // And: another application that goes through the past says the same, and that it is late
        Run replay = new Run("rough-" + guarantee, guarantee);
        replay.fromNow();
        running.add(TronieProcess.startWithOps(replay.arguments("--replay", "-D", "application.id=" + replay.prefix + "replay")).awaitReady());
        Map<String, Recognition> late = replay.awaitEvents(expected.size());
        assertThat(late.keySet()).isEqualTo(expected.keySet());
        assertThat(late.values()).allMatch(Recognition::getLate);
        close();
    }

    private Map<String, Recognition> calm() throws Exception {
        if (told == null) {
            Run calm = new Run("calm", "at_least_once");
            calm.publish();
            calm.pipeline();
            told = calm.awaitEvents(expectedEvents());
            close();
        }
        return told;
    }

    @AfterEach
    void close() {
        running.forEach(TronieProcess::close);
        running.clear();
    }

    private static double processed(TronieProcess process) throws Exception {
        Matcher found = PROCESSED.matcher(process.get("/metrics").body());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
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

    /** One set of topics and one application. */
    private final class Run {
        private final String prefix;
        private final String guarantee;
        private final TronieConfig config;
        private final Topics topics;
        private final Map<TopicPartition, Long> from = new HashMap<>();

        Run(String name, String guarantee) {
            this.prefix = name + ".";
            this.guarantee = guarantee;
            this.config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1", "topics.prefix", prefix));
            this.topics = Topics.of(config);
        }

        String[] arguments(String... more) {
            List<String> all = new ArrayList<>(List.of("run", "--bootstrap", broker.bootstrapServers()));
            Map<String, String> settings = Map.of("topics.prefix", prefix, "processing.guarantee", guarantee, "models.precision", "fp32",
                    "frames.max.age.ms", "86400000", "frames.lag.max.ms", "86400000", "appearances.gap.ms", "4000", "cameras.stale.ms", "120000",
                    "processing.commit.interval.ms", guarantee.equals("exactly_once_v2") ? "100" : "1000");
            settings.forEach((key, value) -> all.addAll(List.of("-D", key + "=" + value)));
            all.addAll(List.of("-D", "producer.transaction.timeout.ms=10000", "-D", "inference.workers=1"));
            if (more.length == 0) {
                all.addAll(List.of("-D", "application.id=" + prefix + "app"));
            }
            all.addAll(List.of(more));
            return all.toArray(String[]::new);
        }

        TronieProcess pipeline() {
            TronieProcess process = TronieProcess.startWithOps(arguments()).awaitReady();
            running.add(process);
            return process;
        }

        /** Makes the topics, enrols by a pipeline of its own, and records all cameras. */
        void publish() throws Exception {
            new TopicSetup(config, topics).create();
            TronieProcess enrolling = TronieProcess.startWithOps(arguments()).awaitReady();
            try (Uploader uploader = new Uploader(config, topics, () -> Instant.ofEpochMilli(System.currentTimeMillis()))) {
                for (int i = 0; i < SUBJECTS.length; i++) {
                    if (SUBJECTS[i] != null) {
                        String request = uploader.enroll("default", SUBJECTS[i], portraits.get(i), true);
                        assertThat(uploader.await(request, Duration.ofSeconds(20)).orElseThrow().getError()).isNull();
                    }
                }
            }
            enrolling.close();
            List<List<byte[]>> recordings = Scenes.all().stream().map(scene -> Scenes.frames(scene, portraits)).toList();
            frames = 0;
            try (Producer<String, Frame> producer = KafkaClients.producer(config, topics, topics.frames(), 30_000)) {
                // As cameras do it: all at a time, frame by frame.
                for (int n = 0; n < recordings.stream().mapToInt(List::size).max().orElse(0); n++) {
                    for (int c = 0; c < CAMERAS; c++) {
                        List<byte[]> recording = recordings.get(c % recordings.size());
                        if (n < recording.size()) {
                            Instant at = START.plusMillis(n * 1000L / Scenes.FPS);
                            producer.send(new ProducerRecord<>(topics.frames().name(), null, at.toEpochMilli(), "camera-" + c, Frame.newBuilder()
                                    .setFrameId("frame-" + n).setCapturedAt(at).setImage(ByteBuffer.wrap(recording.get(n))).build()));
                            frames++;
                        }
                    }
                }
            }
        }

        /** From now on only what comes is read. */
        void fromNow() {
            try (Consumer<String, Recognition> log = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), false)) {
                log.assignment().forEach(p -> from.put(p, log.position(p)));
            }
        }

        /** All events by id; the same id twice is the same event. */
        Map<String, Recognition> read() {
            Map<String, Recognition> events = new TreeMap<>();
            each(event -> {
                Recognition before = events.put(event.getEventId(), event);
                if (before != null) {
                    assertThat(before.getKind()).isEqualTo(event.getKind());
                }
            });
            return events;
        }

        int written() {
            int[] n = {0};
            each(event -> n[0]++);
            return n[0];
        }

        private void each(java.util.function.Consumer<Recognition> use) {
            try (Consumer<String, Recognition> log = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), true)) {
                from.forEach(log::seek);
                Map<TopicPartition, Long> end = log.endOffsets(log.assignment());
                while (end.entrySet().stream().anyMatch(e -> log.position(e.getKey()) < e.getValue())) {
                    log.poll(Duration.ofMillis(50)).forEach(record -> use.accept(record.value()));
                }
            }
        }

        Map<String, Recognition> awaitEvents(int n) {
            try {
                Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(300)).until(() -> read().size() >= n);
            } catch (org.awaitility.core.ConditionTimeoutException e) {
                throw new AssertionError(told(read()) + " instead of " + scripted(), e);
            }
            assertThat(read().values()).noneMatch(event -> event.getKind() == EventKind.SEEN);
            return read();
        }

        /** The frames come again from the start. */
        void rewind() throws Exception {
            try (Admin admin = KafkaClients.admin(config)) {
                Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
                for (int p = 0; p < topics.frames().partitions(); p++) {
                    start.put(new TopicPartition(topics.frames().name(), p), new OffsetAndMetadata(0));
                }
                Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                    admin.alterConsumerGroupOffsets(prefix + "app", start).all().get();
                    return true;
                });
            }
        }

        /** Frames that the application has not taken up. */
        long lag() throws Exception {
            try (Admin admin = KafkaClients.admin(config); Consumer<String, Frame> log = KafkaClients.reader(config, topics.frames(), topics.frames().value(), false)) {
                Map<TopicPartition, OffsetAndMetadata> done = admin.listConsumerGroupOffsets(prefix + "app").partitionsToOffsetAndMetadata().get();
                return log.endOffsets(log.assignment()).entrySet().stream().mapToLong(e -> e.getValue() - (done.get(e.getKey()) == null ? 0 : done.get(e.getKey()).offset())).sum();
            }
        }
    }
}
