package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.fixture.SamplePictures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of manifest with a mistake made on purpose: the rules that pass the real ones refuse it. */
class ManifestMistakesTest {
    private static final Set<String> OTHERS = Set.of("ScaledObject", "KafkaTopic", "KafkaUser");

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "Job", "Service", "ServiceAccount", "ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "Namespace", "ScaledObject", "KafkaTopic", "KafkaUser",
        "ServiceMonitor", "PrometheusRule"})
    void aFieldThatTheKindDoesNotHaveIsFound(String kind) {
        // Given
        Map<String, Object> resource = first(kind);
        (resource.get("spec") instanceof Map<?, ?> spec ? map(spec) : resource).put("nothingOfTheKind", 1);

        // When / Then
        assertThat(ManifestRules.problems(resource)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Deployment,spec/replicas,two", "Deployment,spec/template/spec/terminationGracePeriodSeconds,long", "Job,spec/backoffLimit,many", "Service,spec/ports,8080",
        "ServiceAccount,secrets,perhaps", "ConfigMap,data,text", "NetworkPolicy,spec/policyTypes,Ingress", "PodDisruptionBudget,spec/selector,all", "Namespace,metadata/labels,restricted",
        "ScaledObject,spec/maxReplicaCount,six", "KafkaTopic,spec/partitions,six", "KafkaUser,spec/authorization/acls,all", "ServiceMonitor,spec/endpoints,ops", "PrometheusRule,spec/groups,all"})
    void aValueOfTheWrongTypeIsFound(String kind, String path, String value) {
        // Given
        Map<String, Object> resource = first(kind);
        put(resource, path, value);

        // When / Then
        assertThat(ManifestRules.problems(resource)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"startupProbe", "readinessProbe", "livenessProbe", "resources", "securityContext"})
    void aContainerWithoutWhatItMustHaveIsFound(String missing) {
        // Given
        Map<String, Object> deployment = first("Deployment");
        container(deployment).remove(missing);

        // When / Then
        assertThat(ManifestRules.problems(deployment)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"spec/template/spec/securityContext/runAsNonRoot,false", "spec/template/spec/securityContext/runAsUser,0", "spec/template/spec/enableServiceLinks,true",
        "spec/template/spec/automountServiceAccountToken,true"})
    void aPodThatMayMoreThanItNeedsIsFound(String path, String value) {
        // Given
        Map<String, Object> deployment = first("Deployment");
        put(deployment, path, value.equals("0") ? (Object) 0 : Boolean.valueOf(value));

        // When / Then
        assertThat(ManifestRules.problems(deployment)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"TRONIE_INFERENCE_WORKER,1,inference.worker", "TRONIE_INFERENCE_WORKERS,many,inference.workers", "TRONIE_KAFKA_SASL_JAAS_CONFIG,a secret,secret"})
    void aSettingThatTheProgramDoesNotTakeOrThatIsASecretIsFound(String name, String value, String told) {
        // Given
        Map<String, Object> settings = first("ConfigMap");
        map(settings.get("data")).put(name, value);

        // When / Then
        assertThat(ManifestRules.problems(settings)).singleElement().asString().contains(told);
    }

    /** A copy of the first resource of a kind, which is right as it stands. */
    private static Map<String, Object> first(String kind) {
        assumeTrue(!OTHERS.contains(kind) || ManifestRules.knowsOthers(), "skipped: needs ../shared/schemas-for-validation");
        Map<String, Object> resource = map(copy(Kustomization.render(SamplePictures.basedir().resolve("../k8s/overlays/strimzi")).stream()
                .filter(each -> each.get("kind").equals(kind)).findFirst().orElseThrow()));
        assertThat(ManifestRules.problems(resource)).as("before the mistake").isEmpty();
        return resource;
    }

    private static Object copy(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key.toString(), copy(item)));
            return copy;
        }
        return value instanceof List<?> list ? new ArrayList<>(list.stream().map(ManifestMistakesTest::copy).toList()) : value;
    }

    private static Map<String, Object> container(Map<String, Object> workload) {
        return map(((List<?>) map(map(map(workload.get("spec")).get("template")).get("spec")).get("containers")).get(0));
    }

    private static void put(Map<String, Object> resource, String path, Object value) {
        String[] steps = path.split("/");
        Map<String, Object> at = resource;
        for (int i = 0; i < steps.length - 1; i++) {
            at = map(at.get(steps[i]));
        }
        at.put(steps[steps.length - 1], value);
    }
}
