package dev.tronie.app;

import dev.tronie.client.OAuthEndpoints;
import dev.tronie.config.ConfigSources;
import dev.tronie.config.TronieConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options by which every command finds its settings. */
final class Settings {
    @Option(names = "--config", paramLabel = "FILE", description = "Properties file with settings; the environment (TRONIE_...) and flags are stronger.",
            defaultValue = "${env:TRONIE_CONFIG:-}")
    String file;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Kafka brokers to start from (kafka.bootstrap.servers).")
    String bootstrap;

    @Option(names = {"-D", "--set"}, paramLabel = "KEY=VALUE", description = "A setting; may be repeated. All of them: tronie config.")
    Map<String, String> set = new LinkedHashMap<>();

    /** All settings by key, unvalidated. */
    Map<String, String> values() {
        Map<String, String> flags = new LinkedHashMap<>(set);
        if (bootstrap != null) {
            flags.put("kafka.bootstrap.servers", bootstrap);
        }
        return ConfigSources.merge(file == null || file.isBlank() ? null : Path.of(file), System.getenv(), flags);
    }

    /** The validated settings. */
    TronieConfig config() {
        return config(Map.of());
    }

    /** The validated settings of a command that decides some of them itself, whatever the user's are. */
    TronieConfig config(Map<String, String> decided) {
        Map<String, String> values = new LinkedHashMap<>(values());
        values.putAll(decided);
        // Before anything logs: the backend looks at it once.
        System.setProperty(Console.LOG_FORMAT, "json".equals(values.get("log.format")) ? "json" : "text");
        TronieConfig config = TronieConfig.of(values);
        OAuthEndpoints.allow(config);
        return config;
    }
}
