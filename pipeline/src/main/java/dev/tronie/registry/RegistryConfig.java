package dev.tronie.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The registry's settings under Confluent's names, as they reach a serde's {@code configure}.
 *
 * @param urls           one or more base URLs, tried in turn
 * @param autoRegister   whether writers register their schema
 * @param credentials    basic or bearer credentials; null = none
 * @param stores         TLS stores, keys as in Confluent's client without the {@code schema.registry.ssl.} prefix
 * @param retryMaxMs     how long one look-up is retried while the registry does not answer
 */
public record RegistryConfig(List<String> urls, boolean autoRegister, Credentials credentials, Map<String, String> stores, long retryMaxMs) {
    /** The URL or URLs of the registry. */
    public static final String URL = "schema.registry.url";
    /** Whether writers register their schema. */
    public static final String AUTO_REGISTER = "auto.register.schemas";
    /** How long a look-up is retried. Not Confluent's. */
    public static final String RETRY_MAX_MS = "schema.registry.retry.max.ms";
    private static final String SSL_PREFIX = "schema.registry.ssl.";

    /**
     * An Authorization header.
     *
     * @param scheme Basic or Bearer
     * @param secret what follows it, encoded
     */
    public record Credentials(String scheme, String secret) {
        @Override
        public String toString() {
            return scheme + " [hidden]";
        }
    }

    /**
     * Reads a serde's configuration.
     *
     * @throws IllegalArgumentException naming the key that is missing or wrong
     */
    public static RegistryConfig of(Map<String, ?> configs) {
        String url = text(configs, URL);
        if (url == null || url.isBlank()) {
            throw new IllegalArgumentException(URL + " is not set");
        }
        Map<String, String> stores = new HashMap<>();
        configs.forEach((key, value) -> {
            if (key.startsWith(SSL_PREFIX) && value != null) {
                stores.put(key.substring(SSL_PREFIX.length()), value.toString());
            }
        });
        Object retry = configs.get(RETRY_MAX_MS);
        return new RegistryConfig(List.of(url.split("\\s*,\\s*")), !"false".equals(text(configs, AUTO_REGISTER)), credentials(configs, url),
                stores, retry == null ? 30_000 : Long.parseLong(retry.toString()));
    }

    private static Credentials credentials(Map<String, ?> configs, String url) {
        String bearer = Objects.requireNonNullElse(text(configs, "bearer.auth.credentials.source"), "");
        if (bearer.equals("STATIC_TOKEN")) {
            return new Credentials("Bearer", required(configs, "bearer.auth.token"));
        } else if (!bearer.isEmpty()) {
            throw new IllegalArgumentException("bearer.auth.credentials.source must be STATIC_TOKEN, not " + bearer);
        }
        String source = Objects.requireNonNullElse(text(configs, "basic.auth.credentials.source"), "URL");
        switch (source) {
            case "USER_INFO":
                return basic(required(configs, "basic.auth.user.info"));
            case "URL":
                String user = url.startsWith("http") ? java.net.URI.create(url.split("\\s*,\\s*")[0]).getUserInfo() : null;
                return user == null ? null : basic(user);
            default:
                throw new IllegalArgumentException("basic.auth.credentials.source must be URL or USER_INFO, not " + source);
        }
    }

    private static Credentials basic(String userInfo) {
        return new Credentials("Basic", java.util.Base64.getEncoder().encodeToString(userInfo.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static String required(Map<String, ?> configs, String key) {
        String value = text(configs, key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is not set");
        }
        return value;
    }

    /** Confluent's client reads its keys with and without the {@code schema.registry.} prefix; so does this one. */
    private static String text(Map<String, ?> configs, String key) {
        Object value = configs.get(key);
        if (value == null) {
            value = configs.get("schema.registry." + key);
        }
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(Object::toString).toList());
        }
        return value instanceof org.apache.kafka.common.config.types.Password p ? p.value() : value == null ? null : value.toString();
    }
}
