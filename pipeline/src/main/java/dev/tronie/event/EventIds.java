package dev.tronie.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.schema.EventKind;
import dev.tronie.vision.FaceBox;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids that depend on nothing but the input, so that reprocessing yields the same ones: the first 128 bits of a SHA-256 over
 * length-prefixed parts, as 32 hexadecimal digits. Pure.
 */
public final class EventIds {
    private EventIds() {
    }

    /** Id of one face's event. */
    public static String event(String sourceId, String frameId, int faceIndex, EventKind kind) {
        return digest("event", sourceId, frameId == null ? "" : frameId, Integer.toString(faceIndex), kind.name());
    }

    /** Id of an event in an appearance's life. */
    public static String appearance(String appearanceId, int sequence, EventKind kind) {
        return digest("appearance-event", appearanceId, Integer.toString(sequence), kind.name());
    }

    /** Id of an enrolled face; the box is rounded to whole pixels. */
    public static String face(String gallery, String subjectId, String imageSha256, FaceBox box) {
        return digest("face", gallery, subjectId, imageSha256, Math.round(box.x1()) + "," + Math.round(box.y1()) + ","
                + Math.round(box.x2()) + "," + Math.round(box.y2()));
    }

    /** SHA-256 of a picture's bytes, 64 hexadecimal digits. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha().digest(bytes));
    }

    /** A short digest of any text parts, 32 hexadecimal digits. */
    public static String digest(String... parts) {
        MessageDigest sha = sha();
        for (String part : parts) {
            byte[] bytes = part.getBytes(UTF_8);
            sha.update(new byte[] {(byte) (bytes.length >> 24), (byte) (bytes.length >> 16), (byte) (bytes.length >> 8), (byte) bytes.length});
            sha.update(bytes);
        }
        return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }

    private static MessageDigest sha() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
