package dev.tronie.app;

import static dev.tronie.fixture.Outsider.enrolment;
import static dev.tronie.fixture.Outsider.key;
import static dev.tronie.fixture.Outsider.sample;
import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.ApicurioProcess;
import dev.tronie.fixture.Outsider;
import dev.tronie.fixture.Relay;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import dev.tronie.topology.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is missing when the pipeline starts: it says what, is alive and not ready meanwhile, and goes on by itself when that is there. */
class FaultsIT {
    @TempDir
    Path folder;

    @Test
    void withoutABrokerItWaitsAndSaysForWhichOne() throws Exception {
        // Given: a broker that has been set up and is away
        try (BrokerProcess broker = new BrokerProcess(folder, TronieProcess.freePort())) {
            broker.start();
            topics(broker, Map.of());
            goAway(broker);
            try (TronieProcess pipeline = pipeline(broker)) {
                awaitNote(pipeline, "Waiting for a broker at " + broker.bootstrapServers() + " (kafka.bootstrap.servers)");
                int live = pipeline.get("/health/live").statusCode();
                int ready = pipeline.get("/health/ready").statusCode();

                // When
                broker.start();

                // Then
                assertThat(live).isEqualTo(200);
                assertThat(ready).isEqualTo(503);
                pipeline.awaitReady();
                assertThat(pipeline.stderr().lines().filter(line -> line.contains("Waiting for a broker"))).hasSize(1);
            }
        }
    }

    @Test
    void withoutARegistryNothingIsDroppedAndItGoesOnWhenItIsBack() throws Exception {
        // Given: the pipeline knows the registry by an address where nobody answers yet
        int port = TronieProcess.freePort();
        try (BrokerProcess broker = new BrokerProcess(null, 0); ApicurioProcess registry = new ApicurioProcess()) {
            broker.start();
            topics(broker, Map.of("schema.registry.url", registry.url()));
            try (Outsider outsider = new Outsider(broker.bootstrapServers(), registry.url())) {
                outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));
                try (TronieProcess pipeline = pipeline(broker, "schema.registry.url=http://127.0.0.1:" + port + "/apis/ccompat/v7", "schema.registry.retry.max.ms=1000",
                        "auto.register.schemas=false")) {
                    awaitNote(pipeline, "waits: The schema registry at http://127.0.0.1:" + port);
                    int live = pipeline.get("/health/live").statusCode();

                    // When
                    try (Relay relay = new Relay(port, registry.port())) {
                        var reply = outsider.decode(outsider.readUntil("upload-replies", key("request-1")).get(0));

                        // Then
                        assertThat(live).isEqualTo(200);
                        assertThat(reply.get("error")).isNull();
                        assertThat(pipeline.get("/metrics").body()).contains("tronie_dead_letters_total{reason=\"unreadable\"} 0.0");
                        assertThat(relay.connections()).isPositive();
                    }
                }
            }
        }
    }

    @Test
    void withAStateDirectoryThatCannotBeWrittenItAnswersAllTheSame() throws Exception {
        // Given: what not even root may write to, as a full disk is not
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            broker.start();
            topics(broker, Map.of());
            try (TronieProcess pipeline = pipeline(broker, "streams.state.dir=/proc/tronie").awaitReady();
                    TronieProcess enrolling = TronieProcess.start("enroll", "Bela", sample("people/Bela/1.jpg").toString(), "--bootstrap", broker.bootstrapServers())) {

                // When
                int exit = enrolling.awaitExit(Duration.ofSeconds(60));

                // Then: the stores are in memory and their logs on the brokers
                assertThat(exit).as(enrolling.stderr()).isZero();
                assertThat(pipeline.stderr()).doesNotContain("WARN").doesNotContain("ERROR");
            }
        }
    }

    @Test
    void withAFullStateDirectoryItAnswersAllTheSame(@TempDir Path disk) throws Exception {
        // Given: a disk of its own that is full
        assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()) == 0, "skipped: only root can make a disk to fill");
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            assertThatThrownBy(() -> Files.write(disk.resolve("full"), new byte[1 << 20])).hasMessageContaining("No space left");
            broker.start();
            topics(broker, Map.of());
            try (TronieProcess pipeline = pipeline(broker, "streams.state.dir=" + disk).awaitReady();
                    TronieProcess enrolling = TronieProcess.start("enroll", "Bela", sample("people/Bela/1.jpg").toString(), "--bootstrap", broker.bootstrapServers())) {

                // When
                int exit = enrolling.awaitExit(Duration.ofSeconds(60));

                // Then
                assertThat(exit).as(enrolling.stderr() + pipeline.stderr()).isZero();
            }
        } finally {
            command("umount", disk.toString());
        }
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    @Test
    void logLinesAreJsonWhereThatIsAskedFor() throws Exception {
        // Given
        int port = TronieProcess.freePort();

        // When
        String lines;
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--bootstrap", "localhost:" + port, "-D", "models.precision=fp32", "-D", "log.format=json")) {
            awaitNote(pipeline, "Waiting for a broker");
            lines = pipeline.stderr();
        }

        // Then
        var json = new com.fasterxml.jackson.databind.ObjectMapper();
        for (String line : lines.lines().toList()) {
            assertThat(json.readTree(line).get("formattedMessage").asText()).isNotBlank();
        }
        assertThat(lines.lines().count()).isGreaterThanOrEqualTo(2);
    }

    private static void goAway(BrokerProcess broker) {
        broker.close();
    }

    private static void topics(BrokerProcess broker, Map<String, String> more) {
        Map<String, String> values = new java.util.HashMap<>(more);
        values.putAll(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1"));
        TronieConfig config = TronieConfig.of(values);
        TopicSetup setup = new TopicSetup(config, Topics.of(config));
        setup.create();
        setup.registerSchemas();
    }

    private static TronieProcess pipeline(BrokerProcess broker, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("run", "--bootstrap", broker.bootstrapServers(), "-D", "models.precision=fp32", "-D", "processing.threads=2"));
        for (String setting : settings) {
            arguments.addAll(List.of("-D", setting));
        }
        return TronieProcess.startWithOps(arguments.toArray(String[]::new));
    }

    private static void awaitNote(TronieProcess process, String note) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).failFast(() -> assertThat(process.stderr()).doesNotContain("Exception in")).until(() -> process.stderr().contains(note));
    }
}
