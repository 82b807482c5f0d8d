package dev.tronie.gallery;

import dev.tronie.gallery.CosinePairs.Pair;
import dev.tronie.gallery.GalleryAudit.Enrolled;
import dev.tronie.gallery.GalleryAudit.Finding;
import dev.tronie.gallery.GalleryAudit.Kind;
import dev.tronie.gallery.GalleryAudit.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The part of a gallery's audit that compares faces: those of one model. Pure. */
final class ModelAudit {
    private final List<Enrolled> faces;
    private final Limits limits;
    private final float[][] embeddings;
    private final int[] subjects;
    /** Face indices by subject. */
    private final List<int[]> members;
    /** Median cosine with the subject's other faces, the upper one of two middles; NaN where there is none. */
    private final float[] own;

    private record Subjects(int a, int b) {
    }

    /**
     * Prepares.
     *
     * @throws IllegalArgumentException where embeddings differ in length
     */
    ModelAudit(List<Enrolled> faces, Limits limits) {
        this.faces = faces.stream().sorted(Comparator.comparing(Enrolled::key, GalleryAudit.BY_NAME)).toList();
        this.limits = limits;
        embeddings = this.faces.stream().map(Enrolled::embedding).toArray(float[][]::new);
        if (Arrays.stream(embeddings).anyMatch(e -> e.length != embeddings[0].length)) {
            throw new IllegalArgumentException("embeddings of one model differ in length");
        }
        members = IntStream.range(0, embeddings.length).boxed()
                .collect(Collectors.groupingBy(i -> this.faces.get(i).key().subjectId(), LinkedHashMap::new, Collectors.toList()))
                .values().stream().map(m -> m.stream().mapToInt(i -> i).toArray()).toList();
        subjects = new int[embeddings.length];
        own = new float[embeddings.length];
        for (int s = 0; s < members.size(); s++) {
            for (int i : members.get(s)) {
                subjects[i] = s;
                own[i] = own(i, members.get(s));
            }
        }
    }

    List<Finding> findings(IntConsumer progress) {
        List<Finding> findings = new ArrayList<>();
        members.stream().filter(m -> m.length > 1).forEach(m -> withinSubject(m, findings));
        samePictures(findings);
        betweenSubjects(CosinePairs.ofDifferent(embeddings, subjects, limits.strangersCosine(), progress), findings);
        return findings;
    }

    private void withinSubject(int[] member, List<Finding> findings) {
        int[] strays = Arrays.stream(member).filter(i -> own[i] < limits.acquaintedCosine()).toArray();
        if (2 * strays.length < member.length) {
            Arrays.stream(strays).forEach(i -> findings.add(new Finding(Kind.OUTLIER, key(i), null, own[i], Float.NaN, 1)));
            return;
        }
        List<Pair> apart = new ArrayList<>();
        for (int a = 0; a < member.length; a++) {
            for (int b = a + 1; b < member.length; b++) {
                float cosine = cosine(member[a], member[b]);
                if (cosine < limits.acquaintedCosine()) {
                    apart.add(new Pair(member[a], member[b], cosine));
                }
            }
        }
        apart.stream().min(Comparator.comparingDouble(Pair::cosine)).ifPresent(p -> findings.add(finding(Kind.DISAGREE, p, apart.size())));
    }

    private void samePictures(List<Finding> findings) {
        Map<String, List<Integer>> pictures = IntStream.range(0, embeddings.length).boxed().filter(i -> known(faces.get(i).imageSha256()))
                .collect(Collectors.groupingBy(i -> faces.get(i).imageSha256()));
        for (List<Integer> picture : pictures.values()) {
            for (int a : picture) {
                picture.stream().filter(b -> b > a && subjects[a] != subjects[b]).map(b -> new Pair(a, b, cosine(a, b)))
                        .filter(p -> p.cosine() >= limits.acquaintedCosine()).forEach(p -> findings.add(finding(Kind.SAME_PICTURE, p, 1)));
            }
        }
    }

    private void betweenSubjects(List<Pair> pairs, List<Finding> findings) {
        Map<Integer, List<Pair>> suspects = new LinkedHashMap<>();
        pairs.stream().filter(p -> !onePicture(p)).collect(Collectors.groupingBy(this::subjectsOf, LinkedHashMap::new, Collectors.toList()))
                .forEach((two, alike) -> {
                    boolean onePerson = onePerson(two);
                    List<Pair> unexplained = new ArrayList<>();
                    for (Pair p : alike) {
                        int suspect = onePerson ? -1 : suspect(p);
                        (suspect < 0 ? unexplained : suspects.computeIfAbsent(suspect, i -> new ArrayList<>())).add(p);
                    }
                    strongest(unexplained).forEach(p -> findings.add(finding(Kind.NEAR_DUPLICATE, p, unexplained.size())));
                });
        suspects.forEach((i, alike) -> strongest(alike).forEach(p -> findings.add(
                new Finding(Kind.LOOKS_LIKE_ANOTHER, key(i), key(p.a() == i ? p.b() : p.a()), p.cosine(), own[i], alike.size()))));
    }

    private static List<Pair> strongest(List<Pair> pairs) {
        return pairs.stream().max(Comparator.comparingDouble(Pair::cosine)).map(List::of).orElse(List.of());
    }

    /**
     * Which face of a pair is in the wrong place; -1 where neither is plainly. A template of Ada under Bela's name is as near to Ada's
     * faces as they are to it: what tells the two apart is that Ada's fit the rest of their subject and the stray does not.
     */
    private int suspect(Pair p) {
        return strays(p.a(), p.b(), p.cosine()) ? p.a() : strays(p.b(), p.a(), p.cosine()) ? p.b() : -1;
    }

    private boolean strays(int face, int other, float cosine) {
        return own[face] < cosine && own[face] < (Float.isNaN(own[other]) ? limits.acquaintedCosine() : own[other]);
    }

    /** Whether most pairs of two subjects' faces are as alike as one person's; then no single face is to blame. */
    private boolean onePerson(Subjects two) {
        int[] a = members.get(two.a());
        int[] b = members.get(two.b());
        long alike = Arrays.stream(a).mapToLong(i -> Arrays.stream(b).filter(j -> cosine(i, j) >= limits.acquaintedCosine()).count()).sum();
        return 2 * alike > (long) a.length * b.length;
    }

    private boolean onePicture(Pair p) {
        String picture = faces.get(p.a()).imageSha256();
        return known(picture) && picture.equals(faces.get(p.b()).imageSha256());
    }

    private static boolean known(String picture) {
        return picture != null && !picture.isBlank();
    }

    private float own(int face, int[] member) {
        if (member.length == 1) {
            return Float.NaN;
        }
        float[] cosines = new float[member.length - 1];
        int n = 0;
        for (int other : member) {
            if (other != face) {
                cosines[n++] = cosine(face, other);
            }
        }
        Arrays.sort(cosines);
        return cosines[n / 2];
    }

    private Subjects subjectsOf(Pair p) {
        return new Subjects(subjects[p.a()], subjects[p.b()]);
    }

    private Finding finding(Kind kind, Pair p, int pairs) {
        return new Finding(kind, key(p.a()), key(p.b()), p.cosine(), Float.NaN, pairs);
    }

    private FaceKey key(int face) {
        return faces.get(face).key();
    }

    private float cosine(int a, int b) {
        float sum = 0;
        for (int d = 0; d < embeddings[a].length; d++) {
            sum += embeddings[a][d] * embeddings[b][d];
        }
        return sum;
    }
}
