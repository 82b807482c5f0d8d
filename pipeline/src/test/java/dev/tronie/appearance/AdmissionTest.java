package dev.tronie.appearance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.appearance.Admission.Verdict;
import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.TrustedClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    static {
        TrustedClasses.install();
    }

    private final CameraMemory memory = CameraMemory.newBuilder().build();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a newer frame is taken,                                  b,       1000001, 100200, TAKE",
        "the newest frame again after a restart is a replay,      a,       1000000, 100000, REPLAYED",
        "an earlier frame after a restart is a replay,            earlier,     400,  20000, REPLAYED",
        "a newer frame of a topic that was made anew is taken,    b,             0, 105000, TAKE",
        "a frame that was sent twice is told,                     a,       1000001, 100000, DUPLICATE",
        "an older frame is out of order,                          b,       1000001,  99000, OUT_OF_ORDER",
        "a much older one means a clock that was set back,        b,       1000001,  80000, CLOCK_SET_BACK"})
    void aFrameIsJudgedByTheNewestThatWasTaken(String rule, String id, long offset, long capturedMs, Verdict expected) {
        // Given
        Admission.taken(memory, frame("a", 1_000_000, 100_000));

        // When
        Verdict verdict = judge(id, offset, capturedMs);

        // Then
        assertThat(verdict).as(rule).isEqualTo(expected);
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
