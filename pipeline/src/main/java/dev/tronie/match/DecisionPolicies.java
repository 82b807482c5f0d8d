package dev.tronie.match;

import java.util.Map;

/**
 * How each gallery is decided on. Immutable.
 *
 * @param standard  where nothing else is said
 * @param byGallery for galleries that have a policy of their own
 */
public record DecisionPolicies(DecisionPolicy standard, Map<String, DecisionPolicy> byGallery) {
    /** One policy for all. */
    public static DecisionPolicies of(DecisionPolicy standard) {
        return new DecisionPolicies(standard, Map.of());
    }

    /** The policy of a gallery. */
    public DecisionPolicy of(String gallery) {
        return byGallery.getOrDefault(gallery, standard);
    }
}
