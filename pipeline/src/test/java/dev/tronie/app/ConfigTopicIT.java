package dev.tronie.app;

import static dev.tronie.fixture.Outsider.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thresholds changed while the pipeline runs, by the commands, through a real broker. */
class ConfigTopicIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private BrokerProcess broker;

    private record Finished(int exit, String out, String err) {
    }

    @BeforeEach
    void start() {
        broker = new BrokerProcess(null, 0);
        broker.start();
        TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1"));
        new TopicSetup(config, Topics.of(config)).create();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void aThresholdIsChangedWhileThePipelineRunsAndStandsOnTheNextEvent() throws IOException {
        // Given
        try (TronieProcess pipeline = pipeline()) {
            assertThat(run("enroll", "Bela", sample("people/Bela/1.jpg").toString()).exit()).isZero();
            JsonNode before = recognised();

            // When
            Finished set = run("config", "set", "match.threshold", "0.999");

            // Then
            assertThat(set.exit()).as(set.err()).isZero();
            awaitNote(pipeline, "Settings in force from the topic settings: match.threshold");
            JsonNode after = recognised();
            assertThat(before.at("/faces/0/decision/kind").asText()).isEqualTo("MATCH");
            assertThat(after.at("/faces/0/decision/kind").asText()).isEqualTo("UNKNOWN");
            assertThat(after.at("/faces/0/decision/threshold").floatValue()).isEqualTo(0.999f);
            assertThat(after.at("/provenance/configVersion").asText()).isNotBlank().isNotEqualTo(before.at("/provenance/configVersion").asText());
            assertThat(run("config", "--print").out()).contains("match.threshold=0.999    # from the topic settings");

            // And: it is taken back
            assertThat(run("config", "unset", "match.threshold").exit()).isZero();
            awaitNote(pipeline, "Settings in force from the topic settings: none");
            assertThat(recognised().at("/provenance/configVersion")).isEqualTo(before.at("/provenance/configVersion"));
        }
    }

    @Test
    void aPipelineThatStartsLaterTakesUpWhatWasSetAndABadValueIsRefused() throws Exception {
        // Given
        Finished refused = run("config", "set", "match.threshold", "7");
        Finished connecting = run("config", "set", "kafka.bootstrap.servers", "elsewhere:9092");
        run("config", "set", "match.gallery.default.threshold", "0.998");

        // When
        try (TronieProcess pipeline = pipeline()) {
            assertThat(run("enroll", "Bela", sample("people/Bela/1.jpg").toString()).exit()).isZero();
            JsonNode reply = recognised();

            // Then
            assertThat(refused.exit()).isEqualTo(2);
            assertThat(refused.err()).contains("match.threshold");
            assertThat(connecting.exit()).isEqualTo(2);
            assertThat(connecting.err()).contains("kafka.bootstrap.servers cannot be changed while pipelines run");
            assertThat(reply.at("/faces/0/decision/threshold").floatValue()).isEqualTo(0.998f);
            assertThat(pipeline.stderr()).contains("match.gallery.default.threshold");
        }
    }

    private JsonNode recognised() throws IOException {
        Finished recognised = run("recognize", "--json", sample("people/Bela/2.jpg").toString());
        return JSON.readTree(recognised.out().lines().findFirst().orElseThrow(() -> new AssertionError(recognised.err())));
    }

    private TronieProcess pipeline() {
        return TronieProcess.startWithOps("run", "--bootstrap", broker.bootstrapServers(), "-D", "models.precision=fp32", "-D", "processing.threads=2").awaitReady();
    }

    private static void awaitNote(TronieProcess process, String note) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> process.stderr().contains(note));
    }

    private Finished run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap", broker.bootstrapServers()));
        try (TronieProcess process = TronieProcess.start(all.toArray(String[]::new))) {
            int exit = process.awaitExit(Duration.ofSeconds(60));
            return new Finished(exit, process.stdout(), process.stderr());
        }
    }
}
