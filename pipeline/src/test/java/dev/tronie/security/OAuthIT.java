package dev.tronie.security;

import static dev.tronie.fixture.Outsider.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an identity provider (SASL OAUTHBEARER, KIP-768) at a real broker that checks signature, time and audience, over TLS. */
class OAuthIT {
    @TempDir
    static Path folder;
    private static Certificates certificates;
    private static TokenIssuer issuer;
    private static BrokerProcess broker;
    private static int port;

    private record Finished(int exit, String out, String err) {
    }

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder);
        issuer = new TokenIssuer();
        port = TronieProcess.freePort();
        String listener = "listener.name.oauth.";
        Map<String, String> settings = new HashMap<>(Map.of("listeners", "OAUTH://localhost:" + port, "advertised.listeners", "OAUTH://localhost:" + port,
                "listener.security.protocol.map", "OAUTH:SASL_SSL", listener + "ssl.keystore.location", certificates.signed("broker", false).toString(),
                listener + "ssl.keystore.password", Certificates.PASSWORD, listener + "sasl.enabled.mechanisms", "OAUTHBEARER",
                listener + "oauthbearer.sasl.jaas.config", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
                listener + "oauthbearer.sasl.server.callback.handler.class", "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
                "sasl.oauthbearer.jwks.endpoint.url", issuer.url("/jwks"), "sasl.oauthbearer.expected.audience", TokenIssuer.AUDIENCE));
        settings.put("sasl.oauthbearer.expected.issuer", "tests");
        broker = new BrokerProcess(null, 0, settings, List.of("-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + issuer.url("/jwks")));
        broker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
        issuer.close();
    }

    @Test
    void aPipelineWithATokenOfTheProviderAnswers() throws IOException {
        // Given
        Path settings = file("right", "/token", TokenIssuer.SECRET);
        Finished topics = run("topics", "create", "--config", settings.toString());
        assertThat(topics.exit()).as(topics.err()).isZero();
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--config", settings.toString(), "-D", "models.precision=fp32", "-D", "processing.threads=2").awaitReady()) {

            // When
            Finished enrolled = run("enroll", "Bela", sample("people/Bela/1.jpg").toString(), "--config", settings.toString());

            // Then
            assertThat(enrolled.exit()).as(enrolled.err()).isZero();
            assertThat(pipeline.stderr()).doesNotContain(TokenIssuer.SECRET);
        }
    }

    @Test
    void anExpiredTokenAndOneForOthersAreTold() throws IOException {
        // When
        Finished expired = run("topics", "create", "--config", file("expired", "/expired-token", TokenIssuer.SECRET).toString());
        Finished forOthers = run("topics", "create", "--config", file("others", "/token-for-others", TokenIssuer.SECRET).toString());

        // Then
        assertThat(expired.exit()).isEqualTo(3);
        assertThat(expired.err()).contains("expired").contains("clock");
        assertThat(forOthers.exit()).isEqualTo(3);
        assertThat(forOthers.err()).contains("does not accept this token").contains("audience");
    }

    @Test
    void aProviderThatRefusesTheSecretIsToldApartFromABroker() throws IOException {
        // When
        Finished refused = run("topics", "create", "--config", file("wrong", "/token", "not-the-secret").toString());

        // Then
        assertThat(refused.exit()).isEqualTo(3);
        assertThat(refused.err()).contains("kafka.sasl.oauthbearer.").contains("No token").doesNotContain("not-the-secret");
    }

    @Test
    void aPipelineWithTheWrongSecretSaysSoAndWaits() throws IOException {
        // When
        try (TronieProcess pipeline = TronieProcess.startWithOps("run", "--config", file("stranger", "/token", "not-the-secret").toString(), "-D", "models.precision=fp32")) {

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(pipeline.stderr()).contains("Waiting for").contains("No token"));
            assertThat(pipeline.stderr()).doesNotContain("not-the-secret");
        }
    }

    private static Path file(String name, String tokenPath, String secret) throws IOException {
        Properties p = new Properties();
        p.putAll(Map.of("kafka.bootstrap.servers", "localhost:" + port, "kafka.security.protocol", "SASL_SSL", "kafka.ssl.truststore.location", certificates.trustStore().toString(),
                "kafka.ssl.truststore.password", Certificates.PASSWORD, "kafka.sasl.mechanism", "OAUTHBEARER", "topics.replication", "1",
                "kafka.sasl.login.callback.handler.class", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
                "kafka.sasl.oauthbearer.token.endpoint.url", issuer.url(tokenPath)));
        p.putAll(Map.of("kafka.sasl.jaas.config", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"tronie-pipeline\" clientSecret=\"" + secret + "\";",
                "kafka.sasl.login.connect.timeout.ms", "2000", "kafka.sasl.login.retry.backoff.max.ms", "1000"));
        Path file = folder.resolve(name + ".properties");
        try (var out = Files.newBufferedWriter(file)) {
            p.store(out, null);
        }
        return file;
    }

    private static Finished run(String... arguments) {
        try (TronieProcess process = TronieProcess.start(arguments)) {
            int exit = process.awaitExit(Duration.ofSeconds(90));
            return new Finished(exit, process.stdout(), process.stderr());
        }
    }
}
