package dev.tronie.match;

import dev.tronie.gallery.Hit;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.QualityBar;
import java.util.List;

/**
 * Open-set decision over one face's candidates. Pure.
 *
 * @param thresholds what counts as a match
 * @param possible   what is near enough to be looked at by a person; null = only what is ambiguous is POSSIBLE
 * @param margin     the first candidate must lead the second subject by this cosine, else the match is only possible
 * @param bar        what a face must be like to be decided on
 * @param scale      cosines to calibrated similarities; null = the model is not calibrated
 */
public record DecisionPolicy(ThresholdRule thresholds, ThresholdRule possible, float margin, QualityBar bar, SimilarityScale scale) {
    /** The same policy at a threshold that the request names: the caller's word is final, nothing below it is POSSIBLE. */
    public DecisionPolicy at(float threshold) {
        return new DecisionPolicy(ThresholdRule.fixed(threshold), null, margin, bar, scale);
    }

    /** The calibrated similarity of a cosine, 0 to 1; null where the model is not calibrated. */
    public Float similarity(float cosine) {
        return scale == null ? null : scale.of(cosine);
    }

    /**
     * Decides.
     *
     * @param face  the face
     * @param hits  nearest subjects, best first, may be empty
     * @param faces enrolled faces that were searched
     */
    public Decision decide(Analysis.Face face, List<Hit> hits, long faces) {
        return decide(bar.failedBy(face), hits, faces, 1);
    }

    /**
     * Decides about a probe that may stand for several shots.
     *
     * @param failed the bars that it fails
     * @param hits   nearest subjects, best first, may be empty
     * @param faces  enrolled faces that were searched
     * @param frames frames that it stands for
     */
    public Decision decide(List<String> failed, List<Hit> hits, long faces, int frames) {
        float threshold = thresholds.at(faces);
        Float lower = possible == null ? null : Math.min(threshold, possible.at(faces));
        Float lead = hits.size() < 2 ? null : hits.get(0).cosine() - hits.get(1).cosine();
        return new Decision(failed.isEmpty() ? kind(hits, threshold, lower, lead) : DecisionKind.REJECTED_QUALITY, threshold, lead, frames, lower, failed);
    }

    private DecisionKind kind(List<Hit> hits, float threshold, Float lower, Float lead) {
        float best = hits.isEmpty() ? Float.NEGATIVE_INFINITY : hits.get(0).cosine();
        if (best >= threshold) {
            return lead != null && lead < margin ? DecisionKind.POSSIBLE : DecisionKind.MATCH;
        }
        return lower != null && best >= lower ? DecisionKind.POSSIBLE : DecisionKind.UNKNOWN;
    }
}
