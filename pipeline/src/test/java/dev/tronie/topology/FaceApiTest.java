package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Detect;
import dev.tronie.schema.EnrolledFace;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.OperationKind;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.Verify;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Every operation of the face API, as uploads and replies. */
class FaceApiTest extends TopologyHarness {

    @Test
    void detectsFacesAndTouchesNoGallery() {
        // When
        UploadReply reply = ask(Detect.newBuilder().setMaxFaces(2).build(), pictureOf("Ada", "Bela", "Chidi"));

        // Then
        assertThat(reply.getError()).isNull();
        assertThat(reply.getOperation()).isEqualTo(OperationKind.DETECT);
        assertThat(reply.getFaces()).hasSize(2).allSatisfy(f -> assertThat(f.getDecision()).isNull());
        assertThat(galleryOut.isEmpty()).isTrue();
        assertThat(recognitions.isEmpty()).isTrue();
    }

    @Test
    void verifiesAClaimedIdentity() {
        // Given
        enrol("Ada", pictureOf("Ada"));
        enrol("Bela", pictureOf("Bela"));

        // When
        UploadReply right = ask(verify("Ada"), pictureOf("Ada"));
        UploadReply wrong = ask(verify("Ada"), pictureOf("Bela"));

        // Then
        assertThat(right.getFaces().get(0).getDecision().getKind()).isEqualTo(DecisionKind.MATCH);
        assertThat(right.getFaces().get(0).getCandidates()).singleElement().satisfies(c -> assertThat(c.getSubjectId()).isEqualTo("Ada"));
        assertThat(wrong.getFaces().get(0).getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
        assertThat(recognitions.isEmpty()).as("verification publishes nothing").isTrue();
    }

    @Test
    void aSubjectOfSeveralPhotosIsFoundByItsBestFace() {
        // Given
        enrol("Ada", pictureOf("Ada"));
        String best = enrol("Ada", pictureOf("Ada-with-glasses"));

        // When
        UploadReply reply = ask(Recognize.newBuilder().build(), pictureOf("Ada-with-glasses"));

        // Then
        assertThat(reply.getFaces().get(0).getCandidates()).singleElement().satisfies(c -> assertThat(c.getFaceId()).isEqualTo(best));
    }

    @Test
    void listsPageByPageInTheOrderOfTheNames() {
        // Given
        for (String subject : List.of("Chidi", "Ada", "Émile", "Bela", "张伟")) {
            enrol(subject, pictureOf(subject));
        }
        ViewGallery view = ViewGallery.newBuilder().setPageSize(2).build();

        // When
        List<String> names = new ArrayList<>();
        int pages = 0;
        do {
            UploadReply page = ask(view, null);
            names.addAll(page.getNames());
            view = ViewGallery.newBuilder(view).setPageToken(page.getNextPageToken()).build();
            pages++;
        } while (view.getPageToken() != null);

        // Then
        assertThat(names).containsExactly("Ada", "Bela", "Chidi", "Émile", "张伟");
        assertThat(pages).isEqualTo(3);
        assertThat(ask(ListGalleries.newBuilder().build(), null).getNames()).containsExactly("default");
    }

    @Test
    void viewsTheFacesOfASubject() {
        // Given
        String one = enrol("Ada", pictureOf("Ada"));
        String other = enrol("Ada", pictureOf("Ada-with-glasses"));

        // When
        UploadReply reply = ask(ViewSubject.newBuilder().setSubjectId("Ada").build(), null);

        // Then
        assertThat(reply.getEnrolledFaces()).extracting(EnrolledFace::getFaceId).containsExactlyInAnyOrder(one, other);
        assertThat(reply.getEnrolledFaces().get(0).getModelId()).isEqualTo("fake-1");
    }

    @Test
    void removesOneFaceASubjectOrAGallery() {
        // Given
        String glasses = enrol("Ada", pictureOf("Ada-with-glasses"));
        enrol("Ada", pictureOf("Ada"));
        enrol("Bela", pictureOf("Bela"));
        enrol("Chidi", pictureOf("Chidi"));

        // When
        UploadReply face = ask(RemoveFace.newBuilder().setSubjectId("Ada").setFaceId(glasses).build(), null);
        UploadReply subject = ask(RemoveSubject.newBuilder().setSubjectId("Bela").build(), null);

        // Then
        assertThat(face.getAffectedFaces()).isEqualTo(1);
        assertThat(face.getEnrolledFaces()).extracting(EnrolledFace::getFaceId).containsExactly(glasses);
        assertThat(subject.getAffectedFaces()).isEqualTo(1);
        assertThat(ask(ViewGallery.newBuilder().build(), null).getNames()).containsExactly("Ada", "Chidi");
        assertThat(ask(Recognize.newBuilder().build(), pictureOf("Bela")).getFaces().get(0).getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
        UploadReply rest = ask(RemoveGallery.newBuilder().setGallery("default").build(), null);
        assertThat(rest.getAffectedFaces()).isEqualTo(2);
        assertThat(ask(ListGalleries.newBuilder().build(), null).getNames()).isEmpty();
        assertThat(gallery.galleries().size()).isZero();
    }

    @Test
    void erasureIsATombstoneForEveryFace() {
        // Given
        String id = enrol("Ada", pictureOf("Ada"));
        galleryOut.readRecordsToList();

        // When
        uploads.pipeInput("k", upload("r", RemoveSubject.newBuilder().setSubjectId("Ada").build(), null));

        // Then
        List<TestRecord<String, GalleryFace>> records = galleryOut.readRecordsToList();
        assertThat(records).singleElement().satisfies(r -> {
            assertThat(r.key()).isEqualTo("default/Ada/" + id);
            assertThat(r.value()).isNull();
        });
    }

    @Test
    void aRemovalReachesAFaceThatWasJustEnrolledAndNotReadBackYet() {
        // Given: its record has been sent, the gallery has not seen it
        gallery.sent(new dev.tronie.gallery.FaceKey("default", "Ada", "f00"), NOW.toEpochMilli(), NOW.toEpochMilli());

        // When
        UploadReply reply = ask(RemoveSubject.newBuilder().setSubjectId("Ada").build(), null);

        // Then
        assertThat(reply.getError()).isNull();
        assertThat(reply.getAffectedFaces()).isEqualTo(1);
        assertThat(gallery.pending()).as("its tombstone came back").isEmpty();
    }

    @Test
    void anEnrolmentRightAfterTheRemovalOfTheSameFaceIsNotLost() {
        // Given: the removal has been sent, the gallery has not seen it
        String id = enrol("Ada", pictureOf("Ada"));
        gallery.sentErasure(new dev.tronie.gallery.FaceKey("default", "Ada", id), NOW.toEpochMilli(), "", NOW.toEpochMilli());

        // When
        UploadReply reply = ask(enroll("Ada"), pictureOf("Ada"));

        // Then
        assertThat(reply.getFaces().get(0).getAlreadyEnrolled()).isFalse();
        assertThat(galleryOut.readValue().getFaceId()).as("written behind its tombstone").isEqualTo(id);
    }

    @Test
    void refusesWhatIsNotThere() {
        // Given
        enrol("Ada", pictureOf("Ada"));

        // When
        List<ErrorCode> codes = java.util.stream.Stream.of(
                ask(verify("Nobody"), pictureOf("Ada")),
                ask(ViewSubject.newBuilder().setSubjectId("Nobody").build(), null),
                ask(RemoveSubject.newBuilder().setSubjectId("Nobody").build(), null),
                ask(RemoveFace.newBuilder().setSubjectId("Ada").setFaceId("none").build(), null),
                ask(ViewGallery.newBuilder().setGallery("empty").build(), null),
                ask(RemoveGallery.newBuilder().setGallery("empty").build(), null),
                ask(Verify.newBuilder().setGallery("empty").setSubjectId("Ada").build(), pictureOf("Ada")),
                ask(verify("Ada"), pictureOf()),
                ask(verify("Ada"), null),
                ask(Detect.newBuilder().build(), pictureOf()),
                ask(Detect.newBuilder().setMaxFaces(0).build(), pictureOf("Ada")),
                ask(Detect.newBuilder().setMinFaceRatio(2f).build(), pictureOf("Ada")),
                ask(ListGalleries.newBuilder().setPageSize(0).build(), null),
                ask(ListGalleries.newBuilder().setPageToken("%%%").build(), null)).map(r -> r.getError().getCode()).toList();

        // Then
        assertThat(codes).containsExactly(ErrorCode.UNKNOWN_SUBJECT, ErrorCode.UNKNOWN_SUBJECT, ErrorCode.UNKNOWN_SUBJECT, ErrorCode.UNKNOWN_FACE,
                ErrorCode.UNKNOWN_GALLERY, ErrorCode.UNKNOWN_GALLERY, ErrorCode.UNKNOWN_GALLERY, ErrorCode.NO_FACE, ErrorCode.NO_IMAGE,
                ErrorCode.NO_FACE, ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST);
    }

    @Test
    void decidesAtTheCalibratedSimilarityThatTheRequestNames() {
        // Given: the scale puts 0.5 at a cosine of 0.4, and Ada's own photo at 1
        enrol("Ada", pictureOf("Ada"));

        // When
        UploadReply reply = ask(Recognize.newBuilder().setSimilarityThreshold(0.5f).build(), pictureOf("Ada"));

        // Then
        assertThat(reply.getFaces().get(0).getDecision().getThreshold()).isCloseTo(0.4f, within(1e-3f));
        assertThat(reply.getFaces().get(0).getCandidates().get(0).getSimilarity()).isGreaterThan(0.99f);
    }

    @Test
    void refusesAThresholdThatIsNoneOrTwo() {
        // Given
        enrol("Ada", pictureOf("Ada"));

        // When
        List<ErrorCode> codes = Stream.of(ask(Recognize.newBuilder().setSimilarityThreshold(1.5f).build(), pictureOf("Ada")),
                ask(Recognize.newBuilder().setThreshold(Float.NaN).build(), pictureOf("Ada")),
                ask(Verify.newBuilder().setSubjectId("Ada").setThreshold(0.1f).setSimilarityThreshold(0.1f).build(), pictureOf("Ada")))
                .map(r -> r.getError().getCode()).toList();

        // Then
        assertThat(codes).containsOnly(ErrorCode.INVALID_REQUEST);
    }

    private UploadReply ask(Object operation, byte[] picture) {
        uploads.pipeInput("k", upload("request-" + ++requests, operation, picture));
        recognitionsOfRecognize(operation);
        return replies.readValue();
    }

    /** RECOGNIZE publishes downstream; these tests look at the reply. */
    private void recognitionsOfRecognize(Object operation) {
        if (operation instanceof Recognize) {
            recognitions.readValuesToList();
        }
    }

    private static Verify verify(String subject) {
        return Verify.newBuilder().setSubjectId(subject).build();
    }
}
