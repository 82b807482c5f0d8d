package dev.tronie.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * All keys: name, type, default, validator, documentation. Each documentation ends with the reason for the default where it is not
 * plain. {@code kafka.*} reaches every Kafka client, {@code streams.*}, {@code producer.*} and {@code consumer.*} only theirs.
 */
public final class ConfigKeys {
    /** Prefixes whose keys pass through to Kafka's clients. */
    public static final List<String> PASS_THROUGH = List.of("kafka.", "streams.", "producer.", "consumer.");

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final ConfigDef.Validator RATIO = between(0, 1);

    /** The definition. */
    public static final ConfigDef DEFINITION = new ConfigDef()
            .define("kafka.bootstrap.servers", STRING, "localhost:9092", HIGH, "Brokers to start from, host:port, comma-separated.")
            .define("application.id", STRING, "tronie", new ConfigDef.NonEmptyString(), HIGH,
                    "Consumer group and prefix of internal topics; instances with the same id share the work.")
            .define("schema.registry.url", STRING, "bundled://", new ConfigDef.NonEmptyString(), HIGH,
                    "The schema registry's base URL; bundled:// needs no server (ids follow from the schemas of the release), mock://name is for"
                            + " tests within one JVM.")
            .define("schema.registry.retry.max.ms", LONG, 30_000, atLeast(0), LOW,
                    "How long one look-up is retried while the registry does not answer, before the record is tried anew.")
            .define("auto.register.schemas", BOOLEAN, true, MEDIUM,
                    "Whether writers register their schema; set false in production, where tronie topics create does it.")
            .define("basic.auth.credentials.source", STRING, "URL", ValidString.in("URL", "USER_INFO"), LOW, "Where the registry's user and password stand.")
            .define("basic.auth.user.info", PASSWORD, null, LOW, "user:password of the registry, with USER_INFO.")
            .define("bearer.auth.credentials.source", STRING, "", ValidString.in("", "STATIC_TOKEN"), LOW, "Set to STATIC_TOKEN for a bearer token.")
            .define("bearer.auth.token", PASSWORD, null, LOW, "The registry's bearer token.")
            .define("schema.registry.ssl.truststore.location", STRING, null, LOW, "Trust store for the registry.")
            .define("schema.registry.ssl.truststore.password", PASSWORD, null, LOW, "Its password.")
            .define("schema.registry.ssl.truststore.type", STRING, "JKS", LOW, "JKS or PKCS12.")
            .define("schema.registry.ssl.keystore.location", STRING, null, LOW, "Key store for the registry (mutual TLS).")
            .define("schema.registry.ssl.keystore.password", PASSWORD, null, LOW, "Its password.")
            .define("schema.registry.ssl.keystore.type", STRING, "JKS", LOW, "JKS or PKCS12.")
            .define("schema.registry.ssl.key.password", PASSWORD, null, LOW, "Password of the key; the store's where not set.")
            .define("avro.serde", STRING, build("default.avro.serde"), LOW,
                    "Class of the Avro serde, a Kafka Serde configured by Confluent's keys.")
            .define("topics.prefix", STRING, "", LOW, "Put before every topic's name.")
            .define("topics.partitions", INT, 6, between(1, 1000), MEDIUM,
                    "Partitions of camera-frames, photo-uploads and their results: the most tasks that can run at a time.")
            .define("topics.replication", INT, -1, between(-1, 100), MEDIUM, "Replicas of every topic; -1 = the broker's default.")
            .define("models.dir", STRING, "", HIGH,
                    "A model folder; empty = the bundled models.")
            .define("models.precision", STRING, "auto", ValidString.in("auto", "fp32", "bf16"), MEDIUM,
                    "Which of the bundled models; auto = bf16 where the processor has it, fp32 elsewhere.")
            .define("frames.max.age.ms", LONG, 5_000, atLeast(1), HIGH,
                    "Frames older than this when their turn comes are skipped and counted: a late recognition is worse than none.")
            .define("frames.lag.max.ms", LONG, 300L, atLeast(1), MEDIUM,
                    "Where the pipeline is further behind a camera than this, a frame is skipped for a newer one of the same camera.")
            .define("frames.every", BOOLEAN, false, MEDIUM, "Whether every face of every frame is embedded and told of (SEEN), besides the appearances.")
            .define("frames.replay", BOOLEAN, false, MEDIUM,
                    "Whether the frames that the topic still holds are gone through: none is too old, and every event says late.")
            .define("images.max.bytes", INT, 10 << 20, between(1, 1 << 30), MEDIUM, "Largest encoded picture.")
            .define("images.max.pixels", LONG, 40_000_000L, atLeast(1), MEDIUM,
                    "Largest width x height, checked in the header, before anything is allocated.")
            .define("images.references.allow", LIST, List.of(), MEDIUM,
                    "Places below which pictures that records refer to may be fetched: file:, http: or https: URIs that end in a slash; empty = none.")
            .define("vision.detector.side.px", INT, 640, between(64, 4096), HIGH,
                    "Longest side of what the detector sees; larger finds smaller faces and costs its square.")
            .define("vision.faces.max", INT, 64, between(1, 256), MEDIUM, "Faces a picture, best detection score first.")
            .define("vision.face.min.px", INT, 24, between(1, 10_000), MEDIUM,
                    "Faces lower than this many pixels of the full-size picture are left out: below it embeddings say little.")
            .define("inference.device", STRING, "auto", ValidString.in("auto", "cpu", "gpu"), MEDIUM, "auto = a GPU where the engine finds one.")
            .define("inference.workers", INT, Math.max(1, CORES), between(1, 256), MEDIUM,
                    "Worker threads that own the networks, one intra-op thread each; default: the cores.")
            .define("inference.detect.batch.max", INT, 1, between(1, 256), MEDIUM,
                    "Pictures in one detector call; on a CPU batches gain nothing, on a GPU much.")
            .define("inference.embed.batch.max", INT, 8, between(1, 256), MEDIUM, "Crops in one embedder call.")
            .define("inference.batch.wait.ms", INT, 0, between(0, 1000), MEDIUM, "How long a worker waits for a fuller batch.")
            .define("inference.queue.max", INT, 64, between(1, 100_000), LOW, "Requests that wait for a worker before senders wait too.")
            .define("inference.deadline.ms", INT, 10_000, between(1, 600_000), MEDIUM,
                    "Longest wait for a worker, far below max.poll.interval.ms; what a worker has begun is always waited for.")
            .define("match.threshold", DOUBLE, null, optional(-1, 1), HIGH, "Cosine at or above which a face matches, fixed; empty = from match.fpir, the model, and the gallery's size.")
            .define("match.fpir", DOUBLE, 0.01, between(1e-9, 0.5), HIGH,
                    "Wanted share of strangers who match anybody at all; the threshold rises with the gallery to hold it.")
            .define("match.margin", DOUBLE, 0.03, RATIO, MEDIUM,
                    "A match must lead the next subject by this cosine, else it is only POSSIBLE.")
            .define("match.candidates.max", INT, 5, between(1, 100), MEDIUM, "Candidates in an event.")
            .define("match.possible.fpir", DOUBLE, 0.1, between(1e-9, 0.5), MEDIUM,
                    "Wanted share of strangers who come near enough to anybody to be POSSIBLE; at or below match.fpir only the ambiguous are.")
            .define("match.quality.min", DOUBLE, 0.05, RATIO, MEDIUM, "Faces of lower overall quality are REJECTED_QUALITY.")
            .define("match.face.min.px", INT, 24, between(1, 10_000), LOW, "So are faces lower than this, pixels of the full-size picture,")
            .define("match.sharpness.min", DOUBLE, 0.05, RATIO, LOW, "of lower sharpness,")
            .define("match.brightness.min", DOUBLE, 0.05, RATIO, LOW, "of lower brightness (1 = middle of the range, 0 = black or white),")
            .define("match.pose.max.deg", DOUBLE, 75.0, between(0, 180), LOW, "turned or nodded further than this, degrees,")
            .define("match.detection.min", DOUBLE, 0.6, RATIO, LOW, "or of a lower detection score.")
            .define("enroll.quality.min", DOUBLE, 0.1, RATIO, MEDIUM,
                    "Lowest overall quality of an enrolled face: a poor template draws strangers for as long as it stays.")
            .define("enroll.face.min.px", INT, 40, between(1, 10_000), LOW, "Lowest enrolled face, pixels of the full-size picture.")
            .define("enroll.sharpness.min", DOUBLE, 0.1, RATIO, LOW, "Its least sharpness.")
            .define("enroll.brightness.min", DOUBLE, 0.1, RATIO, LOW, "Its least brightness.")
            .define("enroll.pose.max.deg", DOUBLE, 60.0, between(0, 180), LOW, "Its largest turn or nod, degrees.")
            .define("enroll.detection.min", DOUBLE, 0.7, RATIO, LOW, "Its least detection score.")
            .define("gallery.exact.faces.max", INT, 100_000, atLeast(0), MEDIUM,
                    "Faces of one gallery and model up to which a face is compared with each; of more, with those that sketches of all single out: faster, but one that is"
                            + " hardly nearer than many others may be missed. So many embeddings of 128 numbers are compared in a millisecond.")
            .define("appearances.gap.ms", LONG, 10_000, between(100, 86_400_000), HIGH,
                    "An appearance is over when its face has been out of sight for longer than this, by the camera's time.")
            .define("appearances.decide.ms", LONG, 1_000, between(0, 3_600_000), HIGH,
                    "Who is not recognised within this time is told of as what they seem (UNKNOWN); a match is told as soon as two shots agree.")
            .define("appearances.frames.min", INT, 3, between(1, 1_000), MEDIUM, "Frames in which a face must be found before it is told of.")
            .define("appearances.shots.max", INT, 4, between(1, 32), MEDIUM, "Best shots that are kept of an appearance and voted.")
            .define("appearances.embeddings.max", INT, 12, between(1, 10_000), MEDIUM,
                    "Frames of one appearance that are embedded at most; where faces meet, as many again.")
            .define("appearances.tracks.max", INT, 64, between(1, 1_000), LOW, "Faces followed at a time before one camera.")
            .define("cameras.stale.ms", LONG, 10_000, between(100, 86_400_000), MEDIUM, "A camera whose time stands still for so long is STALE.")
            .define("cameras.status.ms", LONG, 30_000, between(1_000, 86_400_000), LOW, "How often a camera's status is published.")
            .define("cameras.skew.max.ms", LONG, 2_000, atLeast(0), LOW, "A camera's clock that is further ahead of the pipeline's is told of.")
            .define("cameras.reorder.max.ms", LONG, 10_000, atLeast(0), LOW,
                    "A frame older than the camera's newest is out of order and skipped; one older by more than this means that its clock was set back.")
            .define("cameras.forget.ms", LONG, 86_400_000, atLeast(1_000), LOW, "A camera that is silent for longer is forgotten.")
            .define("uploads.answered.max", INT, 100_000, between(1, 10_000_000), LOW,
                    "How many of the newest replies an instance remembers, so that a request which comes again, sent twice or replayed, gets no second reply.")
            .define("aws.records.enabled", BOOLEAN, false, LOW,
                    "Whether every frame is also published on recognitions-aws, in the JSON shape of AWS Rekognition Video's face search.")
            .define("gateway.host", STRING, "127.0.0.1", MEDIUM, "Address of the HTTP gateway; one that others can reach needs gateway.keys.file.")
            .define("gateway.port", INT, 8080, between(0, 65_535), MEDIUM, "Its port; 0 = any free one.")
            .define("gateway.keys.file", STRING, "", MEDIUM, "Who may call: a file of hashed API keys, made by tronie gateway key; empty = anybody who reaches the port.")
            .define("gateway.reply.timeout.ms", INT, 10_000, between(1, 600_000), MEDIUM,
                    "How long a call waits for its reply before 504; the reply can be fetched later.")
            .define("gateway.requests.max", INT, 256, between(1, 100_000), LOW, "Calls that wait for a reply at a time; more get 503.")
            .define("gateway.urls.allow", LIST, List.of(), MEDIUM,
                    "Places below which callers may name a picture by its URL: http: or https: URIs that end in a slash; empty = none.")
            .define("processing.guarantee", STRING, "at_least_once", ValidString.in("at_least_once", "exactly_once_v2"), HIGH,
                    "at_least_once is faster, and events carry ids by which repeats are told; exactly_once_v2 writes each once.")
            .define("processing.threads", INT, Math.max(2, 2 * CORES), between(1, 1000), MEDIUM,
                    "Stream threads; they decode and wait for inference, so more than cores; default: twice the cores.")
            .define("processing.commit.interval.ms", LONG, 1_000, atLeast(1), LOW,
                    "How much is done again after a crash under at_least_once; under exactly_once_v2 set it to about 100, it delays every event.")
            .define("log.format", STRING, "text", ValidString.in("text", "json"), LOW,
                    "Log lines of run and gateway: text for people, json (an object a line, with the ids of what it is about) for collectors.")
            .define("ops.host", STRING, "127.0.0.1", LOW, "Address of the management port.")
            .define("ops.port", INT, 8079, between(0, 65_535), MEDIUM, "Port of /health/live, /health/ready, /metrics; 0 = any free one.");

    private ConfigKeys() {
    }

    private static ConfigDef.Validator optional(double min, double max) {
        return ConfigDef.LambdaValidator.with((name, value) -> {
            if (value != null) {
                between(min, max).ensureValid(name, value);
            }
        }, () -> "empty or [" + min + ",...," + max + "]");
    }

    /** A value that the build fixed. */
    public static String build(String key) {
        try (InputStream in = ConfigKeys.class.getResourceAsStream("/dev/tronie/build.properties")) {
            Properties p = new Properties();
            p.load(in);
            return p.getProperty(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
