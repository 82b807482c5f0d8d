package dev.tronie.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store that writes what {@link #put} changes when its task commits, and what {@link #putAll} changes at once: a value that changes with
 * every record is written once a commit, one that must stand in the changelog before anything else follows can be. Kafka Streams' own cache
 * has the first half of this only. A crash loses what was put since the last commit together with the offsets that led to it, and those
 * records come again. Values are encoded when they are written: until then the very value that was put is read back, so whoever has begun
 * to change it ends, or undoes, that before the record is done with.
 *
 * <p>Follows Kafka Streams' internal CachedStateStore, by which a task tells its stores that a commit is near; there is no public way.
 *
 * <p>Threading: its task's thread only.
 */
final class LateWrites<V> implements KeyValueStore<String, V>, CachedStateStore<String, V> {
    private final KeyValueStore<String, byte[]> inner;
    private final Function<V, byte[]> encode;
    private final Function<byte[], V> decode;
    private final Map<String, V> late = new HashMap<>();

    private LateWrites(KeyValueStore<String, byte[]> inner, Function<V, byte[]> encode, Function<byte[], V> decode) {
        this.inner = inner;
        this.encode = encode;
        this.decode = decode;
    }

    /** Such a store over one of bytes. */
    static <V> StoreBuilder<KeyValueStore<String, V>> over(StoreBuilder<KeyValueStore<String, byte[]>> inner, Function<V, byte[]> encode, Function<byte[], V> decode) {
        return new Builder<>(inner, encode, decode);
    }

    @Override
    public V get(String key) {
        V value = late.get(key);
        if (value != null) {
            return value;
        }
        byte[] bytes = inner.get(key);
        return bytes == null ? null : decode.apply(bytes);
    }

    @Override
    public void put(String key, V value) {
        if (value == null) {
            delete(key);
        } else {
            late.put(key, value);
        }
    }

    @Override
    public V putIfAbsent(String key, V value) {
        V before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        entries.forEach(entry -> {
            late.remove(entry.key);
            inner.put(entry.key, entry.value == null ? null : encode.apply(entry.value));
        });
    }

    @Override
    public V delete(String key) {
        V before = get(key);
        late.remove(key);
        inner.delete(key);
        return before;
    }

    @Override
    public KeyValueIterator<String, V> range(String from, String to) {
        flushCache();
        return new Decoding<>(inner.range(from, to), decode);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        flushCache();
        return new Decoding<>(inner.all(), decode);
    }

    @Override
    public long approximateNumEntries() {
        return inner.approximateNumEntries() + late.size();
    }

    @Override
    public void flushCache() {
        late.forEach((key, value) -> inner.put(key, encode.apply(value)));
        late.clear();
    }

    @Override
    public void clearCache() {
        late.clear();
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<String, V> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        inner.init(context, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        inner.commit(changelogOffsets);
    }

    @Override
    public void close() {
        late.clear();
        inner.close();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean persistent() {
        return inner.persistent();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    private record Decoding<V>(KeyValueIterator<String, byte[]> inner, Function<byte[], V> decode) implements KeyValueIterator<String, V> {
        @Override
        public boolean hasNext() {
            return inner.hasNext();
        }

        @Override
        public KeyValue<String, V> next() {
            KeyValue<String, byte[]> entry = inner.next();
            return KeyValue.pair(entry.key, decode.apply(entry.value));
        }

        @Override
        public String peekNextKey() {
            return inner.peekNextKey();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private record Builder<V>(StoreBuilder<KeyValueStore<String, byte[]>> inner, Function<V, byte[]> encode, Function<byte[], V> decode)
            implements StoreBuilder<KeyValueStore<String, V>> {
        @Override
        public KeyValueStore<String, V> build() {
            return new LateWrites<>(inner.build(), encode, decode);
        }

        @Override
        public StoreBuilder<KeyValueStore<String, V>> withCachingEnabled() {
            throw new UnsupportedOperationException("it is its own cache");
        }

        @Override
        public StoreBuilder<KeyValueStore<String, V>> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<KeyValueStore<String, V>> withLoggingEnabled(Map<String, String> changelog) {
            return new Builder<>(inner.withLoggingEnabled(changelog), encode, decode);
        }

        @Override
        public StoreBuilder<KeyValueStore<String, V>> withLoggingDisabled() {
            return new Builder<>(inner.withLoggingDisabled(), encode, decode);
        }

        @Override
        public Map<String, String> logConfig() {
            return inner.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return inner.loggingEnabled();
        }

        @Override
        public String name() {
            return inner.name();
        }
    }
}
