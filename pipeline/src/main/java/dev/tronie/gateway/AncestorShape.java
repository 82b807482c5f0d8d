package dev.tronie.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.schema.Candidate;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Detect;
import dev.tronie.schema.EnrolledFace;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.Face;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.Verify;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The shape of the request/response API that this project follows (Kairos), for clients that were written for it: its paths, its
 * field names, errors in the body under status 200. Kept as it was: {@code face_id} is the template's id in one place and the face's
 * index in another, times are texts of milliseconds, lists come whole. Made regular: {@code confidence} is always a number, in
 * recognitions the calibrated similarity from 0 to 1. Left out: demographic attributes, {@code chinTip} (the detector has five
 * landmarks), {@code uploaded_image_url} (no photo is kept). {@code threshold} asks for more confidence than the gallery's own rule
 * does, never for less: the 0.6 that old clients send would undo it in any large gallery; {@code selector} is taken and has no effect. Pure but for fetching.
 */
final class AncestorShape implements Shape {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int PAGE = 1_000;
    private static final Map<String, Set<String>> REQUIRED = Map.of(
            "/detect", Set.of("image"), "/enroll", Set.of("image", "subject_id", "gallery_name"), "/verify", Set.of("image", "subject_id", "gallery_name"),
            "/recognize", Set.of("image", "gallery_name"), "/gallery/list_all", Set.of(), "/gallery/view", Set.of("gallery_name"),
            "/gallery/view_subject", Set.of("gallery_name", "subject_id"), "/gallery/remove", Set.of("gallery_name"),
            "/gallery/remove_subject", Set.of("gallery_name", "subject_id"));

    @Override
    public Set<String> paths() {
        return REQUIRED.keySet();
    }

    @Override
    public boolean lenient() {
        return true;
    }

    @Override
    public Call call(String path, Fields f, Function<String, byte[]> fetch) {
        for (String name : REQUIRED.get(path).stream().sorted().toList()) {
            if (f.values().get(name) == null && !(name.equals("image") && f.photo() != null)) {
                throw Refused.of(400, AncestorErrors.MISSING, "the required parameter " + name + " is missing", "Add it.");
            }
        }
        String gallery = f.text("gallery_name");
        String subject = f.text("subject_id");
        return switch (path) {
            case "/detect" -> new Call(Detect.newBuilder().setMinFaceRatio(f.number("minHeadScale")).build(), () -> f.image(fetch), null, null);
            case "/enroll" -> new Call(Enroll.newBuilder().setGallery(gallery).setSubjectId(subject).setMultipleFaces(f.truth("multiple_faces"))
                    .setMinFaceRatio(f.number("minHeadScale")).build(), () -> f.image(fetch), gallery, subject);
            case "/verify" -> new Call(Verify.newBuilder().setGallery(gallery).setSubjectId(subject).build(), pictureAbove(f, fetch), gallery, subject);
            case "/recognize" -> new Call(Recognize.newBuilder().setGallery(gallery).setMaxCandidates(f.integer("max_num_results")).setMinFaceRatio(f.number("minHeadScale")).build(), pictureAbove(f, fetch), gallery, null);
            case "/gallery/list_all" -> new Call(ListGalleries.newBuilder().setPageSize(PAGE).build(), null, null, null);
            case "/gallery/view" -> new Call(ViewGallery.newBuilder().setGallery(gallery).setPageSize(PAGE).build(), null, gallery, null);
            case "/gallery/view_subject" -> new Call(ViewSubject.newBuilder().setGallery(gallery).setSubjectId(subject).setPageSize(PAGE).build(), null,
                    gallery, subject);
            case "/gallery/remove" -> new Call(RemoveGallery.newBuilder().setGallery(gallery).build(), null, gallery, null);
            case "/gallery/remove_subject" -> new Call(f.text("face_id") == null ? RemoveSubject.newBuilder().setGallery(gallery).setSubjectId(subject).build()
                    : RemoveFace.newBuilder().setGallery(gallery).setSubjectId(subject).setFaceId(f.text("face_id")).build(), null, gallery, subject);
            default -> throw new IllegalStateException(path);
        };
    }

