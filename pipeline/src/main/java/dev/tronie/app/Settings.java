package dev.tronie.app;

import dev.tronie.client.OAuthEndpoints;
import dev.tronie.config.ConfigSources;
import dev.tronie.config.TronieConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
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
        announceLogFormat();
        Map<String, String> flags = new LinkedHashMap<>(set);
        if (bootstrap != null) {
            flags.put("kafka.bootstrap.servers", bootstrap);
        }
        return ConfigSources.merge(file == null || file.isBlank() ? null : Path.of(file), System.getenv(), flags);
    }

    /** The logging backend looks once, when the first class that logs is loaded, and Kafka's reading of settings is one: so this one key is looked up before. */
    private void announceLogFormat() {
        String format = set.getOrDefault("log.format", System.getenv("TRONIE_LOG_FORMAT"));
        if (format == null && file != null && !file.isBlank()) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                // Told where the whole of it is read.
                return;
            }
            format = properties.getProperty("log.format");
        }
        System.setProperty(Console.LOG_FORMAT, "json".equals(format) ? "json" : "text");
    }

    /** The validated settings. */
    TronieConfig config() {
        return config(Map.of());
    }

    /** The validated settings of a command that decides some of them itself, whatever the user's are. */
    TronieConfig config(Map<String, String> decided) {
        Map<String, String> values = new LinkedHashMap<>(values());
        values.putAll(decided);
        TronieConfig config = TronieConfig.of(values);
        OAuthEndpoints.allow(config);
        return config;
    }
}
