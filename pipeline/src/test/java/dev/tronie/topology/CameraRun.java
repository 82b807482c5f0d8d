package dev.tronie.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.Scenes;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** One set of topics and one application over them: recordings go in, events are read. */
final class CameraRun {
    private final String prefix;
    private final String guarantee;
    private final TronieConfig config;
    private final Topics topics;
    /** Long enough ago to be no news, so that time cannot play a part. */
    private final Instant begun = Instant.ofEpochMilli(System.currentTimeMillis()).minusSeconds(60);
    private final Map<TopicPartition, Long> from = new HashMap<>();

    CameraRun(String bootstrapServers, String name, String guarantee) {
        this.prefix = name + ".";
        this.guarantee = guarantee;
        this.config = TronieConfig.of(Map.of("kafka.bootstrap.servers", bootstrapServers, "topics.replication", "1", "topics.prefix", prefix));
        this.topics = Topics.of(config);
    }

    private String[] arguments(String... more) {
        List<String> all = new ArrayList<>(List.of("run", "--bootstrap", config.kafka().bootstrapServers()));
        Map<String, String> settings = Map.of("topics.prefix", prefix, "processing.guarantee", guarantee, "models.precision", "fp32",
                "frames.max.age.ms", "86400000", "frames.lag.max.ms", "86400000", "appearances.gap.ms", "4000", "cameras.stale.ms", "120000",
                "processing.commit.interval.ms", guarantee.equals("exactly_once_v2") ? "100" : "1000");
        settings.forEach((key, value) -> all.addAll(List.of("-D", key + "=" + value)));
        all.addAll(List.of("-D", "producer.transaction.timeout.ms=10000", "-D", "inference.workers=1"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** An instance of the application, which may not be ready yet. */
    TronieProcess launch() {
        return TronieProcess.startWithOps(arguments("-D", "application.id=" + prefix + "app"));
    }

    /** Another application that goes through the past. */
    TronieProcess launchReplay() {
        return TronieProcess.startWithOps(arguments("--replay", "-D", "application.id=" + prefix + "replay"));
    }

    /** Makes the topics, and enrols by a pipeline of its own; a subject that is null is not enrolled. */
    void enrol(String[] subjects, List<byte[]> portraits) throws Exception {
        new TopicSetup(config, topics).create();
        TronieProcess enrolling = launch();
        try (enrolling; Uploader uploader = new Uploader(config, topics, () -> Instant.ofEpochMilli(System.currentTimeMillis()))) {
            enrolling.awaitReady();
            for (int i = 0; i < subjects.length; i++) {
                if (subjects[i] != null) {
                    String request = uploader.enroll("default", subjects[i], portraits.get(i), true);
                    assertThat(uploader.await(request, Duration.ofSeconds(20)).orElseThrow().getError()).isNull();
                }
            }
        }
    }

    /** Publishes some pictures of recordings as cameras do it: all at a time, frame by frame. Returns how many frames that were. */
    int publish(List<List<byte[]>> recordings, int cameras, int fromPicture, int toPicture) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, Frame> producer = KafkaClients.producer(config, topics, topics.frames(), 30_000)) {
            for (int n = fromPicture; n < toPicture; n++) {
                for (int c = 0; c < cameras; c++) {
                    List<byte[]> recording = recordings.get(c % recordings.size());
                    if (n < recording.size()) {
                        Instant at = begun.plusMillis(n * 1000L / Scenes.FPS);
                        sent.add(producer.send(new ProducerRecord<>(topics.frames().name(), null, at.toEpochMilli(), "camera-" + c, Frame.newBuilder()
                                .setFrameId("frame-" + n).setCapturedAt(at).setImage(ByteBuffer.wrap(recording.get(n))).build())));
                    }
                }
            }
        }
        for (Future<RecordMetadata> frame : sent) {
            frame.get();
        }
        return sent.size();
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
        Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(300)).until(() -> read().size() >= n);
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