    @Override
    public HttpAnswer answer(String path, Fields f, UploadReply reply) {
        ObjectNode body = reply.getError() != null ? AncestorErrors.of(reply.getError().getCode(), reply.getError().getMessage()) : switch (path) {
            case "/detect" -> detected(reply);
            case "/enroll" -> enrolled(reply);
            case "/verify" -> verified(reply, threshold(f));
            case "/recognize" -> recognised(reply, threshold(f));
            case "/gallery/list_all" -> names("gallery_ids", reply);
            case "/gallery/view" -> names("subject_ids", reply);
            case "/gallery/view_subject" -> faces(reply);
            case "/gallery/remove" -> complete().put("message", "gallery " + reply.getGallery() + " was removed");
            default -> complete().put("message", f.text("face_id") == null ? "subject id " + reply.getSubjectId() + " has been successfully removed"
                    : "face id " + f.text("face_id") + " has been successfully removed");
        };
        return new HttpAnswer(200, body, reply.getRequestId(), 0);
    }

    @Override
    public HttpAnswer refused(Refused refused) {
        return new HttpAnswer(AncestorErrors.status(refused), AncestorErrors.of(refused), refused.requestId(), refused.retryAfterSeconds());
    }

    private static ObjectNode complete() {
        return NODES.objectNode().put("status", "Complete");
    }

    private static ObjectNode names(String field, UploadReply reply) {
        ObjectNode body = complete();
        ArrayNode names = body.putArray(field);
        reply.getNames().forEach(names::add);
        return body;
    }

    private static ObjectNode faces(UploadReply reply) {
        ObjectNode body = complete();
        ArrayNode faces = body.putArray("face_ids");
        for (EnrolledFace face : reply.getEnrolledFaces()) {
            faces.addObject().put("face_id", face.getFaceId()).put("enrollment_timestamp", millis(face.getEnrolledAt()));
        }
        return body;
    }

    private static ObjectNode detected(UploadReply reply) {
        ObjectNode body = NODES.objectNode();
        ObjectNode image = body.putArray("images").addObject().put("status", "Complete").put("width", reply.getFrameWidthPx())
                .put("height", reply.getFrameHeightPx()).put("file", reply.getRequestId());
        ArrayNode faces = image.putArray("faces");
        for (FaceReport report : reply.getFaces()) {
            Face face = report.getFace();
            ObjectNode node = place(NODES.objectNode(), face).put("face_id", face.getIndex()).put("confidence", face.getDetectionScore());
            node.put("leftEyeCenterX", Math.round(face.getLandmarks().getLeftEye().getXPx())).put("leftEyeCenterY", Math.round(face.getLandmarks().getLeftEye().getYPx()))
                    .put("rightEyeCenterX", Math.round(face.getLandmarks().getRightEye().getXPx()))
                    .put("rightEyeCenterY", Math.round(face.getLandmarks().getRightEye().getYPx()));
            faces.add(node);
        }
        return body;
    }

    private static ObjectNode enrolled(UploadReply reply) {
        ObjectNode body = NODES.objectNode();
        ArrayNode images = body.putArray("images");
        for (FaceReport report : reply.getFaces()) {
            if (report.getEnrolledFaceId() != null) {
                body.put("face_id", report.getEnrolledFaceId());
                images.addObject().set("transaction", transaction(reply, report.getFace()).put("status", "success").put("subject_id", reply.getSubjectId())
                        .put("confidence", report.getFace().getDetectionScore()).put("timestamp", millis(reply.getRepliedAt())));
            }
        }
        return body;
    }

