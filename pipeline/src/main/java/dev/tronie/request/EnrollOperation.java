package dev.tronie.request;

import dev.tronie.event.EventIds;
import dev.tronie.event.Faces;
import dev.tronie.event.ModelIdentity;
import dev.tronie.event.Source;
import dev.tronie.gallery.Template;
import dev.tronie.image.Outcome;
import dev.tronie.image.Refusal;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.FaceSource;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.Embeddings;
import dev.tronie.vision.FaceBox;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** ENROLL: the one face that is meant becomes a template, or the reply says why none does. Stateless. */
final class EnrollOperation {
    /** Overlap from which a face found again in the same picture is the one that was enrolled from it, or the one that is meant. */
    private static final float SAME_FACE_IOU = 0.5f;

    private final Photos photos;
    private final Replies replies;
    private final RequestSettings settings;
    private final ModelIdentity identity;

    EnrollOperation(Photos photos, Replies replies, RequestSettings settings, ModelIdentity identity) {
        this.photos = photos;
        this.replies = replies;
        this.settings = settings;
        this.identity = identity;
    }

    Answer answer(Upload upload, Enroll enroll, Source source, GalleryView gallery) {
        UploadReply reply = replies.to(upload, gallery);
        Optional<Refusal> name = Names.refusal("gallery", enroll.getGallery()).or(() -> Names.refusal("subjectId", enroll.getSubjectId()));
        if (name.isPresent()) {
            return replies.refused(reply, name.get());
        }
        Outcome<Answer> answer = photos.bytes(upload).then(photo -> photos.faces(photo, enroll.getMinFaceRatio(), null, true).then(analysis -> {
            replies.report(reply, analysis);
            return choose(analysis, enroll).then(index -> Outcome.ok(keep(reply, index,
                    galleryFace(enroll, upload, analysis, analysis.faces().get(index), EventIds.sha256(photo), source), gallery)));
        }));
        return answer instanceof Outcome.Ok<Answer> ok ? replies.done(ok.value())
                : replies.refused(reply, ((Outcome.Refused<Answer>) answer).refusal());
    }

    private static Answer keep(UploadReply reply, int index, GalleryFace face, GalleryView gallery) {
        Optional<Template> same = sameFace(face, gallery);
        FaceReport report = reply.getFaces().get(index);
        report.setEnrolledFaceId(same.map(t -> t.key().faceId()).orElse(face.getFaceId()));
        report.setAlreadyEnrolled(same.isPresent());
        reply.setAffectedFaces(same.isPresent() ? 0 : 1);
        // Written even where it is there, as it was: another instance may be about to erase it, and the log's order decides.
        same.ifPresent(t -> {
            face.setFaceId(t.key().faceId());
            face.setEnrolledAt(Instant.ofEpochMilli(t.enrolledAtMs()));
        });
        return new Answer(reply, List.of(face), List.of(), List.of());
    }

    /** The one face that is meant, or why it is not clear. */
    private Outcome<Integer> choose(Analysis analysis, Enroll enroll) {
        List<Analysis.Face> faces = analysis.faces();
        if (photos.some(analysis) instanceof Outcome.Refused<Analysis> none) {
            return new Outcome.Refused<>(none.refusal());
        }
        int index = 0;
        if (enroll.getBox() != null) {
            FaceBox meant = Faces.box(enroll.getBox());
            index = best(faces, f -> f.detection().box().iou(meant));
            if (faces.get(index).detection().box().iou(meant) < SAME_FACE_IOU) {
                return Outcome.refused(ErrorCode.NO_FACE, "No face was found in the given box.", "Give the box of one of the reply's faces.");
            }
        } else if (faces.size() > 1) {
            if (!enroll.getMultipleFaces()) {
                return Outcome.refused(ErrorCode.SEVERAL_FACES, faces.size() + " faces were found in the photo.",
                        "Send a photo of one person, or say which face is meant (box), or allow the largest (multipleFaces).");
            }
            index = best(faces, f -> f.detection().box().area());
        }
        List<String> failed = settings.enrollBar().failedBy(faces.get(index));
        return failed.isEmpty() || enroll.getForce() ? Outcome.ok(index)
                : new Outcome.Refused<>(PoorTemplate.refusal(faces.get(index), failed, settings.enrollBar()));
    }

    private static int best(List<Analysis.Face> faces, ToDoubleFunction<Analysis.Face> value) {
        return IntStream.range(0, faces.size()).boxed().max(Comparator.comparingDouble(i -> value.applyAsDouble(faces.get(i)))).orElseThrow();
    }

    /** A face of this subject that came from the same place of the same picture: its id stays, whatever precision found it again. */
    private static Optional<Template> sameFace(GalleryFace face, GalleryView gallery) {
        FaceBox box = Faces.box(face.getSource().getBox());
        return gallery.galleries().ofSubject(face.getGallery(), face.getSubjectId()).stream()
                .filter(t -> t.modelId().equals(face.getModelId()) && t.origin().imageSha256().equals(face.getSource().getImageSha256())
                        && t.origin().box().iou(box) > SAME_FACE_IOU && !gallery.isBeingErased(t.key()))
                .findFirst();
    }

    private GalleryFace galleryFace(Enroll enroll, Upload upload, Analysis frame, Analysis.Face face, String imageSha256, Source source) {
        FaceBox box = face.detection().box();
        return new GalleryFace(enroll.getGallery(), enroll.getSubjectId(),
                EventIds.face(enroll.getGallery(), enroll.getSubjectId(), imageSha256, box), Embeddings.toBytes(face.embedding()),
                identity.modelId(), Faces.quality(face.quality()), ByteBuffer.wrap(face.crop()),
                new FaceSource(upload.getRequestId(), imageSha256, Faces.box(box), face.detection().score(), frame.widthPx(), frame.heightPx()), source.capturedAt());
    }
}
