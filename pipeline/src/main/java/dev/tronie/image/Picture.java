package dev.tronie.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import dev.tronie.schema.ErrorCode;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * One picture, decoded on demand at full size or reduced 2, 4 or 8 times (for JPEG the reduction happens inside the inverse
 * transform and saves most of the work). Upright: EXIF orientation is applied.
 *
 * <p>Owns its native memory; {@link #close()} frees every level, and the Mats given out with them. Not thread-safe: one thread
 * opens, uses and closes a picture.
 */
public final class Picture implements AutoCloseable {
    private static final int[] COLOUR = {IMREAD_COLOR, IMREAD_REDUCED_COLOR_2, IMREAD_REDUCED_COLOR_4, IMREAD_REDUCED_COLOR_8};
    private static final int[] GREY =
            {IMREAD_GRAYSCALE, IMREAD_REDUCED_GRAYSCALE_2, IMREAD_REDUCED_GRAYSCALE_4, IMREAD_REDUCED_GRAYSCALE_8};

    /** The file in native memory; a Mat over it frees it only with the garbage collector. */
    private final BytePointer file;
    private final Mat encoded;
    private final ImageHeader header;
    private final int channels;
    private final Mat[] levels = new Mat[4];

    private Picture(byte[] bytes, ImageHeader header, int channels) {
        this.file = new BytePointer(bytes);
        this.encoded = new Mat(1, bytes.length, 0, file);
        this.header = header;
        this.channels = channels;
    }

    /**
     * Opens a picture that {@link ImageInspector} has passed.
     *
     * @param bytes    the file
     * @param header   what the inspector found
     * @param channels 1 for grey, 3 for BGR
     * @return a picture to be closed by the caller
     */
    public static Picture open(byte[] bytes, ImageHeader header, int channels) {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels must be 1 or 3, not " + channels);
        }
        return new Picture(bytes, header, channels);
    }

    /** Width of the upright picture at full size, pixels. */
    public int widthPx() {
        return header.widthPx();
    }

    /** Height of the upright picture at full size, pixels. */
    public int heightPx() {
        return header.heightPx();
    }

    /**
     * The pixels, reduced.
     *
     * @param reduction 1, 2, 4 or 8
     * @return 8-bit pixels, owned by this picture; sides are the full ones divided by the reduction and rounded up. CORRUPT where
     *     the decoder gives up, or gives a size that the header did not say
     */
    public Outcome<Mat> level(int reduction) {
        int i = Integer.numberOfTrailingZeros(reduction);
        if (levels[i] == null) {
            Mat decoded = imdecode(encoded, (channels == 1 ? GREY : COLOUR)[i]);
            boolean sized = Math.abs(decoded.cols() - (header.widthPx() + reduction - 1) / reduction) <= 1
                    && Math.abs(decoded.rows() - (header.heightPx() + reduction - 1) / reduction) <= 1;
            if (decoded.empty() || !sized || decoded.channels() != channels) {
                decoded.close();
                return Outcome.refused(ErrorCode.CORRUPT, "The picture's header reads well, but its pixels cannot be decoded.",
                        "Send the whole file again.");
            }
            levels[i] = decoded;
        }
        return Outcome.ok(levels[i]);
    }

    /** The largest reduction whose longer side is still at least {@code sidePx}: 1, 2, 4 or 8. */
    public int reductionFor(double sidePx) {
        int longer = Math.max(header.widthPx(), header.heightPx());
        int reduction = 8;
        while (reduction > 1 && longer / reduction < sidePx) {
            reduction /= 2;
        }
        return reduction;
    }

    @Override
    public void close() {
        for (int i = 0; i < levels.length; i++) {
            if (levels[i] != null) {
                levels[i].close();
                levels[i] = null;
            }
        }
        encoded.close();
        file.close();
    }
}