    private static ObjectNode verified(UploadReply reply, float threshold) {
        ObjectNode body = NODES.objectNode();
        Optional<FaceReport> best = reply.getFaces().stream().filter(report -> !report.getCandidates().isEmpty())
                .max(Comparator.comparingDouble(report -> report.getCandidates().get(0).getCosine())).or(() -> reply.getFaces().stream().findFirst());
        best.ifPresent(report -> body.putArray("images").addObject().set("transaction", judged(reply, report, threshold).put("subject_id", reply.getSubjectId())));
        return body;
    }

    private static ObjectNode recognised(UploadReply reply, float threshold) {
        ObjectNode body = NODES.objectNode();
        ArrayNode images = body.putArray("images");
        boolean matched = false;
        for (FaceReport report : reply.getFaces()) {
            ObjectNode image = images.addObject();
            ObjectNode transaction = judged(reply, report, threshold);
            image.set("transaction", transaction);
            if (isMatch(report, threshold)) {
                matched = true;
                transaction.put("subject_id", report.getCandidates().get(0).getSubjectId());
            }
            ArrayNode candidates = image.putArray("candidates");
            for (Candidate candidate : report.getCandidates()) {
                if (candidate.getCosine() >= report.getDecision().getThreshold() && confidence(candidate) >= threshold) {
                    candidates.addObject().put("subject_id", candidate.getSubjectId()).put("confidence", confidence(candidate))
                            .put("enrollment_timestamp", millis(candidate.getEnrolledAt()));
                }
            }
        }
        if (!matched) {
            body.set("Errors", AncestorErrors.list(AncestorErrors.NO_MATCH, "NO_MATCH", "no match found"));
        }
        return body;
    }

    /** A face and the decision about it. */
    private static ObjectNode judged(UploadReply reply, FaceReport report, float threshold) {
        boolean match = isMatch(report, threshold);
        ObjectNode node = transaction(reply, report.getFace()).put("status", match ? "success" : "failure")
                .put("confidence", report.getCandidates().isEmpty() ? 0 : confidence(report.getCandidates().get(0)));
        return match ? node : node.put("message", switch (report.getDecision().getKind()) {
            case POSSIBLE -> "possible match only";
            case REJECTED_QUALITY -> "the face is too poor to say";
            default -> "no match found";
        });
    }

    private static boolean isMatch(FaceReport report, float threshold) {
        return report.getDecision().getKind() == DecisionKind.MATCH && confidence(report.getCandidates().get(0)) >= threshold;
    }

    /** The confidence that the caller wants at least; 0 where it does not say. */
    private static float threshold(Fields f) {
        Float wanted = f.number("threshold");
        if (wanted != null && !(wanted >= 0 && wanted <= 1)) {
            throw Refused.invalid("threshold must be within 0 to 1.");
        }
        return wanted == null ? 0 : wanted;
    }

    /** The picture of a call whose threshold is one. */
    private static Supplier<byte[]> pictureAbove(Fields f, Function<String, byte[]> fetch) {
        threshold(f);
        return () -> f.image(fetch);
    }

    private static ObjectNode transaction(UploadReply reply, Face face) {
        return place(NODES.objectNode(), face).put("gallery_name", reply.getGallery()).put("face_id", face.getIndex());
    }

    private static ObjectNode place(ObjectNode node, Face face) {
        return node.put("topLeftX", Math.round(face.getBox().getXPx())).put("topLeftY", Math.round(face.getBox().getYPx()))
                .put("width", Math.round(face.getBox().getWidthPx())).put("height", Math.round(face.getBox().getHeightPx()))
                .put("quality", face.getQuality().getOverall()).put("eyeDistance", face.getEyeDistancePx()).put("pitch", face.getPose().getPitchDeg())
                .put("roll", face.getPose().getRollDeg()).put("yaw", face.getPose().getYawDeg());
    }

    /** The calibrated similarity; where the model is not calibrated the cosine, not below 0. */
    private static float confidence(Candidate candidate) {
        return candidate.getSimilarity() != null ? candidate.getSimilarity() : Math.max(0, candidate.getCosine());
    }

    private static String millis(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }
}
