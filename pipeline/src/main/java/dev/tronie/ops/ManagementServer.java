package dev.tronie.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * {@code /health/live}, {@code /health/ready}, {@code /health/started} (200 or 503, with details as JSON) and {@code /metrics}
 * (Prometheus text) on one port. Started before everything else, so that a slow start can be watched.
 *
 * <p>Threading: one thread of its own answers; {@link #close} ends it.
 */
public final class ManagementServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "management");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Opens the port.
     *
     * @throws UncheckedIOException where it is taken; the message says so
     */
    public ManagementServer(String host, int port, Supplier<Health> health, PrometheusMeterRegistry registry) {
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (IOException e) {
            executor.shutdownNow();
            throw new UncheckedIOException("The management port " + host + ":" + port + " cannot be opened (" + e.getMessage()
                    + "). Set ops.port to another one, or to 0 for any free one.", e);
        }
        server.setExecutor(executor);
        probe("/health/live", health, Health::live);
        probe("/health/ready", health, Health::ready);
        probe("/health/started", health, Health::started);
        server.createContext("/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
        server.createContext("/", exchange -> answer(exchange, exchange.getRequestURI().getPath().equals("/") ? 200 : 404, "text/plain",
                "Tronie: /health/live /health/ready /health/started /metrics\n"));
        server.start();
    }

    /** The port that was opened. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void probe(String path, Supplier<Health> health, Predicate<Health> good) {
        server.createContext(path, exchange -> {
            Health now = health.get();
            answer(exchange, good.test(now) ? 200 : 503, "application/json", json(now));
        });
    }

    private static String json(Health health) throws JsonProcessingException {
        return JSON.writeValueAsString(health) + "\n";
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
