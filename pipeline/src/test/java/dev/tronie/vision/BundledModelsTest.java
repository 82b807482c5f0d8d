package dev.tronie.vision;

import static dev.tronie.fixture.SamplePictures.cameraFrame;
import static dev.tronie.fixture.SamplePictures.encoded;
import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.app.VisionEngine;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.image.Outcome;
import dev.tronie.inference.CpuFeatures;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.PixelBlock;
import dev.tronie.inference.TorchNetworks;
import dev.tronie.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real networks on real pictures. */
class BundledModelsTest {
    private static final AnalysisOptions FRAME = new AnalysisOptions(64, 24, false, false);
    private static final AnalysisOptions PHOTO = new AnalysisOptions(64, 24, true, true);

    private static VisionEngine engine;

    @BeforeAll
    static void load() {
        engine = engine("fp32");
    }

    @AfterAll
    static void unload() {
        engine.close();
    }

    private static VisionEngine engine(String precision) {
        return new VisionEngine(TronieConfig.of(Map.of("inference.workers", "2")),
                ModelFolder.open(SamplePictures.basedir().resolve("models/nano-" + precision)), (network, items, ms) -> { });
    }

    @Test
    void findsTheFaceOfAPortraitWithLandmarksInOrder() {
        // When
        Analysis analysis = analyse(portrait("Ada", 1), PHOTO);

        // Then
        assertThat(analysis.faces()).hasSize(1);
        Analysis.Face face = analysis.faces().get(0);
        float[] p = face.detection().landmarks();
        assertThat(p[0]).as("left eye left of right eye").isLessThan(p[2]);
        assertThat(p[1]).as("eyes above mouth").isLessThan(p[7]);
        assertThat(face.quality().overall()).isGreaterThan(0.1f);
        assertThat(ImageBytes.isJpeg(face.crop())).isTrue();
    }

    @Test
    void embeddingsAreUnitLengthAndTellPeopleApart() {
        // When
        float[] ada1 = analyse(portrait("Ada", 1), PHOTO).faces().get(0).embedding();
        float[] ada2 = analyse(portrait("Ada", 2), PHOTO).faces().get(0).embedding();
        float[] bela = analyse(portrait("Bela", 1), PHOTO).faces().get(0).embedding();

        // Then
        assertThat(dot(ada1, ada1)).isCloseTo(1, within(1e-4));
        assertThat(dot(ada1, ada2)).isGreaterThan(0.6);
        assertThat(dot(ada1, bela)).isLessThan(0.4);
    }

    @Test
    void seesTheSameFacesInEveryFormat() {
        // Given
        byte[] jpeg = cameraFrame(50);

        // When
        List<Analysis> analyses = List.of(analyse(jpeg, FRAME), analyse(encoded(jpeg, ".png"), FRAME), analyse(encoded(jpeg, ".webp"), FRAME));

        // Then
        assertThat(analyses).allSatisfy(a -> {
            assertThat(a.faces()).hasSize(2);
            assertThat(dot(a.faces().get(0).embedding(), analyses.get(0).faces().get(0).embedding())).isGreaterThan(0.95);
        });
    }

    @Test
    void answersManyCallersAsItAnswersOne() {
        // Given
        List<Analysis> alone = new ArrayList<>();
        for (int i = 40; i < 56; i++) {
            alone.add(analyse(cameraFrame(i), FRAME));
        }

        // When: batches form across callers
        List<CompletableFuture<Analysis>> together = new ArrayList<>();
        for (int i = 40; i < 56; i++) {
            byte[] frame = cameraFrame(i);
            together.add(CompletableFuture.supplyAsync(() -> analyse(frame, FRAME)));
        }

        // Then
        for (int i = 0; i < 16; i++) {
            List<Analysis.Face> faces = together.get(i).join().faces();
            assertThat(faces).hasSameSizeAs(alone.get(i).faces());
            for (int f = 0; f < faces.size(); f++) {
                assertThat(dot(faces.get(f).embedding(), alone.get(i).faces().get(f).embedding())).isCloseTo(1, within(1e-3));
            }
        }
    }

