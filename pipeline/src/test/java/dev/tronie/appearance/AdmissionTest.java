package dev.tronie.appearance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.appearance.Admission.Verdict;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.TrustedClasses;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    static {
        TrustedClasses.install();
    }

    private final CameraMemory memory = CameraMemory.newBuilder().build();

    @Test
    void aNewerFrameIsTaken() {
        // Given
        Admission.taken(memory, frame("a", 10, 1_000));

        // When
        Verdict verdict = judge("b", 11, 1_200);

        // Then
        assertThat(verdict).isEqualTo(Verdict.TAKE);
    }

    @Test
    void whatWasTakenUpBeforeARestartIsAReplay() {
        // Given
        Admission.taken(memory, frame("a", 10, 1_000));

        // When / Then
        assertThat(judge("a", 10, 1_000)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge("earlier", 4, 200)).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void aTopicThatWasMadeAnewIsNoReplay() {
        // Given
        Admission.taken(memory, frame("a", 1_000_000, 1_000));

        // When
        Verdict verdict = judge("b", 0, 5_000);

        // Then
        assertThat(verdict).isEqualTo(Verdict.TAKE);
    }

    @Test
    void aFrameThatIsSentTwiceIsTold() {
        // Given
        Admission.taken(memory, frame("a", 10, 1_000));

        // When
        Verdict verdict = judge("a", 11, 1_000);

        // Then
        assertThat(verdict).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void anOlderFrameIsOutOfOrderAndAMuchOlderOneMeansAClockThatWasSetBack() {
        // Given
        Admission.taken(memory, frame("a", 10, 100_000));

        // When / Then
        assertThat(judge("b", 11, 99_000)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(judge("c", 12, 80_000)).isEqualTo(Verdict.CLOCK_SET_BACK);
    }

    @Test
    void remembersABoundedNumberOfFrames() {
        // When
        for (int i = 0; i < 1_000; i++) {
            Admission.taken(memory, frame("f" + i, i, i));
        }

        // Then
        assertThat(memory.getRecentFrames()).hasSize(64);
        assertThat(judge("f999", 1_000, 999)).isEqualTo(Verdict.DUPLICATE);
    }

    private Verdict judge(String id, long offset, long capturedMs) {
        return Admission.judge(memory, frame(id, offset, capturedMs), 10_000);
    }

    private static Sighting frame(String id, long offset, long capturedMs) {
        return new Sighting("lobby", id, "default", offset, capturedMs, 0);
    }
}
