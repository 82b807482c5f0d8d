package dev.tronie.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Confluent's wire format, version 0: a zero byte, the schema id as four bytes big-endian, Avro binary. Pure.
 */
public final class WireFormat {
    /** Bytes before the Avro data. */
    public static final int HEADER_BYTES = 5;

    private WireFormat() {
    }

    /** Bytes that no reader can make sense of: a poison record. The message holds no content. */
    public static final class Unreadable extends org.apache.kafka.common.errors.SerializationException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** The bytes of a record. */
    public static byte[] write(int schemaId, SpecificRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        out.write(0);
        out.writeBytes(ByteBuffer.allocate(4).putInt(schemaId).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new SpecificDatumWriter<SpecificRecord>(record.getSchema(), SpecificData.getForSchema(record.getSchema())).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * The schema id of some bytes.
     *
     * @throws Unreadable where they are not in the wire format
     */
    public static int schemaId(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw new Unreadable("A record of " + bytes.length + " bytes is too short for the wire format.");
        }
        if (bytes[0] != 0) {
            throw new Unreadable("The record starts with byte " + (bytes[0] & 0xff) + "; the wire format starts with 0.");
        }
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    /**
     * What turns data into records. Making one resolves the two schemas, which costs more than reading a record: keep it, one a thread.
     *
     * @param writer the schema that the data follow
     * @param reader the schema that is wanted
     */
    public static DatumReader<SpecificRecord> reader(Schema writer, Schema reader) {
        return new SpecificDatumReader<>(writer, reader, SpecificData.getForSchema(reader));
    }

    /**
     * The record in some bytes.
     *
     * @param bytes  in the wire format
     * @param reader made for the schema of their id
     * @throws Unreadable where the data do not follow the writer's schema, or it cannot be read as the reader's
     */
    public static SpecificRecord read(byte[] bytes, DatumReader<SpecificRecord> reader) {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        try {
            return reader.read(null, decoder);
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | ClassCastException | NegativeArraySizeException e) {
            throw new Unreadable("The record's data do not follow the schema of its id (" + e.getClass().getSimpleName() + ").");
        }
    }
}
