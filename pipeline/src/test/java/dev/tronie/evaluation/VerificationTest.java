package dev.tronie.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

    @Test
    void isPerfectWhenTheKindsDoNotOverlap() {
        // Given
        double[] scores = new double[100];
        boolean[] same = new boolean[100];
        for (int i = 0; i < 100; i++) {
            same[i] = i % 2 == 0;
            scores[i] = same[i] ? 0.8 : 0.2;
        }

        // When
        Verification v = Verification.of(scores, same);

        // Then
        assertThat(v.accuracy()).isEqualTo(1);
        assertThat(v.tarAt0001()).isEqualTo(1);
        assertThat(v.eer()).isEqualTo(0);
        assertThat(v.threshold()).isBetween(0.2, 0.8);
    }

    @Test
    void isAtChanceWhenScoresSayNothing() {
        // Given
        Random random = new Random(1);
        double[] scores = random.doubles(4_000).toArray();
        boolean[] same = new boolean[4_000];
        for (int i = 0; i < same.length; i++) {
            same[i] = random.nextBoolean();
        }

        // When
        Verification v = Verification.of(scores, same);

        // Then
        assertThat(v.accuracy()).isCloseTo(0.5, within(0.04));
        assertThat(v.eer()).isCloseTo(0.5, within(0.04));
        assertThat(v.tarAt001()).isCloseTo(0.01, within(0.02));
    }

    @Test
    void countsTrueAcceptsAtAFalseAcceptRate() {
        // Given: a hundred impostors, one of them above every second genuine pair
        double[] scores = new double[200];
        boolean[] same = new boolean[200];
        for (int i = 0; i < 100; i++) {
            scores[i] = 0.1;
            scores[100 + i] = i % 2 == 0 ? 0.9 : 0.5;
            same[100 + i] = true;
        }
        scores[0] = 0.7;

        // When
        Verification v = Verification.of(scores, same);

        // Then
        assertThat(v.tarAt001()).isEqualTo(1);
        assertThat(v.tarAt0001()).isEqualTo(0.5);
    }

    @Test
    void namesTheLineOfAPairListThatIsWrong(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("pairs.tsv"), "a.jpg\tb.jpg\t1\na.jpg b.jpg 0\n");

        // When / Then
        assertThatThrownBy(() -> PairList.read(file)).isInstanceOf(IOException.class).hasMessageContaining("line 2");
    }
}
