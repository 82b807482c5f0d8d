package dev.tronie.gateway;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who calls, and what is allowed to it.
 *
 * @param id        the key's name
 * @param galleries the galleries it may touch; {@code *} = all
 * @param rate      how many calls it may make; null = any
 * @param calls     how many are left; null = any
 */
record Caller(String id, List<String> galleries, Rate rate, Bucket calls) {
    /** So many calls a second, and so many at once. */
    record Rate(double callsPerSecond, int burst) {
    }

    /** Stands for every gallery. */
    static final String ALL = "*";
    /** A caller on its own machine: no key is asked for. */
    static final Caller LOCAL = new Caller("local", List.of(ALL), null, null);

    /** A caller of this rate, all of it left. */
    static Caller limited(String id, List<String> galleries, Rate rate) {
        // Buckets count whole calls: a rate below one a second is so many in a hundred seconds.
        long tokens = Math.max(1, Math.round(rate.callsPerSecond() * 100));
        return new Caller(id, List.copyOf(galleries), rate, Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(tokens, Duration.ofSeconds(100))).build());
    }

    boolean mayTouch(String gallery) {
        return galleries.contains(ALL) || galleries.contains(gallery);
    }

    /** Takes one call; seconds to wait where none is left. */
    Optional<Integer> take() {
        if (calls == null) {
            return Optional.empty();
        }
        var probe = calls.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of((int) Math.ceil(probe.getNanosToWaitForRefill() / 1e9));
    }
}
