package dev.tronie.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.vision.FaceBox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleriesTest {
    private static final int D = 128;
    private final Random random = new Random(5);
    private final Galleries galleries = new Galleries();
    private final Map<FaceKey, float[]> enrolled = new HashMap<>();

    @Test
    void findsExactlyWhatABruteForceSearchFinds() {
        // Given: more faces than several chunks hold, five a subject, a third of them erased again
        for (int i = 0; i < 5_000; i++) {
            enrol("g", "subject-" + i / 5, "face-" + i, unit());
        }
        enrolled.keySet().stream().sorted(Comparator.comparing(FaceKey::text)).filter(k -> random.nextInt(3) == 0).toList().forEach(this::erase);
        List<float[]> probes = List.of(unit(), unit(), unit(), unit());

        // When
        Found found = galleries.search("g", "m", probes, 5);

        // Then
        assertThat(found.faces()).isEqualTo(enrolled.size());
        for (int p = 0; p < probes.size(); p++) {
            List<Map.Entry<String, Double>> expected = bruteForce(probes.get(p)).subList(0, 5);
            List<Hit> hits = found.hits().get(p);
            assertThat(hits).extracting(h -> h.template().key().subjectId()).containsExactlyElementsOf(expected.stream().map(Map.Entry::getKey).toList());
            for (int i = 0; i < 5; i++) {
                assertThat((double) hits.get(i).cosine()).isCloseTo(expected.get(i).getValue(), within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 128, 512, 700})
    void findsTheBestOfManyNearlyEqualFacesWhateverTheirSize(int size) {
        // Given: faces whose cosines differ by less than the scan's own rounding
        float[] centre = unit(size);
        for (int i = 0; i < 3_000; i++) {
            enrol("g", "s" + i, "f", at(0.5 + i * 1e-7, centre));
        }

        // When
        List<Hit> hits = galleries.search("g", "m", List.of(centre), 5).hits().get(0);

        // Then
        List<Map.Entry<String, Double>> expected = bruteForce(centre);
        for (int i = 0; i < 5; i++) {
            assertThat((double) hits.get(i).cosine()).isCloseTo(expected.get(i).getValue(), within(1e-7));
        }
    }

    @Test
    void facesThatComeAndGoLeaveNothingToSearchThrough() {
        // Given
        EmbeddingMatrix matrix = new EmbeddingMatrix(D);

        // When: each is the only one while it is there
        for (int i = 0; i < 5 * EmbeddingChunk.ROWS_MAX; i++) {
            matrix.remove(matrix.add(unit(), template("g", "s" + i, "f")));
        }

        // Then
        assertThat(matrix.chunks()).isLessThanOrEqualTo(1);
    }

    @Test
    void aFaceThatIsReplacedAllTheTimeIsAlwaysFound() throws InterruptedException {
        // Given: enough others that a search takes longer than a replacement
        for (int i = 0; i < 4_000; i++) {
            enrol("g", "other-" + i, "f", unit());
        }
        float[] face = unit();
        enrol("g", "ada", "1", face);
        AtomicBoolean done = new AtomicBoolean();
        Thread loader = new Thread(() -> {
            while (!done.get()) {
                galleries.put(template("g", "ada", "1"), face);
                Thread.yield();
            }
        });
        loader.start();

        // When
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            found.add(galleries.search("g", "m", List.of(face), 1).hits().get(0).get(0).template().key().subjectId());
            found.add(galleries.compare("g", "ada", "m", List.of(face)).hits().get(0).stream().filter(hit -> hit.cosine() > 0.99).map(hit -> hit.template().key().subjectId())
                    .findFirst().orElse("nobody"));
        }
        done.set(true);
        loader.join();

        // Then
        assertThat(found).containsOnly("ada");
    }

    @Test
    void neverReturnsAnErasedFaceAndForgetsItsNumbers() {
        // Given
        float[] face = unit();
        enrol("g", "ada", "1", face);
        enrol("g", "bela", "1", unit());

        // When
        boolean erased = galleries.remove(new FaceKey("g", "ada", "1"));

        // Then
        assertThat(erased).isTrue();
        assertThat(galleries.search("g", "m", List.of(face), 5).hits().get(0)).extracting(h -> h.template().key().subjectId()).containsExactly("bela");
        assertThat(galleries.ofSubject("g", "ada")).isEmpty();
        assertThat(galleries.size()).isEqualTo(1);
    }

    @Test
    void staysRightWhenAlmostEverythingIsErased() {
        // Given: chunks that empty out are rewritten or dropped
        for (int i = 0; i < 6_000; i++) {
            enrol("g", "s" + i, "f", unit());
        }
        List<FaceKey> keys = new ArrayList<>(enrolled.keySet());
        keys.subList(0, 5_950).forEach(this::erase);
        enrol("g", "late", "f", unit());
        float[] probe = unit();

        // When
        Found found = galleries.search("g", "m", List.of(probe), 51);

        // Then
        assertThat(found.hits().get(0)).hasSize(51);
        assertThat(found.hits().get(0)).extracting(h -> h.template().key().subjectId())
                .containsExactlyElementsOf(bruteForce(probe).stream().map(Map.Entry::getKey).toList());
        keys.subList(5_950, 6_000).forEach(key -> assertThat(galleries.remove(key)).isTrue());
        assertThat(galleries.search("g", "m", List.of(probe), 5).hits().get(0)).hasSize(1);
    }

    @Test
    void replacesAFaceOfTheSameKey() {
        // Given
        float[] before = unit();
        float[] after = unit();
        enrol("g", "ada", "1", before);

        // When
        enrol("g", "ada", "1", after);

        // Then
        List<Hit> hits = galleries.search("g", "m", List.of(before), 5).hits().get(0);
        assertThat(hits).singleElement().satisfies(h -> assertThat((double) h.cosine()).isLessThan(0.9));
        assertThat(galleries.size()).isEqualTo(1);
    }

    @Test
    void keepsGalleriesAndModelsApart() {
        // Given
        float[] face = unit();
        enrol("one", "ada", "1", face);

        // When
        List<Found> elsewhere = List.of(galleries.search("two", "m", List.of(face), 5), galleries.search("one", "other-model", List.of(face), 5));

        // Then
        assertThat(elsewhere).allSatisfy(f -> assertThat(f.hits().get(0)).isEmpty());
        assertThat(galleries.contains("one")).isTrue();
        assertThat(galleries.contains("two")).isFalse();
    }

    @Test
    void refusesAnEmbeddingOfAnotherSize() {
        // Given
        enrol("g", "ada", "1", unit());

        // When / Then
        assertThatThrownBy(() -> galleries.put(template("g", "bela", "1"), new float[64])).isInstanceOf(IllegalArgumentException.class);
        assertThat(galleries.search("g", "m", List.of(new float[64]), 5).hits().get(0)).as("a probe of another size matches nobody").isEmpty();
    }

    @Test
    void readersSeeOnlyWholeFacesWhileTheWriterWorks() throws InterruptedException {
        // Given: a face that is always there, and a writer that adds and erases others without pause
        float[] constant = unit();
        enrol("g", "constant", "1", constant);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                while (!stop.get()) {
                    Hit best = galleries.search("g", "m", List.of(constant), 1).hits().get(0).get(0);
                    assertThat(best.template().key().subjectId()).isEqualTo("constant");
                    assertThat((double) best.cosine()).isCloseTo(1, within(1e-5));
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        reader.start();

        // When
        for (int i = 0; i < 20_000; i++) {
            galleries.put(template("g", "s" + i, "f"), unit());
            if (i >= 1_500) {
                galleries.remove(new FaceKey("g", "s" + (i - 1_500), "f"));
            }
        }
        stop.set(true);
        reader.join();

        // Then
        assertThat(failure.get()).isNull();
    }

    @Test
    void keysSurviveAnyCharacters() {
        // Given
        FaceKey key = new FaceKey("a/b%2F", "Zoë %/% 张伟", "f/1");

        // When
        FaceKey back = FaceKey.parse(key.text());

        // Then
        assertThat(back).isEqualTo(key);
        assertThatThrownBy(() -> FaceKey.parse("only/two")).isInstanceOf(IllegalArgumentException.class);
    }

    private void enrol(String gallery, String subject, String face, float[] embedding) {
        galleries.put(template(gallery, subject, face), embedding);
        enrolled.put(new FaceKey(gallery, subject, face), embedding);
    }

    private void erase(FaceKey key) {
        galleries.remove(key);
        enrolled.remove(key);
    }

    private static Template template(String gallery, String subject, String face) {
        return new Template(new FaceKey(gallery, subject, face), "m", 1, new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0);
    }

    private List<Map.Entry<String, Double>> bruteForce(float[] probe) {
        Map<String, Double> best = new HashMap<>();
        enrolled.forEach((key, e) -> {
            double dot = 0;
            for (int d = 0; d < probe.length; d++) {
                dot += (double) e[d] * probe[d];
            }
            best.merge(key.subjectId(), dot, Math::max);
        });
        return best.entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).toList();
    }

    private float[] unit() {
        return unit(D);
    }

    private float[] unit(int size) {
        float[] v = new float[size];
        for (int d = 0; d < size; d++) {
            v[d] = (float) random.nextGaussian();
        }
        return unitOf(v);
    }

    /** A face of this cosine with another, in a random direction. */
    private float[] at(double cosine, float[] other) {
        float[] aside = unit(other.length);
        double along = 0;
        for (int d = 0; d < aside.length; d++) {
            along += (double) aside[d] * other[d];
        }
        for (int d = 0; d < aside.length; d++) {
            aside[d] -= (float) (along * other[d]);
        }
        unitOf(aside);
        for (int d = 0; d < aside.length; d++) {
            aside[d] = (float) (cosine * other[d] + Math.sqrt(1 - cosine * cosine) * aside[d]);
        }
        return aside;
    }

    private static float[] unitOf(float[] v) {
        double squares = 0;
        for (float value : v) {
            squares += (double) value * value;
        }
        for (int d = 0; d < v.length; d++) {
            v[d] /= (float) Math.sqrt(squares);
        }
        return v;
    }
}
