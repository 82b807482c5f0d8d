package dev.tronie.gateway;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest extends GatewayHarness {
    @TempDir
    Path folder;

    private Path file;
    private String staffKey;
    private String slowKey;

    @Override
    Map<String, String> settings() throws IOException {
        file = folder.resolve("keys.json");
        staffKey = ApiKeys.add(file, "staff-door", List.of("staff"), 1_000, 1_000);
        slowKey = ApiKeys.add(file, "slow", List.of("*"), 0.01, 2);
        return Map.of("gateway.keys.file", file.toString());
    }

    @Test
    void theFileHoldsNoKey() throws IOException {
        // When
        String text = Files.readString(file);

        // Then
        assertThat(text).contains("staff-door").doesNotContain(staffKey).doesNotContain(staffKey.substring(7));
    }

    @Test
    void aFileKnowsTheNamesOfItsKeys() throws IOException {
        // When
        List<Boolean> known = List.of(ApiKeys.has(file, "staff-door"), ApiKeys.has(file, "staff"), ApiKeys.has(file.resolveSibling("nowhere.json"), "staff-door"));

        // Then
        assertThat(known).containsExactly(true, false, false);
    }

    @Test
    void withoutAValidKeyNothingIsAnswered() {
        // When
        List<GatewayClient.Got> got = List.of(client.post("/v2/gallery/list_all", "{}"), client.post("/v2/gallery/list_all", "{}", "Authorization", "Bearer wrong"),
                client.post("/gallery/list_all", "{}", "app_key", "wrong"), client.get("/v2/requests/00000000-0000-7000-8000-000000000000"));

        // Then
        assertThat(got).extracting(GatewayClient.Got::status).containsOnly(401);
        assertThat(got.get(0).body().toString()).contains("UNAUTHENTICATED").contains("no valid API key");
        assertThat(client.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aCallerThatIsStillSendingItsPictureIsToldAllTheSame() {
        // When
        List<GatewayClient.Got> got = List.of(client.photo("/v2/detect", new byte[3_000_000], ""), client.photo("/v2/nothing", new byte[3_000_000], ""),
                client.send("POST", "/v2/detect", "text/plain", new byte[3_000_000], "X-Api-Key", staffKey));

        // Then
        assertThat(got).extracting(GatewayClient.Got::status).containsExactly(401, 404, 415);
    }

    @Test
    void aKeyIsTakenFromAnyOfItsThreeHeaders() {
        // When
        List<GatewayClient.Got> got = List.of(client.post("/v2/gallery/list_all", "{}", "Authorization", "Bearer " + staffKey),
                client.post("/v2/gallery/list_all", "{}", "X-Api-Key", staffKey), client.post("/gallery/list_all", "{}", "app_id", "x", "app_key", staffKey));

        // Then
        assertThat(got).extracting(GatewayClient.Got::status).containsOnly(200);
    }

    @Test
    void aKeySeesAndTouchesItsOwnGalleriesOnly() {
        // Given
        upstream.ask(null, dev.tronie.schema.Enroll.newBuilder().setGallery("visitors").setSubjectId("V").build(), pictureOf("V"), null);
        upstream.ask(null, dev.tronie.schema.Enroll.newBuilder().setGallery("staff").setSubjectId("S").build(), pictureOf("S"), null);

        // When
        GatewayClient.Got list = client.post("/v2/gallery/list_all", "{}", "X-Api-Key", staffKey);
        GatewayClient.Got other = client.post("/v2/gallery/view", "{\"gallery\":\"visitors\"}", "X-Api-Key", staffKey);
        GatewayClient.Got old = client.post("/gallery/remove", "{\"gallery_name\":\"visitors\"}", "app_key", staffKey);

        // Then
        assertThat(list.body().get("names")).extracting(n -> n.asText()).containsExactly("staff");
        assertThat(other.status()).isEqualTo(403);
        assertThat(old.status()).isEqualTo(403);
        assertThat(upstream.galleries.contains("visitors")).isTrue();
    }

    @Test
    void anotherGallerysReplyIsToldLikeNone() {
        // Given
        String id = upstream.ask(null, dev.tronie.schema.Enroll.newBuilder().setGallery("visitors").setSubjectId("V").build(), pictureOf("V"), null).id();

        // When
        GatewayClient.Got got = client.get("/v2/requests/" + id, "X-Api-Key", staffKey);

        // Then
        assertThat(got.status()).isEqualTo(404);
    }

    @Test
    void aReplyThatConcernsNoGalleryIsItsCallersAlone() {
        // Given
        String own = upstream.ask(null, dev.tronie.schema.Detect.newBuilder().build(), pictureOf("V"), "staff-door").id();
        String others = upstream.ask(null, dev.tronie.schema.Detect.newBuilder().build(), pictureOf("V"), "another").id();

        // When
        List<Integer> got = List.of(client.get("/v2/requests/" + own, "X-Api-Key", staffKey).status(), client.get("/v2/requests/" + others, "X-Api-Key", staffKey).status(),
                client.get("/v2/requests/" + others, "X-Api-Key", slowKey).status());

        // Then
        assertThat(got).containsExactly(200, 404, 200);
    }

    @Test
    void onlyAKeyForEverythingReadsTheMetrics() {
        // When
        List<Integer> got = List.of(client.get("/metrics").status(), client.get("/metrics", "X-Api-Key", staffKey).status(),
                client.get("/metrics", "X-Api-Key", slowKey).status());

        // Then
        assertThat(got).containsExactly(401, 403, 200);
    }

    @Test
    void aPictureIsNotFetchedForACallerThatMayNotTouchTheGallery() {
        // When
        GatewayClient.Got got = client.post("/v2/recognize", "{\"gallery\":\"visitors\",\"image\":\"http://127.0.0.1/nothing-there.jpg\"}", "X-Api-Key", staffKey);

        // Then
        assertThat(got.status()).isEqualTo(403);
    }

    @Test
    void aLoweredRateHoldsWithoutARestart() throws IOException {
        // Given
        String before = Files.readString(file);

        // When
        Files.writeString(file, before.replace("1000.0", "0.01").replace("\"burst\" : 1000", "\"burst\" : 1"));

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.post("/v2/gallery/list_all", "{}", "X-Api-Key", staffKey).status() == 429);
    }

    @Test
    void aKeyIsHeldToItsRate() {
        // Given
        client.post("/v2/gallery/list_all", "{}", "X-Api-Key", slowKey);
        client.post("/v2/gallery/list_all", "{}", "X-Api-Key", slowKey);

        // When
        GatewayClient.Got got = client.post("/v2/gallery/list_all", "{}", "X-Api-Key", slowKey);

        // Then
        assertThat(got.status()).isEqualTo(429);
        assertThat(got.code()).isEqualTo("RATE_LIMITED");
        assertThat(Integer.parseInt(got.raw().headers().firstValue("Retry-After").orElseThrow())).isPositive();
    }

    @Test
    void aNewKeyIsKnownWithoutARestart() throws IOException {
        // When
        String fresh = ApiKeys.add(file, "fresh", List.of("*"), 1_000, 1_000);

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.post("/v2/gallery/list_all", "{}", "X-Api-Key", fresh).status() == 200);
    }

    @Test
    void aGatewayThatOthersCanReachNeedsKeys() {
        // When / Then
        assertThatThrownBy(() -> new GatewayServer(TronieConfig.of(Map.of("gateway.host", "0.0.0.0", "gateway.port", "0")), upstream))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("gateway.keys.file");
    }

    @Test
    void aFileOfKeysThatCannotBeUsedIsToldAtTheStart() throws IOException {
        // Given
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"keys\":[{\"id\":\"x\"}]}");

        // When / Then
        assertThatThrownBy(() -> new ApiKeys(broken)).hasMessageContaining("broken.json");
        assertThatThrownBy(() -> new ApiKeys(folder.resolve("absent.json"))).hasMessageContaining("tronie gateway key");
    }
}
