package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.schema.CameraState;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.RemoveSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** One event when somebody appears, another only when the answer changes, one when they leave. */
class AppearancesTest extends TopologyHarness {
    private int frame;

    @Override
    boolean everyFrame() {
        return false;
    }

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
    void framesThatComeTwiceOrOutOfOrderAreCountedAndChangeNothing() {
        // Given
        play("lobby", 0, 1_000, "Stranger");
        List<Recognition> before = recognitions.readValuesToList();

        // When
        frames.pipeInput("lobby", frame("frame-5", NOW.plusMillis(1_200), pictureOf("Stranger")));
        frames.pipeInput("lobby", frame("late", NOW.plusMillis(500), pictureOf("Bela")));
        play("lobby", 1_200, 3_000, "Stranger");

        // Then
        assertThat(before).hasSize(1);
        assertThat(recognitions.isEmpty()).isTrue();
        assertThat(List.of(skipped("duplicate"), skipped("out_of_order"))).containsOnly(1.0);
    }

    @Test
    void threeHourOldFramesOpenNothing() {
        // Given
        now.set(NOW.plus(Duration.ofHours(3)));

        // When
        for (int i = 0; i < 20; i++) {
            frames.pipeInput("lobby", frame("old-" + i, NOW.plusMillis(200L * i), pictureOf("Ada")));
        }

        // Then
        assertThat(recognitions.isEmpty()).isTrue();
        assertThat(skipped("stale")).isEqualTo(20);
        assertThat(analyzer.calls.get()).isZero();
    }

    @Test
    void aClockThatIsAheadIsToldOf() {
        // When
        for (int ms = 0; ms <= 2_000; ms += 200) {
            now.set(NOW.plusMillis(ms));
            frames.pipeInput("lobby", frame("ahead-" + ms, NOW.plusMillis(ms).plusSeconds(60), pictureOf("Stranger")));
        }
        tick(1);

        // Then
        assertThat(recognitions.readValue().getAppearance().getClockSkewMs()).isEqualTo(60_000);
        assertThat(statuses.readValue().getClockSkewMs()).isEqualTo(60_000);
    }

