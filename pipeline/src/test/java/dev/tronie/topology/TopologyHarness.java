package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;

import dev.tronie.appearance.AppearanceRules;
import dev.tronie.config.TronieConfig;
import dev.tronie.event.ModelIdentity;
import dev.tronie.fixture.FakeFaceAnalyzer;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.match.SimilarityScale;
import dev.tronie.match.ThresholdRule;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.request.AllowedReferences;
import dev.tronie.request.RequestSettings;
import dev.tronie.request.UploadService;
import dev.tronie.schema.CameraStatus;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.Frame;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.ImageReference;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.QualityBar;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The topology under a test driver, with a fake vision path and a clock that is set by hand. */
abstract class TopologyHarness {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    final InstantSource clock = now::get;
    final FakeFaceAnalyzer analyzer = new FakeFaceAnalyzer();
    final PipelineMetrics metrics = new PipelineMetrics(new SimpleMeterRegistry());
    final TronieConfig config = TronieConfig.of(Map.of("schema.registry.url", "mock://topology", "frames.max.age.ms", "5000", "frames.every", Boolean.toString(everyFrame()), "aws.records.enabled", Boolean.toString(awsRecords())));
    final Topics topics = Topics.of(config);
    final GalleryStore gallery = new GalleryStore();
    final FrameArrivals arrivals = new FrameArrivals(topics.frames().name());
    final AppearanceRules rules = new AppearanceRules(10_000, 1_000, 3, 4, 12, 64, 0.6f, 0.5f, 0.25f, QualityBar.overall(0.05f));
    final FakeAnsweredRequests answered = new FakeAnsweredRequests();
    /** What arrives from other instances while somebody waits for the gallery's log. */
    Runnable arriving = () -> { };
    int requests;
    /** What the processors work with; may be changed while they do. */
    Stages stages;
    Topology topology;
    TopologyTestDriver driver;
    TestInputTopic<String, Frame> frames;
    TestInputTopic<String, Upload> uploads;
    TestInputTopic<String, GalleryFace> galleryIn;
    TestOutputTopic<String, Recognition> recognitions;
    TestOutputTopic<String, UploadReply> replies;
    TestOutputTopic<String, GalleryFace> galleryOut;
    TestOutputTopic<String, CameraStatus> statuses;
    TestOutputTopic<byte[], byte[]> deadLetters;

    boolean everyFrame() {
        return true;
    }

    boolean replay() {
        return false;
    }

    long outboxMs() {
        return 10_000;
    }

    boolean awsRecords() {
        return false;
    }

    @BeforeEach
    void start() {
        Properties properties = StreamsProperties.of(config, topics, metrics, arrivals);
        stages = stages();
        topology = RecognitionTopology.build(topics, () -> stages, gallery, new TopologyConfig(new StreamsConfig(properties)));
        driver = new TopologyTestDriver(topology, properties, NOW);
        frames = driver.createInputTopic(topics.frames().name(), new StringSerializer(), topics.frames().value().serializer());
        uploads = driver.createInputTopic(topics.uploads().name(), new StringSerializer(), topics.uploads().value().serializer());
        galleryIn = driver.createInputTopic(topics.galleryFaces().name(), new StringSerializer(), topics.galleryFaces().value().serializer());
        recognitions = driver.createOutputTopic(topics.recognitions().name(), new StringDeserializer(), topics.recognitions().value().deserializer());
        replies = driver.createOutputTopic(topics.replies().name(), new StringDeserializer(), topics.replies().value().deserializer());
        galleryOut = driver.createOutputTopic(topics.galleryFaces().name(), new StringDeserializer(), topics.galleryFaces().value().deserializer());
        statuses = driver.createOutputTopic(topics.cameraStatus().name(), new StringDeserializer(), topics.cameraStatus().value().deserializer());
        deadLetters = driver.createOutputTopic(topics.deadLetters().name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    Stages stages() {
        DecisionPolicy policy = new DecisionPolicy(ThresholdRule.fixed(0.5f), null, 0.03f, QualityBar.overall(0.05f), new SimilarityScale(20, -8));
        ModelIdentity identity = new ModelIdentity("fake-1", 128, "fp32", "00", "c0ffee00");
        AllowedReferences references = new AllowedReferences(List.of(), 10 << 20);
        UploadService service = new UploadService(analyzer, references, new RequestSettings(64, 24, 5, DecisionPolicies.of(policy), QualityBar.overall(0.1f)), identity, clock);
        return new Stages(analyzer, references, service, answered, () -> arriving.run(), DecisionPolicies.of(policy), new Stages.FrameSettings(5_000, 300, 64, 24, 5, everyFrame(), replay(),
                outboxMs(), config.aws().enabled()), topics.frames().name(), arrivals, rules, new Stages.CameraSettings(10_000, 30_000, 2_000, 10_000, 86_400_000), identity, metrics, clock);
    }

    static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    String enrol(String subject, byte[] picture) {
        uploads.pipeInput("default/" + subject, upload("enrol-" + subject + "-" + ++requests, enroll(subject), picture));
        GalleryFace face = galleryOut.readValue();
        replies.readValue();
        return face.getFaceId();
    }

    GalleryFace enrolInGallery(String subject) {
        uploads.pipeInput("default/" + subject, upload("enrol-" + subject + "-" + ++requests, enroll(subject), pictureOf(subject)));
        replies.readValue();
        return galleryOut.readValue();
    }

    double skipped(String reason) {
        return metrics.registry().get("tronie.frames.skipped").tag("reason", reason).counter().count();
    }

    static Frame frame(String id, Instant capturedAt, byte[] picture) {
        return Frame.newBuilder().setFrameId(id).setCapturedAt(capturedAt).setImage(ByteBuffer.wrap(picture)).build();
    }

    static Enroll enroll(String subject) {
        return Enroll.newBuilder().setSubjectId(subject).build();
    }

    static Upload upload(String id, Object operation, byte[] picture) {
        return Upload.newBuilder().setRequestId(id).setRequestedAt(NOW).setImage(picture == null ? null : ByteBuffer.wrap(picture))
                .setOperation(operation).build();
    }

    static Upload referring() {
        return Upload.newBuilder().setRequestId("referring").setRequestedAt(NOW).setOperation(enroll("Ada"))
                .setImage(new ImageReference("http://127.0.0.1/secret.jpg", "00", 10L)).build();
    }
}
