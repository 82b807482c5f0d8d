package dev.tronie.match;

import dev.tronie.gallery.Hit;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import java.util.List;

/**
 * Open-set decision over one face's candidates. Pure.
 *
 * @param thresholds what counts as a match
 * @param margin     the first candidate must lead the second subject by this cosine, else the match is only possible
 * @param qualityMin faces of lower overall quality are not decided on, 0 to 1
 */
public record DecisionPolicy(ThresholdRule thresholds, float margin, float qualityMin) {

    /** The same policy at a threshold that the request names. */
    public DecisionPolicy at(float threshold) {
        return new DecisionPolicy(ThresholdRule.fixed(threshold), margin, qualityMin);
    }

    /**
     * Decides.
     *
     * @param quality the face's overall quality, 0 to 1
     * @param hits    nearest subjects, best first, may be empty
     * @param faces   enrolled faces that were searched
     */
    public Decision decide(float quality, List<Hit> hits, long faces) {
        float threshold = thresholds.at(faces);
        Float lead = hits.size() < 2 ? null : hits.get(0).cosine() - hits.get(1).cosine();
        return new Decision(kind(quality, hits, threshold, lead), threshold, lead, 1);
    }

    private DecisionKind kind(float quality, List<Hit> hits, float threshold, Float lead) {
        if (quality < qualityMin) {
            return DecisionKind.REJECTED_QUALITY;
        }
        if (hits.isEmpty() || hits.get(0).cosine() < threshold) {
            return DecisionKind.UNKNOWN;
        }
        return lead != null && lead < margin ? DecisionKind.POSSIBLE : DecisionKind.MATCH;
    }
}
