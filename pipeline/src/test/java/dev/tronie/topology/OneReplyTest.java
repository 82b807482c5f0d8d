package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
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
}
