package dev.tronie.registry;

import org.apache.avro.Schema;

/**
 * Ids for schemas and schemas for ids. Ids are immutable: an answer may be kept for ever. Safe to call from many threads.
 */
public interface SchemaRegistry extends AutoCloseable {

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return its id
     * @throws IncompatibleSchema  when the subject's compatibility rule refuses it
     * @throws RegistryUnavailable when the registry does not answer
     */
    int register(String subject, Schema schema);

    /**
     * The id of a schema that is registered under a subject.
     *
     * @throws UnknownSchema       when it is not
     * @throws RegistryUnavailable when the registry does not answer
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema of an id.
     *
     * @throws UnknownSchema       when no schema has that id
     * @throws RegistryUnavailable when the registry does not answer
     */
    Schema byId(int id);

    @Override
    default void close() {
    }

    /** The registry did not answer, or answered with a fault of its own: try again later. Never a reason to drop a record. */
    final class RegistryUnavailable extends org.apache.kafka.common.errors.RetriableException {
        private static final long serialVersionUID = 1L;

        RegistryUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The registry answered, and does not know the schema. */
    final class UnknownSchema extends org.apache.kafka.common.errors.SerializationException {
        private static final long serialVersionUID = 1L;

        UnknownSchema(String message) {
            super(message);
        }
    }

    /** The registry refused a schema. */
    final class IncompatibleSchema extends org.apache.kafka.common.errors.SerializationException {
        private static final long serialVersionUID = 1L;

        IncompatibleSchema(String message) {
            super(message);
        }
    }
}
