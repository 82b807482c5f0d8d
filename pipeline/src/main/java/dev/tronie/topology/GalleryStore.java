package dev.tronie.topology;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.request.GalleryView;
import java.util.LinkedHashMap;
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
    private static final long PENDING_MAX_MS = 60_000;
    private static final int ERASED_MAX = 20_000;
    private static final long ERASED = Long.MAX_VALUE;

    /** What becomes of a face when all that was sent has come back: when it was enrolled, or {@link #ERASED}. */
    private record Change(long enrolledAtMs, int outstanding, long sentMs) {
        boolean erased() {
            return enrolledAtMs == ERASED;
        }
    }

    /** When an erasure was asked for, and in which partition. */
    private record Erasure(long requestedAtMs, String partition) {
    }

    private final Galleries galleries;
    private final Map<Integer, Long> nextOffsets = new ConcurrentHashMap<>();
    /** Sent by this instance, not yet read back. */
    private final Map<FaceKey, Change> inFlight = new ConcurrentHashMap<>();
    /** When the faces erased last were erased, by face id, which names nobody; guarded by itself. */
    private final Map<String, Erasure> erasures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Erasure> eldest) {
            return size() > ERASED_MAX;
        }
    };
    private volatile long newestMs;
    private volatile boolean open;

    /** A store that is searched exactly. */
    public GalleryStore() {
        this(new Galleries());
    }

    /** A store of these galleries, which nobody else fills. */
    public GalleryStore(Galleries galleries) {
        this.galleries = galleries;
    }

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

    /** Notes that a face has been sent to gallery-faces, until it comes back. Called by stream threads. */
    void sent(FaceKey key, long enrolledAtMs, long nowMs) {
        inFlight.compute(key, (k, before) -> new Change(enrolledAtMs, before == null ? 1 : before.outstanding() + 1, nowMs));
    }

    /** Notes that a face's erasure has been sent to gallery-faces. Called by stream threads. */
    void sentErasure(FaceKey key, long requestedAtMs, String partition, long nowMs) {
        erased(key, requestedAtMs, partition);
        sent(key, ERASED, nowMs);
    }

    /** Forgets what was sent so long ago that it was never written, as its task has failed. Called by stream threads. */
    void forgetUnwritten(long nowMs) {
        if (!inFlight.isEmpty()) {
            inFlight.values().removeIf(change -> nowMs - change.sentMs() > PENDING_MAX_MS);
        }
    }

    /** Notes when a face's erasure was asked for. */
    void erased(FaceKey key, long requestedAtMs, String partition) {
        synchronized (erasures) {
            erasures.merge(key.faceId(), new Erasure(requestedAtMs, partition), (a, b) -> b.requestedAtMs() >= a.requestedAtMs() ? b : a);
        }
    }

    /** Whether a face's erasure was asked for at this time or later, and not in this partition, whose own order a replay keeps. */
    boolean isErasedElsewhereSince(FaceKey key, long timeMs, String partition) {
        synchronized (erasures) {
            Erasure erasure = erasures.get(key.faceId());
            return erasure != null && erasure.requestedAtMs() >= timeMs && !erasure.partition().equals(partition);
        }
    }

    /** Whether a face that is held, or on its way, was enrolled later than this. */
    boolean isEnrolledAfter(FaceKey key, long timeMs) {
        Change change = inFlight.get(key);
        return change != null ? !change.erased() && change.enrolledAtMs() > timeMs
                : galleries.face(key).filter(face -> face.enrolledAtMs() > timeMs).isPresent();
    }

    /** Notes that a face, or its erasure, has come back. */
    void arrived(FaceKey key) {
        inFlight.computeIfPresent(key, (k, change) -> change.outstanding() <= 1 ? null : new Change(change.enrolledAtMs(), change.outstanding() - 1, change.sentMs()));
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
