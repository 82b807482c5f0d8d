package dev.tronie.gateway;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is no 5xx: seeded, so that a finding can be repeated. */
class GatewayFuzzTest extends GatewayHarness {
    private static final int CASES = 4_000;
    private static final String[] PATHS = {"/v2/detect", "/v2/enroll", "/v2/verify", "/v2/recognize", "/v2/gallery/list_all", "/v2/gallery/view",
        "/v2/gallery/view_subject", "/v2/gallery/remove", "/v2/gallery/remove_subject", "/v2/gallery/remove_face", "/detect", "/enroll", "/verify", "/recognize",
        "/gallery/list_all", "/gallery/view", "/gallery/view_subject", "/gallery/remove", "/gallery/remove_subject"};
    private static final String[] NAMES = {"image", "gallery", "subjectId", "gallery_name", "subject_id", "face_id", "faceId", "box", "threshold", "maxFaces",
        "pageSize", "pageToken", "minHeadScale", "multiple_faces", "force", "similarityThreshold", "max_num_results", "minFaceRatio", "maxCandidates"};
    private static final String[] VALUES = {"null", "true", "0", "-1", "1e400", "-0.0", "1.5", "2147483648", "\"\"", "\" \"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"",
        "[]", "{}", "[[[[]]]]", "\"9999999999999999999\"", "\"NaN\"", "\"Infinity\"", "\"1,2,3,4\"", "\"nan,1,1,1\"", "{\"xPx\":1,\"yPx\":1,\"widthPx\":0,\"heightPx\":1}",
        "\"https://example.org/%2e%2e/x\"", "\"http://[::1\"", "\"data:,\"", "\"data:image/png;base64\"", "\"" + "x".repeat(300) + "\"",
        "\"" + Base64.getEncoder().encodeToString(pictureOf("Ada")) + "\"", "\"" + Base64.getEncoder().encodeToString("!CORRUPT".getBytes(UTF_8)) + "\""};

    @Test
    void randomJsonFindsNoServerError() {
        // Given
        client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"a\"");
        Random random = new Random(1);
        List<String> failed = new ArrayList<>();

        // When
        for (int i = 0; i < CASES; i++) {
            byte[] body = mutated(json(random).getBytes(UTF_8), random);
            String path = PATHS[random.nextInt(PATHS.length)];
            note(failed, client.send("POST", path, "application/json", body), path, body);
        }

        // Then
        assertThat(failed).isEmpty();
    }

    @Test
    void randomFormsFindNoServerError() {
        // Given
        Random random = new Random(2);
        String[] types = {"multipart/form-data; boundary=b", "multipart/form-data;boundary=\"b\"", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=" + "x".repeat(200), "MULTIPART/FORM-DATA; Boundary=b; charset=utf-16"};
        List<String> failed = new ArrayList<>();

        // When
        for (int i = 0; i < CASES; i++) {
            byte[] body = mutated(form(random).getBytes(UTF_8), random);
            String path = PATHS[random.nextInt(PATHS.length)];
            note(failed, client.send("POST", path, types[random.nextInt(types.length)], body), path, body);
        }

        // Then
        assertThat(failed).isEmpty();
    }

    private static void note(List<String> failed, GatewayClient.Got got, String path, byte[] body) {
        if (got.status() >= 500 || got.status() < 200) {
            failed.add(got.status() + " " + path + " " + Arrays.toString(body));
        }
    }

    private static String json(Random random) {
        List<String> fields = new ArrayList<>();
        for (int n = random.nextInt(6); n > 0; n--) {
            fields.add("\"" + NAMES[random.nextInt(NAMES.length)] + "\":" + VALUES[random.nextInt(VALUES.length)]);
        }
        return "{" + String.join(",", fields) + "}";
    }

    private static String form(Random random) {
        StringBuilder body = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            String name = NAMES[random.nextInt(NAMES.length)];
            body.append("--b\r\nContent-Disposition: form-data; name=\"").append(name).append(random.nextInt(3) == 0 ? "\"; filename=\"f.jpg\"" : "\"").append("\r\n");
            if (random.nextInt(4) == 0) {
                body.append("Content-Type: ").append(random.nextBoolean() ? "image/jpeg" : "text/plain; charset=nonsense").append("\r\n");
            }
            body.append("\r\n").append(VALUES[random.nextInt(VALUES.length)].replace("\"", "")).append("\r\n");
        }
        return body.append("--b--\r\n").toString();
    }

    /** Half of them cut, with flipped bits, or doubled. */
    private static byte[] mutated(byte[] body, Random random) {
        byte[] bytes = body.clone();
        switch (random.nextInt(6)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> {
                for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 0; n--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> {
                bytes = Arrays.copyOf(bytes, 2 * body.length);
                System.arraycopy(body, 0, bytes, body.length, body.length);
            }
            default -> {
                // As it is.
            }
        }
        return bytes;
    }
}
