package dev.tronie.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    @TempDir
    Path directory;

    @Test
    void flagsAreStrongerThanTheEnvironmentAndThatThanTheFile() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("t.properties"), "frames.max.age.ms=1\nvision.faces.max=1\nmatch.margin=0.1\n");
        Map<String, String> environment = Map.of("TRONIE_FRAMES_MAX_AGE_MS", "2", "TRONIE_VISION_FACES_MAX", "2", "PATH", "/bin");

        // When
        TronieConfig config = TronieConfig.of(ConfigSources.merge(file, environment, Map.of("frames.max.age.ms", "3")));

        // Then
        assertThat(config.frames().maxAgeMs()).isEqualTo(3);
        assertThat(config.vision().facesMax()).isEqualTo(2);
        assertThat(config.match().margin()).isEqualTo(0.1);
    }

    @Test
    void passesKafkasOwnSettingsThrough() {
        // Given
        Map<String, String> environment = Map.of("TRONIE_KAFKA_BOOTSTRAP_SERVERS", "b:1", "TRONIE_PRODUCER_COMPRESSION_TYPE", "lz4");

        // When
        TronieConfig config = TronieConfig.of(ConfigSources.merge(null, environment, Map.of("kafka.security.protocol", "SSL")));

        // Then
        assertThat(config.kafka().all()).containsEntry("bootstrap.servers", "b:1").containsEntry("security.protocol", "SSL");
        assertThat(config.kafka().producer()).containsExactly(Map.entry("compression.type", "lz4"));
    }

    @ParameterizedTest
    @CsvSource({"frames.max.age.ms,abc", "frames.max.age.ms,0", "models.precision,fp64", "vision.detector.side.px,10", "match.threshold,2",
        "processing.guarantee,exactly_once", "topics.replication,0", "topics.prefix,a b", "ops.port,70000", "images.references.allow,https://pics.example.org", "match.fpir,1"})
    void namesTheSettingThatIsWrong(String key, String value) {
        // When / Then
        assertThatThrownBy(() -> TronieConfig.of(Map.of(key, value))).isInstanceOf(InvalidConfig.class).hasMessageContaining(key);
    }

    @Test
    void refusesASettingThatDoesNotExistAndGuessesWhatWasMeant() {
        // When / Then
        assertThatThrownBy(() -> ConfigSources.merge(null, Map.of(), Map.of("frames.maxage.ms", "1")))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("did you mean frames.max.age.ms?");
        assertThatThrownBy(() -> ConfigSources.merge(null, Map.of("TRONIE_FRAME_MAX", "1"), Map.of()))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("TRONIE_FRAME_MAX");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        // When / Then
        assertThatThrownBy(() -> ConfigSources.merge(directory.resolve("absent"), Map.of(), Map.of()))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("absent");
    }

    @ParameterizedTest
    @CsvSource({"basic.auth.user.info,user:hunter2", "bearer.auth.token,hunter2", "kafka.sasl.jaas.config,password=hunter2", "kafka.ssl.key.password,hunter2",
        "kafka.ssl.keystore.key,-----BEGIN PRIVATE KEY-----hunter2", "producer.sasl.jaas.config,hunter2", "consumer.ssl.truststore.password,hunter2",
        "kafka.sasl.oauthbearer.client.credentials.client.secret,hunter2", "schema.registry.ssl.keystore.password,hunter2", "schema.registry.url,https://user:hunter2@registry:8081",
        "kafka.sasl.oauthbearer.token.endpoint.url,https://idp/token?api_key=hunter2&scope=all", "streams.metrics.endpoint,https://user:hunter2@collector/"})
    void hidesSecrets(String key, String value) {
        // Given
        Map<String, String> values = Map.of(key, value);

        // When
        String printed = String.join("\n", ConfigTable.effective(values, Map.of())) + TronieConfig.of(values);

        // Then
        assertThat(printed).doesNotContain("hunter2").contains(key + "=").contains("[hidden]");
    }

    @Test
    void saysWhereEachValueComesFromAndWhyADefaultIsWhatItIs() {
        // When
        List<String> lines = ConfigTable.effective(Map.of("match.margin", "0.1"), Map.of("match.threshold", "0.6", "match.gallery.staff.fpir", "0.2"));

        // Then
        assertThat(lines).contains("match.margin=0.1", "match.threshold=0.6    # from the topic settings", "match.gallery.staff.fpir=0.2    # from the topic settings")
                .anyMatch(line -> line.startsWith("frames.max.age.ms=5000    # default: ") && line.contains("a late recognition is worse than none"));
    }

    @Test
    void everySettingIsExplained() {
        // When
        String table = ConfigTable.markdown();

        // Then
        assertThat(ConfigKeys.DEFINITION.configKeys().values()).allSatisfy(key -> assertThat(key.documentation).isNotBlank());
        assertThat(table.lines().count()).isEqualTo(ConfigKeys.DEFINITION.names().size() + 2L);
    }
}
