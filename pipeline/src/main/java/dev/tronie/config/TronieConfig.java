package dev.tronie.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * All settings, validated. Immutable.
 *
 * @param applicationId consumer group and prefix of internal topics
 * @param kafka         how Kafka's clients are set up
 * @param registry      the schema registry and the serde
 * @param topics        how topics are made
 * @param models        which networks
 * @param frames        what frames are taken
 * @param images        what pictures are taken
 * @param vision        how faces are found
 * @param inference     how networks run
 * @param match         how is decided
 * @param gallery       how the gallery is searched
 * @param uploads       how uploads are answered
 * @param appearances   how appearances are told
 * @param cameras       how cameras are watched
 * @param aws           the records in AWS's shape
 * @param gateway       the HTTP gateway
 * @param processing    how the topology runs
 * @param ops           the management port
 * @param given         what all this was read from
 */
public record TronieConfig(String applicationId, Kafka kafka, Registry registry, Topics topics, Models models, Frames frames, Images images,
        Vision vision, Inference inference, Match match, Gallery gallery, Appearances appearances, Cameras cameras, Uploads uploads, Aws aws, Gateway gateway, Processing processing, Ops ops,
        Given given) {

    /** Settings for Kafka's clients: for all, and for one kind each, without their prefixes. */
    public record Kafka(Map<String, String> all, Map<String, String> streams, Map<String, String> producer, Map<String, String> consumer) {
        /** Host and port of the brokers to start from. */
        public String bootstrapServers() {
            return all.get("bootstrap.servers");
        }

        /** What every client is set up with. */
        public Properties common() {
            Properties p = new Properties();
            p.putAll(all);
            return p;
        }

        @Override
        public String toString() {
            return "Kafka[" + bootstrapServers() + "]";
        }
    }

    /** The serde's class and its configuration under Confluent's names. */
    public record Registry(String serde, Map<String, String> config) {
        /** The registry's URL, for messages. */
        public String url() {
            return config.get("schema.registry.url").replaceFirst("//[^/@]*@", "//");
        }

        @Override
        public String toString() {
            return "Registry[" + url() + "]";
        }
    }

    /** How topics are named and made; replication -1 = the broker's default. */
    public record Topics(String prefix, int partitions, int replication) {
        public Topics {
            if (!prefix.matches("[a-zA-Z0-9._-]*")) {
                throw new InvalidConfig("topics.prefix may hold letters, digits, '.', '_' and '-' only.");
            }
            if (replication == 0) {
                throw new InvalidConfig("topics.replication must be -1 (the broker's default) or at least 1.");
            }
        }
    }

    /** Which model folder; an empty directory = the bundled ones in the wanted precision. */
    public record Models(String directory, String precision) {
    }

    /** Which frames are looked at, and whether each is told of. */
    public record Frames(long maxAgeMs, long lagMaxMs, boolean every, boolean replay) {
    }

    /** Limits of pictures, and where they may be fetched from. */
    public record Images(int maxBytes, long maxPixels, List<String> referencesAllow) {
        public Images {
            checkPlaces("images.references.allow", referencesAllow, "(file:/|https?://[^/@]+/).*");
        }
    }

    /** How faces are found. */
    public record Vision(int detectorSidePx, int facesMax, int faceMinPx) {
    }

    /** How networks run. */
    public record Inference(String device, int workers, int detectBatchMax, int embedBatchMax, int batchWaitMs, int queueMax, int deadlineMs) {
    }

    /** How is decided; a null threshold = the one that follows from fpir, the model, and the gallery's size. */
    public record Match(Double threshold, double fpir, double possibleFpir, double margin, int candidatesMax, Map<String, GalleryOverride> galleries,
            Bar probe, Bar enroll) {
    }

    /** What one gallery decides differently; null = as everywhere. */
    public record GalleryOverride(Double threshold, Double fpir, Double margin) {
    }

    /** What a face must be like: see the keys. */
    public record Bar(int faceMinPx, double sharpnessMin, double brightnessMin, double poseMaxDeg, double detectionMin, double qualityMin) {
    }

    /** How the gallery is searched: see the keys. */
    public record Gallery(int exactFacesMax) {
    }

    /** How appearances are told: see the keys. */
    public record Appearances(long gapMs, long decideMs, int framesMin, int shotsMax, int embeddingsMax, int tracksMax) {
        /** Shots of one camera that fit a record of the changelog. */
        private static final int SHOTS_A_CAMERA_MAX = 1_024;

        public Appearances {
            if (shotsMax * tracksMax > SHOTS_A_CAMERA_MAX) {
                throw new InvalidConfig("appearances.tracks.max x appearances.shots.max must be at most " + SHOTS_A_CAMERA_MAX + ": a camera's memory is one record.");
            }
        }
    }

    /** How cameras are watched: see the keys. */
    public record Cameras(long staleMs, long statusMs, long skewMaxMs, long reorderMaxMs, long forgetMs) {
    }

    /** How uploads are answered. */
    public record Uploads(int answeredMax) {
    }

    /** Whether frames are also published in the shape of AWS's records. */
    public record Aws(boolean enabled) {
    }

    /** The HTTP gateway. */
    public record Gateway(String host, int port, String keysFile, int replyTimeoutMs, int requestsMax, List<String> urlsAllow) {
        public Gateway {
            checkPlaces("gateway.urls.allow", urlsAllow, "https?://[^/@]+/.*");
        }
    }

    /** How the topology runs. */
    public record Processing(String guarantee, int threads, long commitIntervalMs) {
    }

    /** The management port; 0 = any free one. */
    public record Ops(String host, int port) {
    }

    /** Values by key as they were given; may hold secrets, so that they are not printed. */
    public record Given(Map<String, String> values) {
        public Given {
            values = Map.copyOf(values);
        }

        @Override
        public String toString() {
            return "Given[" + values.size() + " settings]";
        }
    }

    /**
     * The same settings with others over them.
     *
     * @throws InvalidConfig naming the first key that is wrong
     */
    public TronieConfig with(Map<String, String> over) {
        Map<String, String> values = new HashMap<>(given.values());
        values.putAll(over);
        return of(values);
    }

    /**
     * Validates values.
     *
     * @param values by key, as from {@link ConfigSources}
     * @throws InvalidConfig naming the first key that is wrong
     */
    public static TronieConfig of(Map<String, String> values) {
        AbstractConfig c;
        Map<String, String> given = new HashMap<>(values);
        given.computeIfPresent("match.threshold", (k, v) -> v.isBlank() ? null : v);
        try {
            c = new AbstractConfig(ConfigKeys.DEFINITION, given, false);
        } catch (ConfigException e) {
            throw new InvalidConfig(e.getMessage() + " (tronie config explains every setting)");
        }
        // A range lets through what compares with nothing.
        c.values().forEach((key, value) -> {
            if (value instanceof Double number && number.isNaN()) {
                throw new InvalidConfig(key + " must be a number, not NaN.");
            }
        });
        if (c.getBoolean("frames.replay") && !c.getString("application.id").contains("replay")) {
            throw new InvalidConfig("frames.replay needs an application.id of its own that says replay, or it would take the live pipeline's place (tronie run --replay sets it).");
        }
        Map<String, String> all = prefixed(values, "kafka.");
        all.put("bootstrap.servers", c.getString("kafka.bootstrap.servers"));
        return new TronieConfig(c.getString("application.id"),
                new Kafka(all, prefixed(values, "streams."), prefixed(values, "producer."), prefixed(values, "consumer.")),
                new Registry(c.getString("avro.serde"), registry(c)),
                new Topics(c.getString("topics.prefix"), c.getInt("topics.partitions"), c.getInt("topics.replication")),
                new Models(c.getString("models.dir"), c.getString("models.precision")),
                new Frames(c.getLong("frames.max.age.ms"), c.getLong("frames.lag.max.ms"), c.getBoolean("frames.every"), c.getBoolean("frames.replay")),
                new Images(c.getInt("images.max.bytes"), c.getLong("images.max.pixels"), c.getList("images.references.allow")),
                new Vision(c.getInt("vision.detector.side.px"), c.getInt("vision.faces.max"), c.getInt("vision.face.min.px")),
                new Inference(c.getString("inference.device"), c.getInt("inference.workers"), c.getInt("inference.detect.batch.max"),
                        c.getInt("inference.embed.batch.max"), c.getInt("inference.batch.wait.ms"), c.getInt("inference.queue.max"),
                        c.getInt("inference.deadline.ms")),
                new Match(c.getDouble("match.threshold"), c.getDouble("match.fpir"), c.getDouble("match.possible.fpir"), c.getDouble("match.margin"),
                        c.getInt("match.candidates.max"), GalleryOverrides.of(values), bar(c, "match."), bar(c, "enroll.")),
                new Gallery(c.getInt("gallery.exact.faces.max")),
                new Appearances(c.getLong("appearances.gap.ms"), c.getLong("appearances.decide.ms"), c.getInt("appearances.frames.min"), c.getInt("appearances.shots.max"),
                        c.getInt("appearances.embeddings.max"), c.getInt("appearances.tracks.max")),
                new Cameras(c.getLong("cameras.stale.ms"), c.getLong("cameras.status.ms"), c.getLong("cameras.skew.max.ms"), c.getLong("cameras.reorder.max.ms"),
                        c.getLong("cameras.forget.ms")),
                new Uploads(c.getInt("uploads.answered.max")), new Aws(c.getBoolean("aws.records.enabled")),
                new Gateway(c.getString("gateway.host"), c.getInt("gateway.port"), c.getString("gateway.keys.file"), c.getInt("gateway.reply.timeout.ms"),
                        c.getInt("gateway.requests.max"), c.getList("gateway.urls.allow")),
                new Processing(c.getString("processing.guarantee"), c.getInt("processing.threads"), c.getLong("processing.commit.interval.ms")),
                new Ops(c.getString("ops.host"), c.getInt("ops.port")), new Given(values));
    }

    private static Bar bar(AbstractConfig c, String prefix) {
        return new Bar(c.getInt(prefix + "face.min.px"), c.getDouble(prefix + "sharpness.min"), c.getDouble(prefix + "brightness.min"),
                c.getDouble(prefix + "pose.max.deg"), c.getDouble(prefix + "detection.min"), c.getDouble(prefix + "quality.min"));
    }

    private static Map<String, String> registry(AbstractConfig c) {
        Map<String, String> config = new TreeMap<>();
        c.values().forEach((key, value) -> {
            if (value != null && (key.startsWith("schema.registry.") || key.startsWith("basic.auth.") || key.startsWith("bearer.auth.")
                    || key.equals("auto.register.schemas"))) {
                config.put(key, value instanceof Password p ? p.value() : value.toString());
            }
        });
        // Types of stores that are not there would ask the clients to build a TLS context of nothing.
        for (String store : List.of("truststore", "keystore")) {
            if (!config.containsKey("schema.registry.ssl." + store + ".location")) {
                config.remove("schema.registry.ssl." + store + ".type");
            }
        }
        // Confluent's deserializer returns generic records unless told so.
        config.put("specific.avro.reader", "true");
        return config;
    }

    private static void checkPlaces(String key, List<String> places, String form) {
        for (String place : places) {
            if (!place.matches(form) || !place.endsWith("/")) {
                throw new InvalidConfig(key + ": " + place + " must be a URI with a scheme that this key allows, without a user, and end in a slash.");
            }
        }
    }

    private static Map<String, String> prefixed(Map<String, String> values, String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }
}
