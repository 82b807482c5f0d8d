package dev.tronie.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Photos through the gateway, as forms over kept connections. */
final class HttpDoor implements Door {
    private static final String BOUNDARY = "tronie-bench";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final String gallery;

    HttpDoor(int port, String gallery) {
        this.uri = URI.create("http://127.0.0.1:" + port + "/v2/recognize");
        this.gallery = gallery;
    }

    @Override
    public CompletableFuture<Boolean> recognise(byte[] photo) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(photo.length + 512);
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"gallery\"\r\n\r\n" + gallery + "\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"photo\"\r\n\r\n").getBytes(UTF_8));
        body.writeBytes(photo);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri).header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).thenApply(response -> response.statusCode() == 200);
    }
}
