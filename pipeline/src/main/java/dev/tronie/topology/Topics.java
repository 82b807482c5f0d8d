package dev.tronie.topology;

import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.Frame;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Setting;
import dev.tronie.schema.TrustedClasses;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * Every topic: name, value, partitions, policy.
 *
 * @param frames       pictures from cameras, by camera; lossy
 * @param uploads      requests with or without a photo; never dropped
 * @param galleryFaces every enrolled face: the source of truth
 * @param recognitions who was seen
 * @param replies      one answer a request
 * @param cameraStatus how each camera is doing
 * @param awsRecords   frames in the JSON shape of AWS Rekognition Video's face search; null where that is off
 * @param settings     settings that running pipelines take up; they go on without it where it is not there
 * @param deadLetters  records that could not be read, as they came, with the reason in headers
 */
public record Topics(Topic<Frame> frames, Topic<Upload> uploads, Topic<GalleryFace> galleryFaces, Topic<Recognition> recognitions,
        Topic<UploadReply> replies, Topic<CameraStatus> cameraStatus, Topic<SpecificRecord> awsRecords,
        Topic<Setting> settings, Topic<SpecificRecord> deadLetters) {
    /** Largest frame record. */
    public static final int FRAME_BYTES_MAX = 2 << 20;
    /** How long uploads and their replies are kept. */
    public static final Duration UPLOADS_KEPT = Duration.ofDays(7);
    /** Room for a record's other fields beside a photo of the largest size. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    /** The topics of a configuration, their serdes configured. */
    public static Topics of(TronieConfig config) {
        TrustedClasses.install();
        int n = config.topics().partitions();
        int photo = config.images().maxBytes() + ENVELOPE_BYTES;
        return new Topics(
                topic(config, "camera-frames", Frame.getClassSchema(), n, Map.of("cleanup.policy", "delete",
                        "retention.ms", ms(Duration.ofMinutes(10)), "segment.ms", ms(Duration.ofMinutes(5)),
                        "max.message.bytes", Integer.toString(FRAME_BYTES_MAX))),
                topic(config, "photo-uploads", Upload.getClassSchema(), n, Map.of("cleanup.policy", "delete",
                        "retention.ms", ms(UPLOADS_KEPT), "max.message.bytes", Integer.toString(photo))),
                // A tombstone takes effect within max.compaction.lag.ms, and is itself kept for delete.retention.ms.
                topic(config, "gallery-faces", GalleryFace.getClassSchema(), 1, Map.of("cleanup.policy", "compact",
                        "max.compaction.lag.ms", ms(Duration.ofHours(24)), "delete.retention.ms", ms(Duration.ofHours(24)),
                        "min.cleanable.dirty.ratio", "0.1")),
                topic(config, "recognitions", Recognition.getClassSchema(), n,
                        Map.of("cleanup.policy", "delete", "retention.ms", ms(Duration.ofDays(3)))),
                // Never shorter than the uploads' own: by its replies an upload is known as answered.
                topic(config, "upload-replies", UploadReply.getClassSchema(), n,
                        Map.of("cleanup.policy", "delete", "retention.ms", ms(UPLOADS_KEPT))),
                topic(config, "camera-status", CameraStatus.getClassSchema(), 1, Map.of("cleanup.policy", "compact")),
                !config.aws().enabled() ? null : topic(config, "recognitions-aws", null, n,
                        Map.of("cleanup.policy", "delete", "retention.ms", ms(Duration.ofDays(1)))),
                topic(config, "settings", Setting.getClassSchema(), 1, Map.of("cleanup.policy", "compact")),
                topic(config, "dead-letters", null, 1, Map.of("cleanup.policy", "delete", "retention.ms", ms(Duration.ofDays(7)),
                        "max.message.bytes", Integer.toString(photo + ENVELOPE_BYTES))));
    }

    /** All of them, sources first. */
    public List<Topic<?>> all() {
        return Stream.of(frames, uploads, galleryFaces, recognitions, replies, cameraStatus, awsRecords, settings, deadLetters).filter(Objects::nonNull).toList();
    }

    /** Those without which no pipeline runs. */
    public List<Topic<?>> needed() {
        return all().stream().filter(topic -> topic != settings).toList();
    }

    /** Bytes that the largest record of any topic may have: what producers and brokers must let through. */
    public int recordBytesMax() {
        return Integer.parseInt(deadLetters.policy().get("max.message.bytes"));
    }

    /** The name of camera-frames. */
    public static String framesName(TronieConfig config) {
        return config.topics().prefix() + "camera-frames";
    }

    private static String ms(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private static <V extends SpecificRecord> Topic<V> topic(TronieConfig config, String name, Schema schema, int partitions,
            Map<String, String> policy) {
        return new Topic<>(config.topics().prefix() + name, schema, schema == null ? null : serde(config.registry()), partitions, policy);
    }

    private static <V extends SpecificRecord> Serde<V> serde(TronieConfig.Registry registry) {
        try {
            @SuppressWarnings("unchecked")
            Serde<V> serde = (Serde<V>) Class.forName(registry.serde()).getDeclaredConstructor().newInstance();
            serde.configure(registry.config(), false);
            return serde;
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new InvalidConfig("avro.serde: " + registry.serde() + " is no Kafka Serde that can be made here (" + e + ").");
        } catch (IllegalArgumentException e) {
            throw new InvalidConfig("The schema registry's settings cannot be used: " + e.getMessage());
        }
    }
}
