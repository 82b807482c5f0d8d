package dev.tronie.gateway;

import dev.tronie.gallery.FaceKey;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a caller wants, in the terms of uploads.
 *
 * @param operation the operation
 * @param photo     the picture; null where the operation needs none
 * @param gallery   the gallery it concerns; null where it concerns none or all
 * @param subjectId the one subject it concerns; null where it concerns none
 */
record Call(SpecificRecord operation, byte[] photo, String gallery, String subjectId) {
    /** The key of the upload's record: requests about one subject keep their order. Null = none. */
    String key() {
        return subjectId == null ? null : FaceKey.ofSubject(gallery, subjectId);
    }
}
