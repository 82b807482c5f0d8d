package dev.tronie.topology;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.request.GalleryView;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The gallery as a global store: every instance holds all of it in memory, filled from gallery-faces, which is its changelog. Its
 * own type, so that processors search it directly.
 *
 * <p>Threading: {@link #applied} is called by Kafka Streams' global thread only; everything else by any thread.
 */
public final class GalleryStore implements StateStore, GalleryView {
    /** The store's name in the topology. */
    public static final String NAME = "gallery";
    private static final int PENDING_MAX = 10_000;
    private static final long PENDING_MAX_MS = 60_000;

    /** What becomes of a face when all that was sent has come back. */
    private record Change(boolean erased, int outstanding, long sentMs) {
    }

    private final Galleries galleries = new Galleries();
    private final Map<Integer, Long> nextOffsets = new ConcurrentHashMap<>();
    /** Sent by this instance, not yet read back; bounded, as an entry stays when its record was never written. */
    private final Map<FaceKey, Change> inFlight = new ConcurrentHashMap<>();
    private volatile long newestMs;
    private volatile boolean open;

    @Override
    public Galleries galleries() {
        return galleries;
    }

    @Override
    public long version() {
        return nextOffsets.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public Set<FaceKey> pending() {
        return inFlight.entrySet().stream().filter(e -> !e.getValue().erased()).map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean isBeingErased(FaceKey key) {
        Change change = inFlight.get(key);
        return change != null && change.erased();
    }

    /** Notes that a face, or its erasure, has been sent to gallery-faces, until it comes back. Called by stream threads. */
    void sent(FaceKey key, boolean erased, long nowMs) {
        if (inFlight.size() >= PENDING_MAX) {
            inFlight.values().removeIf(change -> nowMs - change.sentMs() > PENDING_MAX_MS);
        }
        inFlight.compute(key, (k, before) -> new Change(erased, before == null ? 1 : before.outstanding() + 1, nowMs));
    }

    /** Notes that a face, or its erasure, has come back. */
    void arrived(FaceKey key) {
        inFlight.computeIfPresent(key, (k, change) -> change.outstanding() <= 1 ? null : new Change(change.erased(), change.outstanding() - 1, change.sentMs()));
    }

    /** Timestamp of the newest record applied, epoch milliseconds; 0 before the first. */
    public long newestMs() {
        return newestMs;
    }

    /** Notes that a record has been applied, or skipped as invalid. */
    void applied(int partition, long offset, long timestampMs) {
        nextOffsets.put(partition, offset + 1);
        newestMs = Math.max(newestMs, timestampMs);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        // Since Kafka 3.8 a restore runs the records through the global processor; the callback is demanded but never called.
        context.register(root, (key, value) -> { });
        open = true;
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** This very store, for a topology. */
    StoreBuilder<GalleryStore> builder() {
        return new StoreBuilder<>() {
            @Override
            public StoreBuilder<GalleryStore> withCachingEnabled() {
                return this;
            }

            @Override
            public StoreBuilder<GalleryStore> withCachingDisabled() {
                return this;
            }

            @Override
            public StoreBuilder<GalleryStore> withLoggingEnabled(Map<String, String> config) {
                return this;
            }

            @Override
            public StoreBuilder<GalleryStore> withLoggingDisabled() {
                return this;
            }

            @Override
            public GalleryStore build() {
                return GalleryStore.this;
            }

            @Override
            public Map<String, String> logConfig() {
                return Map.of();
            }

            @Override
            public boolean loggingEnabled() {
                return false;
            }

            @Override
            public String name() {
                return NAME;
            }
        };
    }
}
