package dev.tronie.gateway;

import dev.tronie.gallery.FaceKey;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a caller wants, in the terms of uploads.
 *
 * @param operation the operation
 * @param photo     gives the picture, or null where the call has none; may fetch it, so it is asked only when the caller is let in.
 *                  Null where the operation needs none
 * @param gallery   the gallery it concerns; null where it concerns none or all
 * @param subjectId the one subject it concerns; null where it concerns none
 */
record Call(SpecificRecord operation, Supplier<byte[]> photo, String gallery, String subjectId) {
    /** The key of the upload's record: requests about one subject keep their order. Null = none. */
    String key() {
        return subjectId == null ? null : FaceKey.ofSubject(gallery, subjectId);
    }
}
