package dev.tronie.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.match.FalseMatchCurve;
import dev.tronie.match.SimilarityScale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationFitTest {
    private static final int STRANGERS = 200_000;
    private static final int SAME = 5_000;

    @Test
    void theCurveOfGaussianStrangersIsTheGaussianTail() {
        // Given: strangers N(0, 0.1), so a rate of 1e-3 is at 0.309, 1e-6 at 0.475
        FalseMatchCurve curve = CalibrationFit.strangers(scores(), same());

        // When
        double counted = curve.cosineAt(1e-3);
        double extrapolated = curve.cosineAt(1e-6);

        // Then
        assertThat(counted).isCloseTo(0.309, within(0.005));
        assertThat(extrapolated).isCloseTo(0.475, within(0.03));
        assertThat(CalibrationFit.rateOfStrangers(scores(), same(), counted)).isCloseTo(1e-3, within(1e-4));
    }

    @Test
    void everyPointRestsOnAtLeastTenPairs() {
        // When
        FalseMatchCurve curve = CalibrationFit.strangers(scores(), same());

        // Then
        assertThat(curve.points()).allSatisfy(p -> assertThat(p.rate() * STRANGERS).isGreaterThanOrEqualTo(9.99));
        assertThat(curve.points().get(curve.points().size() - 1).rate()).isLessThan(1e-4);
    }

    @Test
    void theScaleIsTheProbabilityAtEvenOdds() {
        // Given: N(0, 0.1) against N(0.6, 0.1) has the log-odds (0.6 x - 0.18) / 0.01
        SimilarityScale scale = CalibrationFit.scale(scores(), same());

        // When
        float even = scale.of(0.3f);

        // Then
        assertThat(even).isCloseTo(0.5f, within(0.1f));
        assertThat(scale.of(0.1f)).isLessThan(0.01f);
        assertThat(scale.of(0.5f)).isGreaterThan(0.99f);
    }

    @Test
    void separatedPairsGiveAScaleAllTheSame() {
        // When
        SimilarityScale scale = CalibrationFit.scale(new double[] {0, 0.1, 0.8, 0.9}, new boolean[] {false, false, true, true});

        // Then
        assertThat(scale.of(0.85f)).isGreaterThan(0.9f);
        assertThat(scale.of(0.05f)).isLessThan(0.1f);
    }

    @Test
    void tooFewPairsAreRefused() {
        // When / Then
        assertThatThrownBy(() -> CalibrationFit.strangers(new double[50], new boolean[50])).hasMessageContaining("at least 100");
        assertThatThrownBy(() -> CalibrationFit.scale(new double[50], new boolean[50])).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] scores() {
        Random random = new Random(1);
        double[] scores = new double[STRANGERS + SAME];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = 0.1 * random.nextGaussian() + (i < STRANGERS ? 0 : 0.6);
        }
        return scores;
    }

    private static boolean[] same() {
        boolean[] same = new boolean[STRANGERS + SAME];
        java.util.Arrays.fill(same, STRANGERS, same.length, true);
        return same;
    }
}
