package dev.tronie.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The similarity of pairs of pictures. Pure.
 *
 * @param scores  cosines of the pairs that could be scored
 * @param same    whether each is of one person
 * @param skipped pairs with a picture that has no face, or cannot be read
 */
public record PairScores(double[] scores, boolean[] same, int skipped) {
    /** Scores a list. */
    public static PairScores of(PairList pairs, EmbeddedPictures pictures) {
        Map<String, float[]> embeddings = pictures.byName();
        List<PairList.Pair> scored = pairs.pairs().stream().filter(p -> embeddings.containsKey(p.a()) && embeddings.containsKey(p.b())).toList();
        double[] scores = new double[scored.size()];
        boolean[] same = new boolean[scored.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dot(embeddings.get(scored.get(i).a()), embeddings.get(scored.get(i).b()));
            same[i] = scored.get(i).same();
        }
        return new PairScores(scores, same, pairs.pairs().size() - scores.length);
    }

    /** Scores every picture with every other, of some people. */
    public static PairScores ofAll(Map<String, List<float[]>> people) {
        List<float[]> faces = new ArrayList<>();
        List<Integer> whose = new ArrayList<>();
        int person = 0;
        for (List<float[]> own : people.values()) {
            for (float[] face : own) {
                faces.add(face);
                whose.add(person);
            }
            person++;
        }
        int n = faces.size() * (faces.size() - 1) / 2;
        double[] scores = new double[n];
        boolean[] same = new boolean[n];
        int at = 0;
        for (int i = 0; i < faces.size(); i++) {
            for (int j = i + 1; j < faces.size(); j++) {
                scores[at] = dot(faces.get(i), faces.get(j));
                same[at++] = whose.get(i).equals(whose.get(j));
            }
        }
        return new PairScores(scores, same, 0);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
