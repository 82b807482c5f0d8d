package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LateWritesTest {
    private KeyValueStore<String, byte[]> written;
    private KeyValueStore<String, String> store;

    @BeforeEach
    void open() {
        StoreBuilder<KeyValueStore<String, byte[]>> inner = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("s"), Serdes.String(), Serdes.ByteArray()).withLoggingDisabled();
        written = inner.build();
        store = LateWrites.over(new Given(inner, written), (String text) -> text.getBytes(UTF_8), bytes -> new String(bytes, UTF_8)).build();
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatIsPutIsReadAtOnceAndWrittenWithTheCommit() {
        // Given
        store.put("a", "1");
        store.put("a", "2");
        assertThat(store.get("a")).isEqualTo("2");
        assertThat(written.get("a")).isNull();

        // When
        ((CachedStateStore<?, ?>) store).flushCache();

        // Then
        assertThat(written.get("a")).asString(UTF_8).isEqualTo("2");
    }

    @Test
    void whatIsPutAtOnceIsWrittenAtOnceAndNotUndoneByTheCommit() {
        // Given
        store.put("a", "1");

        // When
        store.putAll(List.of(KeyValue.pair("a", "2")));

        // Then
        assertThat(written.get("a")).asString(UTF_8).isEqualTo("2");
        ((CachedStateStore<?, ?>) store).flushCache();
        assertThat(store.get("a")).isEqualTo("2");
    }

    @Test
    void whatIsDeletedStaysDeleted() {
        // Given
        store.putAll(List.of(KeyValue.pair("a", "1")));
        store.put("a", "2");

        // When
        String before = store.delete("a");

        // Then
        ((CachedStateStore<?, ?>) store).flushCache();
        assertThat(before).isEqualTo("2");
        assertThat(store.get("a")).isNull();
        assertThat(written.get("a")).isNull();
    }

    @Test
    void goingThroughAllShowsWhatIsNotWrittenYet() {
        // Given
        store.put("a", "1");

        // When
        try (var all = store.all()) {
            // Then
            assertThat(all.next()).isEqualTo(KeyValue.pair("a", "1"));
            assertThat(all.hasNext()).isFalse();
        }
    }

    /** Gives the one store that the test looks at. */
    private record Given(StoreBuilder<KeyValueStore<String, byte[]>> like, KeyValueStore<String, byte[]> store) implements StoreBuilder<KeyValueStore<String, byte[]>> {
        @Override
        public KeyValueStore<String, byte[]> build() {
            return store;
        }

        @Override
        public StoreBuilder<KeyValueStore<String, byte[]>> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<KeyValueStore<String, byte[]>> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<KeyValueStore<String, byte[]>> withLoggingEnabled(Map<String, String> changelog) {
            return this;
        }

        @Override
        public StoreBuilder<KeyValueStore<String, byte[]>> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return like.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }

        @Override
        public String name() {
            return like.name();
        }
    }
}
