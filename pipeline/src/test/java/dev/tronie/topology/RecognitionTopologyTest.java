package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.event.PlainJson;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.inference.InferenceUnavailable;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.FrameHints;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.UploadReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class RecognitionTopologyTest extends TopologyHarness {

    @Test
    void theTopologyIsTheOneThatWasAgreedOn() throws IOException {
        // Given
        String agreed = Files.readString(SamplePictures.basedir().resolve("src/test/resources/topology.txt"));

        // When
        String described = topology.describe().toString();

        // Then
        assertThat(described.strip()).isEqualTo(agreed.strip());
    }

    @Test
    void anEnrolledPersonIsRecognisedOnAFrame() {
        // Given
        enrol("Ada", pictureOf("Ada"));

        // When
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada", "Stranger")));

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(e -> e.getDecision().getKind()).containsExactly(DecisionKind.MATCH, DecisionKind.UNKNOWN);
        assertThat(events.get(0).getCandidates().get(0).getSubjectId()).isEqualTo("Ada");
        assertThat(events).extracting(Recognition::getKind).containsOnly(EventKind.SEEN);
    }

    @Test
    void anEventSaysAllThatIsPromised() throws IOException {
        // Given
        enrol("Ada", pictureOf("Ada"));
        now.set(NOW.plusMillis(120));

        // When
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada")));

        // Then
        var json = PlainJson.of(recognitions.readValue());
        ((com.fasterxml.jackson.databind.node.ObjectNode) json.get("timings")).put("matchMs", 0);
        var golden = new ObjectMapper().readTree(SamplePictures.basedir().resolve("src/test/resources/recognition.json").toFile());
        assertThat(new ObjectMapper().readTree(json.toString())).isEqualTo(golden);
    }

    @Test
    void theSameFrameGivesTheSameEventIds() {
        // Given
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada", "Bela")));
        List<String> first = recognitions.readValuesToList().stream().map(Recognition::getEventId).toList();

        // When: it comes to a pipeline that remembers nothing
        close();
        start();
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada", "Bela")));

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getEventId).containsExactlyElementsOf(first).doesNotHaveDuplicates();
    }

    @Test
    void skipsAFrameThatIsTooOldBeforeLookingAtIt() {
        // Given
        now.set(NOW.plusMillis(5_001));

        // When
        frames.pipeInput("lobby", frame("old", NOW, pictureOf("Ada")));
        frames.pipeInput("lobby", frame("young enough", NOW.plusMillis(1), pictureOf("Ada")));

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getFrameId).containsExactly("young enough");
        assertThat(analyzer.calls.get()).isEqualTo(1);
        assertThat(skipped("stale")).isEqualTo(1);
    }

    @Test
    void aBadFrameIsCountedAndItsNeighboursAreNot() {
        // When
        frames.pipeInput("lobby", frame("1", NOW, pictureOf("Ada")));
        frames.pipeInput("lobby", frame("2", NOW.plusMillis(100), "!TRUNCATED".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        frames.pipeInput("lobby", (Frame) null);
        frames.pipeInput(null, frame("3", NOW, pictureOf("Ada")));
        frames.pipeInput("lobby", frame("4", NOW.plusMillis(200), pictureOf("Ada")));

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getFrameId).containsExactly("1", "4");
        assertThat(List.of(skipped("truncated"), skipped("null_value"), skipped("no_camera"))).containsOnly(1.0);
    }

    @Test
    void aFrameWithoutAFreeWorkerIsSkippedAnUploadIsNot() {
        // Given
        enrolInGallery("Ada");
        analyzer.outage(() -> new InferenceUnavailable("No worker is free."));

        // When
        frames.pipeInput("lobby", frame("1", NOW, pictureOf("Ada")));

        // Then
        assertThat(skipped("no_worker")).isEqualTo(1);
        assertThatThrownBy(() -> uploads.pipeInput("r", upload("r", Recognize.newBuilder().build(), pictureOf("Ada"))))
                .hasRootCauseInstanceOf(InferenceUnavailable.class);
    }

    @Test
    void hintsNarrowTheLimitsAndNeverWidenThem() {
        // Given
        Frame narrowed = frame("1", NOW, pictureOf("Ada", "Bela", "Chidi"));
        narrowed.setHints(FrameHints.newBuilder().setMaxFaces(2).build());
        Frame widened = frame("2", NOW.plusMillis(200), pictureOf("Ada", "Bela", "Chidi"));
        widened.setHints(FrameHints.newBuilder().setMaxFaces(1000).build());

        // When
        frames.pipeInput("lobby", narrowed);
        frames.pipeInput("lobby", widened);

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getFrameId).containsExactly("1", "1", "2", "2", "2");
    }

    @Test
    void recognisesAPhotoInTheReplyAndDownstream() {
        // Given
        enrol("Ada", pictureOf("Ada"));
        enrol("Bela", pictureOf("Bela"));

        // When
        uploads.pipeInput("r", upload("r", Recognize.newBuilder().setMaxCandidates(1).build(), pictureOf("Bela", "Stranger")));

        // Then
        UploadReply reply = replies.readValue();
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(reply.getFaces()).extracting(f -> f.getDecision().getKind()).containsExactly(DecisionKind.MATCH, DecisionKind.UNKNOWN);
        assertThat(reply.getFaces().get(0).getCandidates()).singleElement().satisfies(c -> assertThat(c.getSubjectId()).isEqualTo("Bela"));
        assertThat(events).extracting(Recognition::getKind).containsOnly(EventKind.RECOGNIZED);
        assertThat(events).extracting(Recognition::getSourceId).containsOnly("r");
    }

    @Test
    void theTraceContextOfARecordStandsOnItsEventsAndReplies() {
        // Given: as W3C's Trace Context has it
        enrol("Ada", pictureOf("Ada"));
        byte[] parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", parent);

        // When
        frames.pipeInput(new TestRecord<>("lobby", frame("f1", NOW, pictureOf("Ada")), headers, NOW));
        uploads.pipeInput(new TestRecord<>("r", upload("r", Recognize.newBuilder().build(), pictureOf("Ada")), headers, NOW));

        // Then
        assertThat(recognitions.readRecordsToList()).hasSize(2).allSatisfy(event -> assertThat(event.headers().lastHeader("traceparent").value()).isEqualTo(parent));
        assertThat(replies.readRecordsToList()).hasSize(1).allSatisfy(reply -> assertThat(reply.headers().lastHeader("traceparent").value()).isEqualTo(parent));
    }

    @Test
    void refusesToRecogniseInAnEmptyGalleryOrByNonsense() {
        // Given
        enrolInGallery("Ada");

        // When
        uploads.pipeInput("r", upload("1", Recognize.newBuilder().setGallery("empty").build(), pictureOf("Ada")));
        uploads.pipeInput("r", upload("2", Recognize.newBuilder().setThreshold(2f).build(), pictureOf("Ada")));
        uploads.pipeInput("r", upload("3", Recognize.newBuilder().setMaxCandidates(0).build(), pictureOf("Ada")));
        uploads.pipeInput("r", upload("4", Recognize.newBuilder().build(), pictureOf()));

        // Then
        assertThat(replies.readValuesToList()).extracting(r -> r.getError().getCode()).containsExactly(ErrorCode.UNKNOWN_GALLERY,
                ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST, ErrorCode.NO_FACE);
        assertThat(recognitions.isEmpty()).isTrue();
    }

    @Test
    void anErasedFaceIsNotFoundAgain() {
        // Given
        String id = enrol("Ada", pictureOf("Ada"));

        // When
        galleryIn.pipeInput("default/Ada/" + id, (GalleryFace) null);
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada")));

        // Then
        assertThat(recognitions.readValue().getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
        assertThat(gallery.galleries().size()).isZero();
    }

    @Test
    void aBadGalleryRecordIsSkippedAndTheGalleryLivesOn() {
        // Given
        GalleryFace noVector = enrolInGallery("Ada");
        noVector.setEmbedding(ByteBuffer.wrap(new byte[511]));
        GalleryFace notUnit = GalleryFace.newBuilder(noVector).setEmbedding(ByteBuffer.wrap(new byte[512])).build();

        // When
        galleryIn.pipeInput("default/Bela/1", noVector);
        galleryIn.pipeInput("default/Chidi/1", notUnit);
        galleryIn.pipeInput("no key at all", noVector);
        enrolInGallery("Dunja");

        // Then
        assertThat(gallery.galleries().size()).isEqualTo(2);
        assertThat(gallery.version()).isEqualTo(5);
    }

    @Test
    void anEmbeddingOfAnotherSizeCannotSpoilAGallery() {
        // Given: the first record of a gallery, of the live model's name and another length
        GalleryFace narrow = enrolInGallery("Ada");
        narrow.setGallery("other");
        narrow.setEmbedding(dev.tronie.vision.Embeddings.toBytes(new float[] {1}));

        // When
        galleryIn.pipeInput("other/Ada/1", narrow);
        Frame frame = frame("f1", NOW, pictureOf("Ada"));
        frame.setGallery("other");
        frames.pipeInput("lobby", frame);

        // Then
        assertThat(recognitions.readValue().getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
        assertThat(gallery.galleries().contains("other")).isFalse();
    }

    @Test
    void unreadableRecordsGoToDeadLettersAndTheStreamGoesOn() {
        // Given
        TestInputTopic<String, byte[]> rawFrames = driver.createInputTopic(topics.frames().name(), new StringSerializer(), new ByteArraySerializer());
        TestInputTopic<String, byte[]> rawUploads = driver.createInputTopic(topics.uploads().name(), new StringSerializer(), new ByteArraySerializer());
        byte[] wrongMagic = {1, 0, 0, 0, 1, 2, 3};
        byte[] unknownId = {0, 0x7f, 0x7f, 0x7f, 0x7f, 2, 3};
        byte[] truncated = java.util.Arrays.copyOf(topics.uploads().value().serializer().serialize(topics.uploads().name(),
                upload("r", enroll("Ada"), pictureOf("Ada"))), 12);

        // When
        rawFrames.pipeInput("lobby", wrongMagic);
        rawFrames.pipeInput("lobby", unknownId);
        rawUploads.pipeInput("r", truncated);
        rawUploads.pipeInput("r", (byte[]) null);
        frames.pipeInput("lobby", frame("f1", NOW, pictureOf("Ada")));

        // Then
        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).extracting(TestRecord::value).containsExactly(wrongMagic, unknownId, truncated, null);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(header(letter, "__streams.errors.topic")).isIn(topics.frames().name(), topics.uploads().name());
            assertThat(header(letter, "__streams.errors.message")).isNotBlank();
        });
        assertThat(recognitions.readValuesToList()).hasSize(1);
    }
}
