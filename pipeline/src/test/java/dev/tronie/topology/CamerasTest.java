package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.inference.InferenceUnavailable;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.CameraState;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A camera's time and health: which of its frames count, and when it is taken for silent. */
class CamerasTest extends CameraHarness {
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

    @ParameterizedTest
    @CsvSource({"3600,0,3600000", "-3600,11,0"})
    void aClockThatIsAnHourOffIsToldOfAheadAndItsFramesAreTooOldBehind(long offSeconds, int tooOld, long toldMs) {
        // When
        for (int ms = 0; ms <= 2_000; ms += 200) {
            now.set(NOW.plusMillis(ms));
            frames.pipeInput("lobby", frame("off-" + ms, NOW.plusMillis(ms).plusSeconds(offSeconds), pictureOf("Stranger")));
        }
        tick(1);

        // Then
        CameraStatus status = statuses.readValue();
        assertThat(status.getClockSkewMs()).isEqualTo(toldMs);
        assertThat(status.getSkipped().getOrDefault("stale", 0L)).isEqualTo(tooOld);
        assertThat(recognitions.readValuesToList()).hasSize(tooOld == 0 ? 1 : 0).allSatisfy(e -> assertThat(e.getAppearance().getClockSkewMs()).isEqualTo(toldMs));
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
    void aRestartClosesNobodyBeforeANewFrameHasCome() {
        // Given
        play("lobby", 0, 1_000, "Ada");
        restart("lobby", memory -> { });
        frames.pipeInput("lobby", frame("frame-5", NOW.plusMillis(1_000), pictureOf("Ada")));

        // When
        tick(1);

        // Then
        assertThat(skipped("replayed")).isEqualTo(1);
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).doesNotContain(EventKind.CLOSED);
        assertThat(driver.<String, CameraMemory>getKeyValueStore(CameraStore.NAME).get("lobby").getTracks()).hasSize(1);
    }

    @Test
    void aFrameThatNoWorkerLooksAtLosesNoClosing() {
        // Given
        play("lobby", 0, 1_000, "Ada");
        analyzer.outage(() -> new InferenceUnavailable("no worker"));
        play("lobby", 20_000, 20_000);
        analyzer.outage(() -> null);

        // When
        play("lobby", 20_200, 20_200);

        // Then
        assertThat(skipped("no_worker")).isEqualTo(1);
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED, EventKind.CLOSED);
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
    void camerasThatStampWholeSecondsLoseNoFrame() {
        // When
        for (int i = 0; i < 15; i++) {
            frames.pipeInput("lobby", frame("second-" + i, NOW.plusSeconds(i / 5), pictureOf("Stranger")));
        }

        // Then
        assertThat(metrics.registry().get("tronie.frames.processed").counter().count()).isEqualTo(15);
        assertThat(recognitions.readValuesToList()).extracting(Recognition::getKind).containsExactly(EventKind.OPENED);
    }
}
