package dev.tronie.request;

import dev.tronie.event.EventIds;
import dev.tronie.event.Faces;
import dev.tronie.event.ModelIdentity;
import dev.tronie.event.Recognitions;
import dev.tronie.event.Source;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Found;
import dev.tronie.gallery.Template;
import dev.tronie.image.Outcome;
import dev.tronie.image.Refusal;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.FaceSource;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.OperationKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadError;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.FaceAnalyzer;
import dev.tronie.vision.FaceBox;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Answers uploads. The answer depends on the upload, the gallery and the model only: a repeated request gives the same ids.
 *
 * <p>Threading: stateless; safe to call from many threads.
 */
public final class UploadService {
    /** Overlap from which a face found again in the same picture is the one that was enrolled from it. */
    private static final float SAME_FACE_IOU = 0.5f;

    private final FaceAnalyzer analyzer;
    private final ImageResolver images;
    private final RequestSettings settings;
    private final ModelIdentity identity;
    private final InstantSource clock;

    /** A service on these parts. */
    public UploadService(FaceAnalyzer analyzer, ImageResolver images, RequestSettings settings, ModelIdentity identity, InstantSource clock) {
        this.analyzer = analyzer;
        this.images = images;
        this.settings = settings;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Answers one upload.
     *
     * @param upload  the request
     * @param source  its record
     * @param gallery the enrolled faces
     */
    public Answer answer(Upload upload, Source source, GalleryView gallery) {
        Object operation = upload.getOperation();
        if (operation instanceof Enroll enroll) {
            return enroll(upload, enroll, source, gallery);
        } else if (operation instanceof Recognize recognize) {
            return recognize(upload, recognize, source, gallery);
        }
        return refused(reply(upload, source, gallery), new Refusal(ErrorCode.NOT_SUPPORTED,
                "This release answers ENROLL and RECOGNIZE only.", "Upgrade the pipeline."));
    }

    private Answer enroll(Upload upload, Enroll enroll, Source source, GalleryView gallery) {
        UploadReply reply = reply(upload, source, gallery);
        Optional<Refusal> name = badName("gallery", enroll.getGallery()).or(() -> badName("subjectId", enroll.getSubjectId()));
        if (name.isPresent()) {
            return refused(reply, name.get());
        }
        Outcome<byte[]> image = Images.bytes(upload.getImage(), images);
        if (image instanceof Outcome.Refused<byte[]> r) {
            return refused(reply, r.refusal());
        }
        byte[] bytes = ((Outcome.Ok<byte[]>) image).value();
        Outcome<Analysis> analysed = analyse(bytes, enroll.getMinFaceRatio(), true);
        if (analysed instanceof Outcome.Refused<Analysis> r) {
            return refused(reply, r.refusal());
        }
        Analysis analysis = ((Outcome.Ok<Analysis>) analysed).value();
        report(reply, analysis);
        Outcome<Integer> chosen = choose(analysis, enroll);
        if (chosen instanceof Outcome.Refused<Integer> r) {
            return refused(reply, r.refusal());
        }
        int index = ((Outcome.Ok<Integer>) chosen).value();
        GalleryFace face = galleryFace(enroll, upload, analysis.faces().get(index), EventIds.sha256(bytes), source);
        Optional<Template> same = sameFace(face, gallery);
        FaceReport report = reply.getFaces().get(index);
        report.setEnrolledFaceId(same.map(t -> t.key().faceId()).orElse(face.getFaceId()));
        report.setAlreadyEnrolled(same.isPresent());
        return new Answer(reply, same.isPresent() ? List.of() : List.of(face), List.of());
    }

    /** The one face that is meant, or why it is not clear. */
    private Outcome<Integer> choose(Analysis analysis, Enroll enroll) {
        List<Analysis.Face> faces = analysis.faces();
        if (faces.isEmpty()) {
            return Outcome.refused(ErrorCode.NO_FACE, "No face was found in the photo.",
                    "Send a photo with one well-lit face, at least " + Math.round(settings.faceMinPx()) + " pixels high.");
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
        float quality = faces.get(index).quality().overall();
        if (quality < settings.enrollQualityMin() && !enroll.getForce()) {
            return Outcome.refused(ErrorCode.LOW_QUALITY, String.format(java.util.Locale.ROOT,
                    "The face's quality is %.2f; a template needs %.2f.", quality, settings.enrollQualityMin()),
                    "Send a sharper, larger, frontal photo, or insist (force).");
        }
        return Outcome.ok(index);
    }

    private static int best(List<Analysis.Face> faces, java.util.function.ToDoubleFunction<Analysis.Face> value) {
        return java.util.stream.IntStream.range(0, faces.size()).boxed()
                .max(Comparator.comparingDouble(i -> value.applyAsDouble(faces.get(i)))).orElseThrow();
    }

    /** A face of this subject that came from the same place of the same picture: its id stays, whatever precision found it again. */
    private static Optional<Template> sameFace(GalleryFace face, GalleryView gallery) {
        FaceBox box = Faces.box(face.getSource().getBox());
        return gallery.galleries().ofSubject(face.getGallery(), face.getSubjectId()).stream()
                .filter(t -> t.modelId().equals(face.getModelId()) && t.imageSha256().equals(face.getSource().getImageSha256())
                        && t.box().iou(box) > SAME_FACE_IOU)
                .findFirst();
    }

    private GalleryFace galleryFace(Enroll enroll, Upload upload, Analysis.Face face, String imageSha256, Source source) {
        FaceBox box = face.detection().box();
        return new GalleryFace(enroll.getGallery(), enroll.getSubjectId(),
                EventIds.face(enroll.getGallery(), enroll.getSubjectId(), imageSha256, box), Embeddings.toBytes(face.embedding()),
                identity.modelId(), Faces.quality(face.quality()), ByteBuffer.wrap(face.crop()),
                new FaceSource(upload.getRequestId(), imageSha256, Faces.box(box), face.detection().score()), source.capturedAt());
    }

    private Answer recognize(Upload upload, Recognize recognize, Source source, GalleryView gallery) {
        UploadReply reply = reply(upload, source, gallery);
        Optional<Refusal> name = badName("gallery", recognize.getGallery());
        if (name.isPresent()) {
            return refused(reply, name.get());
        }
        Float threshold = recognize.getThreshold();
        Integer wanted = recognize.getMaxCandidates();
        if (threshold != null && !(threshold >= -1 && threshold <= 1) || wanted != null && wanted < 1) {
            return refused(reply, new Refusal(ErrorCode.INVALID_REQUEST,
                    "threshold must be within -1 to 1 and maxCandidates at least 1.", "Correct the request."));
        }
        if (!gallery.galleries().contains(recognize.getGallery())) {
            return refused(reply, new Refusal(ErrorCode.UNKNOWN_GALLERY, "Nobody is enrolled in this gallery.",
                    "Enrol somebody first, or check the gallery's name."));
        }
        Outcome<Analysis> analysed = Images.bytes(upload.getImage(), images)
                .then(bytes -> analyse(bytes, recognize.getMinFaceRatio(), false));
        if (analysed instanceof Outcome.Refused<Analysis> r) {
            return refused(reply, r.refusal());
        }
        Analysis analysis = ((Outcome.Ok<Analysis>) analysed).value();
        report(reply, analysis);
        if (analysis.faces().isEmpty()) {
            return refused(reply, new Refusal(ErrorCode.NO_FACE, "No face was found in the photo.",
                    "Send a photo with a well-lit face, at least " + Math.round(settings.faceMinPx()) + " pixels high."));
        }
        return match(reply, source, analysis, recognize, gallery);
    }

    private Answer match(UploadReply reply, Source source, Analysis analysis, Recognize recognize, GalleryView gallery) {
        int top = recognize.getMaxCandidates() == null ? settings.candidatesMax()
                : Math.min(settings.candidatesMax(), recognize.getMaxCandidates());
        DecisionPolicy policy = recognize.getThreshold() == null ? settings.policy() : settings.policy().at(recognize.getThreshold());
        long version = gallery.version();
        long start = System.nanoTime();
        // The second subject is always looked for: the margin to it belongs to the decision.
        Found found = gallery.galleries().search(recognize.getGallery(), identity.modelId(),
                analysis.faces().stream().map(Analysis.Face::embedding).toList(), Math.max(2, top));
        float matchMs = (System.nanoTime() - start) / 1e6f;
        List<Recognition> events = Recognitions.of(source, analysis, found, policy, matchMs, clock.instant(), identity, version);
        for (int i = 0; i < events.size(); i++) {
            Recognition event = events.get(i);
            event.setCandidates(event.getCandidates().stream().limit(top).toList());
            reply.getFaces().get(i).setDecision(event.getDecision());
            reply.getFaces().get(i).setCandidates(event.getCandidates());
        }
        reply.setTimings(Faces.timings(analysis.timings(), matchMs));
        reply.setRepliedAt(clock.instant());
        return new Answer(reply, List.of(), events);
    }

    private Outcome<Analysis> analyse(byte[] image, Float minFaceRatio, boolean crops) {
        if (minFaceRatio != null && !(minFaceRatio >= 0 && minFaceRatio <= 1)) {
            return Outcome.refused(ErrorCode.INVALID_REQUEST, "minFaceRatio must be within 0 to 1.", "Correct the request.");
        }
        return analyzer.analyse(image, new AnalysisOptions(settings.facesMax(), settings.faceMinPx(), true, crops)).then(a -> {
            float least = minFaceRatio == null ? 0 : minFaceRatio * Math.min(a.widthPx(), a.heightPx());
            return Outcome.ok(new Analysis(a.widthPx(), a.heightPx(),
                    a.faces().stream().filter(f -> f.detection().box().height() >= least).toList(), a.timings()));
        });
    }

    private UploadReply reply(Upload upload, Source source, GalleryView gallery) {
        Object operation = upload.getOperation();
        String subject = operation instanceof Enroll enroll ? enroll.getSubjectId() : null;
        return UploadReply.newBuilder().setRequestId(upload.getRequestId()).setOperation(kind(operation))
                .setGallery(source.gallery()).setSubjectId(subject)
                .setRequestedAt(upload.getRequestedAt()).setRepliedAt(clock.instant())
                .setTimings(Faces.timings(Analysis.Timings.NONE, 0)).setProvenance(identity.provenance(gallery.version())).build();
    }

    /** The enum constant of an operation's record: Enroll is ENROLL, ListGalleries is LIST_GALLERIES. */
    private static OperationKind kind(Object operation) {
        return OperationKind.valueOf(operation.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(java.util.Locale.ROOT));
    }

    private void report(UploadReply reply, Analysis analysis) {
        List<FaceReport> reports = new ArrayList<>();
        for (int i = 0; i < analysis.faces().size(); i++) {
            reports.add(FaceReport.newBuilder()
                    .setFace(Faces.of(i, analysis.faces().get(i), analysis.widthPx(), analysis.heightPx())).build());
        }
        reply.setFrameWidthPx(analysis.widthPx());
        reply.setFrameHeightPx(analysis.heightPx());
        reply.setFaces(reports);
        reply.setTimings(Faces.timings(analysis.timings(), 0));
        reply.setRepliedAt(clock.instant());
    }

    private Answer refused(UploadReply reply, Refusal refusal) {
        reply.setError(new UploadError(refusal.code(), refusal.message(), refusal.remedy()));
        reply.setRepliedAt(clock.instant());
        return new Answer(reply, List.of(), List.of());
    }

    private static Optional<Refusal> badName(String field, String name) {
        if (name.isBlank() || name.length() > FaceKey.NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(new Refusal(ErrorCode.INVALID_REQUEST,
                    field + " must have 1 to " + FaceKey.NAME_MAX + " characters, none of them a control character.", "Correct the name."));
        }
        return Optional.empty();
    }

    /** The gallery that an upload's operation speaks of; null where it has none. */
    public static String galleryOf(Upload upload) {
        Object operation = upload.getOperation();
        org.apache.avro.specific.SpecificRecord record = (org.apache.avro.specific.SpecificRecord) operation;
        org.apache.avro.Schema.Field field = record.getSchema().getField("gallery");
        return field == null ? null : (String) record.get(field.pos());
    }
}
