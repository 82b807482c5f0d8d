package dev.tronie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void aStraightLineHasItsSlopeAndNoError() {
        // Given 60 points of a line that rises by 3 an hour
        double[] hours = IntStream.range(0, 60).mapToDouble(i -> i / 60.0).toArray();
        double[] values = IntStream.range(0, 60).mapToDouble(i -> 800 + 3 * i / 60.0).toArray();

        // When
        Trend trend = Trend.of(hours, values, 5);

        // Then
        assertThat(trend.slope()).isCloseTo(3, within(1e-9));
        assertThat(trend.error()).isCloseTo(0, within(1e-9));
    }

    @Test
    void aJumpUpAndDownIsErrorNotSlope() {
        // Given a level that goes up and down by the block
        double[] hours = IntStream.range(0, 61).mapToDouble(i -> i / 60.0).toArray();
        double[] values = IntStream.range(0, 61).mapToDouble(i -> i % 2 == 0 ? 800 : 804).toArray();

        // When
        Trend trend = Trend.of(hours, values, 1);

        // Then
        assertThat(trend.slope()).isCloseTo(0, within(1e-9));
        assertThat(trend.error()).isGreaterThan(0.5);
    }

    @Test
    void twoPointsHaveNoError() {
        // Given two points only
        // When
        Trend trend = Trend.of(new double[] {0, 1}, new double[] {1, 2}, 1);

        // Then
        assertThat(trend.slope()).isEqualTo(1);
        assertThat(trend.error()).isNaN();
    }
}
