package dev.tronie.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.vision.Analysis;
import dev.tronie.vision.Detection;
import dev.tronie.vision.FaceBox;
import dev.tronie.vision.FaceQuality;
import dev.tronie.vision.HeadPose;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {

    @Test
    void facesAtOnePlaceAreOneAndAFaceHasOnePartnerAtMost() {
        // Given two that both find, the second a little beside; one that stands too far off; and a second box on the first face
        List<List<Analysis.Face>> first = List.of(List.of(face(0, 1, 0), face(200, 1, 0)), List.of(face(0, 1, 0)));
        List<List<Analysis.Face>> second = List.of(List.of(face(0, 1, 0), face(205, 0.6f, 0.8f), face(2, 1, 0)), List.of(face(30, 1, 0)));

        // When
        Agreement agreement = Agreement.of(first, second);

        // Then
        assertThat(agreement).returns(2, Agreement::pictures).returns(3, Agreement::faces).returns(4, Agreement::otherFaces).returns(2, Agreement::both);
        assertThat(agreement.found()).isEqualTo(0.5);
        assertThat(agreement.foundByOther()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(agreement.cosineHundredth()).isCloseTo(0.6, within(1e-6));
    }

    @Test
    void picturesWithoutFacesAgree() {
        // When
        Agreement agreement = Agreement.of(List.of(List.of()), List.of(List.of()));

        // Then
        assertThat(agreement.found()).isEqualTo(1);
        assertThat(agreement.cosineMedian()).isNaN();
    }

    private static Analysis.Face face(float x, float... embedding) {
        return new Analysis.Face(new Detection(new FaceBox(x, 0, x + 100, 100), 0.99f, new float[10]), new HeadPose(0, 0, 0), new FaceQuality(1, 1, 1, 1, 1), embedding, null);
    }
}
