package dev.tronie.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.event.PlainJson;
import dev.tronie.schema.Detect;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.Verify;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Version 2 of the API: the fields of the uploads by their own names, the replies as plain JSON, and a status that says what became
 * of the call. Pure but for fetching a picture by its address.
 */
final class CurrentShape implements Shape {
    private static final String GALLERY = "default";
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "/detect", Set.of("image", "minFaceRatio", "maxFaces"),
            "/enroll", Set.of("image", "gallery", "subjectId", "multipleFaces", "box", "force", "minFaceRatio"),
            "/verify", Set.of("image", "gallery", "subjectId", "threshold", "similarityThreshold"),
            "/recognize", Set.of("image", "gallery", "maxCandidates", "threshold", "similarityThreshold", "minFaceRatio"),
            "/gallery/list_all", Set.of("pageSize", "pageToken"),
            "/gallery/view", Set.of("gallery", "pageSize", "pageToken"),
            "/gallery/view_subject", Set.of("gallery", "subjectId", "pageSize", "pageToken"),
            "/gallery/remove", Set.of("gallery"),
            "/gallery/remove_subject", Set.of("gallery", "subjectId"),
            "/gallery/remove_face", Set.of("gallery", "subjectId", "faceId"));

    @Override
    public Set<String> paths() {
        return FIELDS.keySet();
    }

    @Override
    public boolean lenient() {
        return false;
    }

    @Override
    public Call call(String path, Fields given, Function<String, byte[]> fetch) {
        Fields f = given.only(FIELDS.get(path));
        String gallery = f.text("gallery", GALLERY);
        return switch (path) {
            case "/detect" -> new Call(Detect.newBuilder().setMinFaceRatio(f.number("minFaceRatio")).setMaxFaces(f.integer("maxFaces")).build(),
                    () -> f.image(fetch), null, null);
            case "/enroll" -> new Call(Enroll.newBuilder().setGallery(gallery).setSubjectId(f.required("subjectId")).setMultipleFaces(f.truth("multipleFaces"))
                    .setBox(f.box("box")).setForce(f.truth("force")).setMinFaceRatio(f.number("minFaceRatio")).build(), () -> f.image(fetch), gallery, f.text("subjectId"));
            case "/verify" -> new Call(Verify.newBuilder().setGallery(gallery).setSubjectId(f.required("subjectId")).setThreshold(f.number("threshold"))
                    .setSimilarityThreshold(f.number("similarityThreshold")).build(), () -> f.image(fetch), gallery, f.text("subjectId"));
            case "/recognize" -> new Call(Recognize.newBuilder().setGallery(gallery).setMaxCandidates(f.integer("maxCandidates"))
                    .setThreshold(f.number("threshold")).setSimilarityThreshold(f.number("similarityThreshold")).setMinFaceRatio(f.number("minFaceRatio")).build(),
                    () -> f.image(fetch), gallery, null);
            case "/gallery/list_all" -> new Call(ListGalleries.newBuilder().setPageSize(f.integer("pageSize")).setPageToken(f.text("pageToken")).build(),
                    null, null, null);
            case "/gallery/view" -> new Call(ViewGallery.newBuilder().setGallery(gallery).setPageSize(f.integer("pageSize")).setPageToken(f.text("pageToken")).build(),
                    null, gallery, null);
            case "/gallery/view_subject" -> new Call(ViewSubject.newBuilder().setGallery(gallery).setSubjectId(f.required("subjectId"))
                    .setPageSize(f.integer("pageSize")).setPageToken(f.text("pageToken")).build(), null, gallery, f.text("subjectId"));
            case "/gallery/remove" -> new Call(RemoveGallery.newBuilder().setGallery(f.required("gallery")).build(), null, gallery, null);
            case "/gallery/remove_subject" -> new Call(RemoveSubject.newBuilder().setGallery(gallery).setSubjectId(f.required("subjectId")).build(),
                    null, gallery, f.text("subjectId"));
            case "/gallery/remove_face" -> new Call(RemoveFace.newBuilder().setGallery(gallery).setSubjectId(f.required("subjectId"))
                    .setFaceId(f.required("faceId")).build(), null, gallery, f.text("subjectId"));
            default -> throw new IllegalStateException(path);
        };
    }

    @Override
    public HttpAnswer answer(String path, Fields fields, UploadReply reply) {
        return new HttpAnswer(reply.getError() == null ? 200 : status(reply.getError().getCode()), PlainJson.of(reply), reply.getRequestId(), 0);
    }

    @Override
    public HttpAnswer refused(Refused refused) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("requestId", refused.requestId());
        body.putObject("error").put("code", refused.code()).put("message", refused.getMessage()).put("remedy", refused.remedy());
        return new HttpAnswer(refused.status(), body, refused.requestId(), refused.retryAfterSeconds());
    }

    /** The status of a refusal. */
    static int status(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_GALLERY, UNKNOWN_SUBJECT, UNKNOWN_FACE -> 404;
            case TOO_LARGE -> 413;
            case NO_FACE, SEVERAL_FACES, LOW_QUALITY, INFERENCE_FAILED -> 422;
            default -> 400;
        };
    }
}
