package dev.tronie.gateway;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.client.BrokerProblem;
import dev.tronie.config.TronieConfig;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurrentApiTest extends GatewayHarness {
    @Test
    void enrolsRecognisesAndVerifiesAPersonByJson() {
        // Given
        GatewayClient.Got enrolled = client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"Ada\"");

        // When
        GatewayClient.Got recognised = client.photo("/v2/recognize", pictureOf("Ada", "Somebody"), "\"maxCandidates\":1");
        GatewayClient.Got verified = client.photo("/v2/verify", pictureOf("Ada"), "\"subjectId\":\"Ada\",\"similarityThreshold\":0.9");

        // Then
        assertThat(enrolled.status()).isEqualTo(200);
        assertThat(enrolled.body().at("/faces/0/enrolledFaceId").asText()).hasSize(32);
        assertThat(recognised.body().at("/faces/0/decision/kind").asText()).isEqualTo("MATCH");
        assertThat(recognised.body().at("/faces/0/candidates/0/subjectId").asText()).isEqualTo("Ada");
        assertThat(recognised.body().at("/faces/0/candidates/0/similarity").isNumber()).isTrue();
        assertThat(recognised.body().at("/faces/1/decision/kind").asText()).isEqualTo("UNKNOWN");
        assertThat(verified.body().at("/faces/0/decision/kind").asText()).isEqualTo("MATCH");
        assertThat(verified.raw().headers().firstValue("X-Request-Id")).contains(verified.body().get("requestId").asText());
    }

    @Test
    void takesFormsWithAFileAndAllFieldsAsText() {
        // Given
        client.form("/v2/enroll", pictureOf("Ada", "Bela"), Map.of("subjectId", "Bela", "box", "100,0,50,61", "force", "true"));

        // When
        GatewayClient.Got recognised = client.form("/v2/recognize", pictureOf("Bela"), Map.of("maxCandidates", "2", "threshold", "0.4"));

        // Then
        assertThat(recognised.body().at("/faces/0/candidates/0/subjectId").asText()).isEqualTo("Bela");
        assertThat(recognised.body().at("/faces/0/decision/threshold").floatValue()).isEqualTo(0.4f);
    }

    @Test
    void listsViewsAndRemoves() {
        // Given
        for (String name : List.of("Ada", "Bela", "Chidi")) {
            client.photo("/v2/enroll", pictureOf(name), "\"subjectId\":\"" + name + "\",\"gallery\":\"staff\"");
        }

        // When
        GatewayClient.Got galleries = client.post("/v2/gallery/list_all", "{}");
        GatewayClient.Got first = client.post("/v2/gallery/view", "{\"gallery\":\"staff\",\"pageSize\":2}");
        GatewayClient.Got second = client.post("/v2/gallery/view", "{\"gallery\":\"staff\",\"pageSize\":2,\"pageToken\":\"" + first.body().get("nextPageToken").asText() + "\"}");
        String face = client.post("/v2/gallery/view_subject", "{\"gallery\":\"staff\",\"subjectId\":\"Ada\"}").body().at("/enrolledFaces/0/faceId").asText();
        GatewayClient.Got removedFace = client.post("/v2/gallery/remove_face", "{\"gallery\":\"staff\",\"subjectId\":\"Ada\",\"faceId\":\"" + face + "\"}");
        GatewayClient.Got removedSubject = client.post("/v2/gallery/remove_subject", "{\"gallery\":\"staff\",\"subjectId\":\"Bela\"}");
        GatewayClient.Got removedGallery = client.post("/v2/gallery/remove", "{\"gallery\":\"staff\"}");

        // Then
        assertThat(galleries.body().get("names")).extracting(n -> n.asText()).containsExactly("staff");
        assertThat(first.body().get("names")).extracting(n -> n.asText()).containsExactly("Ada", "Bela");
        assertThat(second.body().get("names")).extracting(n -> n.asText()).containsExactly("Chidi");
        assertThat(List.of(removedFace, removedSubject, removedGallery)).allSatisfy(got -> assertThat(got.body().get("affectedFaces").asInt()).isEqualTo(1));
        assertThat(upstream.galleries.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"!NOT_AN_IMAGE,400", "!TRUNCATED,400", "!CORRUPT,400", "!TOO_LARGE,413", "!INFERENCE_FAILED,422"})
    void aRefusalHasItsOwnStatusAndTheSameCodeAsOnTheTopics(String picture, int status) {
        // When
        GatewayClient.Got got = client.photo("/v2/detect", picture.getBytes(UTF_8), "");

        // Then
        assertThat(got.status()).isEqualTo(status);
        assertThat(got.code()).isEqualTo(picture.substring(1));
        assertThat(got.body().at("/error/remedy").asText()).isNotBlank();
        assertThat(got.body().at("/requestId").asText()).isNotBlank();
    }

    @Test
    void everyRefusalOfTheOperationsIsAFourHundred() {
        // Given
        client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"Ada\"");

        // When
        List<GatewayClient.Got> got = List.of(client.photo("/v2/detect", pictureOf(), ""), client.photo("/v2/enroll", pictureOf("A", "B"), "\"subjectId\":\"A\""),
                client.photo("/v2/enroll", pictureOf("~A"), "\"subjectId\":\"A\""), client.photo("/v2/recognize", pictureOf("Ada"), "\"gallery\":\"none\""),
                client.photo("/v2/verify", pictureOf("Ada"), "\"subjectId\":\"nobody\""), client.post("/v2/detect", "{}"),
                client.post("/v2/gallery/remove_face", "{\"subjectId\":\"Ada\",\"faceId\":\"none\"}"), client.post("/v2/gallery/view", "{\"pageSize\":0}"),
                client.photo("/v2/enroll", pictureOf("A"), "\"subjectId\":\"" + "x".repeat(201) + "\""));

        // Then
        assertThat(got).extracting(GatewayClient.Got::code).containsExactly("NO_FACE", "SEVERAL_FACES", "LOW_QUALITY", "UNKNOWN_GALLERY", "UNKNOWN_SUBJECT",
                "NO_IMAGE", "UNKNOWN_FACE", "INVALID_REQUEST", "INVALID_REQUEST");
        assertThat(got).extracting(GatewayClient.Got::status).containsExactly(422, 422, 422, 404, 404, 400, 404, 400, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "\"x\"", "{", "{\"image\":1}", "{\"image\":\"%%%\"}", "{\"imge\":\"\"}", "{\"maxFaces\":\"3\"}", "{\"maxFaces\":1.5}",
        "{\"maxFaces\":99999999999}", "{\"minFaceRatio\":1e99}", "{\"image\":\"QQ==\",\"image\":\"QQ==\"}", "{} {}", "{\"image\":\"https://example.org/x.jpg\"}", "{\"image\":\"\\ud800\"}"})
    void aMalformedBodyIsRefusedByTheGateway(String body) {
        // When
        GatewayClient.Got got = client.post("/v2/detect", body);

        // Then
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.code()).isIn("INVALID_REQUEST", "REFERENCE_REFUSED", "NO_IMAGE");
    }

    @Test
    void saysWhatIsWrongWithTheCallItself() {
        // When
        List<GatewayClient.Got> got = List.of(client.get("/v2/detect"), client.get("/v2/nothing"), client.post("/nothing", "{}"),
                client.send("POST", "/v2/detect", "text/plain", "x".getBytes(UTF_8)), client.send("POST", "/v2/detect", "multipart/form-data", "x".getBytes(UTF_8)),
                client.send("POST", "/v2/detect", "application/json", new byte[400_000]), client.photo("/v2/detect", new byte[100_001], ""));

        // Then
        assertThat(got).extracting(GatewayClient.Got::status).containsExactly(405, 404, 404, 415, 400, 413, 413);
    }

    @Test
    void aCallThatIsNotAnsweredInTimeCanBeFetchedLater() {
        // Given
        upstream.silent = true;

        // When
        GatewayClient.Got late = client.photo("/v2/detect", pictureOf("Ada"), "");
        String id = late.body().get("requestId").asText();
        GatewayClient.Got fetched = client.get(late.raw().headers().firstValue("Location").orElseThrow());

        // Then
        assertThat(late.status()).isEqualTo(504);
        assertThat(late.code()).isEqualTo("TIMEOUT");
        assertThat(fetched.status()).isEqualTo(200);
        assertThat(fetched.body().get("requestId").asText()).isEqualTo(id);
        assertThat(client.get("/v2/requests/00000000-0000-7000-8000-000000000000").status()).isEqualTo(404);
    }

    @Test
    void withoutABrokerItSaysWhenToTryAgain() {
        // Given
        upstream.away = true;

        // When
        GatewayClient.Got got = client.photo("/v2/detect", pictureOf("Ada"), "");

        // Then
        assertThat(got.status()).isEqualTo(503);
        assertThat(got.raw().headers().firstValue("Retry-After")).isPresent();
        assertThat(client.get("/health/ready").status()).isEqualTo(503);
        assertThat(client.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aRequestThatNoBrokerConfirmsMayBeAnsweredAllTheSame() {
        // Given
        upstream.fault = BrokerProblem.unconfirmed(TronieConfig.of(Map.of()));

        // When
        GatewayClient.Got got = client.photo("/v2/detect", pictureOf("Ada"), "");

        // Then
        assertThat(got.status()).isEqualTo(504);
        assertThat(client.get("/v2/requests/" + got.body().get("requestId").asText()).status()).isEqualTo(200);
    }

    @Test
    void aRequestThatTheBrokersRefuseForGoodIsNotToBeTriedAgain() {
        // Given
        upstream.fault = BrokerProblem.refused("no rights on the topic");

        // When
        GatewayClient.Got got = client.photo("/v2/detect", pictureOf("Ada"), "");

        // Then
        assertThat(got.status()).isEqualTo(502);
        assertThat(got.raw().headers().firstValue("Retry-After")).isEmpty();
        assertThat(got.raw().body()).doesNotContain("no rights");
    }

    @Test
    void namesMayBeAnyUnicode() {
        // Given
        client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"Ædá 力 🙂/%\",\"gallery\":\"ギャラリー\"");

        // When
        GatewayClient.Got got = client.photo("/v2/recognize", pictureOf("Ada"), "\"gallery\":\"ギャラリー\"");

        // Then
        assertThat(got.body().at("/faces/0/candidates/0/subjectId").asText()).isEqualTo("Ædá 力 🙂/%");
    }

    @Test
    void takesBase64WithADataPrefixAndLineBreaks() {
        // When
        GatewayClient.Got got = client.post("/v2/detect", "{\"image\":\"data:image/jpeg;base64,"
                + Base64.getEncoder().encodeToString(pictureOf("Ada", "Bela")).replaceAll("(.{4})", "$1\\\\r\\\\n") + "\"}");

        // Then
        assertThat(got.body().get("faces")).hasSize(2);
    }

    @Test
    void countsCallsByOperationAndStatusAndNamesNobody() {
        // Given
        client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"Ada\"");

        // When
        String metrics = client.get("/metrics").raw().body();

        // Then
        assertThat(metrics).contains("tronie_gateway_calls_seconds_count{key=\"none\",operation=\"enroll\",shape=\"v2\",status=\"200\"} 1").doesNotContain("Ada");
    }
}
