package dev.tronie.image;

import static dev.tronie.fixture.SamplePictures.cameraFrame;
import static dev.tronie.fixture.SamplePictures.encoded;
import static dev.tronie.fixture.SamplePictures.portrait;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_411;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.fixture.SamplePictures;
import dev.tronie.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageInspectorTest {
    private static final ImageLimits LIMITS = new ImageLimits(10 << 20, 40_000_000);
    private static final byte[] JPEG = cameraFrame(50);

    static Stream<Arguments> wholePictures() {
        return Stream.of(
                Arguments.of("baseline JPEG", JPEG),
                Arguments.of("progressive JPEG", encoded(JPEG, ".jpg", IMWRITE_JPEG_PROGRESSIVE, 1)),
                Arguments.of("progressive JPEG with restarts", encoded(JPEG, ".jpg", IMWRITE_JPEG_PROGRESSIVE, 1, IMWRITE_JPEG_RST_INTERVAL, 7)),
                Arguments.of("JPEG with optimised tables", encoded(JPEG, ".jpg", IMWRITE_JPEG_OPTIMIZE, 1)),
                Arguments.of("JPEG with restarts", encoded(JPEG, ".jpg", IMWRITE_JPEG_RST_INTERVAL, 5)),
                Arguments.of("JPEG 4:4:4", encoded(JPEG, ".jpg", IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_444)),
                Arguments.of("JPEG 4:2:2", encoded(JPEG, ".jpg", IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_422)),
                Arguments.of("JPEG 4:4:0", encoded(JPEG, ".jpg", IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_440)),
                Arguments.of("progressive JPEG 4:1:1",
                        encoded(JPEG, ".jpg", IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_411, IMWRITE_JPEG_PROGRESSIVE, 1)),
                Arguments.of("PNG", encoded(JPEG, ".png")),
                Arguments.of("lossy WebP", encoded(JPEG, ".webp", org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 80)),
                Arguments.of("lossless WebP", encoded(JPEG, ".webp", org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 101)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholePictures")
    void passesAWholePictureAndReadsItsSize(String name, byte[] picture) {
        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(picture, LIMITS);

        // Then
        assertThat(outcome).as(name).isInstanceOfSatisfying(Outcome.Ok.class, ok ->
                assertThat(ok.value()).extracting("widthPx", "heightPx").containsExactly(960, 540));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholePictures")
    void refusesAPictureCutOffAnywhere(String name, byte[] picture) {
        // Given
        int[] lengths = {3, 11, 40, picture.length / 4, picture.length / 2, picture.length * 9 / 10, picture.length - 2, picture.length - 1};

        for (int length : lengths) {
            // When
            Outcome<ImageHeader> outcome = ImageInspector.inspect(Arrays.copyOf(picture, length), LIMITS);

            // Then
            assertThat(outcome).as(name + " cut to " + length).isInstanceOf(Outcome.Refused.class);
            if (length > picture.length / 2) {
                assertThat(code(outcome)).as(name + " cut to " + length).isEqualTo(ErrorCode.TRUNCATED);
            }
        }
    }

    @Test
    void refusesWhatIsNoPicture() {
        // Given
        List<byte[]> junk = List.of(new byte[0], "just some text, no picture at all".getBytes(UTF_8), new byte[] {1, 2, 3}, new byte[1000],
                "GIF89a-would-be".getBytes(UTF_8));

        // When
        List<ErrorCode> codes = junk.stream().map(bytes -> code(ImageInspector.inspect(bytes, LIMITS))).toList();

        // Then
        assertThat(codes).containsOnly(ErrorCode.NOT_AN_IMAGE);
    }

    @Test
    void refusesAHugePictureFromItsHeaderAlone() {
        // Given
        List<byte[]> bombs = List.of(SamplePictures.jpegClaiming(JPEG, 65_000, 65_000), SamplePictures.pngClaiming(65_000, 65_000),
                SamplePictures.pngClaiming(Integer.MAX_VALUE, Integer.MAX_VALUE));

        // When
        List<ErrorCode> codes = bombs.stream().map(bytes -> code(ImageInspector.inspect(bytes, LIMITS))).toList();

        // Then
        assertThat(codes).containsOnly(ErrorCode.TOO_LARGE);
    }

    @Test
    void refusesAFileOverTheByteLimit() {
        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(JPEG, new ImageLimits(JPEG.length - 1, 40_000_000));

        // Then
        assertThat(code(outcome)).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void noticesZeroedStretchesInAJpegThatDecodersFillWithGrey() {
        // Given
        byte[] damaged = JPEG.clone();
        Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 200, (byte) 0);

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(damaged, LIMITS);

        // Then
        assertThat(code(outcome)).isEqualTo(ErrorCode.CORRUPT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholePictures")
    void noticesHalfAFileOverwrittenWithNoise(String name, byte[] picture) {
        // Given
        assumeTrue(!name.contains("WebP"), "WebP carries no checksum: noise in its data decodes to noise");
        byte[] damaged = picture.clone();
        byte[] noise = new byte[picture.length / 2];
        new Random(7).nextBytes(noise);
        System.arraycopy(noise, 0, damaged, picture.length - noise.length - 2, noise.length);

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(damaged, LIMITS);

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void neverThrowsWhateverTheBytes() {
        // Given
        Random random = new Random(11);
        List<byte[]> seeds = wholePictures().map(a -> (byte[]) a.get()[1]).toList();

        for (int i = 0; i < 2_000; i++) {
            byte[] mutated = seeds.get(random.nextInt(seeds.size())).clone();
            int changes = 1 + random.nextInt(20);
            int within = random.nextBoolean() ? mutated.length : Math.min(mutated.length, 700);
            for (int k = 0; k < changes; k++) {
                mutated[random.nextInt(within)] = (byte) random.nextInt(256);
            }

            // When
            Outcome<ImageHeader> outcome = ImageInspector.inspect(mutated, LIMITS);

            // Then
            assertThat(outcome).isNotNull();
        }
    }

    @ParameterizedTest(name = "orientation {0}")
    @org.junit.jupiter.params.provider.ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void tellsTheSizeOfTheUprightPicture(int orientation) {
        // Given
        byte[] turned = SamplePictures.withOrientation(JPEG, orientation);

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(turned, LIMITS);

        // Then
        ImageHeader header = ((Outcome.Ok<ImageHeader>) outcome).value();
        assertThat(header.widthPx()).isEqualTo(orientation >= 5 ? 540 : 960);
    }

    @Test
    void passesEverySamplePicture() throws IOException {
        // Given
        List<Path> files = pictures(SamplePictures.basedir().resolve("samples"));

        // When
        List<Path> refused = refused(files);

        // Then
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(refused).isEmpty();
    }

    @Test
    void passesEveryPictureOfTheRealWorldThatIsAtHand() throws IOException {
        // Given
        Path faces = SamplePictures.shared().resolve("faces");
        assumeTrue(Files.isDirectory(faces), "no pictures beside the project");
        List<Path> files = pictures(faces);

        // When
        List<Path> refused = refused(files);

        // Then
        assertThat(files).hasSizeGreaterThan(1000);
        assertThat(refused).isEmpty();
    }

    @Test
    void refusesAnAnimation() {
        // Given
        byte[] webp = "RIFF....WEBPVP8X....\2...................".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        java.nio.ByteBuffer.wrap(webp).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(4, webp.length - 8);

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(webp, LIMITS);

        // Then
        assertThat(code(outcome)).isEqualTo(ErrorCode.NOT_AN_IMAGE);
    }

    @Test
    void passesAPortraitWithTrailingBytes() {
        // Given
        byte[] jpeg = portrait("Ada", 1);
        byte[] padded = Arrays.copyOf(jpeg, jpeg.length + 16);

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(padded, LIMITS);

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void passesAJpegWithARestartMarkerBehindItsLastScan() {
        // Given
        byte[] marked = Arrays.copyOf(JPEG, JPEG.length + 2);
        marked[JPEG.length - 2] = (byte) 0xff;
        marked[JPEG.length - 1] = (byte) 0xd0;
        marked[JPEG.length] = (byte) 0xff;
        marked[JPEG.length + 1] = (byte) 0xd9;

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(marked, LIMITS);

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void refusesAFileOfNothingButCodeTablesQuickly() {
        // Given: a frame header, then a hundred thousand empty tables
        byte[] head = Arrays.copyOf(JPEG, firstScan());
        byte[] attack = Arrays.copyOf(head, head.length + 100_000 * 21);
        for (int at = head.length; at < attack.length; at += 21) {
            attack[at] = (byte) 0xff;
            attack[at + 1] = (byte) 0xc4;
            attack[at + 3] = 19;
        }

        // When
        Outcome<ImageHeader> outcome = ImageInspector.inspect(attack, LIMITS);

        // Then
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.refusal().message()).contains("code tables"));
    }

    private static int firstScan() {
        for (int i = 2; i < JPEG.length; i++) {
            if ((JPEG[i] & 0xff) == 0xff && (JPEG[i + 1] & 0xff) == 0xda) {
                return i;
            }
        }
        throw new AssertionError("no scan");
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().matches(".*\\.(jpe?g|png|webp)")).toList();
        }
    }

    private static List<Path> refused(List<Path> files) {
        return files.stream().filter(f -> ImageInspector.inspect(SamplePictures.read(f), LIMITS) instanceof Outcome.Refused).toList();
    }

    private static ErrorCode code(Outcome<?> outcome) {
        return ((Outcome.Refused<?>) outcome).refusal().code();
    }
}