    @Test
    void refusesBadPicturesAndGoesOn() {
        // Given
        byte[] whole = cameraFrame(50);

        // When
        List<Outcome<Analysis>> outcomes = List.of(engine.analyzer().analyse(new byte[0], FRAME),
                engine.analyzer().analyse(Arrays.copyOf(whole, whole.length / 2), FRAME), engine.analyzer().analyse(whole, FRAME));

        // Then
        assertThat(((Outcome.Refused<Analysis>) outcomes.get(0)).refusal().code()).isEqualTo(ErrorCode.NOT_AN_IMAGE);
        assertThat(((Outcome.Refused<Analysis>) outcomes.get(1)).refusal().code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void boxesAreInPixelsOfTheUprightPictureWhateverItsSizeAndOrientation() {
        // Given: the same frame twice as large and half the size
        Analysis asIs = analyse(cameraFrame(50), FRAME);
        byte[] twice = resized(cameraFrame(50), 1920, 1080);

        // When
        Analysis large = analyse(twice, FRAME);

        // Then
        FaceBox a = asIs.faces().get(0).detection().box();
        FaceBox b = large.faces().get(0).detection().box();
        assertThat(new FaceBox(b.x1() / 2, b.y1() / 2, b.x2() / 2, b.y2() / 2).iou(a)).isGreaterThan(0.9f);
        assertThat(dot(asIs.faces().get(0).embedding(), large.faces().get(0).embedding())).isGreaterThan(0.95);
    }

    @Test
    void bf16EmbeddingsCompareWithFp32Ones() {
        // Given
        assumeTrue(CpuFeatures.bf16(), "no bf16 arithmetic on this processor");
        assumeTrue(TorchNetworks.isRight(ModelFolder.open(SamplePictures.basedir().resolve("models/nano-bf16"))), "skipped: the engine computes bf16 wrong on this processor");
        PixelBlock crop = crop(analyse(portrait("Ada", 1), PHOTO).faces().get(0).crop());
        float[] fp32 = engine.inference().embed(crop).value().get(0);

        // When
        float[] sameCrop;
        float[] ownPath;
        try (VisionEngine other = engine("bf16")) {
            sameCrop = other.inference().embed(crop).value().get(0);
            ownPath = ((Outcome.Ok<Analysis>) other.analyzer().analyse(portrait("Ada", 1), PHOTO)).value().faces().get(0).embedding();
        }

        // Then: the embedder keeps its answer; the detector's landmarks move by a pixel or so
        assertThat(dot(fp32, sameCrop)).isGreaterThan(0.998);
        assertThat(dot(fp32, ownPath)).isGreaterThan(0.9);
    }

    private static PixelBlock crop(byte[] jpeg) {
        try (var in = new org.bytedeco.opencv.opencv_core.Mat(1, jpeg.length, 0, new org.bytedeco.javacpp.BytePointer(jpeg));
                var grey = org.bytedeco.opencv.global.opencv_imgcodecs.imdecode(in, org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE)) {
            ByteBuffer copy = ByteBuffer.allocateDirect(112 * 112);
            copy.put(grey.<ByteBuffer>createBuffer()).flip();
            return new PixelBlock(copy, 1, 112, 112);
        }
    }

    private static Analysis analyse(byte[] picture, AnalysisOptions options) {
        return ((Outcome.Ok<Analysis>) engine.analyzer().analyse(picture, options)).value();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static byte[] resized(byte[] picture, int width, int height) {
        try (var in = new org.bytedeco.opencv.opencv_core.Mat(1, picture.length, 0, new org.bytedeco.javacpp.BytePointer(picture));
                var image = org.bytedeco.opencv.global.opencv_imgcodecs.imdecode(in, org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR);
                var large = new org.bytedeco.opencv.opencv_core.Mat(); var size = new org.bytedeco.opencv.opencv_core.Size(width, height);
                var out = new org.bytedeco.javacpp.BytePointer()) {
            org.bytedeco.opencv.global.opencv_imgproc.resize(image, large, size);
            org.bytedeco.opencv.global.opencv_imgcodecs.imencode(".jpg", large, out);
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    private static final class ImageBytes {
        static boolean isJpeg(byte[] bytes) {
            return bytes.length > 3 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8;
        }
    }
}
