package dev.tronie.topology;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * A topic and what is in it. Keys are UTF-8 text.
 *
 * @param name       its name, prefix included
 * @param schema     of its values; null = raw bytes
 * @param value      serde of its values; null = raw bytes
 * @param partitions how many
 * @param policy     broker-side configuration
 * @param <V>        its values
 */
public record Topic<V extends SpecificRecord>(String name, Schema schema, Serde<V> value, int partitions, Map<String, String> policy) {
}
