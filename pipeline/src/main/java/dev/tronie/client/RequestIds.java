package dev.tronie.client;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Request ids that carry their time: UUIDs of version 7 (RFC 9562), so that a reply can be looked for from its request's time on. Pure but for chance. */
final class RequestIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000000000000000L;

    private RequestIds() {
    }

    /** A new id; 74 of its bits are random, so that nobody guesses another's. */
    static String create(long nowMs) {
        return new UUID(nowMs << 16 | VERSION | RANDOM.nextLong() & 0xfffL, VARIANT | RANDOM.nextLong() & 0x3fffffffffffffffL).toString();
    }

    /** When an id was made; empty where it is none of these. */
    static Optional<Instant> time(String id) {
        try {
            UUID uuid = UUID.fromString(id);
            return uuid.version() == 7 && uuid.toString().equals(id) ? Optional.of(Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
