package dev.tronie.topology;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;

/**
 * The whole stream on one page.
 *
 * <pre>
 *                    [ appearances ]
 *                          │ follow
 *  camera-frames ──► recognise-frame ──► recognitions, camera-status (and recognitions-aws, where that is on)
 *                          │ search
 *  gallery-faces ──► [ gallery ]
 *                          │ search
 *  photo-uploads ──► answer-upload ──► upload-replies, gallery-faces, recognitions
 * </pre>
 *
 * <p>Frames and uploads are sub-topologies of their own: a flood of one cannot hold up the other's tasks. No picture leaves the
 * first processor.
 */
public final class RecognitionTopology {
    static final String DEAD_LETTERS = "to-dead-letters";
    static final String GALLERY_FACES = "to-gallery-faces";
    static final String RECOGNITIONS_OF_FRAMES = "to-recognitions-from-frames";
    static final String CAMERA_STATUS = "to-camera-status";
    static final String AWS_RECORDS = "to-recognitions-aws";
    static final String RECOGNITIONS_OF_UPLOADS = "to-recognitions-from-uploads";
    static final String REPLIES = "to-upload-replies";

    private RecognitionTopology() {
    }

    /**
     * The topology over these topics, stages and gallery.
     *
     * @param current what the processors work with: asked for each record, as settings may change while the stream runs. What the topology is made
     *                of is as it is now
     * @param config  what Kafka Streams will run it with; explicit naming of internal resources is enforced while building
     */
    public static Topology build(Topics topics, Supplier<Stages> current, GalleryStore gallery, TopologyConfig config) {
        Stages stages = current.get();
        StringDeserializer key = new StringDeserializer();
        StringSerializer keyOut = new StringSerializer();
        Topology topology = new Topology(config);

        // Every instance holds every enrolled face; start() returns when it does.
        topology.addGlobalStore(gallery.builder(), "from-gallery-faces", key, topics.galleryFaces().value().deserializer(),
                topics.galleryFaces().name(), "load-gallery", () -> new GalleryLoader(gallery, stages.identity(), stages.metrics()));

        // Frames: lossy by contract. Without a committed offset start at what may still be fresh; a replay at the beginning.
        topology.addSource(stages.frames().replay() ? AutoOffsetReset.earliest() : AutoOffsetReset.byDuration(Duration.ofMillis(stages.frames().maxAgeMs())), "from-camera-frames",
                key, topics.frames().value().deserializer(), topics.frames().name());
        topology.addProcessor("recognise-frame", () -> new FrameProcessor(current), "from-camera-frames");
        topology.addStateStore(CameraStore.builder(stages.frames().replay()), "recognise-frame");
        topology.addSink(RECOGNITIONS_OF_FRAMES, topics.recognitions().name(), keyOut, topics.recognitions().value().serializer(),
                "recognise-frame");
        topology.addSink(CAMERA_STATUS, topics.cameraStatus().name(), keyOut, topics.cameraStatus().value().serializer(), "recognise-frame");
        if (topics.awsRecords() != null) {
            topology.addSink(AWS_RECORDS, topics.awsRecords().name(), keyOut, new ByteArraySerializer(), "recognise-frame");
        }

        if (!stages.frames().replay()) {
            uploads(topology, topics, current);
        }
        return topology;
    }

    /** Uploads: each answered, none skipped. Whoever goes through the past answers none: they have been. */
    private static void uploads(Topology topology, Topics topics, Supplier<Stages> current) {
        StringDeserializer key = new StringDeserializer();
        StringSerializer keyOut = new StringSerializer();
        topology.addSource(AutoOffsetReset.earliest(), "from-photo-uploads", key, topics.uploads().value().deserializer(), topics.uploads().name());
        topology.addProcessor("answer-upload", () -> new UploadProcessor(current), "from-photo-uploads");
        topology.addSink(GALLERY_FACES, topics.galleryFaces().name(), keyOut, topics.galleryFaces().value().serializer(), "answer-upload");
        topology.addSink(RECOGNITIONS_OF_UPLOADS, topics.recognitions().name(), keyOut, topics.recognitions().value().serializer(), "answer-upload");
        topology.addSink(REPLIES, topics.replies().name(), keyOut, topics.replies().value().serializer(), "answer-upload");
        topology.addSink(DEAD_LETTERS, topics.deadLetters().name(), keyOut, new ByteArraySerializer(), "answer-upload");
    }
}
