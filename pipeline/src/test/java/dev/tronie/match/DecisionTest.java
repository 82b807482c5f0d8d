package dev.tronie.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Hit;
import dev.tronie.gallery.Template;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.vision.FaceBox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
    private static final DecisionPolicy POLICY = new DecisionPolicy(ThresholdRule.fixed(0.4f), 0.05f, 0.1f);

    @Test
    void namesTheFirstCandidateWhenItIsNearAndAlone() {
        // When
        Decision decision = POLICY.decide(0.9f, List.of(hit("ada", 0.7f), hit("bela", 0.2f)), 2);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.MATCH);
        assertThat(decision.getMargin()).isCloseTo(0.5f, within(1e-6f));
        assertThat(decision.getThreshold()).isEqualTo(0.4f);
    }

    @Test
    void isNotSureWhenASecondSubjectIsAlmostAsNear() {
        // When
        Decision decision = POLICY.decide(0.9f, List.of(hit("ada", 0.7f), hit("bela", 0.68f)), 2);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.POSSIBLE);
    }

    @Test
    void saysUnknownBelowTheThresholdAndInAnEmptyGallery() {
        // When
        List<Decision> decisions = List.of(POLICY.decide(0.9f, List.of(hit("ada", 0.39f)), 1), POLICY.decide(0.9f, List.of(), 0));

        // Then
        assertThat(decisions).extracting(Decision::getKind).containsOnly(DecisionKind.UNKNOWN);
        assertThat(decisions.get(1).getMargin()).isNull();
    }

    @Test
    void doesNotDecideAboutAPoorFace() {
        // When
        Decision decision = POLICY.decide(0.05f, List.of(hit("ada", 0.9f)), 1);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.REJECTED_QUALITY);
    }

    @ParameterizedTest
    @CsvSource({"0.01,2.32635", "0.001,3.09023", "0.3,0.52440", "1e-6,4.75342", "1e-9,5.99781"})
    void knowsTheNormalTail(double p, double z) {
        // When
        double quantile = ThresholdRule.upperQuantile(p);

        // Then
        assertThat(quantile).isCloseTo(z, within(1e-4));
    }

    @Test
    void theThresholdRisesWithTheGalleryAndNeverFallsBelowTheMeasuredPoint() {
        // Given
        ThresholdRule rule = new ThresholdRule(0.335f, 0.001, 0.01, false);

        // When
        List<Float> thresholds = List.of(rule.at(0), rule.at(1), rule.at(341), rule.at(100_000));

        // Then: counted on 57,165 pairs of strangers, 0.427 gives the rate of 3e-5 that 341 faces allow
        assertThat(thresholds.get(0)).isEqualTo(0.335f);
        assertThat(thresholds.get(1)).isEqualTo(0.335f);
        assertThat(thresholds.get(2)).isCloseTo(0.427f, within(0.01f));
        assertThat(thresholds.get(3)).isBetween(0.5f, 0.65f);
    }

    @Test
    void aFixedThresholdStays() {
        // When
        float threshold = ThresholdRule.fixed(0.5f).at(1_000_000);

        // Then
        assertThat(threshold).isEqualTo(0.5f);
    }

    private static Hit hit(String subject, float cosine) {
        return new Hit(new Template(new FaceKey("g", subject, "f"), "m", 1, "", new FaceBox(0, 0, 1, 1), 0), cosine);
    }
}
