package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.ops.Scrape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a running pipeline's metrics say, for a person. */
@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show how a running pipeline does: rates over some seconds, latencies and counts since its start. Exit code 0 when it is ready, 1 when not.")
final class StatusCommand implements Callable<Integer> {
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final List<String> STAGES = List.of("decode", "detect", "align", "embed", "match");
    private static final int OK = 200;

    @Option(names = "--at", paramLabel = "URL", description = "The pipeline's management port (default: ops.host and ops.port on this machine).")
    String at;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "2", description = "Over how long rates are measured (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws InterruptedException {
        TronieConfig config = settings.config();
        String base = at == null ? "http://" + HealthCommand.reachable(config.ops().host()) + ":" + config.ops().port() : at.replaceAll("/+$", "");
        Console console = new Console(json);
        HttpResponse<String> ready = get(base, "/health/ready");
        Scrape first = Scrape.of(get(base, "/metrics").body());
        TimeUnit.MILLISECONDS.sleep((long) (1_000 * seconds));
        Scrape now = Scrape.of(get(base, "/metrics").body());
        boolean isReady = ready.statusCode() == OK;
        console.say(base + " is " + (isReady ? "ready" : "NOT ready: " + ready.body().strip()));
        console.say("");
        frames(console, first, now);
        uploads(console, first, now);
        rest(console, now);
        console.object(object(base, isReady, first, now));
        return isReady ? ExitCodes.OK : ExitCodes.REFUSED;
    }

    private void frames(Console console, Scrape first, Scrape now) {
        console.say(line("frames", String.format(Locale.ROOT, "%.1f/s come, %.1f/s are looked at; %.0f since the start", rate(first, now, "tronie_frames_received_total"),
                rate(first, now, "tronie_frames_processed_total"), now.sum("tronie_frames_processed_total"))));
        console.say(line("skipped", counts(now.by("tronie_frames_skipped_total", "reason"))));
        console.say(line("cameras", String.format(Locale.ROOT, "%.0f, %.0f of them stale; %.0f faces followed", now.sum("tronie_cameras"), now.sum("tronie_cameras_stale"),
                now.sum("tronie_camera_tracks"))));
        console.say(line("appearances", counts(now.by("tronie_appearances_total", "event"))));
        console.say(line("capture to decision", latency(now, "tronie_capture_to_decision_seconds", null, null)));
        for (String stage : STAGES) {
            console.say(line("  " + stage, latency(now, "tronie_stage_seconds", "stage", stage)));
        }
    }

    private void uploads(Console console, Scrape first, Scrape now) {
        console.say(line("uploads", String.format(Locale.ROOT, "%.1f/s; %s", rate(first, now, "tronie_uploads_total"), counts(now.by("tronie_uploads_total", "operation")))));
        console.say(line("  outcomes", counts(now.by("tronie_uploads_total", "outcome"))));
        console.say(line("  handling", latency(now, "tronie_upload_handling_seconds", null, null)));
    }

    private void rest(Console console, Scrape now) {
        console.say(line("gallery", String.format(Locale.ROOT, "%,.0f faces; %.0f records left out", now.sum("tronie_gallery_faces"), now.sum("tronie_gallery_skipped_total"))));
        console.say(line("dead letters", String.format(Locale.ROOT, "%.0f", now.sum("tronie_dead_letters_total"))));
        console.say(line("waiting for a worker", String.format(Locale.ROOT, "%.0f", now.sum("tronie_inference_queue"))));
        console.say(line("memory", String.format(Locale.ROOT, "%.0f MB resident, %.0f MB of it Java's heap in use", now.sum("process_resident_memory_bytes") / 1e6,
                now.by("jvm_memory_used_bytes", "area").getOrDefault("heap", 0.0) / 1e6)));
    }

    private ObjectNode object(String base, boolean ready, Scrape first, Scrape now) {
        ObjectNode o = JsonNodeFactory.instance.objectNode().put("at", base).put("ready", ready).put("framesPerSecond", rate(first, now, "tronie_frames_received_total"))
                .put("framesProcessed", now.sum("tronie_frames_processed_total")).put("cameras", now.sum("tronie_cameras")).put("camerasStale", now.sum("tronie_cameras_stale"))
                .put("galleryFaces", now.sum("tronie_gallery_faces")).put("deadLetters", now.sum("tronie_dead_letters_total"))
                .put("residentBytes", now.sum("process_resident_memory_bytes"));
        now.by("tronie_frames_skipped_total", "reason").forEach(o.putObject("skipped")::put);
        now.by("tronie_uploads_total", "outcome").forEach(o.putObject("uploads")::put);
        double p99 = now.quantile("tronie_capture_to_decision_seconds", null, null, 0.99);
        return Double.isNaN(p99) ? o : o.put("captureToDecisionP99Ms", Math.round(1e4 * p99) / 10.0);
    }

    private double rate(Scrape first, Scrape now, String name) {
        return (now.sum(name) - first.sum(name)) / seconds;
    }

    private static String latency(Scrape now, String name, String label, String value) {
        double p50 = now.quantile(name, label, value, 0.5);
        return Double.isNaN(p50) ? "none yet" : String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", 1e3 * p50, 1e3 * now.quantile(name, label, value, 0.99));
    }

    private static String counts(Map<String, Double> counts) {
        String text = counts.entrySet().stream().filter(e -> e.getValue() > 0).map(e -> String.format(Locale.ROOT, "%s %.0f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }

    private static String line(String what, String text) {
        return String.format(Locale.ROOT, "%-22s %s", what, text);
    }

    private static HttpResponse<String> get(String base, String path) throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("Nobody answers at " + base + " (ops.host, ops.port, --at); is the pipeline running?");
        }
    }
}
