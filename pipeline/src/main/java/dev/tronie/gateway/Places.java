package dev.tronie.gateway;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How much may be under way at a time: calls, and the memory that their bodies take. Safe to call from many threads.
 */
final class Places {
    /** A body as it came, its text, the picture in it, and the record that carries it. */
    private static final int COPIES = 4;
    private static final int UNIT_BYTES = 1 << 10;

    private final Semaphore calls;
    private final Semaphore units;
    private final int unitsMax;

    /**
     * Places.
     *
     * @param callsMax    calls at a time
     * @param memoryBytes what bodies and what is made of them may take together
     */
    Places(int callsMax, long memoryBytes) {
        this.calls = new Semaphore(callsMax);
        this.unitsMax = (int) Math.max(1, Math.min(Integer.MAX_VALUE, memoryBytes / UNIT_BYTES));
        this.units = new Semaphore(unitsMax);
    }

    /**
     * Serves a call in a place of its own.
     *
     * @param bodyBytes the largest that the call's body may become
     * @throws Refused where no place is free
     */
    HttpAnswer serve(long bodyBytes, Supplier<HttpAnswer> call) {
        // One body is let in whatever its size: otherwise a small machine would refuse large pictures for ever.
        int mine = (int) Math.min(unitsMax, Math.max(1, bodyBytes * COPIES / UNIT_BYTES));
        if (!calls.tryAcquire()) {
            throw full();
        }
        if (!units.tryAcquire(mine)) {
            calls.release();
            throw full();
        }
        try {
            return call.get();
        } finally {
            units.release(mine);
            calls.release();
        }
    }

    private static Refused full() {
        return Refused.busy("Too many calls are under way.");
    }
}
