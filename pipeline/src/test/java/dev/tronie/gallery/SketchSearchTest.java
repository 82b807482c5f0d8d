package dev.tronie.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.bench.SyntheticPeople;
import dev.tronie.vision.FaceBox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Galleries so large, by their own account, that only faces with near sketches are compared. */
class SketchSearchTest {
    private static final int D = 128;
    private static final int FACES_EACH = 4;
    private static final double RECALL_MIN = 0.995;
    private static final double LOST_MAX = 0.005;

    private final Galleries galleries = new Galleries(0);
    private final List<float[]> people = new ArrayList<>();
    private SyntheticPeople source = new SyntheticPeople(D, 1);
    private UnaryOperator<float[]> form = UnaryOperator.identity();

    @ParameterizedTest
    @ValueSource(ints = {128, 512})
    void findsTheNearestFaceOfNearlyEverybodyWhoIsEnrolled(int size) {
        // Given
        source = new SyntheticPeople(size, 1);
        enrolPeople(5_000);
        List<float[]> probes = pictures(1_000);

        // When
        double recall = recall(probes);

        // Then
        assertThat(recall).isBetween(RECALL_MIN, 1.0);
    }

    @Test
    void doesNotDependOnWhichNumbersTellPeopleApart() {
        // Given: embeddings whose first half is the same for everybody
        source = new SyntheticPeople(256, 1);
        form = SketchSearchTest::afterNothing;
        enrolPeople(5_000);
        List<float[]> probes = pictures(300);

        // When
        double recall = recall(probes);

        // Then
        assertThat(recall).isGreaterThanOrEqualTo(RECALL_MIN);
    }

    @Test
    void findsThemStillWhenAFifthHasGoneAndOthersHaveCome() {
        // Given
        enrolPeople(5_000);
        List<float[]> probes = pictures(1_000);
        double before = recall(probes);

        // When
        for (int round = 0; round < 3; round++) {
            for (int p = round; p < people.size(); p += 5) {
                erase(p);
                people.set(p, source.person());
                enrol(p);
            }
        }

        // Then
        assertThat(recall(pictures(1_000))).isGreaterThanOrEqualTo(before - LOST_MAX);
    }

    @Test
    void tellsTheCosinesAndTheOrderOfAnExactSearch() {
        // Given
        enrolPeople(3_000);
        List<float[]> probes = pictures(100);

        // When
        List<List<Hit>> found = galleries.search("g", "m", probes, 1).hits();

        // Then
        assertThat(found).isEqualTo(galleries.searchExactly("g", "m", probes, 1).hits());
    }

    @Test
    void findsAFaceAsSoonAsItIsEnrolledAndNeverOnceItIsErased() {
        // Given
        enrolPeople(2_000);
        float[] newcomer = source.person();
        FaceKey key = new FaceKey("g", "newcomer", "f");

        // When
        galleries.put(template("newcomer", "f"), newcomer);
        String with = nearest(newcomer);
        galleries.remove(key);
        List<Hit> without = galleries.search("g", "m", List.of(newcomer), 100).hits().get(0);

        // Then
        assertThat(with).isEqualTo("newcomer");
        assertThat(without).hasSize(100).noneMatch(hit -> hit.template().key().equals(key));
    }

    @Test
    void aReplacedFaceIsNearWhereItIsNowOnly() {
        // Given
        enrolPeople(2_000);
        float[] before = source.person();
        float[] after = source.person();
        galleries.put(template("ada", "f"), before);

        // When
        galleries.put(template("ada", "f"), after);

        // Then
        assertThat(nearest(after)).isEqualTo("ada");
        assertThat(nearest(before)).isNotEqualTo("ada");
    }

    @Test
    void aSubjectOfMoreFacesThanAreComparedDoesNotHideTheNextOne() {
        // Given
        enrolPeople(1_000);
        float[] ada = source.person();
        for (int i = 0; i < 3_000; i++) {
            galleries.put(template("ada", "f" + i), ada);
        }

        // When
        List<Hit> hits = galleries.search("g", "m", List.of(ada), 5).hits().get(0);

        // Then
        assertThat(hits).isEqualTo(galleries.searchExactly("g", "m", List.of(ada), 5).hits().get(0));
        assertThat(hits).hasSize(5).extracting(hit -> hit.template().key().subjectId()).doesNotHaveDuplicates();
    }

