package dev.tronie.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<Health> health = new AtomicReference<>(new Health(true, false, false, Map.of("waitingFor", "the gallery")));
    private final ManagementServer server = new ManagementServer("127.0.0.1", 0, health::get, registry);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void isAliveBeforeItIsReadyAndSaysWhatItWaitsFor() throws Exception {
        // When
        HttpResponse<String> ready = get("/health/ready");

        // Then
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"waitingFor\":\"the gallery\"");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/started").statusCode()).isEqualTo(503);
    }

    @Test
    void followsTheHealthOfThePipeline() throws Exception {
        // Given
        health.set(new Health(false, true, true, Map.of()));

        // When
        int ready = get("/health/ready").statusCode();

        // Then
        assertThat(ready).isEqualTo(200);
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void showsMetricsAndNothingElse() throws Exception {
        // Given
        new PipelineMetrics(registry).frameSkipped("stale");

        // When
        String metrics = get("/metrics").body();

        // Then
        assertThat(metrics).contains("tronie_frames_skipped_total{reason=\"stale\"} 1.0");
        assertThat(get("/etc/passwd").statusCode()).isEqualTo(404);
    }

    @Test
    void saysWhenItsPortIsTaken() {
        // When / Then
        assertThatThrownBy(() -> new ManagementServer("127.0.0.1", server.port(), health::get, registry))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining("ops.port");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
