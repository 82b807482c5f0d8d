package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.ops.Health;
import dev.tronie.ops.ManagementServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
    private final AtomicReference<Health> health = new AtomicReference<>(new Health(true, false, false, Map.of()));
    private final ManagementServer server = new ManagementServer("127.0.0.1", 0, health::get, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

    @Test
    void aContainerIsHealthyWhenItsPipelineIsReady() {
        try (server) {
            // Given
            int waiting = execute(server.port());

            // When
            health.set(new Health(true, true, true, Map.of()));

            // Then
            assertThat(waiting).isEqualTo(1);
            assertThat(execute(server.port())).isZero();
        }
    }

    @Test
    void aliveIsLessThanReady() {
        try (server) {
            // When
            int exit = execute(server.port(), "--live");

            // Then
            assertThat(exit).isZero();
        }
    }

    @Test
    void whereNobodyAnswersItSaysWhere() {
        // Given
        int port = server.port();
        server.close();
        StringWriter err = new StringWriter();

        // When
        int exit = Main.commandLine().setErr(new PrintWriter(err)).execute("health", "-D", "ops.port=" + port);

        // Then
        assertThat(exit).isEqualTo(3);
        assertThat(err.toString()).contains("127.0.0.1:" + port);
    }

    private static int execute(int port, String... more) {
        String[] all = java.util.stream.Stream.concat(java.util.stream.Stream.of("health", "-D", "ops.port=" + port), java.util.Arrays.stream(more)).toArray(String[]::new);
        return Main.commandLine().execute(all);
    }
}
