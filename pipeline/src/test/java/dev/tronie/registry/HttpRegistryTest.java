package dev.tronie.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tronie.schema.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client does when the registry misbehaves, which a healthy one cannot show. */
class HttpRegistryTest {
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] body = "{\"id\":7,\"error_code\":40403}".getBytes(UTF_8);
            int status = statuses.isEmpty() ? 200 : statuses.poll();
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void triesAgainWhileTheRegistryIsUnwell() {
        // Given
        statuses.addAll(List.of(503, 500, 429));

        // When
        int id = registry(Map.of()).register("s", Frame.getClassSchema());

        // Then
        assertThat(id).isEqualTo(7);
        assertThat(authorizations).hasSize(4);
    }

    @Test
    void isUnavailableNotUnknownWhenNobodyAnswers() {
        // Given
        server.stop(0);

        // When / Then
        assertThatThrownBy(() -> registry(Map.of("schema.registry.retry.max.ms", "300")).byId(1))
                .isInstanceOf(SchemaRegistry.RegistryUnavailable.class).isInstanceOf(org.apache.kafka.common.errors.RetriableException.class)
                .hasMessageContaining("schema.registry.url");
    }

    @Test
    void decidesOnTheStatusNotOnTheBody() {
        // Given
        statuses.addAll(List.of(409, 404, 401));
        HttpRegistry registry = registry(Map.of());

        // When / Then
        assertThatThrownBy(() -> registry.register("s", Frame.getClassSchema())).isInstanceOf(SchemaRegistry.IncompatibleSchema.class);
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(SchemaRegistry.UnknownSchema.class);
        assertThatThrownBy(() -> registry.byId(1)).as("an expired token is no reason to drop a record")
                .isInstanceOf(SchemaRegistry.RegistryUnavailable.class).hasMessageContaining("401");
    }

    @Test
    void sendsBasicAndBearerCredentials() {
        // Given
        Map<String, String> basic = Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "user:secret");
        Map<String, String> bearer = Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "abc");

        // When
        registry(basic).register("s", Frame.getClassSchema());
        registry(bearer).register("s", Frame.getClassSchema());

        // Then
        assertThat(authorizations).containsExactly("Basic dXNlcjpzZWNyZXQ=", "Bearer abc");
    }

    @Test
    void takesCredentialsOutOfTheUrlAndNeverShowsThem() {
        // Given
        Map<String, String> config = new HashMap<>(Map.of("schema.registry.url", "http://user:secret@127.0.0.1:" + server.getAddress().getPort()));
        RegistryConfig parsed = RegistryConfig.of(config);

        // When
        new HttpRegistry(parsed).register("s", Frame.getClassSchema());

        // Then
        assertThat(authorizations).containsExactly("Basic dXNlcjpzZWNyZXQ=");
        assertThat(parsed.credentials().toString()).doesNotContain("dXNlcjpzZWNyZXQ=");
    }

    @Test
    void namesTheSettingThatIsMissing() {
        // When / Then
        assertThatThrownBy(() -> RegistryConfig.of(Map.of("schema.registry.url", "http://x", "basic.auth.credentials.source", "USER_INFO")))
                .hasMessageContaining("basic.auth.user.info");
        assertThatThrownBy(() -> registry(Map.of("schema.registry.ssl.truststore.location", "/no/such/store")))
                .hasMessageContaining("schema.registry.ssl.truststore.location");
        assertThatThrownBy(() -> Registries.of(RegistryConfig.of(Map.of("schema.registry.url", "ftp://x")))).hasMessageContaining("ftp://x");
    }

    private HttpRegistry registry(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put("schema.registry.url", "http://127.0.0.1:" + server.getAddress().getPort());
        return new HttpRegistry(RegistryConfig.of(config));
    }
}
