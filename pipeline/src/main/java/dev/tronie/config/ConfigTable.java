package dev.tronie.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** The settings as text for people. Pure. */
public final class ConfigTable {
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

    /** Key, value and origin of every setting as it is in force; secrets hidden. */
    public static List<String> effective(Map<String, String> values) {
        List<String> lines = new ArrayList<>();
        for (ConfigDef.ConfigKey key : keys()) {
            boolean set = values.containsKey(key.name);
            String value = !set ? text(key.defaultValue) : key.type == ConfigDef.Type.PASSWORD ? "[hidden]" : shown(values.get(key.name));
            lines.add(key.name + "=" + value + (set ? "" : "    # default"));
        }
        values.forEach((key, value) -> {
            if (!ConfigKeys.DEFINITION.names().contains(key)) {
                lines.add(key + "=" + (key.matches(".*(password|secret|token|jaas|key).*") ? "[hidden]" : shown(value)));
            }
        });
        return lines;
    }

    /** A URL may hold a name and a password. */
    private static String shown(String value) {
        return value.replaceAll("://[^/@\\s]+@", "://[hidden]@");
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
