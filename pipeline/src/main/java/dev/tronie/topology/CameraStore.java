package dev.tronie.topology;

import dev.tronie.schema.CameraMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.message.MissingSchemaException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of every camera, in memory and in a changelog. Its values are internal, in Avro's single-object encoding; one
 * that another release wrote in a schema of its own is taken as no memory at all. Stateless.
 */
final class CameraStore {
    /** The store's name in the topology. */
    static final String NAME = "appearances";
    private static final Logger LOG = LoggerFactory.getLogger(CameraStore.class);

    private CameraStore() {
    }

    /**
     * The store; erased cameras and closed appearances do not stay in its changelog for longer than compaction takes.
     *
     * @param replay true = of an application that goes through the past: it keeps a changelog too, as its tasks move between threads and
     *               instances like any others; nothing is left in it a day after
     */
    static StoreBuilder<KeyValueStore<String, CameraMemory>> builder(boolean replay) {
        Map<String, String> changelog = new HashMap<>(Map.of("min.cleanable.dirty.ratio", "0.1", "segment.ms", "600000", "segment.bytes", "16777216", "max.compaction.lag.ms",
                "3600000", "max.message.bytes", "4194304"));
        if (replay) {
            // By when it was written, not by when its frames were captured: those are of the past.
            changelog.putAll(Map.of("cleanup.policy", "compact,delete", "retention.ms", "86400000", "message.timestamp.type", "LogAppendTime"));
        }
        return LateWrites.over(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray()).withLoggingEnabled(changelog),
                CameraStore::bytes, CameraStore::memory);
    }

    private static byte[] bytes(CameraMemory memory) {
        try {
            ByteBuffer buffer = memory.toByteBuffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CameraMemory memory(byte[] bytes) {
        try {
            return editable(CameraMemory.fromByteBuffer(ByteBuffer.wrap(bytes)));
        } catch (MissingSchemaException e) {
            LOG.warn("What another release remembered of a camera is left aside");
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing remembered yet. */
    static CameraMemory empty() {
        return editable(CameraMemory.newBuilder().build());
    }

    /** Avro's own lists are not meant to be edited. */
    private static CameraMemory editable(CameraMemory memory) {
        memory.setTracks(new ArrayList<>(memory.getTracks()));
        memory.setOutbox(new ArrayList<>(memory.getOutbox()));
        return memory;
    }
}
