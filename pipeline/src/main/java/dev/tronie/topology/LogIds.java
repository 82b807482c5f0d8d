package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.slf4j.MDC;

/**
 * The ids of the record that a thread works on, in every log line that it writes until they are cleared: ids only, and never whom a record is
 * about. The trace id is that of W3C's {@code traceparent}. Stateless but for its
 * thread's own.
 */
final class LogIds {
    private static final String CAMERA = "camera";
    private static final String FRAME = "frame";
    private static final String REQUEST = "request";
    private static final String TRACE = "trace";
    private static final Pattern TRACE_PARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");
    private static final int LENGTH_MAX = 200;

    private LogIds() {
    }

    static void ofFrame(String cameraId, String frameId, Headers headers) {
        put(CAMERA, cameraId);
        put(FRAME, frameId);
        trace(headers);
    }

    static void ofUpload(String requestId, Headers headers) {
        put(REQUEST, requestId);
        trace(headers);
    }

    private static void trace(Headers headers) {
        Header parent = headers.lastHeader("traceparent");
        if (parent != null && parent.value() != null) {
            Matcher parts = TRACE_PARENT.matcher(new String(parent.value(), UTF_8));
            if (parts.matches()) {
                put(TRACE, parts.group(1));
            }
        }
    }

    /** Whoever sends records chooses their ids: none may pass for lines of its own. */
    private static void put(String name, String id) {
        if (id != null) {
            MDC.put(name, UNPRINTABLE.matcher(id.length() <= LENGTH_MAX ? id : id.substring(0, LENGTH_MAX)).replaceAll("?"));
        }
    }

    static void clear() {
        MDC.remove(CAMERA);
        MDC.remove(FRAME);
        MDC.remove(REQUEST);
        MDC.remove(TRACE);
    }
}
