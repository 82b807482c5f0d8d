package dev.tronie.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.PendingEvent;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OutboxTest {
    @Test
    void whatAnotherReleaseWroteInASchemaOfItsOwnIsLeftOut() {
        // Given: the marker of a single-object encoding, and a schema that nobody knows
        CameraMemory memory = CameraStore.empty();
        memory.getOutbox().add(new PendingEvent(7L, 0L, ByteBuffer.wrap(new byte[] {(byte) 0xC3, 1, 9, 9, 9, 9, 9, 9, 9, 9, 0})));

        // When
        var events = Outbox.events(memory, offset -> offset == 7);

        // Then
        assertThat(events).isEmpty();
    }
}
