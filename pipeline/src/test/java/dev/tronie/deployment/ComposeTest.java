package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tronie.config.InvalidConfig;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docker-compose.yml says what the compose specification allows, and what the program understands. ComposeIT runs it. */
class ComposeTest {
    private static final Path SPECIFICATION = SamplePictures.shared().resolve("schemas-for-validation/compose-spec.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void followsTheComposeSpecification() throws IOException {
        // Given
        assumeTrue(Files.isRegularFile(SPECIFICATION), "skipped: needs " + SPECIFICATION);

        // When
        List<String> problems = againstTheSpecification(compose());

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void whoeverIsWaitedForIsThereAndTellsWhatIsWaitedForAndEverySettingIsOneThatTheProgramTakes() {
        // When
        List<String> problems = againstTheProgram(compose());

        // Then
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"services/kafka/imag,x", "services/pipeline/restarts,always", "services/pipeline/cap_drop,ALL", "services/registry/healthcheck/tests,x", "services/gateway/depends_on,key:",
        "volumes,keys"})
    void aFieldOrATypeThatTheSpecificationDoesNotKnowIsFound(String path, String value) throws IOException {
        // Given
        assumeTrue(Files.isRegularFile(SPECIFICATION), "skipped: needs " + SPECIFICATION);
        Map<String, Object> compose = compose();
        put(compose, path, value);

        // When / Then
        assertThat(againstTheSpecification(compose)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"services/pipeline/environment/TRONIE_OPS_HOSTS,x,ops.hosts", "services/gateway/environment/TRONIE_GATEWAY_PORT,many,gateway.port",
        "services/kafka/healthcheck,,waits for kafka", "services/people,,waits for people", "services/watch/command,stare,stare"})
    void whatNobodyTakesOrTellsIsFound(String path, String value, String told) {
        // Given
        Map<String, Object> compose = compose();
        put(compose, path, value == null || !path.endsWith("command") ? value : List.of(value));

        // When / Then
        assertThat(againstTheProgram(compose)).anyMatch(problem -> problem.contains(told));
    }

    /** Read anew: it may be changed. */
    private static Map<String, Object> compose() {
        return Kustomization.documents(SamplePictures.basedir().resolve("../docker-compose.yml")).get(0);
    }

    private static void put(Map<String, Object> compose, String path, Object value) {
        String[] steps = path.split("/");
        Map<String, Object> at = compose;
        for (int i = 0; i < steps.length - 1; i++) {
            at = map(at.get(steps[i]));
        }
        if (value == null) {
            at.remove(steps[steps.length - 1]);
        } else {
            at.put(steps[steps.length - 1], value);
        }
    }

    private static List<String> againstTheSpecification(Map<String, Object> compose) throws IOException {
        // Its id is a bare file name, which the validator takes for no address.
        String text = JSON.writeValueAsString(((ObjectNode) JSON.readTree(SPECIFICATION.toFile())).without(List.of("$id", "$schema")));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text, InputFormat.JSON).validate(JSON.writeValueAsString(compose), InputFormat.JSON).stream()
                .map(Object::toString).toList();
    }

    private static List<String> againstTheProgram(Map<String, Object> compose) {
        Map<String, Object> services = map(compose.get("services"));
        List<String> problems = new ArrayList<>();
        services.forEach((name, each) -> {
            Map<String, Object> service = map(each);
            map(service.getOrDefault("depends_on", Map.of())).forEach((other, how) -> {
                if (!isTold(services.get(other), map(how).get("condition"))) {
                    problems.add(name + " waits for " + other);
                }
            });
            if ("tronie:0.1.0".equals(service.get("image"))) {
                Map<String, String> environment = map(service.get("environment")).entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
                try {
                    if (!DeploymentSettings.config(environment).kafka().bootstrapServers().equals("kafka:19092")) {
                        problems.add(name + " asks another broker");
                    }
                } catch (InvalidConfig e) {
                    problems.add(e.getMessage());
                }
                String command = ((List<?>) service.get("command")).get(0).toString();
                if (!COMMANDS.contains(command)) {
                    problems.add(name + " runs " + command);
                }
            }
        });
        return problems;
    }

    /** That they are commands of the program is seen when ComposeIT runs them. */
    private static final List<String> COMMANDS = List.of("topics", "run", "gateway", "enroll", "camera", "watch");

    private static boolean isTold(Object other, Object condition) {
        return other != null && (!condition.equals("service_healthy") || map(other).get("healthcheck") instanceof Map<?, ?> check && check.containsKey("test"));
    }
}
