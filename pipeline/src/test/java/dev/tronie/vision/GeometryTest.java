package dev.tronie.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GeometryTest {
    private static final float[] TEMPLATE = {38.2946f, 51.6963f, 73.5318f, 51.5014f, 56.0252f, 71.7366f, 41.5493f, 92.3655f, 70.7299f, 92.2041f};

    @Test
    void alignmentUndoesAnyRotationScaleAndShift() {
        // Given
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            double angle = random.nextDouble() * 6.28;
            double scale = 0.2 + random.nextDouble() * 5;
            float[] moved = moved(TEMPLATE, angle, scale, random.nextDouble() * 1000, random.nextDouble() * 1000);

            // When
            Alignment alignment = Alignment.of(moved);

            // Then
            for (int k = 0; k < 5; k++) {
                double x = alignment.a() * moved[2 * k] - alignment.b() * moved[2 * k + 1] + alignment.tx();
                double y = alignment.b() * moved[2 * k] + alignment.a() * moved[2 * k + 1] + alignment.ty();
                assertThat(x).isCloseTo(TEMPLATE[2 * k], within(0.01));
                assertThat(y).isCloseTo(TEMPLATE[2 * k + 1], within(0.01));
            }
            assertThat(alignment.scale()).isCloseTo(1 / scale, within(1e-3));
        }
    }

    @Test
    void alignmentFromAReducedPictureSeesTheSameFace() {
        // Given: pixel centres map by (x + 1/2) / 2 - 1/2 when a picture is halved
        float[] full = moved(TEMPLATE, 0.3, 2.5, 100, 50);
        Alignment alignment = Alignment.of(full);

        // When
        Alignment reduced = alignment.fromReduced(2);

        // Then
        double hx = (full[0] + 0.5) / 2 - 0.5;
        double hy = (full[1] + 0.5) / 2 - 0.5;
        assertThat(reduced.a() * hx - reduced.b() * hy + reduced.tx()).isCloseTo(TEMPLATE[0], within(0.01));
        assertThat(reduced.b() * hx + reduced.a() * hy + reduced.ty()).isCloseTo(TEMPLATE[1], within(0.01));
    }

    @Test
    void landmarksInOnePointDoNotBreakAlignment() {
        // When
        Alignment alignment = Alignment.of(new float[10]);

        // Then
        assertThat(alignment.scale()).isZero();
        assertThat(alignment.tx()).isFinite();
    }

    @Test
    void overlapOfBoxesIsSharedAreaOverCommonArea() {
        // Given
        FaceBox a = new FaceBox(0, 0, 10, 10);

        // When
        List<Float> overlaps = List.of(a.iou(a), a.iou(new FaceBox(5, 0, 15, 10)), a.iou(new FaceBox(20, 20, 30, 30)), a.iou(new FaceBox(10, 0, 20, 10)));

        // Then
        assertThat(overlaps).containsExactly(1f, 50f / 150f, 0f, 0f);
    }

    @Test
    void keepsTheBetterOfTwoOverlappingDetectionsAndDropsWeakOnes() {
        // Given
        float[] boxes = {0, 0, 10, 10, 1, 1, 11, 11, 100, 100, 120, 120, 200, 200, 210, 210};
        float[] scores = {0.9f, 0.8f, 0.7f, 0.5f};

        // When
        List<Detection> kept = Detections.distinct(boxes, scores, new float[40], 0.6f, 0.4f);

        // Then
        assertThat(kept).extracting(Detection::score).containsExactly(0.9f, 0.7f);
    }

    @Test
    void aFrontalFaceHasNoPoseAndATurnedOneHas() {
        // Given
        float[] right = TEMPLATE.clone();
        right[4] += 12;
        float[] down = TEMPLATE.clone();
        down[5] += 12;

        // When
        HeadPose frontal = HeadPose.of(TEMPLATE);
        HeadPose turned = HeadPose.of(right);
        HeadPose nodding = HeadPose.of(down);
        HeadPose rolled = HeadPose.of(moved(TEMPLATE, Math.toRadians(20), 1.5, 10, 10));

        // Then
        assertThat(frontal.rollDeg()).isCloseTo(0, within(1f));
        assertThat(frontal.yawDeg()).isCloseTo(0, within(3f));
        assertThat(frontal.pitchDeg()).isCloseTo(0, within(5f));
        assertThat(turned.yawDeg()).isBetween(20f, 60f);
        assertThat(nodding.pitchDeg()).isBetween(20f, 60f);
        assertThat(rolled.rollDeg()).isCloseTo(20, within(1f));
        assertThat(rolled.yawDeg()).isCloseTo(frontal.yawDeg(), within(1f));
    }

    @Test
    void qualityFallsWithBlurDarknessSizeAndTurning() {
        // Given
        byte[] sharp = pattern(1, 128);
        Detection large = new Detection(new FaceBox(0, 0, 100, 130), 0.95f, TEMPLATE);
        Detection small = new Detection(new FaceBox(0, 0, 22, 28), 0.95f, TEMPLATE);
        HeadPose frontal = new HeadPose(0, 0, 0);

        // When
        FaceQuality good = FaceQuality.of(sharp, large, frontal);

        // Then
        assertThat(good.overall()).isGreaterThan(0.8f);
        assertThat(FaceQuality.of(pattern(24, 128), large, frontal).sharpness()).isLessThan(0.3f);
        assertThat(FaceQuality.of(pattern(1, 12), large, frontal).brightness()).isLessThan(0.4f);
        assertThat(FaceQuality.of(sharp, small, frontal).size()).isCloseTo(0.25f, within(0.001f));
        assertThat(FaceQuality.of(sharp, large, new HeadPose(0, 80, 0)).pose()).isLessThan(0.2f);
    }

    /** Vertical stripes of a period, around a mean. */
    private static byte[] pattern(int period, int mean) {
        byte[] grey = new byte[112 * 112];
        for (int i = 0; i < grey.length; i++) {
            double wave = Math.sin(2 * Math.PI * (i % 112) / (4.0 * period));
            grey[i] = (byte) Math.max(0, Math.min(255, Math.round(mean + Math.min(mean, 60) * wave)));
        }
        return grey;
    }

    private static float[] moved(float[] points, double angle, double scale, double dx, double dy) {
        float[] moved = new float[points.length];
        for (int k = 0; k < points.length; k += 2) {
            moved[k] = (float) (scale * (Math.cos(angle) * points[k] - Math.sin(angle) * points[k + 1]) + dx);
            moved[k + 1] = (float) (scale * (Math.sin(angle) * points[k] + Math.cos(angle) * points[k + 1]) + dy);
        }
        return moved;
    }
}
