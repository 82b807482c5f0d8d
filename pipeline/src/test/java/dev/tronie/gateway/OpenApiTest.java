package dev.tronie.gateway;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description that is served is what is served. */
class OpenApiTest extends GatewayHarness {
    private JsonNode description;

    @BeforeEach
    void fetch() {
        description = client.get("/openapi.json").body();
    }

    @Test
    void describesEveryPathAndNoOther() {
        // When
        Set<String> described = new TreeSet<>();
        description.get("paths").fieldNames().forEachRemaining(described::add);

        // Then
        Set<String> served = new TreeSet<>(GatewayHandler.fixedPaths());
        new CurrentShape().paths().forEach(path -> served.add("/v2" + path));
        served.addAll(new AncestorShape().paths());
        assertThat(described).isEqualTo(served);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        // When
        List<String> references = description.findValuesAsText("$ref");

        // Then
        assertThat(references).isNotEmpty().allSatisfy(ref -> assertThat(description.at(ref.substring(1)).isMissingNode()).as(ref).isFalse());
    }

    @Test
    void aFieldIsKnownToTheGatewayExactlyIfItIsDescribed() {
        // When
        List<String> wrong = new ArrayList<>();
        for (String path : new CurrentShape().paths()) {
            JsonNode fields = description.at("/paths/~1v2" + path.replace("/", "~1") + "/post/requestBody/content/application~1json/schema/properties");
            fields.fieldNames().forEachRemaining(field -> {
                if (unknown(path, field)) {
                    wrong.add(path + " describes " + field);
                }
            });
            for (String field : Set.of("image", "gallery", "subjectId", "faceId", "box", "force", "multipleFaces", "threshold", "similarityThreshold", "maxFaces",
                    "maxCandidates", "minFaceRatio", "pageSize", "pageToken")) {
                if (!fields.has(field) && !unknown(path, field)) {
                    wrong.add(path + " does not describe " + field);
                }
            }
        }

        // Then
        assertThat(wrong).isEmpty();
    }

    private boolean unknown(String path, String field) {
        return client.post("/v2" + path, "{\"" + field + "\":[]}").body().at("/error/message").asText().startsWith("Unknown field");
    }

    @Test
    void everyAnswerIsAsItIsDescribed() {
        // Given
        List<Map.Entry<String, GatewayClient.Got>> answers = new ArrayList<>();
        answers.add(Map.entry("/v2/enroll", client.photo("/v2/enroll", pictureOf("Ada"), "\"subjectId\":\"Ada\"")));
        answers.add(Map.entry("/v2/enroll", client.photo("/v2/enroll", pictureOf("A", "B"), "\"subjectId\":\"A\"")));
        answers.add(Map.entry("/v2/enroll", client.photo("/v2/enroll", pictureOf("~A"), "\"subjectId\":\"A\"")));
        answers.add(Map.entry("/v2/recognize", client.photo("/v2/recognize", pictureOf("Ada", "~Ada", "Bela"), "")));
        answers.add(Map.entry("/v2/recognize", client.photo("/v2/recognize", pictureOf("Ada"), "\"gallery\":\"none\"")));
        answers.add(Map.entry("/v2/verify", client.photo("/v2/verify", pictureOf("Ada"), "\"subjectId\":\"Ada\"")));
        answers.add(Map.entry("/v2/detect", client.photo("/v2/detect", pictureOf("Ada"), "")));
        answers.add(Map.entry("/v2/detect", client.photo("/v2/detect", "!CORRUPT".getBytes(UTF_8), "")));
        answers.add(Map.entry("/v2/detect", client.photo("/v2/detect", "!TOO_LARGE".getBytes(UTF_8), "")));
        answers.add(Map.entry("/v2/detect", client.post("/v2/detect", "nonsense")));
        answers.add(Map.entry("/v2/detect", client.send("POST", "/v2/detect", "text/plain", new byte[1])));
        answers.add(Map.entry("/v2/gallery/list_all", client.post("/v2/gallery/list_all", "{}")));
        answers.add(Map.entry("/v2/gallery/view", client.post("/v2/gallery/view", "{}")));
        answers.add(Map.entry("/v2/gallery/view_subject", client.post("/v2/gallery/view_subject", "{\"subjectId\":\"Ada\"}")));
        answers.add(Map.entry("/v2/gallery/remove_subject", client.post("/v2/gallery/remove_subject", "{\"subjectId\":\"Ada\"}")));
        upstream.silent = true;
        answers.add(Map.entry("/v2/detect", client.photo("/v2/detect", pictureOf("Ada"), "")));

        // When
        List<String> wrong = new ArrayList<>();
        answers.forEach(e -> {
            JsonNode response = description.at("/paths/" + e.getKey().replace("/", "~1") + "/post/responses/" + e.getValue().status());
            JsonNode resolved = response.has("$ref") ? description.at(response.get("$ref").asText().substring(1)) : response;
            JsonNode schema = resolved.at("/content/application~1json/schema");
            if (schema.isMissingNode()) {
                wrong.add(e.getKey() + " does not describe status " + e.getValue().status());
            } else {
                schema(schema).validate(e.getValue().raw().body(), InputFormat.JSON).stream().map(Error::toString)
                        .forEach(error -> wrong.add(e.getKey() + " " + e.getValue().status() + ": " + error));
            }
        });

        // Then
        assertThat(wrong).isEmpty();
    }

    /** A schema of the description, with the components it refers to. */
    private Schema schema(JsonNode schema) {
        ObjectNode whole = GatewayClient.JSON.createObjectNode();
        whole.setAll((ObjectNode) schema.deepCopy());
        whole.set("components", description.get("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole.toString(), InputFormat.JSON);
    }

    @Test
    void offersNoDemographicGuesses() {
        // When
        Iterator<String> names = description.at("/components/schemas/Face/properties").fieldNames();

        // Then
        assertThat(names).toIterable().isNotEmpty().doesNotContain("age", "gender", "ethnicity", "emotion");
    }
}
