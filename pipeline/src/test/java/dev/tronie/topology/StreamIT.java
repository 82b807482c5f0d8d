package dev.tronie.topology;

import static dev.tronie.fixture.Outsider.enrolment;
import static dev.tronie.fixture.Outsider.frame;
import static dev.tronie.fixture.Outsider.key;
import static dev.tronie.fixture.SamplePictures.cameraFrame;
import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.ApicurioProcess;
import dev.tronie.fixture.MonitoredMetrics;
import dev.tronie.fixture.Outsider;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline in a process of its own, between a real broker, a real registry and programs that share no code with it. */
class StreamIT {
    /** Kafka's are read once a minute; the others come with the first appearance, and the first record that is left out. */
    private static final Set<String> NOT_AT_ONCE = Set.of("kafka_consumer_fetch_manager_records_lag", "tronie_appearances_total", "tronie_gallery_skipped_total");
    private BrokerProcess broker;
    private ApicurioProcess registry;
    private Outsider outsider;
    private TronieProcess pipeline;

    @BeforeEach
    void start() {
        broker = new BrokerProcess(null, 0);
        broker.start();
        registry = new ApicurioProcess();
        TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "schema.registry.url", registry.url(),
                "topics.replication", "1"));
        TopicSetup setup = new TopicSetup(config, Topics.of(config));
        setup.create();
        setup.registerSchemas();
        outsider = new Outsider(broker.bootstrapServers(), registry.url());
    }

    @AfterEach
    void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
        outsider.close();
        registry.close();
        broker.close();
    }

    private TronieProcess pipeline(String guarantee) {
        pipeline = TronieProcess.startWithOps("run", "--bootstrap", broker.bootstrapServers(), "-D", "schema.registry.url=" + registry.url(),
                "-D", "auto.register.schemas=false", "-D", "processing.guarantee=" + guarantee, "-D", "processing.commit.interval.ms=100",
                "-D", "frames.max.age.ms=60000", "-D", "frames.every=true", "-D", "models.precision=fp32").awaitReady();
        return pipeline;
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void somebodyElsesProgramsEnrolPublishFramesAndReadWhoWasSeen(String guarantee) throws Exception {
        // Given
        pipeline(guarantee);
        outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));
        GenericRecord reply = outsider.decode(outsider.readUntil("upload-replies", key("request-1")).get(0));
        assertThat(reply.get("error")).isNull();
        outsider.readUntil("gallery-faces", all -> all.size() == 1);
        awaitGallery(1);

        // When
        outsider.send("camera-frames", "lobby", frame("frame-50", cameraFrame(50)));

        // Then
        List<ConsumerRecord<String, byte[]>> events = outsider.readUntil("recognitions", all -> all.size() >= 2);
        List<GenericRecord> decoded = events.stream().map(outsider::decode).toList();
        assertThat(decoded).extracting(e -> ((GenericRecord) e.get("decision")).get("kind").toString()).containsExactlyInAnyOrder("MATCH", "UNKNOWN");
        assertThat(decoded).anySatisfy(e -> {
            assertThat(((GenericRecord) ((List<?>) e.get("candidates")).get(0)).get("subjectId").toString()).isEqualTo("Bela");
            assertThat(e.get("sourceId").toString()).isEqualTo("lobby");
            assertThat(e.get("frameId").toString()).isEqualTo("frame-50");
        });
        assertThat(pipeline.get("/metrics").body()).contains("tronie_frames_processed_total 1.0").contains("tronie_gallery_faces 1.0")
                .contains("tronie_decisions_total{decision=\"match\"} 1.0").doesNotContain("Bela").contains("kafka_stream");
        Set<String> asked = new TreeSet<>(MonitoredMetrics.names());
        asked.removeAll(NOT_AT_ONCE);
        assertThat(pipeline.get("/metrics").body().lines().filter(line -> !line.startsWith("#")).map(line -> line.split("[{ ]")[0])).containsAll(asked);
    }

    @Test
    void aKillBetweenEnrolmentAndRecognitionLosesNothing() throws Exception {
        // Given: acknowledged enrolments, one of them not yet handled when the pipeline dies
        pipeline("at_least_once");
        outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));
        outsider.readUntil("upload-replies", key("request-1"));
        pipeline.kill();
        outsider.send("photo-uploads", "default/Fumi", enrolment("request-2", "Fumi", portrait("Fumi", 1)));

        // When
        pipeline("at_least_once");
        outsider.readUntil("upload-replies", key("request-2"));
        awaitGallery(2);
        outsider.send("camera-frames", "lobby", frame("frame-50", cameraFrame(50)));

        // Then
        List<GenericRecord> events = outsider.readUntil("recognitions", all -> all.size() >= 2).stream().map(outsider::decode).toList();
        assertThat(events).extracting(e -> ((GenericRecord) ((List<?>) e.get("candidates")).get(0)).get("subjectId").toString())
                .containsExactlyInAnyOrder("Bela", "Fumi");
        assertThat(events).extracting(e -> ((GenericRecord) e.get("decision")).get("kind").toString()).containsOnly("MATCH");
    }

    @Test
    void aBrokerThatDiesAndComesBackLosesNothing() throws Exception {
        // Given
        pipeline("at_least_once");
        outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));
        outsider.readUntil("upload-replies", key("request-1"));

        // When
        broker.kill();
        broker.start();
        outsider.send("photo-uploads", "default/Fumi", enrolment("request-2", "Fumi", portrait("Fumi", 1)));

        // Then
        outsider.readUntil("upload-replies", key("request-2"));
        awaitGallery(2);
        assertThat(outsider.readUntil("upload-replies", key("request-1"))).isNotEmpty();
        assertThat(pipeline.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aDeadRegistryDoesNotStopAWarmPipeline() throws Exception {
        // Given
        pipeline("at_least_once");
        outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));
        outsider.readUntil("upload-replies", key("request-1"));
        outsider.send("camera-frames", "lobby", frame("frame-50", cameraFrame(50)));
        byte[] value = outsider.readUntil("camera-frames", all -> all.size() == 1).get(0).value();
        outsider.readUntil("recognitions", all -> all.size() >= 2);

        // When
        registry.close();
        // The same frame of the same camera would be told as a duplicate.
        outsider.sendRaw("camera-frames", "yard", value);

        // Then
        assertThat(outsider.readUntil("recognitions", all -> all.size() >= 4)).isNotEmpty();
    }

    @Test
    void poisonGoesToDeadLettersAndItsNeighboursAreServed() throws Exception {
        // Given
        pipeline("at_least_once");
        byte[] wrongMagic = {7, 0, 0, 0, 1, 1, 1};
        byte[] unknownId = {0, 0x7f, 0x7f, 0x7f, 0x7f, 2, 3};

        // When
        outsider.sendRaw("photo-uploads", "default/Bela", wrongMagic);
        outsider.sendRaw("photo-uploads", "default/Bela", unknownId);
        outsider.sendRaw("photo-uploads", "default/Bela", null);
        outsider.sendRaw("camera-frames", "lobby", wrongMagic);
        outsider.sendRaw("camera-frames", "lobby", null);
        outsider.send("photo-uploads", "default/Bela", enrolment("broken", "Bela", java.util.Arrays.copyOf(portrait("Bela", 1), 9_000)));
        outsider.send("photo-uploads", "default/Bela", enrolment("whole", "Bela", portrait("Bela", 1)));

        // Then
        List<ConsumerRecord<String, byte[]>> letters = outsider.readUntil("dead-letters", all -> all.size() >= 4);
        assertThat(letters).extracting(ConsumerRecord::value).contains(wrongMagic, unknownId, null);
        List<GenericRecord> replies = outsider.readUntil("upload-replies", key("whole")).stream().map(outsider::decode).toList();
        assertThat(replies).extracting(r -> r.get("requestId").toString()).containsExactlyInAnyOrder("broken", "whole");
        assertThat(replies).filteredOn(r -> r.get("requestId").toString().equals("broken"))
                .allSatisfy(r -> assertThat(((GenericRecord) r.get("error")).get("code").toString()).isEqualTo("TRUNCATED"));
        assertThat(pipeline.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(pipeline.stderr()).as("the log").contains("photo-uploads").doesNotContain("Bela");
    }

    @Test
    void theBrokerRefusesARecordOverTheSizeLimit() {
        // Given
        byte[] large = new byte[3 << 20];

        // When / Then
        assertThatThrownBy(() -> outsider.sendRaw("camera-frames", "lobby", large)).hasRootCauseInstanceOf(RecordTooLargeException.class);
        assertThatThrownBy(() -> outsider.sendRaw("photo-uploads", "k", new byte[12 << 20])).hasRootCauseInstanceOf(RecordTooLargeException.class);
    }

    private void awaitGallery(int faces) {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(50))
                .until(() -> pipeline.get("/metrics").body().contains("tronie_gallery_faces " + faces + ".0"));
    }
}
