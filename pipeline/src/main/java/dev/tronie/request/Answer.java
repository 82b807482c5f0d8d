package dev.tronie.request;

import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.UploadReply;
import java.util.List;

/**
 * All that one upload leads to.
 *
 * @param reply        the one reply
 * @param enrolled     records for gallery-faces
 * @param recognitions records for recognitions
 */
public record Answer(UploadReply reply, List<GalleryFace> enrolled, List<Recognition> recognitions) {
}
