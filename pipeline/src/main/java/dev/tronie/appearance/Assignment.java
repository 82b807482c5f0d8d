package dev.tronie.appearance;

import java.util.Arrays;

/** Optimal assignment: the pairs whose costs sum to the least, as many pairs as can be (Kuhn 1955, with Jonker's and Volgenant's potentials). Pure. */
final class Assignment {
    private static final double FORBIDDEN = 1e6;

    private Assignment() {
    }

    /**
     * Solves.
     *
     * @param cost rows by columns, each below 1e5 in absolute value; infinite = the two cannot be a pair
     * @return for every row its column, or -1
     */
    static int[] solve(double[][] cost) {
        int rows = cost.length;
        int[] found = new int[rows];
        Arrays.fill(found, -1);
        int columns = rows == 0 ? 0 : cost[0].length;
        if (columns == 0) {
            return found;
        }
        int n = Math.max(rows, columns);
        double[] u = new double[n + 1];
        double[] v = new double[n + 1];
        int[] rowOf = new int[n + 1];
        int[] way = new int[n + 1];
        for (int row = 1; row <= n; row++) {
            rowOf[0] = row;
            int column = 0;
            double[] least = new double[n + 1];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            boolean[] used = new boolean[n + 1];
            do {
                used[column] = true;
                int i = rowOf[column];
                double delta = Double.POSITIVE_INFINITY;
                int next = 0;
                for (int j = 1; j <= n; j++) {
                    if (!used[j]) {
                        double reduced = at(cost, i - 1, j - 1) - u[i] - v[j];
                        if (reduced < least[j]) {
                            least[j] = reduced;
                            way[j] = column;
                        }
                        if (least[j] < delta) {
                            delta = least[j];
                            next = j;
                        }
                    }
                }
                for (int j = 0; j <= n; j++) {
                    if (used[j]) {
                        u[rowOf[j]] += delta;
                        v[j] -= delta;
                    } else {
                        least[j] -= delta;
                    }
                }
                column = next;
            } while (rowOf[column] != 0);
            do {
                int before = way[column];
                rowOf[column] = rowOf[before];
                column = before;
            } while (column != 0);
        }
        for (int j = 1; j <= columns; j++) {
            int row = rowOf[j] - 1;
            if (row < rows && Double.isFinite(cost[row][j - 1])) {
                found[row] = j - 1;
            }
        }
        return found;
    }

    /** The square matrix: what is forbidden, or beside the given one, costs more than any pair. */
    private static double at(double[][] cost, int row, int column) {
        return row < cost.length && column < cost[0].length && Double.isFinite(cost[row][column]) ? cost[row][column] : FORBIDDEN;
    }
}
