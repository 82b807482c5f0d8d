package dev.tronie.vision;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A picture brought to what a detector takes: scaled down to a longest side, never up, with a border where asked for, and filled
 * up to multiples of 32 on the right and below.
 *
 * <p>Owns native memory: close it after the detector has answered. Not thread-safe.
 */
public final class DetectorInput implements AutoCloseable {
    private static final int STRIDE_PX = 32;
    /** The mean pixel that detectors subtract; grey where the picture is grey. */
    private static final double[] FILL_BGR = {104, 117, 123};
    private static final double FILL_GREY = 0.114 * FILL_BGR[0] + 0.587 * FILL_BGR[1] + 0.299 * FILL_BGR[2];

    private final Mat pixels;
    private final float borderPx;
    private final float pictureScale;

    private DetectorInput(Mat pixels, float borderPx, float pictureScale) {
        this.pixels = pixels;
        this.borderPx = borderPx;
        this.pictureScale = pictureScale;
    }

    /**
     * Makes the input.
     *
     * @param level     decoded pixels
     * @param reduction how many times {@code level} is smaller than the picture
     * @param sidePx    longest side of what the detector sees, border included
     * @param border    border on every side as a share of the picture's longer side; 0 = none
     */
    public static DetectorInput of(Mat level, int reduction, int sidePx, double border) {
        double longer = Math.max(level.cols(), level.rows()) * (1 + 2 * border);
        double scale = Math.min(1, sidePx / longer);
        int width = Math.max(1, (int) Math.round(level.cols() * scale));
        int height = Math.max(1, (int) Math.round(level.rows() * scale));
        int edge = (int) Math.round(border * Math.max(width, height));
        int right = multiple(width + 2 * edge) - width - edge;
        int below = multiple(height + 2 * edge) - height - edge;
        Mat padded = new Mat();
        try {
            pad(level, padded, width, height, edge, right, below, scale < 1);
        } catch (RuntimeException e) {
            padded.close();
            throw e;
        }
        return new DetectorInput(padded, edge, (float) (level.cols() / (double) width * reduction));
    }

    private static void pad(Mat level, Mat padded, int width, int height, int edge, int right, int below, boolean smaller) {
        try (Scalar fill = level.channels() == 1 ? new Scalar(FILL_GREY) : new Scalar(FILL_BGR[0], FILL_BGR[1], FILL_BGR[2], 0)) {
            if (smaller) {
                try (Mat scaled = new Mat(); Size size = new Size(width, height)) {
                    resize(level, scaled, size, 0, 0, INTER_AREA);
                    copyMakeBorder(scaled, padded, edge, below, edge, right, BORDER_CONSTANT, fill);
                }
            } else {
                copyMakeBorder(level, padded, edge, below, edge, right, BORDER_CONSTANT, fill);
            }
        }
    }

    private static int multiple(int px) {
        return (px + STRIDE_PX - 1) / STRIDE_PX * STRIDE_PX;
    }

    /** The pixels, row by row, channels interleaved; a view of this object's memory. */
    public ByteBuffer pixels() {
        return pixels.createBuffer();
    }

    /** Height, pixels, a multiple of 32. */
    public int heightPx() {
        return pixels.rows();
    }

    /** Width, pixels, a multiple of 32. */
    public int widthPx() {
        return pixels.cols();
    }

    /** A detection in this input's pixels, in those of the full-size picture. */
    public Detection toPicture(Detection found) {
        return found.mapped(borderPx, pictureScale);
    }

    @Override
    public void close() {
        pixels.close();
    }
}
