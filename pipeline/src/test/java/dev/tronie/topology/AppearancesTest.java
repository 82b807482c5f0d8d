package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.RemoveSubject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One event when somebody appears, another only when the answer changes, one when they leave. */
class AppearancesTest extends CameraHarness {
    @Test
    void anEnrolledPersonIsToldOfOnceAsSoonAsTwoShotsAgree() {
        // Given
        enrolInGallery("Ada");

        // When
        play("lobby", 0, 3_000, "Ada");

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).singleElement().satisfies(e -> {
            assertThat(e.getKind()).isEqualTo(EventKind.OPENED);
            assertThat(e.getDecision().getKind()).isEqualTo(DecisionKind.MATCH);
            assertThat(e.getDecision().getFramesVoted()).isGreaterThanOrEqualTo(2);
            assertThat(e.getCandidates().get(0).getSubjectId()).isEqualTo("Ada");
            assertThat(e.getCapturedAt()).isBefore(NOW.plusMillis(1_000));
            assertThat(e.getLate()).isFalse();
        });
    }

    @Test
    void aStrangerIsToldOfAsUnknownAfterASecond() {
        // When
        play("lobby", 0, 3_000, "Stranger");

        // Then
        assertThat(recognitions.readValuesToList()).singleElement().satisfies(e -> {
            assertThat(e.getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
            assertThat(e.getCapturedAt()).isEqualTo(NOW.plusMillis(1_000));
        });
    }

    @Test
    void whoLeavesIsToldOfOnceWhenTheGapHasPassed() {
        // Given
        enrolInGallery("Ada");
        play("lobby", 0, 2_000, "Ada");

        // When
        play("lobby", 2_200, 13_000);

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED);
        assertThat(events).extracting(Recognition::getSequence).containsExactly(0, 1);
        assertThat(events).extracting(Recognition::getAppearanceId).containsOnly(events.get(0).getAppearanceId());
        assertThat(events.get(1).getAppearance()).satisfies(a -> {
            assertThat(a.getFirstSeenAt()).isEqualTo(NOW);
            assertThat(a.getLastSeenAt()).isEqualTo(NOW.plusMillis(2_000));
            assertThat(a.getDurationMs()).isEqualTo(2_000);
            assertThat(a.getFramesSeen()).isEqualTo(11);
            assertThat(a.getBestShot().getFrameId()).isEqualTo(events.get(1).getFrameId());
        });
    }

    @Test
    void whoIsHiddenForTwoSecondsIsTheSameAppearance() {
        // Given
        play("lobby", 0, 2_000, "Stranger");
        play("lobby", 2_200, 4_000);

        // When
        play("lobby", 4_200, 6_000, "Stranger");

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED);
    }

    @Test
    void whoComesBackAfterTheGapIsANewAppearance() {
        // Given
        play("lobby", 0, 2_000, "Stranger");
        play("lobby", 2_200, 13_000);

        // When
        play("lobby", 13_200, 15_000, "Stranger");

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED, EventKind.OPENED);
        assertThat(events.get(2).getAppearanceId()).isNotEqualTo(events.get(0).getAppearanceId());
    }

    @Test
    void aStrangerWhoIsEnrolledMeanwhileIsUpdatedAndAPersonWhoIsErasedTooAtOnce() {
        // Given
        play("lobby", 0, 2_000, "Ada");

        // When
        enrolInGallery("Ada");
        play("lobby", 2_200, 2_400, "Ada");
        uploads.pipeInput("default/Ada", upload("erase", RemoveSubject.newBuilder().setSubjectId("Ada").build(), null));
        play("lobby", 2_600, 2_800, "Ada");

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.UPDATED, EventKind.UPDATED);
        assertThat(events).extracting(e -> e.getDecision().getKind()).containsExactly(DecisionKind.UNKNOWN, DecisionKind.MATCH, DecisionKind.UNKNOWN);
    }

    @Test
    void aFaceIsEmbeddedAFewTimesHoweverLongItStays() {
        // When
        play("lobby", 0, 60_000, "Ada", "Bela");

        // Then
        assertThat(analyzer.embeddings.get()).isLessThanOrEqualTo(2 * rules.embeddingsMax()).isPositive();
        assertThat(metrics.registry().get("tronie.faces").counter().count()).isEqualTo(602);
    }

    @Test
    void aFaceOfOneFrameIsNotToldOf() {
        // Given
        play("lobby", 0, 0, "Stranger");

        // When
        play("lobby", 200, 15_000);

        // Then
        assertThat(recognitions.isEmpty()).isTrue();
    }

    @Test
    void camerasAreFollowedApart() {
        // When
        for (int ms = 0; ms <= 2_000; ms += 200) {
            play("lobby", ms, ms, "Stranger");
            play("yard", ms, ms, "Stranger");
        }

        // Then
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(Recognition::getSourceId).containsExactlyInAnyOrder("lobby", "yard");
        assertThat(events.get(0).getAppearanceId()).isNotEqualTo(events.get(1).getAppearanceId());
    }

    @Test
    void aGapThatHasPassedEndsAStayThoughTheSamePersonIsSeenNext() {
        // Given
        play("lobby", 0, 2_000, "Stranger");

        // When: no frame came in between
        play("lobby", 60_000, 62_000, "Stranger");

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED, EventKind.OPENED);
    }

    @Test
    void oneShotAloneNamesNobody() {
        // Given: enrolled, and but one frame of the second is good enough to be looked at
        enrolInGallery("Ada");
        play("lobby", 0, 0, "Ada");

        // When
        play("lobby", 200, 1_000, "~Ada");

        // Then
        assertThat(recognitions.readValuesToList()).noneMatch(event -> event.getDecision().getKind() == DecisionKind.MATCH);
    }

    @Test
    void aFrameThatComesAgainAfterACrashLeadsToTheSameEventsAgain() {
        // Given: the task was restarted, its memory restored, its offset not yet committed
        play("lobby", 0, 1_000, "Stranger");
        Recognition opened = recognitions.readValue();
        restart("lobby", memory -> memory.getOutbox().get(0).setOffset(0));

        // When
        frames.pipeInput("lobby", frame("frame-5", NOW.plusMillis(1_000), pictureOf("Stranger")));

        // Then
        assertThat(recognitions.readValue()).isEqualTo(opened);
        assertThat(skipped("replayed")).isEqualTo(1);
    }
}
