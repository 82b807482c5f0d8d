package dev.tronie.client;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Brings recordings to a camera's resolution. Owns no memory between calls. */
public final class FrameScaler {
    private FrameScaler() {
    }

    /**
     * A picture in another size, as JPEG.
     *
     * @param picture JPEG, PNG or WebP
     */
    public static byte[] scaled(byte[] picture, int widthPx, int heightPx) {
        try (BytePointer bytes = new BytePointer(picture); Mat file = new Mat(1, picture.length, 0, bytes); Mat image = imdecode(file, IMREAD_COLOR);
                Mat scaled = new Mat(); Size size = new Size(widthPx, heightPx); BytePointer out = new BytePointer()) {
            resize(image, scaled, size);
            if (!imencode(".jpg", scaled, out)) {
                throw new IllegalStateException("OpenCV could not write a JPEG");
            }
            byte[] jpeg = new byte[(int) out.limit()];
            out.get(jpeg);
            return jpeg;
        }
    }
}
