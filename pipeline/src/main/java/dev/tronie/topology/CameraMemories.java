package dev.tronie.topology;

import dev.tronie.schema.CameraMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store of what is remembered of a task's cameras, with the newest of every camera kept as it is, so that a frame need not decode what
 * the frame before has encoded.
 *
 * <p>Threading: its task's thread only. Whoever changes what {@link #of} gives puts it back, or undoes the change.
 */
final class CameraMemories {
    private final KeyValueStore<String, CameraMemory> store;
    private final Map<String, CameraMemory> newest = new HashMap<>();

    CameraMemories(KeyValueStore<String, CameraMemory> store) {
        this.store = store;
    }

    /** What is remembered of a camera; empty where that is nothing. */
    CameraMemory of(String cameraId) {
        CameraMemory known = newest.get(cameraId);
        if (known == null) {
            known = store.get(cameraId);
            if (known == null) {
                return CameraStore.empty();
            }
            newest.put(cameraId, known);
        }
        return known;
    }

    /**
     * Keeps what has been changed.
     *
     * @param told whether events follow: what is told of must be remembered first, or whoever takes over after a crash would not know of whom
     *             it has to tell that they are gone. Anything else is written with the next commit
     */
    void put(String cameraId, CameraMemory memory, boolean told) {
        newest.put(cameraId, memory);
        if (told) {
            store.putAll(List.of(KeyValue.pair(cameraId, memory)));
        } else {
            store.put(cameraId, memory);
        }
    }

    void delete(String cameraId) {
        newest.remove(cameraId);
        store.delete(cameraId);
    }

    /** The cameras that are remembered. */
    Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        try (KeyValueIterator<String, CameraMemory> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, CameraMemory> entry = all.next();
                ids.add(entry.key);
            }
        }
        return ids;
    }
}
