package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests say what Kubernetes, Strimzi and KEDA understand, and what the program means. */
class KubernetesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path K8S = SamplePictures.basedir().resolve("../k8s").normalize();
    private static final Set<String> OWN = Set.of("v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1");
    /** Of others' resources, where their schema stands. */
    private static final Map<String, String> OTHERS = Map.of("ScaledObject", "keda.sh_scaledobjects.yaml", "KafkaTopic", "strimzi-kafkatopic.yaml", "KafkaUser",
            "strimzi-kafkauser.yaml");

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/dev", "overlays/production", "overlays/gpu", "overlays/strimzi"})
    void everyResourceOfAFolderIsOneThatKubernetesKnows(String folder) {
        // When
        List<Map<String, Object>> resources = Kustomization.render(K8S.resolve(folder));

        // Then
        assertThat(resources).isNotEmpty().allSatisfy(KubernetesTest::check);
        assertThat(resources.stream().map(Kustomization::name)).doesNotHaveDuplicates();
    }

    @Test
    void aMisspeltFieldIsFound() {
        // Given
        Map<String, Object> deployment = resource("base", "Deployment", "tronie-pipeline");
        map(deployment.get("spec")).put("replica", 2);

        // When / Then
        assertThatThrownBy(() -> check(deployment)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("replica");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment/tronie-pipeline", "Deployment/tronie-gateway", "Job/tronie-topics-0-1-0"})
    void podsKeepThePodSecurityStandardRestricted(String which) {
        // When
        Map<String, Object> workload = resource("overlays/production", which.split("/")[0], which.split("/")[1]);

        // Then
        Map<String, Object> pod = map(map(map(workload.get("spec")).get("template")).get("spec"));
        Map<String, Object> context = map(pod.get("securityContext"));
        assertThat(context).containsEntry("runAsNonRoot", true).containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
        assertThat((Integer) context.get("runAsUser")).isPositive();
        assertThat((List<?>) pod.get("containers")).allSatisfy(container -> assertThat(map(map(container).get("securityContext")))
                .containsEntry("allowPrivilegeEscalation", false).containsEntry("readOnlyRootFilesystem", true).containsEntry("capabilities", Map.of("drop", List.of("ALL"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment/tronie-pipeline", "Deployment/tronie-gateway", "Job/tronie-topics-0-1-0"})
    void kubernetesAddsNoVariablesOfItsOwnThatLookLikeSettings(String which) {
        // When
        Map<String, Object> workload = resource("overlays/production", which.split("/")[0], which.split("/")[1]);

        // Then
        assertThat(map(map(map(workload.get("spec")).get("template")).get("spec"))).containsEntry("enableServiceLinks", false);
    }

    @Test
    void theSettingsOfEveryPodAreOnesThatTheProgramTakes() {
        // Given
        Map<String, String> environment = Kustomization.render(K8S.resolve("overlays/gpu")).stream().flatMap(resource -> DeploymentSettings.of(resource).entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

        // When
        TronieConfig config = DeploymentSettings.config(environment);

        // Then
        assertThat(config.inference().detectBatchMax()).isEqualTo(16);
        assertThat(config.ops().host()).isEqualTo("0.0.0.0");
    }

    @Test
    void strimziMakesTheTopicsThatTheProgramWouldMake() {
        // Given
        Map<String, String> wanted = Topics.of(TronieConfig.of(Map.of())).all().stream()
                .collect(Collectors.toMap(topic -> topic.name(), topic -> topic.partitions() + " " + new TreeMap<>(topic.policy())));

        // When
        Map<String, String> declared = Kustomization.documents(K8S.resolve("overlays/strimzi/topics.yaml")).stream()
                .collect(Collectors.toMap(topic -> map(topic.get("metadata")).get("name").toString(), topic -> {
                    Map<String, Object> spec = map(topic.get("spec"));
                    return spec.get("partitions") + " " + map(spec.get("config")).entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString(), (a, b) -> a, TreeMap::new));
                }));

        // Then
        assertThat(declared).isEqualTo(wanted);
    }

    @Test
    void resourcesOfOthersFollowTheirOwnSchemas() throws IOException {
        // Given
        Path schemas = SamplePictures.shared().resolve("schemas-for-validation");
        assumeTrue(Files.isDirectory(schemas), "skipped: needs " + schemas);

        // When
        List<Map<String, Object>> theirs = Kustomization.render(K8S.resolve("overlays/strimzi")).stream().filter(resource -> OTHERS.containsKey(resource.get("kind").toString())).toList();

        // Then
        assertThat(theirs).extracting(resource -> resource.get("kind")).contains("ScaledObject", "KafkaTopic", "KafkaUser");
        for (Map<String, Object> resource : theirs) {
            assertThat(problems(schemas, resource)).as(Kustomization.name(resource)).isEmpty();
        }
        Map<String, Object> wrong = theirs.get(0);
        map(wrong.get("spec")).put("nothingOfTheKind", 1);
        assertThat(problems(schemas, wrong)).isNotEmpty();
    }

    private static List<String> problems(Path schemas, Map<String, Object> resource) throws IOException {
        Map<String, Object> definition = Kustomization.documents(schemas.resolve(OTHERS.get(resource.get("kind").toString()))).get(0);
        Map<String, Object> version = map(((List<?>) map(definition.get("spec")).get("versions")).get(0));
        Object schema = closed(map(version.get("schema")).get("openAPIV3Schema"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(JSON.writeValueAsString(schema), InputFormat.JSON)
                .validate(JSON.writeValueAsString(resource), InputFormat.JSON).stream().map(Object::toString).toList();
    }

    /** Kubernetes drops what a schema does not name; here that is a mistake. */
    private static Object closed(Object schema) {
        if (schema instanceof List<?> list) {
            return list.stream().map(KubernetesTest::closed).toList();
        } else if (!(schema instanceof Map<?, ?>)) {
            return schema;
        }
        Map<String, Object> closed = new TreeMap<>();
        map(schema).forEach((key, value) -> closed.put(key, closed(value)));
        if (map(schema).get("properties") instanceof Map<?, ?> properties && !properties.containsKey("metadata") && !closed.containsKey("additionalProperties")) {
            closed.put("additionalProperties", false);
        }
        return closed;
    }

    private static void check(Map<String, Object> resource) {
        String kind = resource.get("kind").toString();
        if (OWN.contains(resource.get("apiVersion").toString())) {
            try {
                JsonElement json = JsonParser.parseString(JSON.writeValueAsString(resource));
                Class.forName("io.kubernetes.client.openapi.models.V1" + kind).getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            } catch (ReflectiveOperationException | IOException e) {
                throw new IllegalArgumentException(kind + " of " + resource.get("apiVersion"), e);
            }
        } else {
            assertThat(kind).as("of " + resource.get("apiVersion")).isIn("ScaledObject", "KafkaTopic", "KafkaUser", "ServiceMonitor", "PrometheusRule");
        }
    }

    private static Map<String, Object> resource(String folder, String kind, String name) {
        return Kustomization.render(K8S.resolve(folder)).stream()
                .filter(resource -> resource.get("kind").equals(kind) && map(resource.get("metadata")).get("name").equals(name)).findFirst().orElseThrow();
    }
}
