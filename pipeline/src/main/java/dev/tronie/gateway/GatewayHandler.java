package dev.tronie.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes: the calls of both shapes, earlier replies, the page, the description, health and metrics.
 *
 * <p>Threading: called by the server's threads, many at a time; a call blocks its thread until it is answered.
 */
final class GatewayHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);
    private static final String CURRENT = "/v2";
    private static final String REQUESTS = CURRENT + "/requests/";
    private static final String CONTENT_SECURITY = "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data: blob:;"
            + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    private static final Pattern REQUEST_ID = Pattern.compile("[0-9a-f-]{36}");

    private final Calls calls;
    private final Bodies bodies;
    private final Callers callers;
    private final Places places;
    private final MeterRegistry meters;
    private final Supplier<String> scrape;
    private final Shape current = new CurrentShape();
    private final Shape ancestor = new AncestorShape();
    private final byte[] page = resource("index.html");
    private final byte[] description = resource("openapi.json");

    GatewayHandler(Calls calls, Bodies bodies, Callers callers, Places places, MeterRegistry meters, Supplier<String> scrape) {
        this.calls = calls;
        this.bodies = bodies;
        this.callers = callers;
        this.places = places;
        this.meters = meters;
        this.scrape = scrape;
    }

    /** Every path that is served, for the description's test. */
    static Set<String> fixedPaths() {
        return Set.of("/", "/openapi.json", "/health/live", "/health/ready", "/metrics", REQUESTS + "{requestId}");
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(new HttpField("X-Content-Type-Options", "nosniff"));
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        String path = Request.getPathInContext(request);
        switch (path) {
            case "/" -> {
                response.getHeaders().put(new HttpField("Content-Security-Policy", CONTENT_SECURITY));
                response.getHeaders().put(new HttpField("Referrer-Policy", "no-referrer"));
                fixed(request, response, callback, 200, "text/html; charset=utf-8", page);
            }
            case "/openapi.json" -> fixed(request, response, callback, 200, "application/json", description);
            case "/health/live" -> fixed(request, response, callback, 200, "application/json", "{\"live\":true}\n".getBytes(UTF_8));
            case "/health/ready" -> fixed(request, response, callback, calls.ready() ? 200 : 503, "application/json",
                    ("{\"ready\":" + calls.ready() + "}\n").getBytes(UTF_8));
            case "/metrics" -> metrics(request, response, callback);
            default -> api(request, response, callback, path);
        }
        return true;
    }

    private void api(Request request, Response response, Callback callback, String path) {
        long start = System.nanoTime();
        Shape shape = path.equals(CURRENT) || path.startsWith(CURRENT + "/") ? current : ancestor;
        String operation = "none";
        HttpAnswer answer;
        try {
            if (path.startsWith(REQUESTS)) {
                operation = "requests";
                answer = earlier(request, path.substring(REQUESTS.length()));
            } else {
                String tail = shape == current ? path.substring(CURRENT.length()) : path;
                if (!shape.paths().contains(tail)) {
                    throw Refused.of(404, "NOT_FOUND", "There is nothing here.", "/openapi.json tells what there is.");
                }
                operation = tail.substring(1);
                answer = call(request, shape, tail);
            }
        } catch (Refused e) {
            if (e.beforeBody()) {
                Bodies.drain(request);
            }
            answer = shape.refused(e);
        } catch (RuntimeException e) {
            // A fault of this program, not of the caller: its kind is logged, nothing of the call.
            LOG.error("A call of {} failed: {} at {}", operation, e.getClass().getName(), e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
            answer = shape.refused(Refused.of(500, "INTERNAL", "The gateway failed at this call.", "Tell its operators the time of the call."));
        }
        write(response, callback, answer);
        Timer.builder("tronie.gateway.calls").description("Calls answered, from their body's first byte").tag("operation", operation)
                .tag("shape", shape == current ? "v2" : "ancestor").tag("status", Integer.toString(answer.status()))
                .tag("key", request.getAttribute(Callers.CALLER) instanceof String caller ? caller : "none").register(meters)
                .record(Duration.ofNanos(System.nanoTime() - start));
    }

    /** Names every key and what it calls: for those who may do everything. */
    private void metrics(Request request, Response response, Callback callback) {
        try {
            if (!callers.of(request).mayTouch(Caller.ALL)) {
                throw Refused.of(403, "FORBIDDEN", "This key may not read the metrics.", "Use a key for all galleries ('*').");
            }
            fixed(request, response, callback, 200, "text/plain; version=0.0.4; charset=utf-8", scrape.get().getBytes(UTF_8));
        } catch (Refused e) {
            write(response, callback, current.refused(e));
        }
    }

    private HttpAnswer call(Request request, Shape shape, String path) {
        if (!request.getMethod().equals("POST")) {
            throw Refused.of(405, "METHOD_NOT_ALLOWED", "This path takes POST only.", "Send a POST.");
        }
        Caller caller = callers.of(request);
        return places.serve(bodies.bytesMax(request), () -> calls.answer(shape, path, bodies.read(request, shape.lenient()), caller));
    }

    private HttpAnswer earlier(Request request, String requestId) {
        if (!request.getMethod().equals("GET")) {
            throw Refused.of(405, "METHOD_NOT_ALLOWED", "This path takes GET only.", "Send a GET.");
        }
        Caller caller = callers.of(request);
        if (!REQUEST_ID.matcher(requestId).matches()) {
            throw Refused.of(404, "NOT_FOUND", "This is no request id of this API.", "Give the requestId of an answer, or the X-Request-Id header.");
        }
        return places.serve(0, () -> calls.earlier(current, requestId, caller));
    }

    private static void write(Response response, Callback callback, HttpAnswer answer) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (answer.requestId() != null) {
            response.getHeaders().put("X-Request-Id", answer.requestId());
            if (answer.status() == 504) {
                response.getHeaders().put(HttpHeader.LOCATION, REQUESTS + answer.requestId());
            }
        }
        if (answer.retryAfterSeconds() > 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Integer.toString(answer.retryAfterSeconds()));
        }
        if (answer.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        } else if (answer.status() == 405) {
            response.getHeaders().put(HttpHeader.ALLOW, answer.body().path("error").path("message").asText().contains("GET") ? "GET" : "POST");
        } else if (answer.status() == 413 || answer.status() == 408) {
            // The rest of the body is not read.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        response.write(true, ByteBuffer.wrap((answer.body() + "\n").getBytes(UTF_8)), callback);
    }

    private static void fixed(Request request, Response response, Callback callback, int status, String type, byte[] body) {
        boolean reading = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        response.setStatus(reading ? status : 405);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.write(true, reading ? ByteBuffer.wrap(body) : ByteBuffer.allocate(0), callback);
    }

    private static byte[] resource(String name) {
        try (InputStream in = GatewayHandler.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
