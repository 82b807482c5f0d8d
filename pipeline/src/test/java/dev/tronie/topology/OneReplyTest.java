package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Template;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.FaceBox;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Exactly one reply a request, whatever comes again. */
class OneReplyTest extends TopologyHarness {
    @Test
    void aRequestThatIsSentTwiceGetsOneReplyAndChangesNothing() {
        // Given
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));

        // When
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));

        // Then
        assertThat(replies.readValuesToList()).extracting(UploadReply::getRequestId).containsExactly("r1");
        assertThat(galleryOut.readValuesToList()).hasSize(1);
        assertThat(metrics.registry().get("tronie.uploads.repeated").tag("reason", "sent_twice").counter().count()).isEqualTo(1);
    }

    @Test
    void anOldEnrolmentThatIsSentAgainDoesNotBringAnErasedPersonBack() {
        // Given
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));
        uploads.pipeInput("default/Ada", upload("r2", RemoveSubject.newBuilder().setSubjectId("Ada").build(), null));

        // When
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));

        // Then
        assertThat(gallery.galleries().size()).isZero();
        assertThat(replies.readValuesToList()).extracting(UploadReply::getRequestId).containsExactly("r1", "r2");
    }

    @Test
    void aRecordThatIsReplayedAfterACrashGetsNoSecondReplyButCompletesWhatItBegan() {
        // Given: the crash came after the reply and before the gallery's record
        answered.log.put("r1", topics.uploads().name() + "-0@0");

        // When
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")));

        // Then
        assertThat(replies.isEmpty()).isTrue();
        assertThat(gallery.galleries().ofSubject("default", "Ada")).hasSize(1);
    }

    @Test
    void aRecordWhoseReplyWasNeverWrittenIsAnsweredOnItsReplay() {
        // Given
        answered.log.put("another", topics.uploads().name() + "-0@0");

        // When
        uploads.pipeInput("r1", upload("r1", Recognize.newBuilder().build(), pictureOf("Ada")));

        // Then
        assertThat(replies.readValue().getRequestId()).isEqualTo("r1");
    }

    @Test
    void anEnrolmentThatIsReplayedDoesNotBringBackAFaceWhoseGalleryWasRemovedSince() {
        // Given: enrolled and answered by an instance that died, erased by what another read in another partition
        FaceKey key = new FaceKey("default", "Ada", enrolInGallery("Ada").getFaceId());
        galleryIn.pipeInput(new TestRecord<>(key.text(), null, erasedBy(topics.uploads().name() + "-1@7"), NOW.plusSeconds(1)));
        answered.log.put("r1", topics.uploads().name() + "-0@1");

        // When
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")), NOW);

        // Then
        assertThat(gallery.galleries().size()).isZero();
    }

    @Test
    void anEnrolmentBroughtBackByItsReplayHoldsWhereTheErasureWasAskedForBefore() {
        // Given
        FaceKey key = new FaceKey("default", "Ada", enrolInGallery("Ada").getFaceId());
        galleryIn.pipeInput(new TestRecord<>(key.text(), null, erasedBy(topics.uploads().name() + "-1@7"), NOW.plusSeconds(1)));
        answered.log.put("r3", topics.uploads().name() + "-0@1");

        // When
        uploads.pipeInput("default/Ada", upload("r3", enroll("Ada"), pictureOf("Ada")), NOW.plusSeconds(2));

        // Then
        assertThat(gallery.galleries().size()).isEqualTo(1);
    }

    @Test
    void theReplayOfAPartitionEndsWhereItHadEndedThoughAllOfItBearsOneTime() {
        // Given: enrolled, removed and enrolled again within one millisecond, all answered
        uploads.pipeInput("default/Ada", upload("r1", enroll("Ada"), pictureOf("Ada")), NOW);
        uploads.pipeInput("default/Ada", upload("r2", RemoveSubject.newBuilder().setSubjectId("Ada").build(), null), NOW);
        uploads.pipeInput("default/Ada", upload("r3", enroll("Ada"), pictureOf("Ada")), NOW);
        String partition = topics.uploads().name() + "-0@";
        answered.log.putAll(java.util.Map.of("r4", partition + 3, "r5", partition + 4, "r6", partition + 5));

        // When: the same comes again
        uploads.pipeInput("default/Ada", upload("r4", enroll("Ada"), pictureOf("Ada")), NOW);
        uploads.pipeInput("default/Ada", upload("r5", RemoveSubject.newBuilder().setSubjectId("Ada").build(), null), NOW);
        uploads.pipeInput("default/Ada", upload("r6", enroll("Ada"), pictureOf("Ada")), NOW);

        // Then
        assertThat(gallery.galleries().ofSubject("default", "Ada")).hasSize(1);
        assertThat(metrics.registry().get("tronie.uploads.repeated").tag("reason", "replayed").counter().count()).isEqualTo(3);
    }

    @Test
    void aRemovalThatIsReplayedLeavesWhatWasEnrolledAfterIt() {
        // Given
        enrolInGallery("Ada");
        uploads.pipeInput("default/Bela", upload("later", enroll("Bela"), pictureOf("Bela")), NOW.plusSeconds(2));
        answered.log.put("r2", topics.uploads().name() + "-0@2");

        // When
        uploads.pipeInput("remove", upload("r2", RemoveGallery.newBuilder().setGallery("default").build(), null), NOW.plusSeconds(1));

        // Then
        assertThat(gallery.galleries().subjects("default")).containsExactly("Bela");
    }

    @Test
    void aRemovalReachesWhatAnotherInstanceHasEnrolledAndThisOneHasNotReadYet() {
        // Given
        FaceKey elsewhere = new FaceKey("default", "Bela", "b0b");
        arriving = () -> gallery.galleries().put(new Template(elsewhere, "fake-1", 1f, new Template.Origin("00", new FaceBox(0, 0, 1, 1), 1f, 1, 1), NOW.toEpochMilli()), new float[128]);

        // When
        uploads.pipeInput("remove", upload("r1", RemoveGallery.newBuilder().setGallery("default").build(), null));

        // Then
        assertThat(galleryOut.readKeyValuesToList()).extracting(record -> record.key).containsExactly(elsewhere.text());
    }

    @Test
    void anEnrolmentBehindARemovalThatHasNotArrivedHereIsWrittenBehindIt() {
        // Given: another instance's removal is in the log, and not read yet
        GalleryFace enrolled = enrolInGallery("Ada");

        // When
        uploads.pipeInput("default/Ada", upload("r2", enroll("Ada"), pictureOf("Ada")), NOW.plusSeconds(1));

        // Then
        assertThat(galleryOut.readValue().getFaceId()).isEqualTo(enrolled.getFaceId());
    }

    @Test
    void whatWasSentAndNeverWrittenIsForgottenAfterAMinute() {
        // Given
        FaceKey key = new FaceKey("default", "Ada", "f00");
        gallery.sent(key, NOW.toEpochMilli(), NOW.toEpochMilli());
        now.set(NOW.plusSeconds(61));

        // When
        uploads.pipeInput("k", upload("r1", Recognize.newBuilder().build(), pictureOf("Ada")));

        // Then
        assertThat(gallery.pending()).isEmpty();
    }

    @Test
    void aReplyIsAsFreshAsItsAnswerHoweverLongItsUploadWaited() {
        // When
        uploads.pipeInput("r1", upload("r1", Recognize.newBuilder().build(), pictureOf("Ada")), NOW.minus(Duration.ofDays(4)));

        // Then
        assertThat(replies.readRecord().getRecordTime()).isEqualTo(NOW);
    }

    @Test
    void theReplyNamesTheRecordItAnswers() {
        // When
        uploads.pipeInput("r1", upload("r1", Recognize.newBuilder().build(), pictureOf("Ada")));

        // Then
        assertThat(header(replies.readRecord(), "tronie.source")).isEqualTo(topics.uploads().name() + "-0@0");
    }

    @Test
    void aTaskStartsOnlyWhenEveryReplyGivenSoFarIsKnown() {
        // Then
        assertThat(answered.waits).isEqualTo(1);
    }

    private static Headers erasedBy(String source) {
        return ReplySource.with(new RecordHeaders(), source);
    }
}
