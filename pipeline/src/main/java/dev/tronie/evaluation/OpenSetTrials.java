package dev.tronie.evaluation;

import dev.tronie.evaluation.OpenSet.Pool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Draws galleries and scores every picture against them. One thread calls; it uses the common pool's. */
final class OpenSetTrials {
    private final float[][] embeddings;
    /** Whose each picture is. */
    private final int[] person;
    /** Pictures of person p are {@code from[p]} until {@code from[p + 1]}. */
    private final int[] from;
    private final Random random;

    /**
     * Prepares.
     *
     * @throws IllegalArgumentException where embeddings differ in length
     */
    OpenSetTrials(Map<String, List<float[]>> people, long seed) {
        List<List<float[]>> inOrder = List.copyOf(new TreeMap<>(people).values());
        embeddings = inOrder.stream().flatMap(List::stream).toArray(float[][]::new);
        if (Arrays.stream(embeddings).anyMatch(e -> e.length != embeddings[0].length)) {
            throw new IllegalArgumentException("embeddings differ in length");
        }
        from = new int[inOrder.size() + 1];
        person = new int[embeddings.length];
        for (int p = 0; p < inOrder.size(); p++) {
            from[p + 1] = from[p] + inOrder.get(p).size();
            Arrays.fill(person, from[p], from[p + 1], p);
        }
        random = new Random(seed);
    }

    int pictures() {
        return embeddings.length;
    }

    /** One draw: the largest gallery, scored once; the smaller ones are its beginnings. */
    void next(int[] sizes, List<Pool> pools) {
        int[] enrolled = new int[sizes[sizes.length - 1]];
        int[] place = draw(enrolled);
        float[] gallery = byDimension(enrolled);
        float[][] best = new float[embeddings.length][];
        IntStream.range(0, best.length).parallel()
                .forEach(i -> best[i] = best(cosines(embeddings[i], gallery, enrolled.length), place[person[i]], sizes));
        for (int i = 0; i < best.length; i++) {
            int at = place[person[i]];
            for (int k = 0; k < sizes.length; k++) {
                if (at >= sizes[k]) {
                    pools.get(k).nonMated(i, best[i][k]);
                } else if (enrolled[at] != i) {
                    pools.get(k).mated(best[i][k]);
                }
            }
        }
    }

    /** Fills in the enrolled pictures. Returns the place of each person in the gallery, beyond every gallery for those who are not in it. */
    private int[] draw(int[] enrolled) {
        List<Integer> known = new ArrayList<>(IntStream.range(0, from.length - 1).filter(p -> from[p + 1] - from[p] >= 2).boxed().toList());
        Collections.shuffle(known, random);
        int[] place = new int[from.length - 1];
        Arrays.fill(place, Integer.MAX_VALUE);
        for (int g = 0; g < enrolled.length; g++) {
            int p = known.get(g);
            place[p] = g;
            enrolled[g] = from[p] + random.nextInt(from[p + 1] - from[p]);
        }
        return place;
    }

    private float[] byDimension(int[] chosen) {
        float[] values = new float[embeddings[0].length * chosen.length];
        for (int g = 0; g < chosen.length; g++) {
            for (int d = 0; d < embeddings[0].length; d++) {
                values[d * chosen.length + g] = embeddings[chosen[g]][d];
            }
        }
        return values;
    }

    /** Dimension by dimension, so that the inner loop runs over neighbouring faces and becomes SIMD. */
    private static float[] cosines(float[] probe, float[] gallery, int faces) {
        float[] sums = new float[faces];
        for (int d = 0; d < probe.length; d++) {
            float q = probe[d];
            int start = d * faces;
            for (int g = 0; g < faces; g++) {
                sums[g] += q * gallery[start + g];
            }
        }
        return sums;
    }

    /** For every size the best score; minus infinity, which no threshold accepts, where the mate is enrolled but not ahead of all others. */
    private static float[] best(float[] cosines, int mate, int[] sizes) {
        float[] best = new float[sizes.length];
        float others = Float.NEGATIVE_INFINITY;
        int g = 0;
        for (int k = 0; k < sizes.length; k++) {
            for (; g < sizes[k]; g++) {
                others = g == mate ? others : Math.max(others, cosines[g]);
            }
            best[k] = mate >= sizes[k] ? others : cosines[mate] > others ? cosines[mate] : Float.NEGATIVE_INFINITY;
        }
        return best;
    }
}
