package dev.tronie.security;

import static dev.tronie.fixture.Outsider.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.fixture.TronieProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everybody with credentials of their own at a broker that grants exactly what docs/security.md and k8s/overlays/strimzi say. */
class SecurityIT {
    @TempDir
    static Path folder;
    private static SecuredBroker broker;

    private record Finished(int exit, String out, String err) {
    }

    @BeforeAll
    static void start() throws Exception {
        broker = new SecuredBroker(folder);
        Finished topics = run("topics", "create", "--bootstrap", broker.inTheClear(), "-D", "topics.replication=1");
        assertThat(topics.exit()).as(topics.err()).isZero();
        broker.grantWhatIsDocumented();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void theDocumentedRightsSufficeForEverybodysWork() throws Exception {
        // Given: a pipeline by password, a gateway's user, a camera by certificate
        Path pipelineSettings = broker.file("pipeline", broker.scram("SCRAM", "tronie-pipeline", SecuredBroker.PASSWORD));
        Path callerSettings = broker.file("caller", broker.scram("SCRAM", "tronie-gateway", SecuredBroker.PASSWORD));
        Path cameraSettings = broker.file("camera", broker.certificate("tronie-camera"));
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--config", pipelineSettings.toString(), "-D", "processing.guarantee=exactly_once_v2", "-D",
                "models.precision=fp32").awaitReady();
                KafkaConsumer<byte[], byte[]> events = consumer("tronie-consumer", "consumer-test")) {
            events.subscribe(List.of("recognitions"));

            // When
            Finished enrolled = run("enroll", "Bela", sample("people/Bela/1.jpg").toString(), "--config", callerSettings.toString());
            Finished camera = run("camera", sample("camera").toString(), "--id", "lobby", "--fps", "15", "--config", cameraSettings.toString());

            // Then
            assertThat(enrolled.exit()).as(enrolled.err()).isZero();
            assertThat(camera.exit()).as(camera.err()).isZero();
            List<byte[]> seen = new ArrayList<>();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                events.poll(Duration.ofMillis(200)).forEach(record -> seen.add(record.value()));
                return seen.size() >= 2;
            });
            assertThat(pipeline.stderr()).doesNotContain("Authorization").doesNotContain(SecuredBroker.PASSWORD);
        }
    }

    @ParameterizedTest
    @CsvSource({"tronie-camera,camera-frames", "tronie-camera,recognitions", "tronie-gateway,gallery-faces", "tronie-gateway,camera-frames", "tronie-consumer,camera-frames",
            "tronie-consumer,gallery-faces", "tronie-consumer,photo-uploads", "tronie-consumer,dead-letters"})
    void nobodyReadsWhatIsNotTheirs(String user, String topic) {
        // Given
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(user, "consumer-" + user)) {
            consumer.subscribe(List.of(topic));

            // When / Then: the topic, or where the user may join no group at all, the group
            assertThatThrownBy(() -> pollForAWhile(consumer)).isInstanceOfAny(TopicAuthorizationException.class, GroupAuthorizationException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"tronie-camera,photo-uploads", "tronie-camera,gallery-faces", "tronie-gateway,gallery-faces", "tronie-gateway,upload-replies", "tronie-consumer,recognitions"})
    void nobodyWritesWhatIsNotTheirs(String user, String topic) {
        // Given
        Map<String, Object> settings = new HashMap<>(broker.scram("SCRAM", user, SecuredBroker.PASSWORD));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {

            // When / Then
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[0])).get()).hasRootCauseInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void wrongCredentialsAreToldApartFromABrokerThatIsNotThere() throws Exception {
        // Given
        Path wrongPassword = broker.file("wrong", broker.scram("SCRAM", "tronie-pipeline", "not-the-password"));
        Path expired = broker.file("expired", broker.scram("EXPIRED", "tronie-pipeline", SecuredBroker.PASSWORD));
        Path plaintext = broker.file("plaintext", broker.plaintext("SCRAM"));

        // When
        Finished password = run("topics", "create", "--config", wrongPassword.toString());
        Finished certificate = run("topics", "create", "--config", expired.toString());
        Finished clear = run("topics", "create", "--config", plaintext.toString(), "-D", "kafka.default.api.timeout.ms=4000", "-D", "kafka.request.timeout.ms=2000");

        // Then
        assertThat(password.exit()).isEqualTo(3);
        assertThat(password.err()).contains("does not accept these credentials").contains("kafka.sasl.jaas.config").doesNotContain("not-the-password");
        assertThat(certificate.exit()).isEqualTo(3);
        assertThat(certificate.err()).contains("do not trust each other").contains("expired");
        assertThat(clear.exit()).isEqualTo(3);
        assertThat(clear.err()).contains("No Kafka broker answers").contains("TLS");
    }

    @Test
    void aPipelineWithTheWrongPasswordSaysSoAndWaits() throws Exception {
        // Given
        Path settings = broker.file("stranger", broker.scram("SCRAM", "tronie-pipeline", "not-the-password"));

        // When
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--config", settings.toString(), "-D", "models.precision=fp32")) {

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(pipeline.stderr()).contains("does not accept these credentials"));
            assertThat(pipeline.stderr()).doesNotContain("not-the-password").doesNotContain("Ready");
        }
    }

    @Test
    void whoLacksARightIsToldWhichAndWhatToDo() throws Exception {
        // Given: a camera's user, who may not send photos, and a caller's, who may not see what a pipeline needs
        Path camera = broker.file("camera-as-caller", broker.scram("SCRAM", "tronie-camera", SecuredBroker.PASSWORD));
        Path caller = broker.file("caller-as-pipeline", broker.scram("SCRAM", "tronie-gateway", SecuredBroker.PASSWORD));

        // When
        Finished enrolled = run("enroll", "Bela", sample("people/Bela/1.jpg").toString(), "--config", camera.toString());
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--config", caller.toString(), "-D", "models.precision=fp32")) {

            // Then
            assertThat(enrolled.exit()).isEqualTo(3);
            assertThat(enrolled.err()).contains("does not allow this").containsAnyOf("photo-uploads", "upload-replies").contains("Grant the ACLs of docs/security.md");
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(pipeline.stderr()).contains("Waiting for the topics").contains("camera-frames")
                    .contains("nor are topics seen that this user may not describe"));
        }
    }

    private static void pollForAWhile(KafkaConsumer<byte[], byte[]> consumer) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < until) {
            consumer.poll(Duration.ofMillis(200));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String user, String group) {
        Map<String, Object> settings = new HashMap<>(broker.scram("SCRAM", user, SecuredBroker.PASSWORD));
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Finished run(String... arguments) {
        try (TronieProcess process = TronieProcess.start(arguments)) {
            int exit = process.awaitExit(Duration.ofSeconds(90));
            return new Finished(exit, process.stdout(), process.stderr());
        }
    }
}