    @Test
    void onlyMoreFacesThanTheLimitAreSearchedByTheirSketches() {
        // Given: strangers, whose nearest face is hardly nearer than others
        Galleries atLimit = new Galleries(8_000);
        Galleries aboveLimit = new Galleries(7_999);
        for (int i = 0; i < 8_000; i++) {
            float[] face = source.person();
            atLimit.put(template("s" + i, "f"), face);
            aboveLimit.put(template("s" + i, "f"), face);
        }
        List<float[]> strangers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            strangers.add(source.person());
        }

        // When
        List<List<Hit>> exactly = atLimit.search("g", "m", strangers, 50).hits();

        // Then
        assertThat(exactly).isEqualTo(atLimit.searchExactly("g", "m", strangers, 50).hits());
        assertThat(aboveLimit.search("g", "m", strangers, 50).hits()).isNotEqualTo(exactly);
    }

    @Test
    void whoIsEnrolledAllTheTimeIsFoundAllTheTimeWhileOthersComeAndGo() throws InterruptedException {
        // Given: a face that is replaced by itself without pause, and others that come and go
        enrolPeople(1_000);
        float[] ada = source.person();
        galleries.put(template("ada", "f"), ada);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<List<Hit>> wrong = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                List<Hit> hits = galleries.search("g", "m", List.of(ada), 1).hits().get(0);
                if (!hits.get(0).template().key().subjectId().equals("ada") || hits.get(0).cosine() < 0.999) {
                    wrong.set(hits);
                }
            }
        });
        reader.start();

        // When
        for (int i = 0; i < 10_000; i++) {
            galleries.put(template("ada", "f"), ada);
            galleries.put(template("passing-" + i, "f"), people.get(i % people.size()));
            if (i >= 500) {
                galleries.remove(new FaceKey("g", "passing-" + (i - 500), "f"));
            }
        }
        done.set(true);
        reader.join();

        // Then
        assertThat(wrong.get()).isNull();
    }

    private void enrolPeople(int count) {
        for (int p = 0; p < count; p++) {
            people.add(source.person());
            enrol(p);
        }
    }

    private void enrol(int person) {
        for (int f = 0; f < FACES_EACH; f++) {
            galleries.put(template("s" + person, "f" + f), form.apply(source.faceOf(people.get(person))));
        }
    }

    private static float[] afterNothing(float[] face) {
        float[] longer = new float[2 * face.length];
        System.arraycopy(face, 0, longer, face.length, face.length);
        return longer;
    }

    private void erase(int person) {
        for (int f = 0; f < FACES_EACH; f++) {
            galleries.remove(new FaceKey("g", "s" + person, "f" + f));
        }
    }

    private List<float[]> pictures(int count) {
        List<float[]> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            probes.add(form.apply(source.faceOf(people.get(i * people.size() / count))));
        }
        return probes;
    }

    /** Share of the probes whose nearest face is the one that comparing all finds. */
    private double recall(List<float[]> probes) {
        List<List<Hit>> found = galleries.search("g", "m", probes, 1).hits();
        List<List<Hit>> expected = galleries.searchExactly("g", "m", probes, 1).hits();
        int right = 0;
        for (int p = 0; p < probes.size(); p++) {
            right += found.get(p).equals(expected.get(p)) ? 1 : 0;
        }
        return (double) right / probes.size();
    }

    private String nearest(float[] probe) {
        return galleries.search("g", "m", List.of(probe), 1).hits().get(0).get(0).template().key().subjectId();
    }

    private static Template template(String subject, String face) {
        return new Template(new FaceKey("g", subject, face), "m", 1, new Template.Origin("", new FaceBox(0, 0, 1, 1), 1, 0, 0), 0);
    }
}