    @Test
    void aClockThatIsSetBackClosesWhoWasThereAndGoesOn() {
        // Given
        for (int ms = 0; ms <= 2_000; ms += 200) {
            frames.pipeInput("lobby", frame("ahead-" + ms, NOW.plusMillis(ms).plusSeconds(3_600), pictureOf("Stranger")));
        }

        // When
        play("lobby", 0, 2_000, "Stranger");

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED, EventKind.OPENED);
    }

    @Test
    void aCameraIsLiveThenStaleThenRecoveredAndWhoWasBeforeItIsClosed() {
        // Given
        play("lobby", 0, 2_000, "Stranger");
        tick(1);

        // When
        now.set(NOW.plusSeconds(2));
        tick(12);
        now.set(NOW.plusSeconds(20));
        play("lobby", 20_000, 20_000, "Stranger");
        tick(1);

        // Then
        List<CameraStatus> told = statuses.readValuesToList();
        assertThat(told).extracting(CameraStatus::getState).containsExactly(CameraState.LIVE, CameraState.STALE, CameraState.RECOVERED);
        assertThat(told.get(0).getAdmitted()).isEqualTo(11);
        assertThat(told.get(1).getAt()).isBeforeOrEqualTo(NOW.plusSeconds(14));
        List<Recognition> events = recognitions.readValuesToList();
        assertThat(events).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED);
        assertThat(events.get(1).getAppearance().getLastSeenAt()).isEqualTo(NOW.plusMillis(2_000));
    }

    @Test
    void skippedFramesStandInTheStatusByReason() {
        // Given
        play("lobby", 0, 400, "Ada");
        frames.pipeInput("lobby", frame("bad", NOW.plusMillis(600), "!TRUNCATED".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        frames.pipeInput("lobby", frame("frame-1", NOW.plusMillis(800), pictureOf("Ada")));

        // When
        tick(1);

        // Then
        assertThat(statuses.readValue().getSkipped()).containsOnly(java.util.Map.entry("truncated", 1L), java.util.Map.entry("duplicate", 1L));
    }

    @Test
    void whereThePipelineIsBehindTheNewestFrameOfACameraWins() {
        // Given: the camera's frames need be 20 ms old; then a second's worth of them has been fetched at once
        play("lobby", 0, 1_000, "Ada");
        now.set(NOW.plusMillis(2_200));
        arrivals.arrived("lobby", 0, 100);

        // When
        frames.pipeInput("lobby", frame("behind", NOW.plusMillis(1_200), pictureOf("Ada")));
        frames.pipeInput("lobby", frame("newest", NOW.plusMillis(2_150), pictureOf("Ada")));

        // Then
        assertThat(skipped("superseded")).isEqualTo(1);
        assertThat(metrics.registry().get("tronie.frames.processed").counter().count()).isEqualTo(7);
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
    void whoWasBeforeACameraWhoseFramesAreUselessNowIsClosedToo() {
        // Given
        play("lobby", 0, 2_000, "Stranger");

        // When
        for (int ms = 2_200; ms <= 14_000; ms += 200) {
            now.set(NOW.plusMillis(ms));
            frames.pipeInput("lobby", frame("broken-" + ms, NOW.plusMillis(ms), "!CORRUPT".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }

        // Then
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED);
    }

    @Test
    void namesThatAreTooLongAreRefused() {
        // When
        frames.pipeInput("lobby", frame("x".repeat(201), NOW, pictureOf("Ada")));
        frames.pipeInput("y".repeat(201), frame("f", NOW, pictureOf("Ada")));
        frames.pipeInput("lobby", frame("", NOW, pictureOf("Ada")));

        // Then
        assertThat(skipped("invalid")).isEqualTo(3);
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
    void camerasThatStampWholeSecondsLoseNoFrame() {
        // When
        for (int i = 0; i < 15; i++) {
            frames.pipeInput("lobby", frame("second-" + i, NOW.plusSeconds(i / 5), pictureOf("Stranger")));
        }

        // Then
        assertThat(metrics.registry().get("tronie.frames.processed").counter().count()).isEqualTo(15);
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED);
    }

    @Test
    void aFrameThatComesAgainAfterACrashLeadsToTheSameEventsAgain() {
        // Given: the task was restarted, its memory restored, its offset not yet committed
        play("lobby", 0, 1_000, "Stranger");
        Recognition opened = recognitions.readValue();
        long offset = opened.getSourceOffset();

        // When
        again(offset, "frame-5", NOW.plusMillis(1_000), "Stranger");

        // Then
        assertThat(recognitions.readValue()).isEqualTo(opened);
        assertThat(skipped("replayed")).isEqualTo(1);
    }

    /** The driver gives every record a new offset; the memory is told that this one stood further on. */
    private void again(long offset, String id, Instant capturedAt, String who) {
        var store = driver.<String, dev.tronie.schema.CameraMemory>getKeyValueStore(CameraStore.NAME);
        var memory = store.get("lobby");
        memory.setLastOffset(offset + 1);
        memory.getOutbox().get(0).setOffset(offset + 1);
        store.put("lobby", memory);
        frames.pipeInput(new TestRecord<>("lobby", frame(id, capturedAt, pictureOf(who)), capturedAt));
    }

    /** A camera at five frames a second that sees these people, captured 20 ms before they come. */
    private void play(String camera, int fromMs, int toMs, String... people) {
        for (int ms = fromMs; ms <= toMs; ms += 200) {
            Instant captured = NOW.plusMillis(ms);
            now.set(captured.plusMillis(20));
            frames.pipeInput(camera, frame("frame-" + frame++, captured, pictureOf(people)));
        }
    }

    private void tick(int seconds) {
        for (int s = 0; s < seconds; s++) {
            now.set(now.get().plusSeconds(1));
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
    }
}
