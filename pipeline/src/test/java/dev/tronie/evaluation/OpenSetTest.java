package dev.tronie.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.evaluation.OpenSet.Point;
import dev.tronie.evaluation.OpenSet.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenSetTest {
    private static final IntToDoubleFunction HALF = faces -> 0.5;

    @Test
    void countsMissesOfTheEnrolledAndNamesOfStrangers() {
        // Given: Ada's pictures are 0.8 alike, forty strangers have scores of 0.01 to 0.40 with both of them
        Map<String, List<float[]>> people = strangers(40, 0.8);
        people.put("ada", List.of(vector(1, 0, 0), vector(0.8, 0, 0.6)));

        // When
        Size size = OpenSet.of(people, new int[] {1}, 10, 7, faces -> 0.355).sizes().get(0);

        // Then: five of forty reach 0.355
        assertThat(size.mated()).isEqualTo(10);
        assertThat(size.nonMated()).isEqualTo(400);
        assertThat(size.strangers()).isEqualTo(40);
        assertThat(size.operating()).isEqualTo(new Point(0.355, 0.125, 0));
        assertThat(size.at(0.1).threshold()).isCloseTo(0.37, within(1e-6));
        assertThat(size.at(0.1).fpir()).isEqualTo(0.1);
        assertThat(size.at(0.1).fnir()).isEqualTo(0);
    }

    @Test
    void missesAMateUnderTheThreshold() {
        // Given: half of the strangers are nearer to Ada than her own second picture
        Map<String, List<float[]>> people = strangers(40, 0.205);
        people.put("ada", List.of(vector(1, 0, 0), vector(0.205, 0, Math.sqrt(1 - 0.205 * 0.205))));

        // When
        Size size = OpenSet.of(people, new int[] {1}, 1, 7, HALF).sizes().get(0);

        // Then
        assertThat(size.operating().fnir()).isEqualTo(1);
        assertThat(size.at(0.1).fnir()).isEqualTo(1);
        assertThat(size.at(0.9).fnir()).isEqualTo(0);
    }

    @Test
    void missesAMateThatAnotherSubjectIsAheadOf() {
        // Given: every probe of Ada is nearer to Bela, and above any threshold in force
        float[] bela = vector(0.6, 0.8, 0);
        Map<String, List<float[]>> people = Map.of("ada", List.of(vector(1, 0, 0), vector(0.5, Math.sqrt(0.75), 0)), "bela", List.of(bela, bela));

        // When
        Size size = OpenSet.of(people, new int[] {2}, 50, 3, faces -> 0.1).sizes().get(0);

        // Then: Ada is missed and Bela found, half of the probes each
        assertThat(size.mated()).isEqualTo(100);
        assertThat(size.operating().fnir()).isEqualTo(0.5);
    }

    @Test
    void aTieWithAStrangerIsNotRankOne() {
        // Given
        float[] face = vector(1, 0, 0);
        Map<String, List<float[]>> people = Map.of("ada", List.of(face, face), "bela", List.of(face, face));

        // When
        Size size = OpenSet.of(people, new int[] {2}, 1, 3, HALF).sizes().get(0);

        // Then
        assertThat(size.operating().fnir()).isEqualTo(1);
    }

    @Test
    void statesNoRateThatTooFewProbesCanTell() {
        // Given: 29 strangers, of whom no rate of one in a hundred nor in ten is known, and a gallery of everybody
        Map<String, List<float[]>> people = strangers(29, 0.8);
        people.put("ada", List.of(vector(1, 0, 0), vector(0.8, 0, 0.6)));

        // When
        Size few = OpenSet.of(people, new int[] {1}, 1, 7, HALF).sizes().get(0);
        Size none = OpenSet.of(Map.of("ada", people.get("ada")), new int[] {1}, 1, 7, HALF).sizes().get(0);

        // Then
        assertThat(few.at(0.01).fnir()).isNaN();
        assertThat(few.at(0.1).threshold()).isNaN();
        assertThat(few.at(0.2).fnir()).isEqualTo(0);
        assertThat(few.operating().fpir()).isNaN();
        assertThat(few.operating().fnir()).isEqualTo(0);
        assertThat(none.curve()).isEmpty();
        assertThat(none.at(0.5).fnir()).isNaN();
    }

    @Test
    void keepsARateWhenScoresTie() {
        // Given: a hundred strangers of whom forty share the highest score
        Map<String, List<float[]>> people = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            people.put("s" + i, List.of(vector(i < 40 ? 0.6 : 0, i < 40 ? 0.8 : 1, 0)));
        }
        people.put("ada", List.of(vector(1, 0, 0), vector(1, 0, 0)));

        // When
        Point point = OpenSet.of(people, new int[] {1}, 1, 7, HALF).sizes().get(0).at(0.1);

        // Then
        assertThat(point.fpir()).isEqualTo(0);
        assertThat(point.threshold()).isGreaterThan(0.6f);
        assertThat(point.fnir()).isEqualTo(0);
    }

    @Test
    void aThresholdForTheChanceOfAnyMatchKeepsTheRateAtEverySize() {
        // Given: people whose pictures are about 0.25 alike, and strangers' cosines close to normal around zero, deviation 1 / 16
        Map<String, List<float[]>> people = crowd(300, 4, 256, 0.25, new Random(11));
        IntToDoubleFunction rule = faces -> upperQuantile(-Math.expm1(Math.log1p(-0.1) / faces)) / 16;

        // When
        List<Size> sizes = OpenSet.of(people, new int[] {150, 10, 40}, 10, 5, rule).sizes();

        // Then: one stranger in ten, and what is missed grows with the gallery
        assertThat(sizes).extracting(Size::subjects).containsExactly(10, 40, 150);
        assertThat(sizes).extracting(Size::nonMated).containsExactly(11_600, 10_400, 6_000);
        assertThat(sizes).extracting(Size::mated).containsExactly(300, 1_200, 4_500);
        assertThat(sizes).extracting(size -> size.operating().fpir()).allSatisfy(fpir -> assertThat(fpir).isCloseTo(0.1, within(0.02)));
        assertThat(sizes).extracting(size -> size.at(0.1).fpir()).allSatisfy(fpir -> assertThat(fpir).isCloseTo(0.1, within(0.001)));
        assertThat(sizes).extracting(size -> size.at(0.1).threshold() - rule.applyAsDouble(size.subjects()))
                .allSatisfy(apart -> assertThat(apart).isCloseTo(0, within(0.01)));
        assertThat(sizes).extracting(size -> size.at(0.01).fnir()).isSorted().doesNotContain(0.0);
    }

    @Test
    void aCurveGoesFromTheStrictestThresholdToTheLaxest() {
        // When
        List<Point> curve = OpenSet.of(crowd(60, 3, 32, 0.4, new Random(2)), new int[] {20}, 2, 1, HALF).sizes().get(0).curve();

        // Then
        assertThat(curve.get(0).fpir()).isEqualTo(0);
        assertThat(curve.get(curve.size() - 1).fpir()).isEqualTo(1);
        for (int i = 1; i < curve.size(); i++) {
            assertThat(curve.get(i).threshold()).isLessThan(curve.get(i - 1).threshold());
            assertThat(curve.get(i).fpir()).isGreaterThan(curve.get(i - 1).fpir());
            assertThat(curve.get(i).fnir()).isLessThanOrEqualTo(curve.get(i - 1).fnir());
        }
    }

    @Test
    void dependsOnTheSeedAndNotOnTheMapsOrder() {
        // Given
        Map<String, List<float[]>> people = crowd(60, 3, 32, 0.4, new Random(2));
        Map<String, List<float[]>> reversed = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(people.keySet());
        IntStream.range(0, names.size()).forEach(i -> reversed.put(names.get(names.size() - 1 - i), people.get(names.get(names.size() - 1 - i))));

        // When
        OpenSet first = OpenSet.of(people, new int[] {5, 20}, 3, 1, HALF);

        // Then
        assertThat(OpenSet.of(reversed, new int[] {5, 20}, 3, 1, HALF)).isEqualTo(first);
        assertThat(OpenSet.of(people, new int[] {5, 20}, 3, 2, HALF)).isNotEqualTo(first);
    }

    @Test
    void refusesAGalleryThatCannotBeDrawn() {
        // Given: one of three people has a second picture
        Map<String, List<float[]>> people = strangers(2, 0.8);
        people.put("ada", List.of(vector(1, 0, 0), vector(1, 0, 0)));

        // When / Then
        assertThat(OpenSet.enrollable(people)).isEqualTo(1);
        assertThatThrownBy(() -> OpenSet.of(people, new int[] {1, 2}, 1, 1, HALF)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1 to 1");
        people.put("odd", List.of(new float[2]));
        assertThatThrownBy(() -> OpenSet.of(people, new int[] {1}, 1, 1, HALF)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length");
    }

    /** People with one picture each, whose cosines with (1, 0, 0) and with (c, 0, s) for c² + s² = 1 both are 0.01, 0.02 and so on. */
    private static Map<String, List<float[]>> strangers(int count, double c) {
        Map<String, List<float[]>> people = new HashMap<>();
        for (int i = 1; i <= count; i++) {
            double x = i / 100.0;
            double z = x * (1 - c) / Math.sqrt(1 - c * c);
            people.put("stranger-" + i, List.of(vector(x, Math.sqrt(1 - x * x - z * z), z)));
        }
        return people;
    }

    /** People around random directions; pictures of one person have a cosine of about {@code likeness}. */
    private static Map<String, List<float[]>> crowd(int people, int pictures, int size, double likeness, Random random) {
        Map<String, List<float[]>> crowd = new LinkedHashMap<>();
        for (int p = 0; p < people; p++) {
            double[] centre = random.doubles(size).map(d -> random.nextGaussian() / Math.sqrt(size)).toArray();
            List<float[]> own = new ArrayList<>();
            for (int i = 0; i < pictures; i++) {
                double[] face = new double[size];
                for (int d = 0; d < size; d++) {
                    face[d] = Math.sqrt(likeness) * centre[d] + Math.sqrt(1 - likeness) * random.nextGaussian() / Math.sqrt(size);
                }
                own.add(vector(face));
            }
            crowd.put("person-" + p, own);
        }
        return crowd;
    }

    private static float[] vector(double... values) {
        double length = Math.sqrt(IntStream.range(0, values.length).mapToDouble(i -> values[i] * values[i]).sum());
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return unit;
    }

    /** By bisection of the tail, summed: independent of the rule in use. */
    private static double upperQuantile(double p) {
        double step = 1e-4;
        double tail = 0;
        double z = 8;
        while (tail < p) {
            z -= step;
            tail += step * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        }
        return z;
    }
}
