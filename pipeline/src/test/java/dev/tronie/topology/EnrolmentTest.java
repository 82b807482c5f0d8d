package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.FakeFaceAnalyzer;
import dev.tronie.schema.Box;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.Embeddings;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class EnrolmentTest extends TopologyHarness {

    @Test
    void enrolmentGivesOneReplyAndOneGalleryFace() {
        // When
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));

        // Then
        TestRecord<String, UploadReply> reply = replies.readRecord();
        TestRecord<String, GalleryFace> face = galleryOut.readRecord();
        assertThat(reply.key()).isEqualTo("r1");
        assertThat(reply.value().getError()).isNull();
        assertThat(reply.value().getFaces()).singleElement().satisfies(f -> {
            assertThat(f.getEnrolledFaceId()).isEqualTo(face.value().getFaceId());
            assertThat(f.getAlreadyEnrolled()).isFalse();
        });
        assertThat(face.key()).isEqualTo("default/Ada/" + face.value().getFaceId());
        assertThat(face.value().getEmbedding().remaining()).isEqualTo(4 * 128);
        assertThat(replies.isEmpty()).isTrue();
        assertThat(galleryOut.isEmpty()).isTrue();
    }

    @Test
    void aRepeatedEnrolmentChangesNothing() {
        // Given
        String id = enrol("Ada", pictureOf("Ada"));
        long enrolledAtMs = gallery.galleries().ofSubject("default", "Ada").iterator().next().enrolledAtMs();

        // When
        uploads.pipeInput("default/Ada", upload("r2", enroll("Ada"), pictureOf("Ada")), NOW.plusSeconds(5));

        // Then
        UploadReply reply = replies.readValue();
        assertThat(reply.getFaces().get(0).getEnrolledFaceId()).isEqualTo(id);
        assertThat(reply.getFaces().get(0).getAlreadyEnrolled()).isTrue();
        assertThat(reply.getAffectedFaces()).isZero();
        assertThat(gallery.galleries().ofSubject("default", "Ada")).singleElement().satisfies(t -> assertThat(t.enrolledAtMs()).isEqualTo(enrolledAtMs));
    }

    @Test
    void refusesToEnrolWhatIsNotClearlyOneGoodFace() {
        // When
        uploads.pipeInput("k", upload("none", enroll("Ada"), pictureOf()));
        uploads.pipeInput("k", upload("several", enroll("Ada"), pictureOf("Ada", "Bela")));
        uploads.pipeInput("k", upload("poor", enroll("Ada"), pictureOf("~Ada")));
        uploads.pipeInput("k", upload("broken", enroll("Ada"), "!CORRUPT".getBytes(StandardCharsets.UTF_8)));
        uploads.pipeInput("k", upload("imageless", enroll("Ada"), null));
        uploads.pipeInput("k", upload("nameless", enroll(" "), pictureOf("Ada")));
        uploads.pipeInput("k", upload("long", enroll("x".repeat(201)), pictureOf("Ada")));
        uploads.pipeInput("k", referring());

        // Then
        assertThat(replies.readValuesToList()).extracting(r -> r.getError().getCode()).containsExactly(ErrorCode.NO_FACE, ErrorCode.SEVERAL_FACES,
                ErrorCode.LOW_QUALITY, ErrorCode.CORRUPT, ErrorCode.NO_IMAGE, ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST,
                ErrorCode.REFERENCE_REFUSED);
        assertThat(galleryOut.isEmpty()).isTrue();
    }

    @Test
    void aRefusedPhotoStillTellsWhatWasSeen() {
        // When
        uploads.pipeInput("k", upload("several", enroll("Ada"), pictureOf("Ada", "Bela")));

        // Then
        assertThat(replies.readValue().getFaces()).hasSize(2).allSatisfy(f -> assertThat(f.getEnrolledFaceId()).isNull());
    }

    @Test
    void enrolsTheMeantFaceOfSeveral() {
        // Given
        Enroll boxed = enroll("Ada");
        boxed.setBox(new Box(0f, 0f, 50f, 60f));
        Enroll largest = enroll("Bela");
        largest.setMultipleFaces(true);
        Enroll forced = enroll("Chidi");
        forced.setForce(true);
        Enroll elsewhere = enroll("Dunja");
        elsewhere.setBox(new Box(500f, 400f, 50f, 60f));

        // When
        uploads.pipeInput("k", upload("boxed", boxed, pictureOf("Ada", "Bela")));
        uploads.pipeInput("k", upload("largest", largest, pictureOf("Ada", "Bela")));
        uploads.pipeInput("k", upload("forced", forced, pictureOf("~Chidi")));
        uploads.pipeInput("k", upload("elsewhere", elsewhere, pictureOf("Ada", "Bela")));

        // Then
        assertThat(galleryOut.readValuesToList()).extracting(GalleryFace::getEmbedding).containsExactly(
                Embeddings.toBytes(FakeFaceAnalyzer.embedding("Ada")),
                Embeddings.toBytes(FakeFaceAnalyzer.embedding("Bela")),
                Embeddings.toBytes(FakeFaceAnalyzer.embedding("Chidi")));
        assertThat(replies.readValuesToList().get(3).getError().getCode()).isEqualTo(ErrorCode.NO_FACE);
    }
}
