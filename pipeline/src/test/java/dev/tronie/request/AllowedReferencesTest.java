package dev.tronie.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tronie.event.EventIds;
import dev.tronie.image.Outcome;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ImageReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedReferencesTest {
    private static final byte[] PICTURE = {1, 2, 3, 4, 5};

    @TempDir
    Path directory;
    private HttpServer server;
    private String base;

    @BeforeEach
    void start() throws IOException {
        Files.write(Files.createDirectories(directory.resolve("open")).resolve("a.jpg"), PICTURE);
        Files.write(directory.resolve("secret.jpg"), PICTURE);
        Files.createSymbolicLink(directory.resolve("open/link.jpg"), directory.resolve("secret.jpg"));
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/ok/", exchange -> {
            exchange.sendResponseHeaders(200, PICTURE.length);
            exchange.getResponseBody().write(PICTURE);
            exchange.close();
        });
        server.createContext("/ok/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void fetchesFromAllowedPlaces() {
        // When
        List<Outcome<byte[]>> outcomes = List.of(fetch(base + "/ok/a.jpg"), fetch(directory.resolve("open/a.jpg").toUri().toString()));

        // Then
        assertThat(outcomes).allSatisfy(o -> assertThat(((Outcome.Ok<byte[]>) o).value()).isEqualTo(PICTURE));
    }

    @Test
    void refusesEveryOtherPlaceAndEveryWayRoundTheList() {
        // Given
        String open = directory.resolve("open").toUri().toString();

        // When
        List<Outcome<byte[]>> outcomes = List.of(fetch(base + "/private/a.jpg"), fetch(open + "../secret.jpg"), fetch(open + "%2e%2e/secret.jpg"), fetch(open + "%2E%2E%2fsecret.jpg"),
                fetch(open + "link.jpg"), fetch(open + "a.jpg?x"), fetch(open + "a.jpg#x"), fetch(open + "a%00.jpg"), fetch(open),
                fetch("http://169.254.169.254/latest"), fetch("a.jpg"), fetch("not a uri"), fetch(base.replace("http://", "http://x@") + "/ok/a.jpg"));

        // Then
        assertThat(outcomes).allSatisfy(o -> assertThat(code(o)).isEqualTo(ErrorCode.REFERENCE_REFUSED));
    }

    @Test
    void followsNoRedirect() {
        // When
        Outcome<byte[]> outcome = fetch(base + "/ok/moved");

        // Then
        assertThat(code(outcome)).isEqualTo(ErrorCode.REFERENCE_UNREACHABLE);
    }

    @Test
    void refusesAPictureThatIsNotTheOneReferredTo() {
        // Given
        ImageReference otherDigest = new ImageReference(base + "/ok/a.jpg", EventIds.sha256(new byte[5]), 5L);
        ImageReference otherLength = new ImageReference(base + "/ok/a.jpg", EventIds.sha256(PICTURE), 4L);
        ImageReference tooLarge = new ImageReference(base + "/ok/a.jpg", EventIds.sha256(PICTURE), 1_000L);

        // When
        List<ErrorCode> codes = java.util.stream.Stream.of(otherDigest, otherLength, tooLarge).map(r -> code(resolver().fetch(r))).toList();

        // Then
        assertThat(codes).containsExactly(ErrorCode.REFERENCE_MISMATCH, ErrorCode.REFERENCE_MISMATCH, ErrorCode.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1"})
    void refusesANameThatLeadsToAPrivateAddress(String address) {
        // Given: an allowed host whose name one day leads inside
        int port = server.getAddress().getPort();
        AllowedReferences resolver = new AllowedReferences(List.of("http://pictures.example.org:" + port + "/ok/"), 100, host -> new InetAddress[] {InetAddress.getByName(address)});

        // When
        Outcome<byte[]> outcome = resolver.fetch("http://pictures.example.org:" + port + "/ok/a.jpg");

        // Then
        assertThat(code(outcome)).isEqualTo(ErrorCode.REFERENCE_REFUSED);
    }

    private Outcome<byte[]> fetch(String uri) {
        return resolver().fetch(new ImageReference(uri, EventIds.sha256(PICTURE), (long) PICTURE.length));
    }

    private AllowedReferences resolver() {
        return new AllowedReferences(List.of(base + "/ok/", directory.resolve("open").toUri().toString()), 100);
    }

    private static ErrorCode code(Outcome<?> outcome) {
        return ((Outcome.Refused<?>) outcome).refusal().code();
    }
}
