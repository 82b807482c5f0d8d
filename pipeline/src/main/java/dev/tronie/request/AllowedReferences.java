package dev.tronie.request;

import dev.tronie.event.EventIds;
import dev.tronie.image.Outcome;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Fetches from places that the configuration names and from nowhere else: {@code file}, {@code http} and {@code https} URIs below an
 * allowed one. Ways round the list (parent directories, encoded separators, user names, symbolic links, redirects) are refused, and so are names
 * that lead to a private address; one that is itself written in the list is allowed.
 * Length and digest are enforced, and so is the time that the whole fetch may take.
 *
 * <p>Threading: safe to call from many threads; the call blocks until the picture is there or the time is up.
 */
public final class AllowedReferences implements ImageResolver {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<String> places;
    private final int maxBytes;
    private final Names names;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(HttpClient.Redirect.NEVER).build();

    /** What a host's name stands for. */
    @FunctionalInterface
    interface Names {
        InetAddress[] addresses(String host) throws IOException;
    }

    /**
     * A resolver.
     *
     * @param places   allowed places, each ending in a slash, for example {@code https://pictures.example.org/cameras/}; empty = none
     * @param maxBytes largest picture
     */
    public AllowedReferences(List<String> places, int maxBytes) {
        this(places, maxBytes, InetAddress::getAllByName);
    }

    AllowedReferences(List<String> places, int maxBytes, Names names) {
        this.names = names;
        this.places = List.copyOf(places);
        this.maxBytes = maxBytes;
    }

    @Override
    public Outcome<byte[]> fetch(ImageReference reference) {
        Optional<URI> allowed = allowed(reference.getUri());
        if (allowed.isEmpty()) {
            return refused();
        }
        URI uri = allowed.get();
        if (reference.getLength() < 0 || reference.getLength() > maxBytes) {
            return Outcome.refused(ErrorCode.TOO_LARGE, "The picture referred to has " + reference.getLength() + " bytes; at most "
                    + maxBytes + " are taken.", "Save it smaller.");
        }
        try {
            int limit = Math.toIntExact(reference.getLength() + 1);
            byte[] bytes = "file".equals(uri.getScheme()) ? file(uri, limit) : web(uri, limit);
            if (bytes.length != reference.getLength() || !EventIds.sha256(bytes).equals(reference.getSha256())) {
                return Outcome.refused(ErrorCode.REFERENCE_MISMATCH, "The picture found there is not the one referred to.",
                        "Check length and sha256 of the reference.");
            }
            return Outcome.ok(bytes);
        } catch (IOException e) {
            return unreachable(e);
        } catch (IllegalArgumentException | SecurityException e) {
            return refused();
        }
    }

    /** Fetches a picture of which nothing is known but where it is. */
    public Outcome<byte[]> fetch(String address) {
        Optional<URI> uri = allowed(address);
        if (uri.isEmpty()) {
            return refused();
        }
        try {
            byte[] bytes = "file".equals(uri.get().getScheme()) ? file(uri.get(), maxBytes + 1) : web(uri.get(), maxBytes + 1);
            return bytes.length <= maxBytes ? Outcome.ok(bytes) : Outcome.refused(ErrorCode.TOO_LARGE, "The picture there has more than " + maxBytes + " bytes.",
                    "Save it smaller.");
        } catch (IOException e) {
            return unreachable(e);
        } catch (IllegalArgumentException | SecurityException e) {
            return refused();
        }
    }

    private Optional<URI> allowed(String address) {
        try {
            URI uri = new URI(address);
            return places.stream().noneMatch(uri.toString()::startsWith) || goesRound(uri) ? Optional.empty() : Optional.of(uri);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Outcome<byte[]> unreachable(IOException e) {
        return Outcome.refused(ErrorCode.REFERENCE_UNREACHABLE, "The picture could not be fetched (" + e.getClass().getSimpleName() + ").",
                "Check that the place can be reached from here.");
    }

    private static Outcome<byte[]> refused() {
        return Outcome.refused(ErrorCode.REFERENCE_REFUSED, "Pictures are not fetched from there.",
                "Send the picture itself, or have the place allowed (images.references.allow; gateway.urls.allow for the gateway).");
    }

    private static boolean goesRound(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().toLowerCase(Locale.ROOT);
        return uri.getRawUserInfo() != null || uri.getRawFragment() != null || "file".equals(uri.getScheme()) && uri.getRawQuery() != null
                || Stream.of("..", "%2e", "%2f", "%5c", "%00", "\\").anyMatch(path::contains);
    }

    private byte[] file(URI uri, int limit) throws IOException {
        Path real = Path.of(uri).toRealPath();
        for (String place : places) {
            if (place.startsWith("file:") && uri.toString().startsWith(place) && real.startsWith(Path.of(URI.create(place)).toRealPath())
                    && Files.isRegularFile(real)) {
                try (InputStream in = Files.newInputStream(real)) {
                    return in.readNBytes(limit);
                }
            }
        }
        throw new SecurityException("outside of the allowed places");
    }

    /** The request's own time limit ends with the response's header; a body that drips must not hold a stream thread. */
    private byte[] web(URI uri, int limit) throws IOException {
        AtomicReference<InputStream> body = new AtomicReference<>();
        CompletableFuture<byte[]> bytes = CompletableFuture.runAsync(() -> refusePrivate(uri.getHost()))
                .thenCompose(checked -> http.sendAsync(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream()))
                .thenApplyAsync(response -> {
                    body.set(response.body());
                    return read(response, limit);
                });
        try {
            return bytes.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SecurityException refused) {
                throw refused;
            }
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            bytes.cancel(true);
            if (body.get() != null) {
                body.get().close();
            }
        }
    }

    private void refusePrivate(String host) {
        try {
            if (!PrivateAddresses.isWrittenOut(host) && Stream.of(names.addresses(host)).anyMatch(PrivateAddresses::contains)) {
                throw new SecurityException("a private address");
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] read(HttpResponse<InputStream> response, int limit) {
        if (response.statusCode() != 200) {
            throw new java.io.UncheckedIOException(new IOException("HTTP status " + response.statusCode()));
        }
        try {
            return response.body().readNBytes(limit);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
