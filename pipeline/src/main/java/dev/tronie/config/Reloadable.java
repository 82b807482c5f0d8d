package dev.tronie.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings that a running pipeline takes up from the topic {@code settings}: those by which it decides, and those by which cameras are
 * watched. None of them sizes memory, opens a connection or grants anything, and each is valid or not by itself, so that the order in
 * which they come does not matter. Pure.
 */
public final class Reloadable {
    private static final Pattern KEYS = Pattern.compile("match\\..+|enroll\\..+|appearances\\.(gap\\.ms|decide\\.ms|frames\\.min|embeddings\\.max)"
            + "|frames\\.(max\\.age|lag\\.max)\\.ms|cameras\\..+");

    private Reloadable() {
    }

    /**
     * What is in force, and what is not.
     *
     * @param config  the settings in force
     * @param values  those of the topic that are, by key
     * @param refused why the others are not, by key; each text names its key
     */
    public record Outcome(TronieConfig config, Map<String, String> values, Map<String, String> refused) {
        public Outcome {
            values = Map.copyOf(values);
            refused = Map.copyOf(refused);
        }

        /** Before the topic has been read. */
        public static Outcome of(TronieConfig config) {
            return new Outcome(config, Map.of(), Map.of());
        }
    }

    /** Whether a setting may stand in the topic. */
    public static boolean isKey(String key) {
        return KEYS.matcher(key).matches() && (ConfigKeys.DEFINITION.names().contains(key) || GalleryOverrides.isKey(key));
    }

    /** The settings of the configuration's own that may stand in the topic, in order; a gallery's own come besides. */
    public static List<String> keys() {
        return ConfigKeys.DEFINITION.names().stream().filter(Reloadable::isKey).sorted().toList();
    }

    /**
     * Checks one setting.
     *
     * @param base the settings that it would be set over
     * @throws InvalidConfig naming the key, where it may not be set in the topic or the value is none of its
     */
    public static void check(TronieConfig base, String key, String value) {
        if (!isKey(key)) {
            throw new InvalidConfig(key + " cannot be changed while pipelines run: set it in their files and start them again. The topic settings takes "
                    + String.join(", ", keys()) + ", and match.gallery.NAME.threshold, .fpir and .margin.");
        }
        base.with(Map.of(key, value));
    }

    /**
     * The settings in force when the topic says this. A setting that is refused leaves in force what was.
     *
     * @param base   the file's settings
     * @param before what has been in force
     * @param wanted all that the topic says, by key
     */
    public static Outcome over(TronieConfig base, Outcome before, Map<String, String> wanted) {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> refused = new HashMap<>();
        wanted.forEach((key, value) -> {
            try {
                check(base, key, value);
                values.put(key, value);
            } catch (InvalidConfig e) {
                refused.put(key, e.getMessage());
                if (before.values().containsKey(key)) {
                    values.put(key, before.values().get(key));
                }
            }
        });
        return new Outcome(values.equals(before.values()) ? before.config() : base.with(values), values, refused);
    }
}
