package dev.tronie.request;

import dev.tronie.event.EventIds;
import dev.tronie.image.Outcome;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Fetches from places that the configuration names and from nowhere else: {@code file}, {@code http} and {@code https} URIs that,
 * once normalised, start with an allowed prefix. Redirects are not followed. Length and digest are enforced.
 *
 * <p>Threading: safe to call from many threads; the call blocks until the picture is there or the time is up.
 */
public final class AllowedReferences implements ImageResolver {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<String> prefixes;
    private final int maxBytes;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(HttpClient.Redirect.NEVER).build();

    /**
     * A resolver.
     *
     * @param prefixes allowed beginnings, for example {@code https://pictures.example.org/cameras/}; empty = nothing is allowed
     * @param maxBytes largest picture
     */
    public AllowedReferences(List<String> prefixes, int maxBytes) {
        this.prefixes = List.copyOf(prefixes);
        this.maxBytes = maxBytes;
    }

    @Override
    public Outcome<byte[]> fetch(ImageReference reference) {
        URI uri;
        try {
            uri = new URI(reference.getUri()).normalize();
        } catch (java.net.URISyntaxException e) {
            return Outcome.refused(ErrorCode.REFERENCE_REFUSED, "The picture's URI cannot be read.", "Send an absolute URI.");
        }
        String text = uri.toString();
        if (uri.getScheme() == null || text.contains("..") || prefixes.stream().noneMatch(text::startsWith)) {
            return Outcome.refused(ErrorCode.REFERENCE_REFUSED, "Pictures are not fetched from there.",
                    "Add the place to images.references.allow, or send the picture itself.");
        }
        if (reference.getLength() < 0 || reference.getLength() > maxBytes) {
            return Outcome.refused(ErrorCode.TOO_LARGE, "The picture referred to has " + reference.getLength() + " bytes; at most "
                    + maxBytes + " are taken.", "Save it smaller.");
        }
        try (InputStream in = open(uri)) {
            byte[] bytes = in.readNBytes((int) reference.getLength() + 1);
            if (bytes.length != reference.getLength() || !EventIds.sha256(bytes).equals(reference.getSha256())) {
                return Outcome.refused(ErrorCode.REFERENCE_MISMATCH, "The picture found there is not the one referred to.",
                        "Check length and sha256 of the reference.");
            }
            return Outcome.ok(bytes);
        } catch (IOException e) {
            return Outcome.refused(ErrorCode.REFERENCE_UNREACHABLE, "The picture could not be fetched (" + e.getClass().getSimpleName() + ").",
                    "Check that the pipeline can reach the place.");
        }
    }

    private InputStream open(URI uri) throws IOException {
        if ("file".equals(uri.getScheme())) {
            return Files.newInputStream(Path.of(uri));
        }
        try {
            HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new IOException("HTTP status " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }
}
