package dev.tronie.appearance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;

    @Test
    void findsTheLeastSumWhereTheNearestPairWouldNot() {
        // Given: the nearest pair first would leave the others a hundred apart
        double[][] cost = {{1, 2}, {2, 100}};

        // When
        int[] pairs = Assignment.solve(cost);

        // Then
        assertThat(pairs).containsExactly(1, 0);
    }

    @Test
    void pairsAsManyAsCanBeAndNoneThatIsForbidden() {
        // When
        int[] pairs = Assignment.solve(new double[][] {{NEVER, 3, NEVER}, {NEVER, 1, NEVER}, {NEVER, NEVER, NEVER}});

        // Then
        assertThat(pairs).containsExactly(-1, 1, -1);
    }

    @Test
    void takesAnyShape() {
        // When / Then
        assertThat(Assignment.solve(new double[][] {})).isEmpty();
        assertThat(Assignment.solve(new double[][] {{}, {}})).containsExactly(-1, -1);
        assertThat(Assignment.solve(new double[][] {{5}, {4}, {-6}})).containsExactly(-1, -1, 0);
        assertThat(Assignment.solve(new double[][] {{5, -4, 6}})).containsExactly(1);
    }

    @Test
    void isAsGoodAsTryingAll() {
        // Given
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int rows = 1 + random.nextInt(5);
            int columns = 1 + random.nextInt(5);
            double[][] cost = new double[rows][columns];
            for (double[] row : cost) {
                for (int j = 0; j < columns; j++) {
                    row[j] = random.nextInt(5) == 0 ? NEVER : random.nextInt(40) - 20;
                }
            }

            // When
            int[] pairs = Assignment.solve(cost);

            // Then
            double[] best = best(cost, 0, 0);
            double sum = 0;
            int n = 0;
            for (int i = 0; i < rows; i++) {
                sum += pairs[i] < 0 ? 0 : cost[i][pairs[i]];
                n += pairs[i] < 0 ? 0 : 1;
            }
            assertThat((double) n).isEqualTo(best[0]);
            assertThat(sum).isCloseTo(best[1], within(1e-9));
        }
    }

    /** Most pairs, and the least sum among those. */
    private static double[] best(double[][] cost, int row, int used) {
        if (row == cost.length) {
            return new double[] {0, 0};
        }
        double[] best = best(cost, row + 1, used);
        for (int j = 0; j < cost[row].length; j++) {
            if ((used & 1 << j) == 0 && Double.isFinite(cost[row][j])) {
                double[] rest = best(cost, row + 1, used | 1 << j);
                double[] mine = {rest[0] + 1, rest[1] + cost[row][j]};
                best = mine[0] > best[0] || mine[0] == best[0] && mine[1] < best[1] ? mine : best;
            }
        }
        return best;
    }
}
