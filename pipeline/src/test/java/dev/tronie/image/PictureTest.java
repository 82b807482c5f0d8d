package dev.tronie.image;

import static dev.tronie.fixture.SamplePictures.cameraFrame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.SamplePictures;
import dev.tronie.schema.ErrorCode;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    private static final ImageLimits LIMITS = new ImageLimits(10 << 20, 40_000_000);

    @ParameterizedTest
    @CsvSource({"1,960,540", "2,480,270", "4,240,135", "8,120,68"})
    void decodesAtReducedSizes(int reduction, int width, int height) {
        // Given
        try (Picture picture = open(cameraFrame(50), 1)) {

            // When
            Outcome<Mat> level = picture.level(reduction);

            // Then
            Mat mat = ((Outcome.Ok<Mat>) level).value();
            assertThat(mat.cols()).isEqualTo(width);
            assertThat(mat.rows()).isEqualTo(height);
            assertThat(mat.channels()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 8})
    void turnsAPictureUpright(int orientation) {
        // Given: a picture whose upper left stored corner is marked, and an orientation
        byte[] jpeg = SamplePictures.withOrientation(markedUpperLeft(), orientation);

        // When
        int[] corner;
        try (Picture picture = open(jpeg, 1)) {
            corner = brightCorner(((Outcome.Ok<Mat>) picture.level(1)).value());
        }

        // Then: EXIF 3 turns by 180 degrees, 6 clockwise, 8 counter-clockwise
        assertThat(corner).isEqualTo(switch (orientation) {
            case 3 -> new int[] {1, 1};
            case 6 -> new int[] {1, 0};
            default -> new int[] {0, 1};
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void turnsEveryFormatUpright(int orientation) {
        // Given
        byte[] png = SamplePictures.pngWithOrientation(SamplePictures.encoded(cameraFrame(50), ".png"), orientation);
        byte[] webp = SamplePictures.webpWithOrientation(SamplePictures.encoded(cameraFrame(50), ".webp"), 960, 540, orientation);
        byte[] jpeg = SamplePictures.withOrientation(cameraFrame(50), orientation);

        for (byte[] file : java.util.List.of(png, webp, jpeg)) {
            try (Picture picture = open(file, 1)) {
                // When
                Outcome<Mat> level = picture.level(1);

                // Then
                assertThat(level).isInstanceOf(Outcome.Ok.class);
                assertThat(picture.widthPx()).isEqualTo(orientation >= 5 ? 540 : 960);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"640,1", "480,2", "240,4", "100,8", "2000,1"})
    void choosesTheLargestReductionThatIsStillLargeEnough(int side, int reduction) {
        try (Picture picture = open(cameraFrame(50), 1)) {
            // When
            int chosen = picture.reductionFor(side);

            // Then
            assertThat(chosen).isEqualTo(reduction);
        }
    }

    @Test
    void refusesPixelsThatTheDecoderCannotMake() {
        // Given: a WebP whose header reads well and whose data are noise
        byte[] webp = SamplePictures.encoded(cameraFrame(50), ".webp");
        for (int i = 60; i < webp.length; i++) {
            webp[i] = (byte) (i * 31);
        }
        ImageHeader header = ((Outcome.Ok<ImageHeader>) ImageInspector.inspect(webp, LIMITS)).value();
        byte[] cut = java.util.Arrays.copyOf(webp, 100);

        try (Picture picture = Picture.open(cut, header, 3)) {
            // When
            Outcome<Mat> level = picture.level(1);

            // Then
            assertThat(((Outcome.Refused<Mat>) level).refusal().code()).isEqualTo(ErrorCode.CORRUPT);
        }
    }

    @Test
    void neverShowsThePictureBefore() {
        // Given: a picture decoded first, then, past the inspector, a JPEG of the same size whose second half is gone
        try (Picture before = open(cameraFrame(10), 3)) {
            before.level(1);
        }
        byte[] whole = cameraFrame(50);
        ImageHeader header = ((Outcome.Ok<ImageHeader>) ImageInspector.inspect(whole, LIMITS)).value();

        // When
        Outcome<Mat> level;
        try (Picture cut = Picture.open(java.util.Arrays.copyOf(whole, whole.length / 2), header, 3)) {
            level = cut.level(1);
        }

        // Then
        assertThat(level).isInstanceOf(Outcome.Refused.class);
    }

    private static Picture open(byte[] bytes, int channels) {
        return Picture.open(bytes, ((Outcome.Ok<ImageHeader>) ImageInspector.inspect(bytes, LIMITS)).value(), channels);
    }

    private static byte[] markedUpperLeft() {
        try (Mat image = new Mat(64, 96, org.bytedeco.opencv.global.opencv_core.CV_8UC3, new org.bytedeco.opencv.opencv_core.Scalar(0, 0, 0, 0));
                Mat corner = image.apply(new org.bytedeco.opencv.opencv_core.Rect(0, 0, 32, 32));
                org.bytedeco.javacpp.BytePointer out = new org.bytedeco.javacpp.BytePointer()) {
            corner.put(new org.bytedeco.opencv.opencv_core.Scalar(255, 255, 255, 0));
            org.bytedeco.opencv.global.opencv_imgcodecs.imencode(".jpg", image, out);
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    private static int[] brightCorner(Mat m) {
        for (int right = 0; right < 2; right++) {
            for (int below = 0; below < 2; below++) {
                if ((m.ptr(below * (m.rows() - 1), right * (m.cols() - 1)).get() & 0xff) > 128) {
                    return new int[] {right, below};
                }
            }
        }
        throw new AssertionError("no bright corner");
    }
}
