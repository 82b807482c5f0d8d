package dev.tronie.gateway;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AncestorApiTest extends GatewayHarness {
    private static final String STAFF = "\"gallery_name\":\"staff\"";

    @Test
    void enrolsAsBefore() {
        // When
        JsonNode body = client.photo("/enroll", pictureOf("Ada"), STAFF + ",\"subject_id\":\"Ada\",\"minHeadScale\":\".015\",\"multiple_faces\":\"false\",\"selector\":\"ROLL\"").body();

        // Then
        assertThat(body.get("face_id").asText()).hasSize(32);
        JsonNode transaction = body.at("/images/0/transaction");
        assertThat(transaction.get("status").asText()).isEqualTo("success");
        assertThat(transaction.fieldNames()).toIterable().contains("topLeftX", "topLeftY", "width", "height", "quality", "confidence", "gallery_name", "subject_id",
                "face_id", "timestamp", "eyeDistance", "pitch", "roll", "yaw");
        assertThat(transaction.get("face_id").isInt()).isTrue();
        assertThat(transaction.get("timestamp").isTextual()).isTrue();
    }

    @Test
    void recognisesAsBeforeWithANumberAsConfidence() {
        // Given
        enrol("Ada");

        // When
        JsonNode body = client.photo("/recognize", pictureOf("Ada", "Somebody"), STAFF + ",\"threshold\":\"0.6\",\"max_num_results\":\"10\"").body();

        // Then
        assertThat(body.at("/images/0/transaction/status").asText()).isEqualTo("success");
        assertThat(body.at("/images/0/transaction/subject_id").asText()).isEqualTo("Ada");
        assertThat(body.at("/images/0/transaction/confidence").isNumber()).isTrue();
        assertThat(body.at("/images/0/candidates/0/subject_id").asText()).isEqualTo("Ada");
        assertThat(body.at("/images/0/candidates/0/enrollment_timestamp").isTextual()).isTrue();
        assertThat(body.at("/images/1/transaction/status").asText()).isEqualTo("failure");
        assertThat(body.has("Errors")).isFalse();
    }

    @Test
    void aThresholdAsksForMoreConfidenceAndNeverForLess() {
        // Given
        enrol("Ada");

        // When
        JsonNode low = client.photo("/recognize", pictureOf("Somebody"), STAFF + ",\"threshold\":0").body();
        JsonNode high = client.photo("/recognize", pictureOf("Ada"), STAFF + ",\"threshold\":1").body();
        JsonNode wrong = client.photo("/verify", pictureOf("Ada"), STAFF + ",\"subject_id\":\"Ada\",\"threshold\":60").body();

        // Then
        assertThat(low.at("/images/0/transaction/status").asText()).isEqualTo("failure");
        assertThat(high.at("/images/0/transaction/status").asText()).isEqualTo("failure");
        assertThat(high.at("/images/0/candidates")).isEmpty();
        assertThat(wrong.at("/Errors/0/ErrCode").asInt()).isEqualTo(1003);
    }

    @Test
    void saysThatNobodyMatchesByTheOldCode() {
        // Given
        enrol("Ada");

        // When
        GatewayClient.Got got = client.photo("/recognize", pictureOf("Somebody"), STAFF);

        // Then
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body().at("/Errors/0/ErrCode").asInt()).isEqualTo(5012);
        assertThat(got.body().at("/images/0/transaction/message").asText()).isEqualTo("no match found");
    }

    @Test
    void verifiesAndDetectsAsBefore() {
        // Given
        enrol("Ada");

        // When
        JsonNode verified = client.photo("/verify", pictureOf("Ada"), STAFF + ",\"subject_id\":\"Ada\"").body();
        JsonNode detected = client.form("/detect", pictureOf("Ada", "Bela"), Map.of("selector", "FULL")).body();

        // Then
        assertThat(verified.at("/images/0/transaction/status").asText()).isEqualTo("success");
        assertThat(verified.at("/images/0/transaction/subject_id").asText()).isEqualTo("Ada");
        assertThat(detected.at("/images/0/status").asText()).isEqualTo("Complete");
        assertThat(detected.at("/images/0/faces")).hasSize(2);
        assertThat(detected.at("/images/0/faces/1").fieldNames()).toIterable().contains("leftEyeCenterX", "rightEyeCenterY", "confidence", "face_id", "quality");
    }

    @Test
    void listsAreWholeAndRemovalsTellAMessage() {
        // Given: more subjects than a page of version 2 holds
        for (int i = 0; i < 1_050; i++) {
            enrol("s" + i);
        }

        // When
        JsonNode galleries = client.post("/gallery/list_all", "").body();
        JsonNode subjects = client.post("/gallery/view", "{" + STAFF + "}").body();
        JsonNode faces = client.post("/gallery/view_subject", "{" + STAFF + ",\"subject_id\":\"s7\"}").body();
        JsonNode removedFace = client.post("/gallery/remove_subject", "{" + STAFF + ",\"subject_id\":\"s7\",\"face_id\":\"" + faces.at("/face_ids/0/face_id").asText() + "\"}").body();
        JsonNode removedSubject = client.post("/gallery/remove_subject", "{" + STAFF + ",\"subject_id\":\"s8\"}").body();
        JsonNode removed = client.post("/gallery/remove", "{" + STAFF + "}").body();

        // Then
        assertThat(galleries.get("gallery_ids")).extracting(JsonNode::asText).containsExactly("staff");
        assertThat(subjects.get("subject_ids")).hasSize(1_050);
        assertThat(List.of(removedFace, removedSubject, removed)).allSatisfy(r -> assertThat(r.path("status").asText()).as(r.toString()).isEqualTo("Complete"));
        assertThat(upstream.galleries.size()).isZero();
    }

    @Test
    void tellsErrorsUnderStatus200WithTheOldCodesAndThisProjectsBesides() {
        // Given
        enrol("Ada");

        // When
        List<GatewayClient.Got> got = List.of(client.post("/enroll", "{}"), client.photo("/detect", "!NOT_AN_IMAGE".getBytes(UTF_8), ""),
                client.photo("/detect", pictureOf(), ""), client.photo("/verify", pictureOf("Ada"), STAFF + ",\"subject_id\":\"Bela\""),
                client.post("/gallery/view", "{\"gallery_name\":\"none\"}"), client.photo("/enroll", pictureOf("A", "B"), STAFF + ",\"subject_id\":\"A\""),
                client.post("/recognize", "nonsense"));

        // Then
        assertThat(got).extracting(GatewayClient.Got::status).containsOnly(200);
        assertThat(got).extracting(g -> g.body().at("/Errors/0/ErrCode").asInt()).containsExactly(1002, 5000, 5002, 5003, 5004, 5010, 1003);
        assertThat(got).extracting(g -> g.body().at("/Errors/0/code").asText()).contains("NO_FACE", "UNKNOWN_SUBJECT", "SEVERAL_FACES");
    }

    @Test
    void offersNoDemographicGuesses() {
        // Given
        enrol("Ada");

        // When
        String body = client.photo("/recognize", pictureOf("Ada"), STAFF).raw().body() + client.photo("/detect", pictureOf("Ada"), "").raw().body();

        // Then
        assertThat(body).doesNotContainIgnoringCase("gender").doesNotContain("\"age\"").doesNotContain("attributes");
    }

    private void enrol(String name) {
        assertThat(client.photo("/enroll", pictureOf(name), STAFF + ",\"subject_id\":\"" + name + "\"").body().has("face_id")).isTrue();
    }
}
