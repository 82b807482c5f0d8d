package dev.tronie.vision;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import dev.tronie.image.Outcome;
import dev.tronie.image.Picture;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The aligned 112 x 112 crops of a picture's faces, one after the other in one block, as an embedder takes them.
 *
 * <p>Owns native memory: close it after the embedder has answered. Not thread-safe.
 */
public final class FaceCrops implements AutoCloseable {
    private static final int SIDE = Alignment.SIDE_PX;

    private final Mat block;
    private final int count;

    private FaceCrops(Mat block, int count) {
        this.block = block;
        this.count = count;
    }

    /**
     * Cuts out the faces, each from the smallest decoded level that still has a pixel for every pixel of the crop.
     *
     * @param picture the picture
     * @param faces   faces in its full-size pixels, at least one
     * @return the crops, or why the picture could not be decoded at the size that is needed
     */
    public static Outcome<FaceCrops> of(Picture picture, List<Detection> faces, int channels) {
        Mat block = new Mat(faces.size() * SIDE, SIDE, CV_8UC(channels));
        try {
            return fill(block, picture, faces);
        } catch (RuntimeException e) {
            block.close();
            throw e;
        }
    }

    private static Outcome<FaceCrops> fill(Mat block, Picture picture, List<Detection> faces) {
        for (int i = 0; i < faces.size(); i++) {
            Alignment full = Alignment.of(faces.get(i).landmarks());
            int reduction = 8;
            while (reduction > 1 && full.scale() * reduction > 1) {
                reduction /= 2;
            }
            Outcome<Mat> level = picture.level(reduction);
            if (level instanceof Outcome.Refused<Mat> refused) {
                block.close();
                return new Outcome.Refused<>(refused.refusal());
            }
            cut(((Outcome.Ok<Mat>) level).value(), full.fromReduced(reduction), block, i);
        }
        return Outcome.ok(new FaceCrops(block, faces.size()));
    }

    private static void cut(Mat level, Alignment alignment, Mat block, int index) {
        try (Mat matrix = new Mat(2, 3, opencv_core.CV_64F); Mat crop = block.rowRange(index * SIDE, (index + 1) * SIDE);
                Size size = new Size(SIDE, SIDE); Scalar black = new Scalar(0.0)) {
            try (DoubleIndexer m = matrix.createIndexer()) {
                m.put(0, 0, alignment.a(), -alignment.b(), alignment.tx());
                m.put(1, 0, alignment.b(), alignment.a(), alignment.ty());
            }
            warpAffine(level, crop, matrix, size, INTER_LINEAR, BORDER_CONSTANT, black);
        }
    }

    /** Number of crops. */
    public int count() {
        return count;
    }

    /** All crops, 112 rows of 112 pixels each, channels interleaved; a view of this object's memory. */
    public ByteBuffer pixels() {
        return block.createBuffer();
    }

    /** These crops moved to the front of this object's memory, in their order; they must be given in rising order. */
    ByteBuffer gather(List<Integer> wanted) {
        ByteBuffer pixels = pixels();
        int bytes = SIDE * SIDE * block.channels();
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i) != i) {
                pixels.put(i * bytes, pixels, wanted.get(i) * bytes, bytes);
            }
        }
        return pixels;
    }

    /** One crop in grey, 112 x 112 bytes, copied out. */
    public byte[] grey(int index) {
        byte[] grey = new byte[SIDE * SIDE];
        int channels = block.channels();
        ByteBuffer pixels = pixels();
        int from = index * SIDE * SIDE * channels;
        if (channels == 1) {
            pixels.get(from, grey);
        } else {
            byte[] bgr = new byte[SIDE * SIDE * 3];
            pixels.get(from, bgr);
            for (int i = 0; i < grey.length; i++) {
                grey[i] = (byte) ((29 * (bgr[3 * i] & 0xff) + 150 * (bgr[3 * i + 1] & 0xff) + 77 * (bgr[3 * i + 2] & 0xff)) >> 8);
            }
        }
        return grey;
    }

    /** One crop as a JPEG file. */
    public byte[] jpeg(int index) {
        try (Mat crop = block.rowRange(index * SIDE, (index + 1) * SIDE); BytePointer out = new BytePointer()) {
            if (!imencode(".jpg", crop, out)) {
                throw new IllegalStateException("OpenCV could not write a JPEG");
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
