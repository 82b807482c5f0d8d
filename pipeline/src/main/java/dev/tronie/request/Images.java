package dev.tronie.request;

import dev.tronie.image.Outcome;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ImageReference;
import java.nio.ByteBuffer;

/** A record's picture: the bytes in it, or what it refers to. */
public final class Images {
    private Images() {
    }

    /**
     * The bytes of an image field; they are the record's own where these stand alone in an array, and not to be changed.
     *
     * @param image    null, bytes or a reference, as Avro's generated classes give it
     * @param resolver fetches references
     */
    public static Outcome<byte[]> bytes(Object image, ImageResolver resolver) {
        if (image instanceof ByteBuffer buffer) {
            if (buffer.hasArray() && buffer.remaining() == buffer.array().length) {
                return Outcome.ok(buffer.array());
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return Outcome.ok(bytes);
        }
        if (image instanceof ImageReference reference) {
            return resolver.fetch(reference);
        }
        return Outcome.refused(ErrorCode.NO_IMAGE, "The request has no picture.", "Send a JPEG, PNG or WebP picture with it.");
    }
}
