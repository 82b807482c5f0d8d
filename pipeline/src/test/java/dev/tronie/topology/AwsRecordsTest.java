package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestOutputTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consumer written for AWS Rekognition Video's face-search stream reads recognitions-aws unchanged. */
class AwsRecordsTest extends TopologyHarness {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestOutputTopic<String, String> aws;

    @Override
    boolean awsRecords() {
        return true;
    }

    @BeforeEach
    void readRecords() {
        aws = driver.createOutputTopic(topics.awsRecords().name(), new StringDeserializer(), new StringDeserializer());
    }

    @Test
    void aFrameWithAKnownAndAnUnknownFaceIsTheRecordMadeByHand() throws IOException {
        // Given
        enrol("Ada", pictureOf("Ada"));
        now.set(NOW.plusMillis(120));

        // When
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada", "Somebody")));

        // Then
        KeyValue<String, String> record = aws.readKeyValue();
        JsonNode expected = JSON.readTree(Files.readAllBytes(Path.of(System.getProperty("tronie.basedir"), "src/test/resources/recognition-aws.json")));
        assertThat(record.key).isEqualTo("lobby");
        assertThat(JSON.readTree(record.value).toPrettyString()).isEqualTo(expected.toPrettyString());
    }

    @Test
    void aFrameWithoutFacesHasARecordToo() throws IOException {
        // When
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf()));

        // Then
        assertThat(JSON.readTree(aws.readValue()).get("FaceSearchResponse")).isEmpty();
    }

    @Test
    void aFaceThatIsTooPoorHasNoMatches() throws IOException {
        // Given
        enrol("Ada", pictureOf("Ada"));

        // When
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("~Ada")));

        // Then
        assertThat(JSON.readTree(aws.readValue()).at("/FaceSearchResponse/0/MatchedFaces")).isEmpty();
    }
}
