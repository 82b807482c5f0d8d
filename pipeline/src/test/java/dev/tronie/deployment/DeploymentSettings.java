package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;

import dev.tronie.config.ConfigSources;
import dev.tronie.config.TronieConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The environment that a manifest gives to its containers, and what the program makes of it. Stateless. */
final class DeploymentSettings {
    private DeploymentSettings() {
    }

    /** The variables of a workload or a ConfigMap; empty for anything else. */
    static Map<String, String> of(Map<String, Object> resource) {
        Map<String, String> environment = new HashMap<>();
        if (resource.get("kind").equals("ConfigMap")) {
            map(resource.get("data")).forEach((key, value) -> environment.put(key, value.toString()));
        } else if (map(resource.getOrDefault("spec", Map.of())).get("template") instanceof Map<?, ?> template) {
            ((List<?>) map(map(template).get("spec")).get("containers")).stream().map(Kustomization::map).filter(container -> container.containsKey("env"))
                    .flatMap(container -> ((List<?>) container.get("env")).stream()).map(Kustomization::map)
                    .filter(variable -> variable.get("name").toString().startsWith("TRONIE_"))
                    .forEach(variable -> environment.put(variable.get("name").toString(), variable.get("value").toString()));
        }
        return environment;
    }

    /** Refuses what no setting is called. */
    static TronieConfig config(Map<String, String> environment) {
        return TronieConfig.of(ConfigSources.merge(null, environment, Map.of()));
    }
}
