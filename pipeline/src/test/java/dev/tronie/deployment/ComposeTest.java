package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docker-compose.yml says what the compose specification allows, and what the program understands. */
class ComposeTest {
    private static final Map<String, Object> COMPOSE = Kustomization.documents(SamplePictures.basedir().resolve("../docker-compose.yml")).get(0);
    private static final Map<String, Object> SERVICES = map(COMPOSE.get("services"));

    @Test
    void followsTheComposeSpecification() throws IOException {
        // Given
        Path specification = SamplePictures.shared().resolve("schemas-for-validation/compose-spec.json");
        assumeTrue(Files.isRegularFile(specification), "skipped: needs " + specification);
        ObjectMapper json = new ObjectMapper();
        // Its id is a bare file name, which the validator takes for no address.
        String text = json.writeValueAsString(((ObjectNode) json.readTree(specification.toFile())).without(List.of("$id", "$schema")));
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text, InputFormat.JSON);

        // When
        var problems = schema.validate(json.writeValueAsString(COMPOSE), InputFormat.JSON);

        // Then
        assertThat(problems).isEmpty();
        assertThat(schema.validate(json.writeValueAsString(Map.of("services", Map.of("kafka", Map.of("imag", "x")))), InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void whoeverIsWaitedForIsThereAndTellsWhatIsWaitedFor() {
        // When
        List<String> unmet = SERVICES.entrySet().stream().filter(service -> map(service.getValue()).containsKey("depends_on"))
                .flatMap(service -> map(map(service.getValue()).get("depends_on")).entrySet().stream().filter(other -> !isTold(other.getKey(), map(other.getValue()).get("condition")))
                        .map(other -> service.getKey() + " waits for " + other.getKey()))
                .toList();

        // Then
        assertThat(unmet).isEmpty();
    }

    private static boolean isTold(String other, Object condition) {
        Object check = SERVICES.get(other) == null ? null : map(SERVICES.get(other)).get("healthcheck");
        return SERVICES.containsKey(other) && (!condition.equals("service_healthy") || check != null && map(check).containsKey("test"));
    }

    @Test
    void everySettingIsOneThatTheProgramTakes() {
        // Given
        Map<String, String> environment = SERVICES.values().stream().map(Kustomization::map).filter(service -> "tronie:0.1.0".equals(service.get("image")))
                .flatMap(service -> map(service.get("environment")).entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString(), (a, b) -> a));

        // When / Then: unknown keys are refused
        assertThat(DeploymentSettings.config(environment).kafka().bootstrapServers()).isEqualTo("kafka:19092");
    }
}
