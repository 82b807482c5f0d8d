package dev.tronie.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdTest {
    private static final FalseMatchCurve CURVE = new FalseMatchCurve(List.of(new FalseMatchCurve.Point(0.2, 0.1), new FalseMatchCurve.Point(0.3, 0.01),
            new FalseMatchCurve.Point(0.45, 0.0001)));

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"0.01,2.32635", "0.001,3.09023", "0.3,0.52440", "1e-6,4.75342", "1e-9,5.99781"})
    void knowsTheNormalTail(double p, double z) {
        // When
        double quantile = NormalTail.quantile(p);

        // Then
        assertThat(quantile).isCloseTo(z, within(1e-4));
        assertThat(NormalTail.probability(z)).isCloseTo(p, within(p * 1e-3));
    }

    @ParameterizedTest
    @CsvSource({"0.3,0.2", "0.1,0.2", "0.01,0.3", "0.0001,0.45"})
    void theCurveGoesThroughItsPointsAndNotBelowTheFirst(double rate, double cosine) {
        // When
        double found = CURVE.cosineAt(rate);

        // Then
        assertThat(found).isCloseTo(cosine, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0.05", "0.001", "0.00001", "0.00000001"})
    void theCurveRisesBetweenAndBeyondItsPointsAndCanBeReadBackwards(double rate) {
        // When
        double cosine = CURVE.cosineAt(rate);

        // Then
        assertThat(cosine).isGreaterThan(CURVE.cosineAt(rate * 1.5));
        assertThat(CURVE.rateAt(cosine)).isCloseTo(rate, within(rate * 1e-3));
    }

    @Test
    void aCurveThatDoesNotFallIsRefused() {
        // When / Then
        assertThatThrownBy(() -> new FalseMatchCurve(List.of(new FalseMatchCurve.Point(0.3, 0.01), new FalseMatchCurve.Point(0.4, 0.02))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FalseMatchCurve(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theThresholdRisesWithTheGalleryAndNeverGrantsMoreThanTheRateOfOneComparison() {
        // Given
        ThresholdRule rule = new ThresholdRule(FalseMatchCurve.through(0.335, 0.001), 0.001, 0.01, null);

        // When
        List<Float> thresholds = List.of(rule.at(0), rule.at(1), rule.at(341), rule.at(100_000));

        // Then: counted on 57,165 pairs of strangers, 0.427 gives the rate of 3e-5 that 341 faces allow
        assertThat(thresholds.get(0)).isEqualTo(0.335f);
        assertThat(thresholds.get(1)).isEqualTo(0.335f);
        assertThat(thresholds.get(2)).isCloseTo(0.427f, within(0.01f));
        assertThat(thresholds.get(3)).isBetween(0.5f, 0.65f);
    }

    @Test
    void aLaxerWantedRateGivesALowerThreshold() {
        // Given
        ThresholdRule rule = new ThresholdRule(CURVE, 0.001, 0.01, null);

        // When
        float lower = rule.holding(0.1, 0.01).at(1_000);

        // Then
        assertThat(lower).isLessThan(rule.at(1_000));
    }

    @Test
    void aFixedThresholdStays() {
        // When
        float threshold = ThresholdRule.fixed(0.5f).at(1_000_000);

        // Then
        assertThat(threshold).isEqualTo(0.5f);
    }

    @ParameterizedTest
    @CsvSource({"-0.2", "0", "0.31", "0.7"})
    void similaritiesRiseWithTheCosineAndCanBeReadBackwards(float cosine) {
        // Given
        SimilarityScale scale = new SimilarityScale(20, -6);

        // When
        float similarity = scale.of(cosine);

        // Then
        assertThat(similarity).isBetween(0f, 1f).isLessThan(scale.of(cosine + 0.05f));
        assertThat(scale.cosine(similarity)).isCloseTo(cosine, within(1e-2f));
    }

    @Test
    void aCalibrationIsReadAsItWasWritten() throws IOException {
        // Given
        Calibration calibration = new Calibration("nano-1", "abc", CURVE, new SimilarityScale(20, -6), new Calibration.Sample(7, 3, 12, 9));

        // When
        CalibrationFile.write(folder, calibration);

        // Then
        assertThat(CalibrationFile.read(folder)).contains(calibration);
    }

    @Test
    void aFolderWithoutACalibrationHasNone() throws IOException {
        // When
        Optional<Calibration> found = CalibrationFile.read(folder);

        // Then
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}", "nonsense", "{\"model\":\"m\",\"embedderSha256\":\"\",\"strangers\":[],\"similarity\":{\"slope\":1,\"intercept\":0},"
            + "\"sample\":{\"pictures\":1,\"people\":1,\"strangerPairs\":1,\"samePairs\":1}}"})
    void aBrokenCalibrationSaysWhatToDo(String text) throws IOException {
        // Given
        Files.writeString(folder.resolve(CalibrationFile.NAME), text);

        // When / Then
        assertThatThrownBy(() -> CalibrationFile.read(folder)).isInstanceOf(IOException.class).hasMessageContaining("tronie calibrate");
    }
}
