package dev.tronie.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Hit;
import dev.tronie.gallery.Template;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.Detection;
import dev.tronie.vision.FaceBox;
import dev.tronie.vision.FaceQuality;
import dev.tronie.vision.HeadPose;
import dev.tronie.vision.QualityBar;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
    private static final Analysis.Face GOOD = face(60, 0.9f, 0.9f, 0, 0.9f);
    private static final QualityBar BAR = new QualityBar(30, 0.1f, 0.1f, 45, 0.5f, 0.1f);
    private static final DecisionPolicy POLICY = new DecisionPolicy(ThresholdRule.fixed(0.4f), ThresholdRule.fixed(0.3f), 0.05f, BAR, null);

    @Test
    void namesTheFirstCandidateWhenItIsNearAndAlone() {
        // When
        Decision decision = POLICY.decide(GOOD, List.of(hit("ada", 0.7f), hit("bela", 0.2f)), 2);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.MATCH);
        assertThat(decision.getMargin()).isCloseTo(0.5f, within(1e-6f));
        assertThat(decision.getThreshold()).isEqualTo(0.4f);
        assertThat(decision.getPossibleThreshold()).isEqualTo(0.3f);
    }

    @Test
    void isNotSureWhenASecondSubjectIsAlmostAsNear() {
        // When
        Decision decision = POLICY.decide(GOOD, List.of(hit("ada", 0.7f), hit("bela", 0.68f)), 2);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.POSSIBLE);
    }

    @Test
    void isNotSureBetweenTheTwoThresholds() {
        // When
        List<Decision> decisions = List.of(POLICY.decide(GOOD, List.of(hit("ada", 0.39f)), 1), POLICY.decide(GOOD, List.of(hit("ada", 0.3f)), 1));

        // Then
        assertThat(decisions).extracting(Decision::getKind).containsOnly(DecisionKind.POSSIBLE);
    }

    @Test
    void saysUnknownBelowBothThresholdsAndInAnEmptyGallery() {
        // When
        List<Decision> decisions = List.of(POLICY.decide(GOOD, List.of(hit("ada", 0.29f)), 1), POLICY.decide(GOOD, List.of(), 0));

        // Then
        assertThat(decisions).extracting(Decision::getKind).containsOnly(DecisionKind.UNKNOWN);
        assertThat(decisions.get(1).getMargin()).isNull();
    }

    @Test
    void takesTheCallersThresholdAsTheLastWord() {
        // When
        List<Decision> decisions = List.of(POLICY.at(0.6f).decide(GOOD, List.of(hit("ada", 0.59f)), 1), POLICY.at(0.1f).decide(GOOD, List.of(hit("ada", 0.11f)), 1));

        // Then
        assertThat(decisions).extracting(Decision::getKind).containsExactly(DecisionKind.UNKNOWN, DecisionKind.MATCH);
        assertThat(decisions).extracting(Decision::getPossibleThreshold).containsOnlyNulls();
    }

    @ParameterizedTest
    @CsvSource({"29,0.9,0.9,0,0.9,size", "60,0.05,0.9,0,0.9,sharpness", "60,0.9,0.05,0,0.9,brightness", "60,0.9,0.9,-50,0.9,pose", "60,0.9,0.9,0,0.4,detection"})
    void doesNotDecideAboutAPoorFaceAndSaysWhatItLacks(float px, float sharpness, float brightness, float yawDeg, float score, String lacks) {
        // When
        Decision decision = POLICY.decide(face(px, sharpness, brightness, yawDeg, score), List.of(hit("ada", 0.9f)), 1);

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.REJECTED_QUALITY);
        assertThat(decision.getRejectedFor()).contains(lacks).isSubsetOf(lacks, "overall");
    }

    @Test
    void aGalleryMayHaveAPolicyOfItsOwn() {
        // Given
        DecisionPolicies policies = new DecisionPolicies(POLICY, Map.of("staff", POLICY.at(0.9f)));

        // When
        List<DecisionPolicy> found = List.of(policies.of("staff"), policies.of("visitors"));

        // Then
        assertThat(found).extracting(p -> p.thresholds().at(10)).containsExactly(0.9f, 0.4f);
    }

    private static Hit hit(String subject, float cosine) {
        return new Hit(new Template(new FaceKey("g", subject, "f"), "m", 1, new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0), cosine);
    }

    private static Analysis.Face face(float px, float sharpness, float brightness, float yawDeg, float score) {
        return new Analysis.Face(new Detection(new FaceBox(0, 0, px, px), score, new float[10]), new HeadPose(0, yawDeg, 0),
                new FaceQuality(brightness, sharpness, 0.9f, 0.9f, score), new float[] {1}, null);
    }
}
