package dev.tronie.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;

/**
 * Reads bodies: JSON objects and multipart forms, of a bounded size, kept in memory only. Stateless but for its parsers, which may
 * be used by many threads.
 */
final class Bodies {
    /** What a call needs besides its picture: names, numbers, a form's part headers. */
    private static final int ENVELOPE_BYTES = 64 << 10;
    private static final long DRAINED_BYTES_MAX = 24L << 20;
    private static final int DRAIN_SECONDS = 10;
    private static final int READ_SECONDS = 60;
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int PARTS_MAX = 32;
    private static final int PART_HEADER_BYTES_MAX = 4 << 10;
    private static final int DEPTH_MAX = 16;

    private final int imageBytesMax;
    private final ObjectMapper json;

    Bodies(int imageBytesMax) {
        this.imageBytesMax = imageBytesMax;
        this.json = new ObjectMapper(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(jsonBytesMax()).maxNestingDepth(DEPTH_MAX).build()).build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** The largest that a call's body may become: what it says, or the most that is taken. */
    long bytesMax(Request request) {
        return request.getLength() >= 0 ? Math.min(request.getLength(), jsonBytesMax()) : jsonBytesMax();
    }

    /** Base64 has four characters for three bytes, and may be broken into lines. */
    private int jsonBytesMax() {
        return (int) Math.min(Integer.MAX_VALUE - 8, imageBytesMax * 1.4 + ENVELOPE_BYTES);
    }

    /**
     * The fields of a call.
     *
     * @throws Refused where the body is too large, of another type, or malformed
     */
    Fields read(Request request, boolean lenient) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (media) {
            case "application/json", "" -> json(bytes(request, jsonBytesMax()), lenient);
            case "multipart/form-data" -> form(bytes(request, imageBytesMax + ENVELOPE_BYTES), type);
            default -> throw Refused.of(415, "UNSUPPORTED_MEDIA_TYPE", "This content type is not understood.", "Send application/json or multipart/form-data.");
        };
    }

    private static byte[] bytes(Request request, int max) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
        try (InputStream in = Content.Source.asInputStream(request)) {
            if (request.getLength() > max) {
                drain(in);
                throw tooLarge(max);
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.max(CHUNK_BYTES, request.getLength()));
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                body.write(chunk, 0, n);
                if (body.size() > max) {
                    drain(in);
                    throw tooLarge(max);
                } else if (System.nanoTime() > until) {
                    throw Refused.of(408, "TOO_SLOW", "The body took longer than " + READ_SECONDS + " s to come.", "Send a smaller picture, or over a faster line.");
                }
            }
            return body.toByteArray();
        } catch (IOException e) {
            throw Refused.invalid("The body could not be read to its end.");
        }
    }

    /**
     * Reads a body away that nobody wants: a caller that is still sending would not see the answer of a connection that closes. Gives up
     * at {@value #DRAINED_BYTES_MAX} bytes, and after {@value #DRAIN_SECONDS} seconds.
     */
    static void drain(Request request) {
        try (InputStream in = Content.Source.asInputStream(request)) {
            drain(in);
        } catch (IOException e) {
            // The caller has gone, or sends too slowly; the answer is tried all the same.
        }
    }

    private static void drain(InputStream in) throws IOException {
        byte[] away = new byte[CHUNK_BYTES];
        long left = DRAINED_BYTES_MAX;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        for (int n = in.read(away); n >= 0 && left > 0 && System.nanoTime() < until; n = in.read(away)) {
            left -= n;
        }
    }

    private static Refused tooLarge(int max) {
        return Refused.of(413, "TOO_LARGE", "The body is larger than " + max + " bytes.", "Save the picture smaller.");
    }

    private Fields json(byte[] body, boolean lenient) {
        if (body.length == 0) {
            return Fields.ofJson(json.createObjectNode(), lenient);
        }
        JsonNode node;
        try {
            node = json.readTree(body);
        } catch (JsonProcessingException e) {
            throw Refused.invalid("The body is no JSON (line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ").");
        } catch (IOException e) {
            throw Refused.invalid("The body is no JSON.");
        }
        if (node == null || !node.isObject()) {
            throw Refused.invalid("The body must be a JSON object.");
        }
        return Fields.ofJson(node, lenient);
    }

    private Fields form(byte[] body, String contentType) {
        String boundary = MultiPart.extractBoundary(contentType);
        if (boundary == null || boundary.isBlank()) {
            throw Refused.invalid("The form has no boundary.");
        }
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setMaxParts(PARTS_MAX);
        parser.setPartHeadersMaxLength(PART_HEADER_BYTES_MAX);
        parser.setUseFilesForPartsWithoutFileName(false);
        // The whole body is in memory; no part shall go to a file, as faces do not belong on a gateway's disk.
        parser.setMaxMemoryFileSize(body.length);
        parser.setMaxLength(body.length);
        CompletableFuture<MultiPartFormData.Parts> parsed = new CompletableFuture<>();
        parser.parse(Content.Source.from(ByteBuffer.wrap(body)), Promise.Invocable.toPromise(parsed));
        try (MultiPartFormData.Parts parts = parsed.join()) {
            return fields(parts);
        } catch (Refused e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw Refused.invalid("The body is no multipart form.");
        }
    }

    private static Fields fields(MultiPartFormData.Parts parts) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        byte[] photo = null;
        for (MultiPart.Part part : parts) {
            String name = part.getName();
            if (name == null || texts.containsKey(name) || name.equals("image") && photo != null) {
                throw Refused.invalid(name == null ? "A part of the form has no name." : "The form names a part twice.");
            }
            if (name.equals("image") && (part.getFileName() != null || part.getHeaders().get(HttpHeader.CONTENT_TYPE) != null)) {
                try (InputStream in = Content.Source.asInputStream(part.getContentSource())) {
                    photo = in.readAllBytes();
                }
            } else {
                if (part.getFileName() != null) {
                    throw Refused.invalid("A file must be the part named image.");
                }
                try (InputStream in = Content.Source.asInputStream(part.getContentSource())) {
                    texts.put(name, new String(in.readAllBytes(), UTF_8));
                }
            }
        }
        return Fields.ofForm(texts, photo);
    }
}
