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

/**
 * The largest face of each of many pictures, through the same path that uploads take.
 *
 * @param byName  unit-length embeddings by picture, in the order of the names
 * @param without pictures that have no face, or cannot be read
 */
public record EmbeddedPictures(Map<String, float[]> byName, List<String> without) {
    /**
     * Embeds pictures.
     *
     * @param names    files, relative to {@code folder}
     * @param folder   where they are
     * @param analyzer the vision path, called from as many threads as there are processors
     * @param progress told the number of pictures done
     */
    public static EmbeddedPictures of(List<String> names, Path folder, FaceAnalyzer analyzer, IntConsumer progress) {
        float[][] embeddings = new float[names.size()][];
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, names.size()).parallel().forEach(i -> {
            embeddings[i] = embedding(folder.resolve(names.get(i)), analyzer);
            progress.accept(done.incrementAndGet());
        });
        Map<String, float[]> byName = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        for (int i = 0; i < embeddings.length; i++) {
            if (embeddings[i] == null) {
                without.add(names.get(i));
            } else {
                byName.put(names.get(i), embeddings[i]);
            }
        }
        return new EmbeddedPictures(byName, List.copyOf(without));
    }

    /**
     * The embeddings by person.
     *
     * @param people picture names by person
     * @return people with at least one face, in the order given
     */
    public Map<String, List<float[]>> by(Map<String, List<String>> people) {
        Map<String, List<float[]>> found = new LinkedHashMap<>();
        people.forEach((person, names) -> {
            List<float[]> own = names.stream().filter(byName::containsKey).map(byName::get).toList();
            if (!own.isEmpty()) {
                found.put(person, own);
            }
        });
        return found;
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
}
