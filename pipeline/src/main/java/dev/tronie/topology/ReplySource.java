package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The header of a reply, or of an erasure, that names the record it comes from: {@code topic-partition@offset}. Pure. */
public final class ReplySource {
    private static final String HEADER = "tronie.source";

    private ReplySource() {
    }

    static String of(RecordMetadata at) {
        return at.topic() + "-" + at.partition() + "@" + at.offset();
    }

    /** The request's headers and this one. */
    static Headers with(Headers headers, String source) {
        return new RecordHeaders(headers).remove(HEADER).add(HEADER, source.getBytes(UTF_8));
    }

    /** The partition of a source. */
    static String partition(String source) {
        return source.substring(0, Math.max(0, source.lastIndexOf('@')));
    }

    /** What a record's headers say; empty where they say nothing. */
    public static String in(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
