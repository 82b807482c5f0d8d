package dev.tronie.vision;

import dev.tronie.image.ImageHeader;
import dev.tronie.image.ImageInspector;
import dev.tronie.image.ImageLimits;
import dev.tronie.image.Outcome;
import dev.tronie.image.Picture;
import dev.tronie.inference.InferenceService;
import dev.tronie.inference.InferenceUnavailable;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.PixelBlock;
import dev.tronie.inference.RawFaces;
import dev.tronie.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.bytedeco.opencv.opencv_core.Mat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vision path over an {@link InferenceService}.
 *
 * <p>Threading: decoding, scaling and alignment run on the calling thread, the networks on the service's workers. Every native
 * object lives inside one call; nothing is kept between calls.
 */
public final class NetworkFaceAnalyzer implements FaceAnalyzer {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkFaceAnalyzer.class);
    /** Overlap from which two detections are one face; the value that the bundled detectors were trained and judged with. */
    private static final float IOU_MAX = 0.4f;
    /** The second look sees the picture small and with room around it, as faces were in the detectors' training. */
    private static final int SECOND_LOOK_SIDE_PX = 256;
    private static final double SECOND_LOOK_BORDER = 0.25;
    /** Share of the picture's smaller side from which a face is held to fill it. */
    private static final float FILLS = 0.4f;
    /** Scores down to this share of the detector's threshold keep a face in sight that has been seen well before (ByteTrack, ECCV 2022). */
    private static final float FAINT = 0.5f;

    private final InferenceService inference;
    private final ModelFolder model;
    private final ImageLimits limits;
    private final int detectorSidePx;

    /**
     * A vision path.
     *
     * @param inference      the workers
     * @param model          the folder that their networks come from
     * @param limits         what pictures are refused unread
     * @param detectorSidePx longest side of what the detector sees, pixels
     */
    public NetworkFaceAnalyzer(InferenceService inference, ModelFolder model, ImageLimits limits, int detectorSidePx) {
        this.inference = inference;
        this.model = model;
        this.limits = limits;
        this.detectorSidePx = detectorSidePx;
    }

    @Override
    public Outcome<Analysis> analyse(byte[] image, AnalysisOptions options) {
        Stopwatch watch = new Stopwatch();
        return open(image, (picture, header) -> analyse(picture, header, options, watch));
    }

    @Override
    public Outcome<Glance> glance(byte[] image, AnalysisOptions options, CloseLook closeLook) {
        Stopwatch watch = new Stopwatch();
        return open(image, (picture, header) -> look(picture, detectorSidePx, 0, model.detectorThreshold() * FAINT, options, watch).then(detections -> {
            List<Integer> worth = closeLook.worthCutting(detections).stream().boxed().toList();
            if (worth.isEmpty()) {
                return Outcome.ok(new Glance(header.widthPx(), header.heightPx(), detections, Map.of(), watch.timings()));
            }
            return FaceCrops.of(picture, worth.stream().map(detections::get).toList(), model.inputChannels()).then(crops -> {
                try (crops) {
                    return Outcome.ok(new Glance(header.widthPx(), header.heightPx(), detections, closeUps(detections, worth, crops, closeLook, watch), watch.timings()));
                }
            });
        }));
    }

    private <T> Outcome<T> open(byte[] image, BiFunction<Picture, ImageHeader, Outcome<T>> use) {
        return ImageInspector.inspect(image, limits).then(header -> {
            try (Picture picture = Picture.open(image, header, model.inputChannels())) {
                return use.apply(picture, header);
            } catch (InferenceUnavailable e) {
                throw e;
            } catch (RuntimeException e) {
                // A native library's complaint about this one picture must not stop the stream behind it. Its kind and place hold nothing of the picture.
                LOG.warn("A picture could not be processed: {} at {}", e.getClass().getName(), e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
                return Outcome.refused(ErrorCode.INFERENCE_FAILED, "This picture could not be processed (" + e.getClass().getSimpleName() + ").",
                        "Try another picture.");
            }
        });
    }

    private Outcome<Analysis> analyse(Picture picture, ImageHeader header, AnalysisOptions options, Stopwatch watch) {
        Outcome<List<Detection>> found = look(picture, detectorSidePx, 0, model.detectorThreshold(), options, watch);
        if (options.secondLook() && found instanceof Outcome.Ok<List<Detection>> first && cutOff(first.value(), header)) {
            Outcome<List<Detection>> second = look(picture, SECOND_LOOK_SIDE_PX, SECOND_LOOK_BORDER, model.detectorThreshold(), options, watch);
            found = second instanceof Outcome.Ok<List<Detection>> ok && ok.value().isEmpty() ? found : second;
        }
        return found.then(detections -> {
            if (detections.isEmpty()) {
                return Outcome.ok(new Analysis(header.widthPx(), header.heightPx(), List.of(), watch.timings()));
            }
            return FaceCrops.of(picture, detections, model.inputChannels()).then(crops -> {
                try (crops) {
                    return Outcome.ok(new Analysis(header.widthPx(), header.heightPx(),
                            faces(detections, crops, options, watch), watch.timings()));
                }
            });
        });
    }

    /** Nobody, or somebody whose face fills the picture. */
    private static boolean cutOff(List<Detection> faces, ImageHeader header) {
        float side = Math.min(header.widthPx(), header.heightPx());
        return faces.isEmpty() || faces.stream().anyMatch(face -> face.box().height() > FILLS * side);
    }

    private Outcome<List<Detection>> look(Picture picture, int sidePx, double border, float scoreMin, AnalysisOptions options, Stopwatch watch) {
        int reduction = picture.reductionFor(sidePx / (1 + 2 * border));
        return picture.level(reduction).then((Mat level) -> {
            try (DetectorInput input = DetectorInput.of(level, reduction, sidePx, border)) {
                watch.decoded();
                InferenceService.Answer<RawFaces> answer =
                        inference.detect(new PixelBlock(input.pixels(), 1, input.heightPx(), input.widthPx()));
                RawFaces raw = answer.value().get(0);
                List<Detection> faces = Detections.distinct(raw.boxes(), raw.scores(), raw.landmarks(), scoreMin, IOU_MAX)
                        .stream().map(input::toPicture).filter(d -> d.box().height() >= options.faceMinPx()).limit(options.facesMax()).toList();
                watch.detected(answer.queuedMs());
                return Outcome.ok(faces);
            }
        });
    }

    private List<Analysis.Face> faces(List<Detection> detections, FaceCrops crops, AnalysisOptions options, Stopwatch watch) {
        List<HeadPose> poses = new ArrayList<>();
        List<FaceQuality> qualities = new ArrayList<>();
        List<byte[]> jpegs = new ArrayList<>();
        for (int i = 0; i < detections.size(); i++) {
            HeadPose pose = HeadPose.of(detections.get(i).landmarks());
            poses.add(pose);
            qualities.add(FaceQuality.of(crops.grey(i), detections.get(i), pose));
            jpegs.add(options.crops() ? crops.jpeg(i) : null);
        }
        watch.aligned();
        List<float[]> embeddings = embed(crops.pixels(), crops.count(), watch);
        List<Analysis.Face> faces = new ArrayList<>();
        for (int i = 0; i < detections.size(); i++) {
            faces.add(new Analysis.Face(detections.get(i), poses.get(i), qualities.get(i), embeddings.get(i), jpegs.get(i)));
        }
        return List.copyOf(faces);
    }

    private Map<Integer, Analysis.Face> closeUps(List<Detection> detections, List<Integer> worth, FaceCrops crops, CloseLook closeLook, Stopwatch watch) {
        Map<Integer, Analysis.Face> closeUps = new HashMap<>();
        List<Integer> embedded = new ArrayList<>();
        for (int i = 0; i < worth.size(); i++) {
            Detection detection = detections.get(worth.get(i));
            HeadPose pose = HeadPose.of(detection.landmarks());
            Analysis.Face face = new Analysis.Face(detection, pose, FaceQuality.of(crops.grey(i), detection, pose), null, null);
            closeUps.put(worth.get(i), face);
            if (closeLook.worthEmbedding(worth.get(i), face)) {
                embedded.add(i);
            }
        }
        watch.aligned();
        // Moved together, so that one call of the network takes them all.
        ByteBuffer pixels = crops.gather(embedded);
        List<float[]> embeddings = embed(pixels, embedded.size(), watch);
        for (int i = 0; i < embedded.size(); i++) {
            closeUps.computeIfPresent(worth.get(embedded.get(i)), withEmbedding(embeddings.get(i)));
        }
        return closeUps;
    }

    private static BiFunction<Integer, Analysis.Face, Analysis.Face> withEmbedding(float[] embedding) {
        return (index, face) -> new Analysis.Face(face.detection(), face.pose(), face.quality(), embedding, null);
    }

    private List<float[]> embed(ByteBuffer pixels, int crops, Stopwatch watch) {
        List<float[]> embeddings = new ArrayList<>();
        int cropBytes = Alignment.SIDE_PX * Alignment.SIDE_PX * model.inputChannels();
        float queuedMs = 0;
        for (int from = 0; from < crops; from += inference.embedBatchMax()) {
            int count = Math.min(inference.embedBatchMax(), crops - from);
            ByteBuffer block = pixels.slice(from * cropBytes, count * cropBytes);
            InferenceService.Answer<float[]> answer =
                    inference.embed(new PixelBlock(block, count, Alignment.SIDE_PX, Alignment.SIDE_PX));
            embeddings.addAll(answer.value());
            queuedMs += answer.queuedMs();
        }
        watch.embedded(queuedMs);
        return embeddings;
    }

    /** Splits one call's time into stages. */
    private static final class Stopwatch {
        private long last = System.nanoTime();
        private float decodeMs;
        private float detectMs;
        private float alignMs;
        private float embedMs;
        private float queueMs;

        private float lap() {
            long now = System.nanoTime();
            float ms = (now - last) / 1e6f;
            last = now;
            return ms;
        }

        void decoded() {
            decodeMs += lap();
        }

        void detected(float queuedMs) {
            detectMs += lap();
            queueMs += queuedMs;
        }

        void aligned() {
            alignMs += lap();
        }

        void embedded(float queuedMs) {
            embedMs += lap();
            queueMs += queuedMs;
        }

        Analysis.Timings timings() {
            return new Analysis.Timings(decodeMs, detectMs, alignMs, embedMs, queueMs);
        }
    }
}
