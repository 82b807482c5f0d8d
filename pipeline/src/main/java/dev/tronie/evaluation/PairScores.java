package dev.tronie.evaluation;

import dev.tronie.image.Outcome;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.FaceAnalyzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The similarity of every pair of a list, through the same path that uploads take: the largest face of each picture.
 *
 * @param scores  cosines of the pairs that could be scored
 * @param same    whether each is of one person
 * @param skipped pairs with a picture that has no face, or cannot be read
 * @param without those pictures
 */
public record PairScores(double[] scores, boolean[] same, int skipped, List<String> without) {

    /**
     * Scores a list.
     *
     * @param pairs    what to compare
     * @param images   where the pictures are
     * @param analyzer the vision path, called from as many threads as there are processors
     * @param progress told the number of pictures done
     */
    public static PairScores of(PairList pairs, Path images, FaceAnalyzer analyzer, IntConsumer progress) {
        List<String> names = pairs.pairs().stream().flatMap(p -> Stream.of(p.a(), p.b())).distinct().toList();
        float[][] embeddings = new float[names.size()][];
        java.util.concurrent.atomic.AtomicInteger done = new java.util.concurrent.atomic.AtomicInteger();
        IntStream.range(0, names.size()).parallel().forEach(i -> {
            embeddings[i] = embedding(images.resolve(names.get(i)), analyzer);
            progress.accept(done.incrementAndGet());
        });
        Map<String, float[]> byName = new HashMap<>();
        List<String> without = new ArrayList<>();
        for (int i = 0; i < embeddings.length; i++) {
            if (embeddings[i] == null) {
                without.add(names.get(i));
            } else {
                byName.put(names.get(i), embeddings[i]);
            }
        }
        List<PairList.Pair> scored = pairs.pairs().stream().filter(p -> byName.containsKey(p.a()) && byName.containsKey(p.b())).toList();
        double[] scores = new double[scored.size()];
        boolean[] same = new boolean[scored.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dot(byName.get(scored.get(i).a()), byName.get(scored.get(i).b()));
            same[i] = scored.get(i).same();
        }
        return new PairScores(scores, same, pairs.pairs().size() - scores.length, List.copyOf(without));
    }

    private static float[] embedding(Path file, FaceAnalyzer analyzer) {
        try {
            Outcome<Analysis> outcome = analyzer.analyse(Files.readAllBytes(file), new AnalysisOptions(64, 0, true, false));
            return outcome instanceof Outcome.Ok<Analysis> ok ? ok.value().faces().stream()
                    .max(Comparator.comparingDouble(f -> f.detection().box().area())).map(Analysis.Face::embedding).orElse(null) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
