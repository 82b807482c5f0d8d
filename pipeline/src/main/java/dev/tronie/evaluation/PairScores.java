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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
        List<String> without = new ArrayList<>();
        Map<String, float[]> embeddings = embeddings(names, images, analyzer, progress, without);
        List<PairList.Pair> scored = pairs.pairs().stream().filter(p -> embeddings.containsKey(p.a()) && embeddings.containsKey(p.b())).toList();
        double[] scores = new double[scored.size()];
        boolean[] same = new boolean[scored.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dot(embeddings.get(scored.get(i).a()), embeddings.get(scored.get(i).b()));
            same[i] = scored.get(i).same();
        }
        return new PairScores(scores, same, pairs.pairs().size() - scores.length, List.copyOf(without));
    }

    /**
     * Scores every picture with every other.
     *
     * @param people   picture files by person, relative to {@code folder}
     * @param folder   where they are
     * @param analyzer the vision path
     * @param progress told the number of pictures done
     */
    public static PairScores ofAll(Map<String, List<String>> people, Path folder, FaceAnalyzer analyzer, IntConsumer progress) {
        List<String> without = new ArrayList<>();
        Map<String, String> whose = new LinkedHashMap<>();
        people.forEach((person, files) -> files.forEach(file -> whose.put(file, person)));
        Map<String, float[]> embeddings = embeddings(List.copyOf(whose.keySet()), folder, analyzer, progress, without);
        List<String> files = List.copyOf(embeddings.keySet());
        int n = files.size() * (files.size() - 1) / 2;
        double[] scores = new double[n];
        boolean[] same = new boolean[n];
        int at = 0;
        for (int i = 0; i < files.size(); i++) {
            for (int j = i + 1; j < files.size(); j++) {
                scores[at] = dot(embeddings.get(files.get(i)), embeddings.get(files.get(j)));
                same[at++] = whose.get(files.get(i)).equals(whose.get(files.get(j)));
            }
        }
        int all = whose.size() * (whose.size() - 1) / 2;
        return new PairScores(scores, same, all - n, List.copyOf(without));
    }

    /** Embeddings by name, of the pictures that have a face; the names of the others go into {@code without}. */
    private static Map<String, float[]> embeddings(List<String> names, Path folder, FaceAnalyzer analyzer, IntConsumer progress, List<String> without) {
        float[][] embeddings = new float[names.size()][];
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, names.size()).parallel().forEach(i -> {
            embeddings[i] = embedding(folder.resolve(names.get(i)), analyzer);
            progress.accept(done.incrementAndGet());
        });
        Map<String, float[]> byName = new LinkedHashMap<>();
        for (int i = 0; i < embeddings.length; i++) {
            if (embeddings[i] == null) {
                without.add(names.get(i));
            } else {
                byName.put(names.get(i), embeddings[i]);
            }
        }
        return byName;
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
