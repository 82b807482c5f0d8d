package dev.tronie.request;

import dev.tronie.event.ModelIdentity;
import dev.tronie.event.Source;
import dev.tronie.image.Refusal;
import dev.tronie.schema.Detect;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.Upload;
import dev.tronie.schema.Verify;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import dev.tronie.vision.FaceAnalyzer;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * Answers uploads. The answer depends on the upload, the gallery and the model only: a repeated request gives the same ids.
 *
 * <p>Threading: stateless; safe to call from many threads.
 */
public final class UploadService {
    private final Replies replies;
    private final EnrollOperation enrolling;
    private final LookOperations looking;
    private final GalleryOperations managing;

    /** A service on these parts. */
    public UploadService(FaceAnalyzer analyzer, ImageResolver images, RequestSettings settings, ModelIdentity identity, InstantSource clock) {
        Photos photos = new Photos(analyzer, images, settings);
        this.replies = new Replies(identity, clock);
        this.enrolling = new EnrollOperation(photos, replies, settings, identity);
        this.looking = new LookOperations(photos, replies, settings, identity, clock);
        this.managing = new GalleryOperations(replies);
    }

    /**
     * Answers one upload.
     *
     * @param upload  the request
     * @param source  its record
     * @param gallery the enrolled faces
     */
    public Answer answer(Upload upload, Source source, GalleryView gallery) {
        Optional<Refusal> id = Names.refusal("requestId", upload.getRequestId());
        if (id.isPresent()) {
            return replies.refused(replies.to(upload, gallery), id.get());
        }
        Object o = upload.getOperation();
        if (o instanceof Enroll enroll) {
            return enrolling.answer(upload, enroll, source, gallery);
        } else if (o instanceof Recognize recognize) {
            return looking.recognize(upload, recognize, source, gallery);
        } else if (o instanceof Verify verify) {
            return looking.verify(upload, verify, gallery);
        } else if (o instanceof Detect detect) {
            return looking.detect(upload, detect, gallery);
        } else if (o instanceof ListGalleries list) {
            return managing.list(upload, list, gallery);
        } else if (o instanceof ViewGallery view) {
            return managing.view(upload, view, gallery);
        } else if (o instanceof ViewSubject view) {
            return managing.view(upload, view, gallery);
        } else if (o instanceof RemoveFace remove) {
            return managing.remove(upload, remove, gallery);
        } else if (o instanceof RemoveSubject remove) {
            return managing.remove(upload, remove, gallery);
        } else if (o instanceof RemoveGallery remove) {
            return managing.remove(upload, remove, gallery);
        }
        return replies.refused(replies.to(upload, gallery),
                new Refusal(ErrorCode.NOT_SUPPORTED, "This release does not know the operation.", "Upgrade the pipeline."));
    }

    /** The gallery that an upload's operation speaks of; null where it has none. */
    public static String galleryOf(Upload upload) {
        return Replies.text((SpecificRecord) upload.getOperation(), "gallery");
    }
}
