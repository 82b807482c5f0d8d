package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Kafka's clients fetch tokens only from URLs and files that a system property of the virtual machine lists, so that whoever may only
 * configure a client cannot make it call others. Here whoever writes the settings starts the process: what they name is allowed.
 */
public final class OAuthEndpoints {
    private static final String URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final String FILES = "org.apache.kafka.sasl.oauthbearer.allowed.files";

    private OAuthEndpoints() {
    }

    /** Allows what the settings name; a property that is set already stays as it is. */
    public static void allow(TronieConfig config) {
        allow(URLS, config, ".url");
        allow(FILES, config, ".file");
    }

    private static void allow(String property, TronieConfig config, String suffix) {
        TronieConfig.Kafka kafka = config.kafka();
        Set<String> named = new TreeSet<>();
        Stream.of(kafka.all(), kafka.streams(), kafka.producer(), kafka.consumer()).forEach(settings -> settings.forEach((key, value) -> {
            if (key.contains("sasl.oauthbearer.") && key.endsWith(suffix)) {
                named.add(value);
            }
        }));
        if (!named.isEmpty() && System.getProperty(property) == null) {
            System.setProperty(property, String.join(",", named));
        }
    }
}
