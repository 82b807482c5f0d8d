package dev.tronie.gallery;

import java.util.ArrayList;
import java.util.List;

/** The best faces so far, at most one a subject, best first. Used by one thread. */
final class Nearest {
    private final Template[] templates;
    private final float[] cosines;
    private int count;

    Nearest(int top) {
        templates = new Template[top];
        cosines = new float[top];
    }

    /** A face below this is none of the best. */
    float floor() {
        return count < cosines.length ? Float.NEGATIVE_INFINITY : cosines[count - 1];
    }

    /** Whether there are as many as wanted. */
    boolean isFull() {
        return count == cosines.length;
    }

    void offer(Template template, float cosine) {
        if (cosine <= floor()) {
            return;
        }
        int at = 0;
        int same = -1;
        for (int i = 0; i < count; i++) {
            if (cosines[i] >= cosine) {
                at = i + 1;
            }
            if (templates[i].key().subjectId().equals(template.key().subjectId())) {
                same = i;
            }
        }
        if (same >= 0 && same < at) {
            return;
        }
        int until = same >= 0 ? same : Math.min(count, cosines.length - 1);
        for (int i = until; i > at; i--) {
            cosines[i] = cosines[i - 1];
            templates[i] = templates[i - 1];
        }
        cosines[at] = cosine;
        templates[at] = template;
        if (same < 0 && count < cosines.length) {
            count++;
        }
    }

    List<Hit> hits() {
        List<Hit> hits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hits.add(new Hit(templates[i], cosines[i]));
        }
        return List.copyOf(hits);
    }
}
