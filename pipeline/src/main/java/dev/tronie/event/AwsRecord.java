package dev.tronie.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.gallery.Found;
import dev.tronie.gallery.Hit;
import dev.tronie.gallery.Template;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.FaceBox;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/**
 * One frame in the JSON shape of AWS Rekognition Video's face-search record, so that a consumer written for that stream reads this
 * one unchanged. Every field is filled; where Kafka has no such thing the nearest stands in its place:
 *
 * <ul>
 * <li>{@code StreamArn}: {@code arn:tronie:kafka:::camera/CAMERA_ID}; {@code FragmentNumber}: partition x 2^63 + offset of the frame's
 * record, decimal; {@code FrameOffsetInSeconds}: 0, the producer's time is the frame's own.
 * <li>{@code FaceId}: the face id in the form of a UUID; {@code ImageId}: the first half of the enrolled picture's SHA-256 likewise;
 * {@code ExternalImageId}: the subject id, which may hold characters that AWS would not allow.
 * <li>{@code Similarity}: the calibrated similarity x 100; without a calibration the cosine x 100, not below 0.
 * <li>{@code MatchedFaces}: the best face of every subject at or above the threshold; empty where the face was too poor.
 * <li>An enrolled face's {@code BoundingBox} is left out where it was enrolled before release 2 of the schemas.
 * </ul>
 *
 * <p>Coordinates are shares of the picture, scores 0 to 100, angles degrees with this project's signs. Pure.
 */
public final class AwsRecord {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String[] LANDMARKS = {"eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight"};

    private AwsRecord() {
    }

    /** The record of a frame, also of one without faces. */
    public static ObjectNode of(Source source, Analysis analysis, Found found, DecisionPolicy policy) {
        ObjectNode record = NODES.objectNode();
        record.putObject("InputInformation").putObject("KinesisVideo")
                .put("StreamArn", "arn:tronie:kafka:::camera/" + source.sourceId())
                .put("FragmentNumber", BigInteger.valueOf(source.partition()).shiftLeft(63).add(BigInteger.valueOf(source.offset())).toString())
                .put("ServerTimestamp", seconds(source.receivedAt()))
                .put("ProducerTimestamp", seconds(source.capturedAt()))
                .put("FrameOffsetInSeconds", 0.0);
        record.putObject("StreamProcessorInformation").put("Status", "RUNNING");
        ArrayNode faces = record.putArray("FaceSearchResponse");
        for (int i = 0; i < analysis.faces().size(); i++) {
            ObjectNode face = faces.addObject();
            face.set("DetectedFace", detected(analysis.faces().get(i), analysis.widthPx(), analysis.heightPx()));
            ArrayNode matches = face.putArray("MatchedFaces");
            List<Hit> hits = found.hits().get(i);
            Decision decision = policy.decide(analysis.faces().get(i), hits, found.faces());
            if (decision.getKind() != DecisionKind.REJECTED_QUALITY) {
                hits.stream().filter(hit -> hit.cosine() >= decision.getThreshold()).forEach(hit -> matches.add(matched(hit, policy)));
            }
        }
        return record;
    }

    private static ObjectNode detected(Analysis.Face face, int widthPx, int heightPx) {
        ObjectNode node = NODES.objectNode();
        node.set("BoundingBox", box(face.detection().box(), widthPx, heightPx));
        node.put("Confidence", percent(face.detection().score()));
        ArrayNode landmarks = node.putArray("Landmarks");
        for (int i = 0; i < LANDMARKS.length; i++) {
            landmarks.addObject().put("Type", LANDMARKS[i]).put("X", face.detection().landmarks()[2 * i] / widthPx)
                    .put("Y", face.detection().landmarks()[2 * i + 1] / heightPx);
        }
        node.putObject("Pose").put("Pitch", face.pose().pitchDeg()).put("Roll", face.pose().rollDeg()).put("Yaw", face.pose().yawDeg());
        node.putObject("Quality").put("Brightness", percent(face.quality().brightness())).put("Sharpness", percent(face.quality().sharpness()));
        return node;
    }

    private static ObjectNode matched(Hit hit, DecisionPolicy policy) {
        Template template = hit.template();
        Template.Origin origin = template.origin();
        Float similarity = policy.similarity(hit.cosine());
        ObjectNode node = NODES.objectNode().put("Similarity", percent(similarity == null ? Math.max(0, hit.cosine()) : similarity));
        ObjectNode face = node.putObject("Face");
        if (origin.frameWidthPx() > 0 && origin.frameHeightPx() > 0) {
            face.set("BoundingBox", box(origin.box(), origin.frameWidthPx(), origin.frameHeightPx()));
        }
        face.put("FaceId", uuid(template.key().faceId())).put("Confidence", percent(origin.detectionScore())).put("ImageId", uuid(origin.imageSha256()))
                .put("ExternalImageId", template.key().subjectId());
        return node;
    }

    private static ObjectNode box(FaceBox b, float widthPx, float heightPx) {
        return NODES.objectNode().put("Height", b.height() / heightPx).put("Width", b.width() / widthPx).put("Left", b.x1() / widthPx)
                .put("Top", b.y1() / heightPx);
    }

    private static float percent(float share) {
        return 100 * share;
    }

    private static BigDecimal seconds(Instant instant) {
        return BigDecimal.valueOf(instant.toEpochMilli(), 3);
    }

    /** The first 32 hexadecimal digits in groups; a text that has fewer as it is. */
    private static String uuid(String hex) {
        return hex.length() < 32 ? hex : hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-" + hex.substring(16, 20) + "-"
                + hex.substring(20, 32);
    }
}
