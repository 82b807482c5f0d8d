package dev.tronie.event;

import dev.tronie.schema.EventKind;
import java.time.Instant;

/**
 * The record that an event is about.
 *
 * @param kind       SEEN for frames, RECOGNIZED for uploads
 * @param sourceId   camera id or request id
 * @param frameId    the frame; null for uploads
 * @param gallery    the gallery that is searched
 * @param topic      topic of the record
 * @param partition  its partition
 * @param offset     its offset
 * @param capturedAt when the picture was taken or requested
 * @param receivedAt when the pipeline took the record up
 * @param late       whether that is too late to act on
 */
public record Source(EventKind kind, String sourceId, String frameId, String gallery, String topic, int partition, long offset,
        Instant capturedAt, Instant receivedAt, boolean late) {
}
