package dev.tronie.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * The REST API of Confluent's schema registry, as far as a serde needs it. Decides on HTTP status, not on the error codes of the
 * body, which differ between implementations.
 *
 * <p>Threading: safe to call from many threads; a call blocks, and is retried with growing pauses until
 * {@link RegistryConfig#retryMaxMs} is spent. Several URLs are tried in turn.
 */
public final class HttpRegistry implements SchemaRegistry {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_FIRST_MS = 100;
    private static final long PAUSE_MAX_MS = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryConfig config;
    private final List<String> bases;
    private final HttpClient http;

    /** A client; nothing is connected until the first call. */
    public HttpRegistry(RegistryConfig config) {
        this.config = config;
        this.bases = config.urls().stream().map(HttpRegistry::base).toList();
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (!config.stores().isEmpty()) {
            builder.sslContext(TlsStores.context(config.stores()));
        }
        this.http = builder.build();
    }

    /** Without credentials, which go into a header, and without a trailing slash. */
    private static String base(String url) {
        return url.replaceFirst("//[^/@]*@", "//").replaceFirst("/+$", "");
    }

    @Override
    public int register(String subject, Schema schema) {
        HttpResponse<String> r = send("POST", "/subjects/" + encode(subject) + "/versions", body(schema));
        if (r.statusCode() == 409) {
            throw new IncompatibleSchema("The registry refused the schema for " + subject + " as incompatible with its earlier versions.");
        }
        return json(accepted(r, subject)).path("id").asInt();
    }

    @Override
    public int idOf(String subject, Schema schema) {
        return json(accepted(send("POST", "/subjects/" + encode(subject), body(schema)), subject)).path("id").asInt();
    }

    @Override
    public Schema byId(int id) {
        JsonNode answer = json(accepted(send("GET", "/schemas/ids/" + id, null), "schema id " + id));
        try {
            return new Schema.Parser().parse(answer.path("schema").asText());
        } catch (SchemaParseException e) {
            throw new UnknownSchema("What the registry gives for id " + id + " is no Avro schema.");
        }
    }

    private HttpResponse<String> accepted(HttpResponse<String> r, String what) {
        if (r.statusCode() == 404 && r.body().contains("error_code")) {
            throw new UnknownSchema("The registry does not know " + what + " (HTTP 404). Register the schemas with: tronie topics create");
        }
        if (r.statusCode() == 401 || r.statusCode() == 403) {
            throw new RegistryUnavailable("The registry does not accept these credentials (HTTP " + r.statusCode() + ", about " + what
                    + "). Check basic.auth.* or bearer.auth.*, and what the user may do.", null);
        }
        if (r.statusCode() != 200) {
            // A proxy, a redirect: nothing that the record is to blame for.
            throw new RegistryUnavailable("The registry refused to answer about " + what + " (HTTP " + r.statusCode()
                    + "). Check schema.registry.url and the credentials.", null);
        }
        return r;
    }

    private static JsonNode json(HttpResponse<String> r) {
        try {
            return JSON.readTree(r.body());
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailable("The registry's answer is no JSON: is schema.registry.url right?", null);
        }
    }

    private static String body(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString()).toString();
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> send(String method, String path, String body) {
        long until = System.nanoTime() + config.retryMaxMs() * 1_000_000;
        long pauseMs = PAUSE_FIRST_MS;
        List<String> tried = new ArrayList<>();
        while (true) {
            IOException last = null;
            for (String base : bases) {
                try {
                    HttpResponse<String> r = http.send(request(base + path, method, body), HttpResponse.BodyHandlers.ofString());
                    if (r.statusCode() < 500 && r.statusCode() != 429 && r.statusCode() != 408) {
                        return r;
                    }
                    tried.add("HTTP " + r.statusCode());
                } catch (SSLException e) {
                    // No later try would end otherwise: somebody has to act.
                    throw distrusted(base, e);
                } catch (IOException e) {
                    last = e;
                    tried.add(e.getClass().getSimpleName());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new RegistryUnavailable("Interrupted while waiting for the schema registry.", e);
                }
            }
            if (System.nanoTime() + pauseMs * 1_000_000 > until) {
                throw new RegistryUnavailable("The schema registry at " + String.join(", ", bases) + " does not answer ("
                        + tried.get(tried.size() - 1) + ", " + tried.size() + " tries). Check schema.registry.url, and that it runs; one that wants TLS does not answer in the clear (https://).",
                        last);
            }
            pause(pauseMs);
            pauseMs = Math.min(PAUSE_MAX_MS, 2 * pauseMs);
        }
    }

    private static RegistryUnavailable distrusted(String base, SSLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root instanceof CertificateExpiredException ? "its certificate has expired, " + root.getMessage() : root.getMessage();
        return new RegistryUnavailable("The schema registry at " + base + " and this client do not trust each other: " + reason
                + ". Check schema.registry.ssl.truststore.*, schema.registry.ssl.keystore.*, that no certificate has expired, and that it speaks TLS at all (http://).", e);
    }

    private HttpRequest request(String uri, String method, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(TIMEOUT)
                .header("Accept", CONTENT_TYPE + ", application/vnd.schemaregistry+json, application/json")
                .header("Content-Type", CONTENT_TYPE)
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (config.credentials() != null) {
            request.header("Authorization", config.credentials().scheme() + " " + config.credentials().secret());
        }
        return request.build();
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailable("Interrupted while waiting for the schema registry.", e);
        }
    }
}
