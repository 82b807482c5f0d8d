package dev.tronie.topology;

import dev.tronie.schema.CameraMemory;
import dev.tronie.schema.PendingEvent;
import dev.tronie.schema.Recognition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;

/**
 * The newest events of a camera's memory, encoded once: the memory is written with every frame, and most of the time for nothing else.
 * Pure.
 */
final class Outbox {
    private Outbox() {
    }

    /**
     * Keeps an event.
     *
     * @param offset of the frame that led to it; -1 = the clock did
     */
    static void keep(CameraMemory memory, long offset, long atMs, Recognition event) {
        try {
            memory.getOutbox().add(new PendingEvent(offset, atMs, event.toByteBuffer()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of these offsets, oldest first; without those that another release wrote in a schema of its own. */
    static List<Recognition> events(CameraMemory memory, LongPredicate offsets) {
        return memory.getOutbox().stream().filter(old -> offsets.test(old.getOffset())).flatMap(Outbox::event).toList();
    }

    private static Stream<Recognition> event(PendingEvent kept) {
        try {
            return Stream.of(Recognition.fromByteBuffer(kept.getEvent().duplicate()));
        } catch (AvroRuntimeException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
