package dev.tronie.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * A registry inside this JVM, shared by name: {@code mock://name}, as with Confluent's client. Checks backward compatibility, as
 * Confluent's registry does unless told otherwise.
 *
 * <p>Threading: one lock a registry.
 */
public final class InMemoryRegistry implements SchemaRegistry {
    private static final Map<String, InMemoryRegistry> BY_NAME = new ConcurrentHashMap<>();

    private final Map<Schema, Integer> ids = new HashMap<>();
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final Map<String, List<Schema>> versions = new HashMap<>();

    InMemoryRegistry() {
    }

    /** The registry of a name, made at its first mention. */
    public static InMemoryRegistry named(String name) {
        return BY_NAME.computeIfAbsent(name, n -> new InMemoryRegistry());
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        List<Schema> known = versions.getOrDefault(subject, List.of());
        if (!known.contains(schema)) {
            if (!known.isEmpty() && SchemaCompatibility.checkReaderWriterCompatibility(schema, known.get(known.size() - 1)).getType()
                    != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
                throw new IncompatibleSchema("The schema cannot read what the latest version of " + subject + " wrote.");
            }
            List<Schema> more = new java.util.ArrayList<>(known);
            more.add(schema);
            versions.put(subject, more);
        }
        return ids.computeIfAbsent(schema, s -> {
            int id = ids.size() + 1;
            schemas.put(id, s);
            return id;
        });
    }

    @Override
    public synchronized int idOf(String subject, Schema schema) {
        if (!versions.getOrDefault(subject, List.of()).contains(schema)) {
            throw new UnknownSchema("The schema is not registered under " + subject + ".");
        }
        return ids.get(schema);
    }

    @Override
    public synchronized Schema byId(int id) {
        Schema schema = schemas.get(id);
        if (schema == null) {
            throw new UnknownSchema("No schema has the id " + id + ".");
        }
        return schema;
    }
}
