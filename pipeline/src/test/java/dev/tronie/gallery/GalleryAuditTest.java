package dev.tronie.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tronie.gallery.GalleryAudit.Enrolled;
import dev.tronie.gallery.GalleryAudit.Finding;
import dev.tronie.gallery.GalleryAudit.Kind;
import dev.tronie.gallery.GalleryAudit.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GalleryAuditTest {
    private static final int D = 128;
    private static final Limits LIMITS = new Limits(0.5f, 0.3f, 0.2f);
    private final Random random = new Random(9);
    private final List<Enrolled> faces = new ArrayList<>();

    @Test
    void saysNothingAboutCleanSubjects() {
        // Given: more faces than several tiles hold
        enrolClean(400, 4);

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).isEmpty();
    }

    @Test
    void findsThePoisonedTemplateAndBlamesNoneOfTheCleanOnes() {
        // Given: a photo of subject 7 under the name of subject 300
        float[] seven = enrolClean(400, 4).get(7);
        enrol("s300", "poison", around(seven));

        // When
        List<Finding> findings = audit();

        // Then: where it was drawn from, and that it does not fit where it is
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.LOOKS_LIKE_ANOTHER, Kind.OUTLIER);
        assertThat(findings).allSatisfy(f -> assertThat(f.face()).isEqualTo(key("s300", "poison")));
        Finding poison = findings.get(0);
        assertThat(poison.other().subjectId()).isEqualTo("s7");
        assertThat(poison.figure()).isGreaterThan(0.5f);
        assertThat(poison.own()).isLessThan(0.3f).isEqualTo(findings.get(1).figure());
        assertThat(poison.pairs()).isEqualTo(4);
    }

    @Test
    void findsTwoPoisonedTemplatesThatSupportEachOther() {
        // Given
        float[] ada = person("ada", 4);
        person("bela", 4);
        enrol("bela", "x1", around(ada));
        enrol("bela", "x2", around(ada));

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).extracting(Finding::kind)
                .containsExactly(Kind.LOOKS_LIKE_ANOTHER, Kind.LOOKS_LIKE_ANOTHER, Kind.OUTLIER, Kind.OUTLIER);
        assertThat(findings).extracting(f -> f.face().faceId()).containsExactly("x1", "x2", "x1", "x2");
    }

    @Test
    void blamesTheStrayAndNotTheOnlyFaceOfWhomItShows() {
        // Given: Bela has one photo, and another of him is among Ada's
        float[] bela = direction();
        person("ada", 3);
        enrol("ada", "x", around(bela));
        enrol("bela", "1", around(bela));

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).filteredOn(f -> f.kind() == Kind.LOOKS_LIKE_ANOTHER).singleElement().satisfies(f -> {
            assertThat(f.face()).isEqualTo(key("ada", "x"));
            assertThat(f.other()).isEqualTo(key("bela", "1"));
        });
        assertThat(findings).noneMatch(f -> f.kind() == Kind.NEAR_DUPLICATE);
    }

    @Test
    void reportsOnePersonUnderTwoNamesOnceAndBlamesNoFace() {
        // Given: the strongest of six pairs is 0.9
        enrol("robert", "1", 1, 0);
        enrol("robert", "2", 0.8, 0.6);
        enrol("bob", "1", 0.9, Math.sqrt(0.19));
        enrol("bob", "2", 0.6, 0.8);
        enrol("bob", "3", 1, 0);

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).containsExactly(new Finding(Kind.NEAR_DUPLICATE, key("bob", "3"), key("robert", "1"), 1, Float.NaN, 6));
    }

    @Test
    void reportsTwoSubjectsOfOneFaceEachThatLookAlike() {
        // Given
        enrol("ada", "1", 1, 0);
        enrol("bela", "1", 0.6, 0.8);
        enrol("chidi", "1", -0.6, 0.8);

        // When
        List<Finding> findings = audit();

        // Then: Ada and Bela at 0.6, and not Bela and Chidi at 0.28
        assertThat(findings).singleElement().satisfies(f -> {
            assertThat(f.kind()).isEqualTo(Kind.NEAR_DUPLICATE);
            assertThat(f.face()).isEqualTo(key("ada", "1"));
            assertThat(f.other()).isEqualTo(key("bela", "1"));
            assertThat(f.figure()).isCloseTo(0.6f, within(1e-6f));
        });
    }

    @Test
    void namesBothFacesOfASubjectThatDisagree() {
        // Given
        enrol("ada", "2", 1, 0);
        enrol("ada", "1", 0.28, 0.96);

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).containsExactly(new Finding(Kind.DISAGREE, key("ada", "1"), key("ada", "2"), 0.28f, Float.NaN, 1));
    }

    @Test
    void saysThatNoMajorityTellsWhichFaceIsWrong() {
        // Given: two camps of two
        enrol("ada", "1", 1, 0);
        enrol("ada", "2", 1, 0);
        enrol("ada", "3", 0, 1);
        enrol("ada", "4", -0.28, 0.96);

        // When
        List<Finding> findings = audit();

        // Then: the least alike, and how many pairs are not
        assertThat(findings).containsExactly(new Finding(Kind.DISAGREE, key("ada", "1"), key("ada", "4"), -0.28f, Float.NaN, 4));
    }

    @Test
    void doesNotTakeHalfOfTheFacesForAMajority() {
        // Given: a chain of which each face is like its neighbours only, so that the two in the middle fit and the ends do not
        enrol("ada", "1", 1, 0);
        enrol("ada", "2", 0.5, Math.sqrt(0.75));
        enrol("ada", "3", -0.5, Math.sqrt(0.75));
        enrol("ada", "4", -1, 0);

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).containsExactly(new Finding(Kind.DISAGREE, key("ada", "1"), key("ada", "4"), -1, Float.NaN, 3));
    }

    @Test
    void twoFacesOfThreeThatAgreeOutvoteTheThird() {
        // Given
        enrol("ada", "1", 1, 0);
        enrol("ada", "2", 0, 1);
        enrol("ada", "3", 0.8, -0.6);

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).containsExactly(new Finding(Kind.OUTLIER, key("ada", "2"), null, 0, Float.NaN, 1));
    }

    @Test
    void findsOnePictureUnderTwoNamesUnlessItShowsTwoPeople() {
        // Given: one portrait under two names, one group photo of two people, and two pictures of which nothing is known
        enrolFrom("portrait", "ada", "1", 1, 0, 0);
        enrolFrom("portrait", "bela", "1", 1, 0, 0);
        enrolFrom("group", "chidi", "1", 0, 1, 0);
        enrolFrom("group", "dunja", "1", 0, 0, 1);
        enrolFrom("", "fumi", "1", 0, -1, 0);
        enrolFrom("", "goran", "1", 0, -0.4, -Math.sqrt(0.84));

        // When
        List<Finding> findings = audit();

        // Then: and the pair is not told a second time as a near duplicate
        assertThat(findings).containsExactly(new Finding(Kind.SAME_PICTURE, key("ada", "1"), key("bela", "1"), 1, Float.NaN, 1));
    }

    @Test
    void neverComparesFacesOfDifferentModels() {
        // Given: as alike as can be, of different models and sizes; unlike, of one subject
        faces.add(new Enrolled(key("ada", "1"), "m", 1, "p", new float[] {1, 0}));
        faces.add(new Enrolled(key("bela", "1"), "n", 1, "p", new float[] {1, 0}));
        faces.add(new Enrolled(key("ada", "2"), "o", 1, "q", new float[] {0, 1, 0}));

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).isEmpty();
    }

    @Test
    void findsPoorPhotosAndSortsTheWorstKindFirstThenByName() {
        // Given
        faces.add(new Enrolled(key("zoe", "1"), "m", 0.1f, null, new float[] {1, 0, 0}));
        faces.add(new Enrolled(key("bela", "1"), "m", 0.19f, null, new float[] {0, 1, 0}));
        faces.add(new Enrolled(key("ada", "1"), "m", 0.2f, null, new float[] {0, 0.6f, 0.8f}));

        // When
        List<Finding> findings = audit();

        // Then
        assertThat(findings).extracting(f -> f.kind() + " " + f.face().subjectId() + " " + f.figure())
                .containsExactly("NEAR_DUPLICATE ada 0.6", "POOR_PHOTO bela 0.19", "POOR_PHOTO zoe 0.1");
    }

    @Test
    void givesTheSameFindingsInAnyOrderAndCountsEveryFace() {
        // Given
        float[] seven = enrolClean(300, 3).get(7);
        enrol("s200", "poison", around(seven));
        enrol("s8", "poison", around(seven));
        List<Finding> before = audit();
        Collections.shuffle(faces, random);
        AtomicInteger most = new AtomicInteger();

        // When
        List<Finding> findings = GalleryAudit.of(faces, LIMITS, done -> most.accumulateAndGet(done, Math::max));

        // Then
        assertThat(findings).isEqualTo(before).isNotEmpty();
        assertThat(most).hasValue(902);
    }

    @Test
    void refusesWhatCannotBeAudited() {
        // Given
        enrol("ada", "1", 1, 0);
        List<Enrolled> twoGalleries = List.of(faces.get(0), new Enrolled(new FaceKey("h", "ada", "1"), "m", 1, null, new float[] {1, 0}));
        List<Enrolled> twoSizes = List.of(faces.get(0), new Enrolled(key("ada", "2"), "m", 1, null, new float[] {1, 0, 0}));

        // When / Then
        assertThatThrownBy(() -> GalleryAudit.of(twoGalleries, LIMITS, n -> { })).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GalleryAudit.of(twoSizes, LIMITS, n -> { })).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Limits(0.3f, 0.5f, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(GalleryAudit.of(List.of(), LIMITS, n -> { })).isEmpty();
    }

    private List<Finding> audit() {
        return GalleryAudit.of(faces, LIMITS, done -> { });
    }

    /** Subjects s0, s1 and so on; returns their directions. */
    private List<float[]> enrolClean(int subjects, int each) {
        List<float[]> directions = new ArrayList<>();
        for (int s = 0; s < subjects; s++) {
            directions.add(person("s" + s, each));
        }
        return directions;
    }

    private float[] person(String subject, int each) {
        float[] direction = direction();
        for (int i = 0; i < each; i++) {
            enrol(subject, "f" + i, around(direction));
        }
        return direction;
    }

    private void enrol(String subject, String face, float[] embedding) {
        faces.add(new Enrolled(key(subject, face), "m", 1, null, embedding));
    }

    private void enrol(String subject, String face, double... embedding) {
        enrolFrom(null, subject, face, embedding);
    }

    private void enrolFrom(String picture, String subject, String face, double... embedding) {
        float[] values = new float[embedding.length];
        for (int d = 0; d < values.length; d++) {
            values[d] = (float) embedding[d];
        }
        faces.add(new Enrolled(key(subject, face), "m", 1, picture, values));
    }

    private static FaceKey key(String subject, String face) {
        return new FaceKey("g", subject, face);
    }

    private float[] direction() {
        return unit(new float[D], 1);
    }

    /** A photo of a person: about 0.7 alike with others of the same. */
    private float[] around(float[] direction) {
        return unit(direction, 0.65f / (float) Math.sqrt(D));
    }

    private float[] unit(float[] centre, float noise) {
        float[] values = centre.clone();
        double length = 0;
        for (int d = 0; d < values.length; d++) {
            values[d] += noise * (float) random.nextGaussian();
            length += values[d] * values[d];
        }
        for (int d = 0; d < values.length; d++) {
            values[d] /= (float) Math.sqrt(length);
        }
        return values;
    }
}
