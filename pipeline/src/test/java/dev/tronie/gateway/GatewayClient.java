package dev.tronie.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** Somebody who calls the API. */
public final class GatewayClient {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;

    /** A caller of the gateway at a port of this machine. */
    public GatewayClient(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /** An answer. */
    public record Got(int status, JsonNode body, HttpResponse<String> raw) {
        /** The code of a version 2 error; empty where there is none. */
        public String code() {
            return body.at("/error/code").asText();
        }
    }

    /** Sends JSON. */
    public Got post(String path, String json, String... headers) {
        return send("POST", path, "application/json", json.getBytes(UTF_8), headers);
    }

    /** Sends JSON with a picture in base64 as {@code image}, and further fields. */
    public Got photo(String path, byte[] photo, String fields) {
        return post(path, "{\"image\":\"" + Base64.getEncoder().encodeToString(photo) + "\"" + (fields.isEmpty() ? "" : "," + fields) + "}");
    }

    /** Sends a form with a picture as a file. */
    public Got form(String path, byte[] photo, Map<String, String> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach((name, value) -> body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n").getBytes(UTF_8)));
        if (photo != null) {
            body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"p.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n".getBytes(UTF_8));
            body.writeBytes(photo);
            body.writeBytes("\r\n".getBytes(UTF_8));
        }
        body.writeBytes("--b--\r\n".getBytes(UTF_8));
        return send("POST", path, "multipart/form-data; boundary=b", body.toByteArray());
    }

    /** Gets. */
    public Got get(String path, String... headers) {
        return send("GET", path, null, null, headers);
    }

    /** Sends anything. */
    public Got send(String method, String path, String type, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30))
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Got(response.statusCode(), response.headers().firstValue("Content-Type").orElse("").startsWith("application/json")
                    ? JSON.readTree(response.body()) : JSON.nullNode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
