package dev.tronie.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SieveTest {
    private static final int CHUNKS = 30;
    private static final int ROWS = 500;

    /** One distance for all is the worst that a sieve can be offered. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 10_000})
    void keepsTheNearestAndOfThoseAtTheLastDistanceTheFirst(int distances) {
        // Given
        Random random = new Random(3);
        Sieve sieve = new Sieve(100, distances);
        List<int[]> all = new ArrayList<>();

        // When
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int[] offered = random.ints(ROWS, 0, distances).toArray();
            sieve.offer(chunk, offered, ROWS);
            for (int row = 0; row < ROWS; row++) {
                all.add(new int[] {offered[row], chunk, row});
            }
        }
        int kept = sieve.finish();

        // Then
        List<String> found = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            found.add(sieve.chunk(i) + "/" + sieve.row(i));
        }
        List<String> nearest = all.stream().sorted(Comparator.comparingInt(face -> face[0])).limit(100).map(face -> face[1] + "/" + face[2]).toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(nearest);
    }
}
