package dev.tronie.registry;

import dev.tronie.schema.ReleasedSchemas;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * A registry without a server: {@code bundled://}. An id is the folded Avro fingerprint (CRC-64-AVRO of the parsing canonical form)
 * of the schema, so processes that share nothing but a release agree on it; known are the schemas of this release and of every
 * release before it. Nothing can be registered that a release does not bring.
 *
 * <p>Threading: immutable.
 */
public final class BundledRegistry implements SchemaRegistry {
    private final Map<Integer, Schema> schemas = new HashMap<>();

    /** A registry of the released schemas. */
    public BundledRegistry() {
        for (Schema schema : ReleasedSchemas.all()) {
            Schema other = schemas.put(id(schema), schema);
            if (other != null && !SchemaNormalization.toParsingForm(other).equals(SchemaNormalization.toParsingForm(schema))) {
                throw new IllegalStateException("two released schemas share a fingerprint");
            }
        }
    }

    private static int id(Schema schema) {
        long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        return (int) (fingerprint ^ fingerprint >>> 32) & Integer.MAX_VALUE;
    }

    @Override
    public int register(String subject, Schema schema) {
        return idOf(subject, schema);
    }

    @Override
    public int idOf(String subject, Schema schema) {
        int id = id(schema);
        byId(id);
        return id;
    }

    @Override
    public Schema byId(int id) {
        Schema schema = schemas.get(id);
        if (schema == null) {
            throw new UnknownSchema("No schema of this release has the id " + id
                    + ". Was the record written with a registry server? Then set schema.registry.url to it.");
        }
        return schema;
    }
}
