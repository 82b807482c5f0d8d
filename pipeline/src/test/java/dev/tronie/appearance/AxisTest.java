package dev.tronie.appearance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.schema.AxisMemory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void learnsAnEvenMotionAndGoesOnWithIt() {
        // Given
        Random random = new Random(1);
        AxisMemory axis = Axis.start(0, 5, 100);

        // When: 50 a second, measured five times a second with an error of 5
        for (int i = 1; i <= 40; i++) {
            axis = Axis.measured(Axis.later(axis, 0.2, 100), 10 * i + 5 * random.nextGaussian(), 5);
        }

        // Then
        assertThat(axis.getVelocity()).isCloseTo(50, within(15.0));
        assertThat(Axis.later(axis, 1, 100).getPosition()).isCloseTo(450, within(20.0));
    }

    @Test
    void knowsLessTheLongerNothingIsSeenAndMoreAfterEveryLook() {
        // Given
        AxisMemory axis = Axis.measured(Axis.later(Axis.start(0, 5, 100), 0.2, 100), 3, 5);

        // When
        AxisMemory soon = Axis.later(axis, 0.2, 100);
        AxisMemory late = Axis.later(axis, 2, 100);

        // Then
        assertThat(late.getPp()).isGreaterThan(soon.getPp()).isGreaterThan(axis.getPp());
        assertThat(Axis.measured(late, 0, 5).getPp()).isLessThan(25);
    }

    @Test
    void twoStepsAreAsGoodAsOne() {
        // Given
        AxisMemory axis = new AxisMemory(10.0, 3.0, 4.0, 1.0, 9.0);

        // When
        AxisMemory twice = Axis.later(Axis.later(axis, 0.3, 50), 0.7, 50);
        AxisMemory once = Axis.later(axis, 1, 50);

        // Then
        assertThat(twice.getPosition()).isCloseTo(once.getPosition(), within(1e-9));
        assertThat(twice.getPp()).isCloseTo(once.getPp(), within(1e-9));
        assertThat(twice.getPv()).isCloseTo(once.getPv(), within(1e-9));
        assertThat(twice.getVv()).isCloseTo(once.getVv(), within(1e-9));
    }
}
