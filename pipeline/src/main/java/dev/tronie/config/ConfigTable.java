package dev.tronie.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** The settings as text for people. Pure. */
public final class ConfigTable {
    private static final String HIDDEN = "[hidden]";
    /** Kafka's own settings that are secrets, or may hold one. */
    private static final Pattern SECRET = Pattern.compile("password|secret|token|jaas|keystore\\.key|credential|private|key\\.pass|certificate\\.chain|user\\.info|api.?key",
            Pattern.CASE_INSENSITIVE);

    private ConfigTable() {
    }

    /** A Markdown table of every key; defaults that follow from the machine are named, not printed. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("| key | default | what it is |\n|---|---|---|\n");
        for (ConfigDef.ConfigKey key : keys()) {
            out.append("| `").append(key.name).append("` | ").append(fallback(key)).append(" | ").append(key.documentation).append(" |\n");
        }
        return out.toString();
    }

    /**
     * Key, value and origin of every setting as it is in force; secrets hidden.
     *
     * @param values as given by file, environment and flags
     * @param topic  those that the topic settings has over them
     */
    public static List<String> effective(Map<String, String> values, Map<String, String> topic) {
        List<String> lines = new ArrayList<>();
        for (ConfigDef.ConfigKey key : keys()) {
            if (topic.containsKey(key.name)) {
                lines.add(key.name + "=" + topic.get(key.name) + "    # from the topic settings");
            } else if (values.containsKey(key.name)) {
                lines.add(key.name + "=" + (key.type == ConfigDef.Type.PASSWORD ? HIDDEN : shown(values.get(key.name))));
            } else {
                lines.add(key.name + "=" + text(key.defaultValue) + "    # default: " + key.documentation);
            }
        }
        Map<String, String> others = new TreeMap<>(values);
        others.putAll(topic);
        others.keySet().removeAll(ConfigKeys.DEFINITION.names());
        others.forEach((key, value) -> lines.add(key + "=" + (SECRET.matcher(key).find() ? HIDDEN : shown(value))
                + (topic.containsKey(key) ? "    # from the topic settings" : "")));
        return lines;
    }

    /** A URL may hold a name and a password, or a key in what is asked of it. */
    private static String shown(String value) {
        return value.replaceAll("://[^/@\\s]+@", "://" + HIDDEN + "@").replaceAll("(?i)([?&][^=&\\s]*(?:key|token|secret|sig|pass)[^=&\\s]*=)[^&\\s,]+", "$1" + HIDDEN);
    }

    private static List<ConfigDef.ConfigKey> keys() {
        return List.copyOf(ConfigKeys.DEFINITION.configKeys().values());
    }

    private static String fallback(ConfigDef.ConfigKey key) {
        return switch (key.name) {
            case "inference.workers" -> "cores";
            case "processing.threads" -> "2 x cores";
            case "avro.serde" -> "`dev.tronie.registry.AvroSerde`";
            default -> text(key.defaultValue).isEmpty() ? "" : "`" + text(key.defaultValue) + "`";
        };
    }

    private static String text(Object value) {
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(Object::toString).toList());
        }
        return value == null ? "" : value instanceof Password ? "[hidden]" : value.toString();
    }
}
