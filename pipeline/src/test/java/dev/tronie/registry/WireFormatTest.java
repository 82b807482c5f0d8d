package dev.tronie.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.schema.CameraState;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.Frame;
import dev.tronie.schema.TrustedClasses;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WireFormatTest {

    @BeforeAll
    static void trust() {
        TrustedClasses.install();
    }

    @Test
    void writesAZeroByteTheIdBigEndianAndAvro() {
        // Given
        Frame frame = Frame.newBuilder().setFrameId("f").setCapturedAt(Instant.ofEpochMilli(3)).setImage(ByteBuffer.wrap(new byte[] {9}))
                .setGallery("g").build();

        // When
        byte[] bytes = WireFormat.write(23, frame);

        // Then: id 23; "f"; 3 zig-zag = 6; union branch 0, one byte; "g"; null hints
        assertThat(bytes).containsExactly(0, 0, 0, 0, 23, 2, 'f', 6, 0, 2, 9, 2, 'g', 0);
        assertThat(WireFormat.schemaId(bytes)).isEqualTo(23);
    }

    @Test
    void readsWhatItWrote() {
        // Given
        byte[] bytes = WireFormat.write(1, status());

        // When
        Object read = WireFormat.read(bytes, WireFormat.reader(CameraStatus.getClassSchema(), CameraStatus.getClassSchema()));

        // Then
        assertThat(read).isEqualTo(status());
    }

    @Test
    void refusesAWrongMagicByteAndAShortRecord() {
        // Given
        byte[] bytes = WireFormat.write(1, status());
        bytes[0] = 1;

        // When / Then
        assertThatThrownBy(() -> WireFormat.schemaId(bytes)).isInstanceOf(WireFormat.Unreadable.class).hasMessageContaining("starts with byte 1");
        assertThatThrownBy(() -> WireFormat.schemaId(new byte[] {0, 0, 0})).isInstanceOf(WireFormat.Unreadable.class);
    }

    @Test
    void damagedDataIsUnreadableNeverACrash() {
        // Given
        byte[] whole = WireFormat.write(1, status());
        Random random = new Random(2);

        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = random.nextBoolean() ? Arrays.copyOf(whole, 5 + random.nextInt(whole.length - 5)) : whole.clone();
            for (int k = 0; k < 3 && damaged.length > 5; k++) {
                damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt(256);
            }

            // When
            Throwable thrown = null;
            try {
                WireFormat.read(damaged, WireFormat.reader(CameraStatus.getClassSchema(), CameraStatus.getClassSchema()));
            } catch (Throwable e) {
                thrown = e;
            }

            // Then
            assertThat(thrown).satisfiesAnyOf(t -> assertThat(t).isNull(), t -> assertThat(t).isInstanceOf(SerializationException.class));
        }
    }

    @Test
    void aNullValueStaysNullBothWays() {
        // Given
        AvroSerde<Frame> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", "mock://nulls"), false);

        // When / Then
        assertThat(serde.serializer().serialize("t", null)).isNull();
        assertThat(serde.deserializer().deserialize("t", null)).isNull();
    }

    @Test
    void anUnknownSchemaIdIsPoisonNotAnOutage() {
        // Given
        AvroSerde<Frame> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", "bundled://"), false);

        // When / Then
        assertThatThrownBy(() -> serde.deserializer().deserialize("t", WireFormat.write(4711, status())))
                .isInstanceOf(SchemaRegistry.UnknownSchema.class).isNotInstanceOf(org.apache.kafka.common.errors.RetriableException.class);
    }

    @Test
    void processesOfOneReleaseAgreeOnBundledIds() {
        // When
        int id = new BundledRegistry().idOf("any-value", Frame.getClassSchema());

        // Then: part of the contract between releases
        assertThat(id).isEqualTo(new BundledRegistry().register("other-value", Frame.getClassSchema())).isPositive();
        assertThat(new BundledRegistry().byId(id).getFullName()).isEqualTo("dev.tronie.schema.Frame");
    }

    private static CameraStatus status() {
        return CameraStatus.newBuilder().setCameraId("lobby").setState(CameraState.LIVE).setAt(Instant.ofEpochMilli(1_000))
                .setSkipped(Map.of("stale", 3L)).build();
    }
}
