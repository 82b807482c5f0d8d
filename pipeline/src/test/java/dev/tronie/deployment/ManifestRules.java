package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a resource must be: known to Kubernetes or to its operator field by field, restricted, watched, and set by settings that exist. Stateless. */
final class ManifestRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> OWN = Set.of("v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1");
    /** Of others' resources, where their schema stands. */
    private static final Map<String, String> OTHERS = Map.of("ScaledObject", "keda.sh_scaledobjects.yaml", "KafkaTopic", "strimzi-kafkatopic.yaml", "KafkaUser",
            "strimzi-kafkauser.yaml");
    /** Of the Prometheus operator's, whose schemas are nowhere here, the fields that are used. */
    private static final Map<String, Set<String>> OPERATOR = Map.of("ServiceMonitor", Set.of("selector", "endpoints"), "PrometheusRule", Set.of("groups"));
    private static final Map<String, Set<String>> OPERATOR_ITEMS = Map.of("ServiceMonitor", Set.of("port", "path", "interval"), "PrometheusRule", Set.of("name", "rules"));
    private static final Set<String> RULE = Set.of("alert", "expr", "for", "labels", "annotations");
    private static final Set<String> SECRET_WORDS = Set.of("PASSWORD", "JAAS", "TOKEN", "USER_INFO");

    private ManifestRules() {
    }

    /** Whether the schemas of others' resources are at hand. */
    static boolean knowsOthers() {
        return Files.isDirectory(schemas());
    }

    private static Path schemas() {
        return SamplePictures.shared().resolve("schemas-for-validation");
    }

    /** What is wrong with a resource; empty where nothing is. Others' resources pass where {@link #knowsOthers} is false. */
    static List<String> problems(Map<String, Object> resource) {
        List<String> problems = new ArrayList<>();
        String kind = resource.get("kind").toString();
        if (OWN.contains(resource.get("apiVersion").toString())) {
            types(kind, resource, problems);
        } else if (OTHERS.containsKey(kind)) {
            if (knowsOthers()) {
                schema(schemas().resolve(OTHERS.get(kind)), resource, problems);
            }
        } else if (OPERATOR.containsKey(kind)) {
            operator(kind, map(resource.get("spec")), problems);
        } else {
            problems.add("nobody knows a " + kind + " of " + resource.get("apiVersion"));
        }
        if (!problems.isEmpty()) {
            return problems;
        }
        if (resource.get("spec") instanceof Map<?, ?> spec && spec.get("template") instanceof Map<?, ?> template) {
            pod(kind, map(template.get("spec")), problems);
        }
        settings(resource, problems);
        return problems;
    }

    private static void types(String kind, Map<String, Object> resource, List<String> problems) {
        try {
            Class.forName("io.kubernetes.client.openapi.models.V1" + kind).getMethod("validateJsonElement", com.google.gson.JsonElement.class)
                    .invoke(null, JsonParser.parseString(JSON.writeValueAsString(resource)));
            Class<?> type = Class.forName("io.kubernetes.client.openapi.models.V1" + kind);
            // The validation looks at names; reading looks at types.
            type.getMethod("fromJson", String.class).invoke(null, JSON.writeValueAsString(resource));
        } catch (InvocationTargetException e) {
            problems.add(String.valueOf(e.getCause().getMessage()));
        } catch (ReflectiveOperationException e) {
            problems.add("Kubernetes knows no " + kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void schema(Path file, Map<String, Object> resource, List<String> problems) {
        Map<String, Object> definition = Kustomization.documents(file).get(0);
        Map<String, Object> version = map(((List<?>) map(definition.get("spec")).get("versions")).get(0));
        try {
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(JSON.writeValueAsString(closed(map(version.get("schema")).get("openAPIV3Schema"))), InputFormat.JSON)
                    .validate(JSON.writeValueAsString(resource), InputFormat.JSON).forEach(problem -> problems.add(problem.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kubernetes drops what a schema does not name; here that is a mistake. */
    private static Object closed(Object schema) {
        if (schema instanceof List<?> list) {
            return list.stream().map(ManifestRules::closed).toList();
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

    private static void operator(String kind, Map<String, Object> spec, List<String> problems) {
        require(spec.keySet().equals(OPERATOR.get(kind)), kind + " has " + spec.keySet(), problems);
        Object items = spec.get(kind.equals("ServiceMonitor") ? "endpoints" : "groups");
        if (!(items instanceof List<?> list) || list.isEmpty()) {
            problems.add(kind + " lists nothing");
            return;
        }
        for (Object item : list) {
            require(map(item).keySet().equals(OPERATOR_ITEMS.get(kind)), kind + " has " + map(item).keySet(), problems);
            if (map(item).get("rules") instanceof List<?> rules) {
                rules.forEach(rule -> require(RULE.containsAll(map(rule).keySet()) && map(rule).get("alert") instanceof String && map(rule).get("expr") instanceof String,
                        "a rule has " + map(rule).keySet(), problems));
            }
        }
    }

    /** Pod Security's profile restricted, and what a pod here must have besides. */
    private static void pod(String kind, Map<String, Object> pod, List<String> problems) {
        Map<String, Object> context = pod.get("securityContext") == null ? Map.of() : map(pod.get("securityContext"));
        require(Boolean.TRUE.equals(context.get("runAsNonRoot")), "runAsNonRoot", problems);
        require(context.get("runAsUser") instanceof Integer user && user > 0, "runAsUser", problems);
        require(Map.of("type", "RuntimeDefault").equals(context.get("seccompProfile")), "seccompProfile", problems);
        require(Boolean.FALSE.equals(pod.get("enableServiceLinks")), "enableServiceLinks: variables that look like settings", problems);
        require(Boolean.FALSE.equals(pod.get("automountServiceAccountToken")), "automountServiceAccountToken", problems);
        for (Object each : (List<?>) pod.get("containers")) {
            Map<String, Object> container = map(each);
            Map<String, Object> own = container.get("securityContext") == null ? Map.of() : map(container.get("securityContext"));
            require(Boolean.FALSE.equals(own.get("allowPrivilegeEscalation")), "allowPrivilegeEscalation", problems);
            require(Boolean.TRUE.equals(own.get("readOnlyRootFilesystem")), "readOnlyRootFilesystem", problems);
            require(Map.of("drop", List.of("ALL")).equals(own.get("capabilities")), "capabilities", problems);
            Map<String, Object> resources = container.get("resources") == null ? Map.of() : map(container.get("resources"));
            require(resources.get("requests") != null && map(resources.get("requests")).keySet().containsAll(Set.of("cpu", "memory")), "requests", problems);
            require(resources.get("limits") != null && map(resources.get("limits")).containsKey("memory"), "a limit on memory", problems);
            require(resources.get("limits") == null || !map(resources.get("limits")).containsKey("cpu"), "no limit on processors: throttled inference is late inference", problems);
            if (kind.equals("Deployment")) {
                for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                    require(container.containsKey(probe), probe, problems);
                }
            }
        }
    }

    private static void settings(Map<String, Object> resource, List<String> problems) {
        Map<String, String> environment = DeploymentSettings.of(resource);
        environment.keySet().stream().filter(name -> SECRET_WORDS.stream().anyMatch(name::contains)).forEach(name -> problems.add(name + " is a secret: by reference only"));
        try {
            DeploymentSettings.config(environment);
        } catch (dev.tronie.config.InvalidConfig e) {
            problems.add(e.getMessage());
        }
    }

    private static void require(boolean holds, String what, List<String> problems) {
        if (!holds) {
            problems.add(what);
        }
    }
}
