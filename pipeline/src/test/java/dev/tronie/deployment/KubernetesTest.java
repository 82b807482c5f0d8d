package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.topology.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests say what Kubernetes, Strimzi and KEDA understand, and what the program means. */
class KubernetesTest {
    private static final Path K8S = SamplePictures.basedir().resolve("../k8s").normalize();

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/dev", "overlays/production", "overlays/gpu", "overlays/strimzi"})
    void everyResourceOfAFolderIsOneThatKubernetesKnows(String folder) {
        // When
        List<Map<String, Object>> resources = Kustomization.render(K8S.resolve(folder));

        // Then
        assertThat(resources).isNotEmpty().allSatisfy(resource -> assertThat(ManifestRules.problems(resource)).as(Kustomization.name(resource)).isEmpty());
        assertThat(resources.stream().map(Kustomization::name)).doesNotHaveDuplicates();
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
}
