package dev.tronie.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** What every registry must do, whoever made it. */
abstract class RegistryContract {

    /** A registry with backward compatibility. */
    abstract SchemaRegistry registry();

    /** Its URL, for a serde. */
    abstract String url();

    private final String subject = "contract-" + UUID.randomUUID() + "-value";

    @Test
    void registersASchemaAndGivesItBack() {
        // Given
        Schema schema = Recognition.getClassSchema();

        // When
        int id = registry().register(subject, schema);

        // Then
        assertThat(registry().byId(id)).isEqualTo(schema);
        assertThat(registry().idOf(subject, schema)).isEqualTo(id);
    }

    @Test
    void registeringAgainChangesNothing() {
        // Given
        int id = registry().register(subject, Frame.getClassSchema());

        // When
        int again = registry().register(subject, Frame.getClassSchema());

        // Then
        assertThat(again).isEqualTo(id);
    }

    @Test
    void givesDifferentSchemasDifferentIds() {
        // When
        int one = registry().register(subject, Frame.getClassSchema());
        int other = registry().register("other-" + subject, CameraStatus.getClassSchema());

        // Then
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void doesNotKnowWhatWasNeverRegistered() {
        // When / Then
        assertThatThrownBy(() -> registry().byId(987_654)).isInstanceOf(SchemaRegistry.UnknownSchema.class);
        assertThatThrownBy(() -> registry().idOf(subject, Frame.getClassSchema())).isInstanceOf(SchemaRegistry.UnknownSchema.class);
    }

    @Test
    void refusesASchemaThatCannotReadWhatWasWritten() {
        // Given
        registry().register(subject, SchemaBuilder.record("R").fields().requiredInt("a").endRecord());
        Schema breaking = SchemaBuilder.record("R").fields().requiredInt("a").requiredString("b").endRecord();

        // When / Then
        assertThatThrownBy(() -> registry().register(subject, breaking)).isInstanceOf(SchemaRegistry.IncompatibleSchema.class);
    }

    @Test
    void serdesThatShareNothingButTheRegistryReadEachOther() {
        // Given
        CameraStatus status = CameraStatus.newBuilder().setCameraId("lobby").setState(dev.tronie.schema.CameraState.LIVE)
                .setAt(java.time.Instant.ofEpochMilli(1_000)).setSkipped(Map.of("stale", 3L)).build();
        String topic = "contract-" + UUID.randomUUID();

        // When
        CameraStatus read;
        try (AvroSerde<CameraStatus> writer = serde(); AvroSerde<CameraStatus> reader = serde()) {
            read = reader.deserializer().deserialize(topic, writer.serializer().serialize(topic, status));
        }

        // Then
        assertThat(read).isEqualTo(status);
    }

    private AvroSerde<CameraStatus> serde() {
        AvroSerde<CameraStatus> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", url()), false);
        return serde;
    }
}
