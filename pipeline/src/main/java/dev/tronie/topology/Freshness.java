package dev.tronie.topology;

import java.time.Instant;

/** The one rule about time: a frame is stale from {@code maxAgeMs} after its capture. Pure. */
final class Freshness {
    private Freshness() {
    }

    static boolean isStale(Instant capturedAt, Instant now, long maxAgeMs) {
        return now.toEpochMilli() - capturedAt.toEpochMilli() > maxAgeMs;
    }
}
