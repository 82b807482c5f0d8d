package dev.tronie.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where settings come from, each stronger than the one before: properties file, environment ({@code TRONIE_FRAMES_MAX_AGE_MS} for
 * {@code frames.max.age.ms}), flags. Pure but for reading the file.
 */
public final class ConfigSources {
    private static final String ENV_PREFIX = "TRONIE_";
    /** Set by the launcher, no settings. */
    private static final java.util.Set<String> NOT_SETTINGS = java.util.Set.of("TRONIE_HOME", "TRONIE_CONFIG", "TRONIE_JAVA_OPTS");

    private ConfigSources() {
    }

    /**
     * The effective settings.
     *
     * @param file        a properties file; null = none
     * @param environment the process environment
     * @param flags       settings given on the command line
     * @return values by key, unvalidated
     * @throws InvalidConfig where the file cannot be read or a name is no setting
     */
    public static Map<String, String> merge(Path file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, String> merged = new LinkedHashMap<>();
        if (file != null) {
            merged.putAll(read(file));
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(ENV_PREFIX) && !NOT_SETTINGS.contains(name)) {
                merged.put(key(name), value);
            }
        });
        flags.forEach((key, value) -> merged.put(known(key, "on the command line"), value));
        return merged;
    }

    private static Map<String, String> read(Path file) {
        Properties p = new Properties();
        try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
            p.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidConfig("The configuration file " + file + " cannot be read: " + e.getMessage());
        }
        Map<String, String> values = new TreeMap<>();
        p.stringPropertyNames().forEach(key -> values.put(known(key, "in " + file), p.getProperty(key)));
        return values;
    }

    private static String key(String name) {
        String tail = name.substring(ENV_PREFIX.length());
        for (String key : ConfigKeys.DEFINITION.names()) {
            if (key.replace('.', '_').toUpperCase(Locale.ROOT).equals(tail)) {
                return key;
            }
        }
        return known(tail.toLowerCase(Locale.ROOT).replace('_', '.'), "in the environment (" + name + ")");
    }

    private static String known(String key, String where) {
        if (!ConfigKeys.DEFINITION.names().contains(key) && ConfigKeys.PASS_THROUGH.stream().noneMatch(key::startsWith)
                && !GalleryOverrides.isKey(key)) {
            throw new InvalidConfig("Unknown setting " + key + " " + where + nearest(key) + ". All settings: tronie config");
        }
        return key;
    }

    private static String nearest(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        return ConfigKeys.DEFINITION.names().stream().sorted().filter(k -> k.replace(".", "").equalsIgnoreCase(key.replaceAll("[._-]", "")))
                .findFirst().or(() -> ConfigKeys.DEFINITION.names().stream().sorted().filter(k -> k.endsWith("." + last)).findFirst())
                .map(k -> "; did you mean " + k + "?").orElse("");
    }
}
