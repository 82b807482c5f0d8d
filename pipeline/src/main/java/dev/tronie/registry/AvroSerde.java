package dev.tronie.registry;

import dev.tronie.schema.TrustedClasses;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro's generated classes in Confluent's wire format, configured by Confluent's names: the default value of {@code avro.serde}.
 * Subjects follow the topic-name strategy. A null value is null both ways.
 *
 * <p>Threading: configured once, then safe to use from many threads. Ids and schemas are kept for ever; a registry outage touches
 * only schemas that were never seen.
 *
 * @param <T> a generated record
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    /** A record that claims a longer string or byte array than any topic takes is broken: do not allocate for it. */
    private static final String AVRO_LENGTH_LIMIT = "org.apache.avro.limits.bytes.maxLength";
    private static final String AVRO_STRING_LIMIT = "org.apache.avro.limits.string.maxLength";
    private static final String LENGTH_MAX = Integer.toString(16 << 20);

    static {
        TrustedClasses.install();
        for (String limit : new String[] {AVRO_LENGTH_LIMIT, AVRO_STRING_LIMIT}) {
            if (System.getProperty(limit) == null) {
                System.setProperty(limit, LENGTH_MAX);
            }
        }
    }

    private record SubjectSchema(String subject, Schema schema) {
    }

    private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    /** By schema id; Avro's readers are not made to be shared between threads. */
    private final ThreadLocal<Map<Integer, DatumReader<SpecificRecord>>> readers = ThreadLocal.withInitial(HashMap::new);
    private SchemaRegistry registry;
    private boolean autoRegister;
    private boolean key;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        RegistryConfig config = RegistryConfig.of(configs);
        registry = Registries.of(config);
        autoRegister = config.autoRegister();
        key = isKey;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, record) -> record == null ? null
                : WireFormat.write(ids.computeIfAbsent(new SubjectSchema(subject(topic), record.getSchema()), this::id), record);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            @SuppressWarnings("unchecked")
            T record = (T) WireFormat.read(bytes, readers.get().computeIfAbsent(WireFormat.schemaId(bytes), this::reader));
            return record;
        };
    }

    private DatumReader<SpecificRecord> reader(int schemaId) {
        Schema writer = schemas.computeIfAbsent(schemaId, registry::byId);
        Class<?> type = SpecificData.get().getClass(writer);
        if (type == null) {
            throw new WireFormat.Unreadable("The record is a " + writer.getFullName() + ", which this release does not know.");
        }
        return WireFormat.reader(writer, SpecificData.get().getSchema(type));
    }

    private int id(SubjectSchema s) {
        return autoRegister ? registry.register(s.subject(), s.schema()) : registry.idOf(s.subject(), s.schema());
    }

    private String subject(String topic) {
        return topic + (key ? "-key" : "-value");
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
