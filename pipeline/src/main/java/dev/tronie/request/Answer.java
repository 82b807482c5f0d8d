package dev.tronie.request;

import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.UploadReply;
import java.util.List;

/**
 * All that one upload leads to.
 *
 * @param reply        the one reply
 * @param enrolled     records for gallery-faces
 * @param erased       keys to be erased from gallery-faces
 * @param recognitions records for recognitions
 */
public record Answer(UploadReply reply, List<GalleryFace> enrolled, List<FaceKey> erased, List<Recognition> recognitions) {

    /** A reply and nothing else. */
    static Answer of(UploadReply reply) {
        return new Answer(reply, List.of(), List.of(), List.of());
    }
}
