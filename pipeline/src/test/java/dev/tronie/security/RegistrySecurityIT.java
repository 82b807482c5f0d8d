package dev.tronie.security;

import static dev.tronie.fixture.Outsider.enrolment;
import static dev.tronie.fixture.Outsider.key;
import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.ApicurioProcess;
import dev.tronie.fixture.Outsider;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import dev.tronie.registry.HttpRegistry;
import dev.tronie.registry.RegistryConfig;
import dev.tronie.registry.SchemaRegistry;
import dev.tronie.schema.Frame;
import dev.tronie.topology.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry behind TLS, by itself and behind a proxy that asks for credentials. */
class RegistrySecurityIT {
    @TempDir
    static Path folder;
    private static Certificates certificates;
    private static Certificates strangers;
    private static ApicurioProcess registry;
    private static String tls;
    private static RegistryProxy asking;
    private static RegistryProxy expired;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(Files.createDirectory(folder.resolve("ours")));
        strangers = new Certificates(Files.createDirectory(folder.resolve("theirs")));
        int port = TronieProcess.freePort();
        registry = new ApicurioProcess(Map.of("quarkus.http.ssl-port", Integer.toString(port), "quarkus.http.ssl.certificate.key-store-file",
                certificates.signed("registry", false).toString(), "quarkus.http.ssl.certificate.key-store-password", Certificates.PASSWORD));
        tls = "https://localhost:" + port + "/apis/ccompat/v7";
        asking = new RegistryProxy(certificates.signed("proxy", false), registry.url(), true);
        expired = new RegistryProxy(certificates.signed("old-proxy", true), registry.url(), false);
    }

    @AfterAll
    static void stop() {
        expired.close();
        asking.close();
        registry.close();
    }

    @Test
    void theRightAuthorityIsTrusted() {
        // When
        int id = client(tls, certificates, Map.of()).register("frames-over-tls-value", Frame.getClassSchema());

        // Then
        assertThat(client(tls, certificates, Map.of()).byId(id)).isEqualTo(Frame.getClassSchema());
    }

    @Test
    void anotherAuthorityIsNotAndThatIsToldAtOnce() {
        // When
        Throwable told = catchThrowable(() -> client(tls, strangers, Map.of("schema.registry.retry.max.ms", "3600000")).byId(1));

        // Then: no hour is spent on what no later try would change
        assertThat(told).isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("do not trust each other")
                .hasMessageContaining("schema.registry.ssl.truststore");
    }

    @Test
    void anExpiredCertificateIsCalledThat() {
        // When
        Throwable told = catchThrowable(() -> client(expired.url(), certificates, Map.of()).byId(1));

        // Then
        assertThat(told).isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("its certificate has expired");
    }

    @Test
    void plaintextToAPortThatWantsTlsEndsWithAHint() {
        // When
        Throwable told = catchThrowable(() -> client(tls.replace("https:", "http:"), null, Map.of("schema.registry.retry.max.ms", "500")).byId(1));

        // Then
        assertThat(told).isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("https://");
    }

    @Test
    void tlsToAPortInTheClearEndsWithAHint() {
        // When
        Throwable told = catchThrowable(() -> client(registry.url().replace("http:", "https:"), certificates, Map.of("schema.registry.retry.max.ms", "500")).byId(1));

        // Then
        assertThat(told).isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("http://");
    }

    @Test
    void credentialsAreSentOverTlsAndWrongOnesAreTold() {
        // Given
        Map<String, String> right = Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", RegistryProxy.USER + ":" + RegistryProxy.PASSWORD);
        Map<String, String> wrong = Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", RegistryProxy.USER + ":not-the-password");

        // When
        int id = client(asking.url(), certificates, right).register("frames-with-credentials-value", Frame.getClassSchema());
        Throwable told = catchThrowable(() -> client(asking.url(), certificates, wrong).byId(id));

        // Then
        assertThat(client(asking.url(), certificates, right).byId(id)).isEqualTo(Frame.getClassSchema());
        assertThat(told).isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("does not accept these credentials").hasMessageContaining("401")
                .hasMessageContaining("basic.auth").hasMessageNotContaining("not-the-password");
    }

    @Test
    void aPipelineThatTheRegistryDoesNotTrustDropsNothingAndGoesOnWhenItMay() throws Exception {
        // Given: topics, schemas and an upload whose schema the pipeline has to look up
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            broker.start();
            TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "schema.registry.url", registry.url(), "topics.replication", "1"));
            TopicSetup setup = new TopicSetup(config, Topics.of(config));
            setup.create();
            setup.registerSchemas();
            try (Outsider outsider = new Outsider(broker.bootstrapServers(), registry.url())) {
                outsider.send("photo-uploads", "default/Bela", enrolment("request-1", "Bela", portrait("Bela", 1)));

                // When
                try (TronieProcess distrusted = pipeline(broker, strangers)) {
                    Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> distrusted.stderr().contains("do not trust each other"));
                    assertThat(distrusted.get("/health/live").statusCode()).isEqualTo(200);
                }
                try (TronieProcess trusted = pipeline(broker, certificates)) {
                    var reply = outsider.decode(outsider.readUntil("upload-replies", key("request-1")).get(0));

                    // Then
                    assertThat(reply.get("error")).isNull();
                    assertThat(trusted.get("/metrics").body()).contains("tronie_dead_letters_total{reason=\"unreadable\"} 0.0");
                }
            }
        }
    }

    private static TronieProcess pipeline(BrokerProcess broker, Certificates trusted) {
        List<String> arguments = new ArrayList<>(List.of("run", "--bootstrap", broker.bootstrapServers(), "-D", "models.precision=fp32", "-D", "processing.threads=2", "-D",
                "auto.register.schemas=false"));
        settings(tls, trusted, Map.of()).forEach((key, value) -> arguments.addAll(List.of("-D", key + "=" + value)));
        return TronieProcess.startWithOps(arguments.toArray(String[]::new)).awaitReady();
    }

    private static HttpRegistry client(String url, Certificates trusted, Map<String, String> more) {
        return new HttpRegistry(RegistryConfig.of(settings(url, trusted, more)));
    }

    private static Map<String, String> settings(String url, Certificates trusted, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("schema.registry.url", url);
        if (trusted != null) {
            settings.putAll(Map.of("schema.registry.ssl.truststore.location", trusted.trustStore().toString(), "schema.registry.ssl.truststore.password", Certificates.PASSWORD,
                    "schema.registry.ssl.truststore.type", "PKCS12"));
        }
        return settings;
    }
}
