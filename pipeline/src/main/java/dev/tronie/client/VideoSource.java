package dev.tronie.client;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A video file, network stream or capture device through FFmpeg; frames are encoded as JPEG.
 *
 * <p>Owns FFmpeg's native state until closed. Not thread-safe.
 */
public final class VideoSource implements FrameSource {
    private static final int JPEG_QUALITY = 90;

    private final FFmpegFrameGrabber grabber;
    private boolean live;
    private int number;

    /**
     * Opens a video.
     *
     * @throws IOException where FFmpeg cannot
     */
    public VideoSource(String source) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        boolean device = source.startsWith("/dev/video");
        live = device || source.startsWith("rtsp:");
        grabber = new FFmpegFrameGrabber(source);
        grabber.setPixelFormat(avutil.AV_PIX_FMT_BGR24);
        if (device) {
            grabber.setFormat("v4l2");
        }
        if (source.startsWith("rtsp:")) {
            grabber.setOption("rtsp_transport", "tcp");
        }
        // Microseconds; without it a camera that falls silent would be waited for without end.
        grabber.setOption("timeout", "10000000");
        try {
            grabber.start();
            // A file knows its length, wherever it lies; a stream does not.
            live = live || source.matches("[a-z]+://.*") && grabber.getLengthInTime() <= 0;
        } catch (FrameGrabber.Exception e) {
            close();
            throw new IOException("FFmpeg cannot open " + source + ": is it a video, and does the camera answer?", e);
        }
    }

    @Override
    public EncodedFrame next() throws IOException {
        Frame frame = grabber.grabImage();
        return frame == null ? null : new EncodedFrame(Integer.toString(number++), jpeg(frame));
    }

    private static byte[] jpeg(Frame frame) throws IOException {
        ByteBuffer pixels = (ByteBuffer) frame.image[0];
        try (BytePointer data = new BytePointer(pixels);
                Mat bgr = new Mat(frame.imageHeight, frame.imageWidth, CV_8UC3, data, frame.imageStride);
                BytePointer out = new BytePointer(); IntPointer quality = new IntPointer(IMWRITE_JPEG_QUALITY, JPEG_QUALITY)) {
            if (!imencode(".jpg", bgr, out, quality)) {
                throw new IOException("OpenCV could not encode a frame");
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    @Override
    public int total() {
        return live ? -1 : grabber.getLengthInVideoFrames();
    }

    @Override
    public double framesPerSecond() {
        return grabber.getVideoFrameRate();
    }

    @Override
    public boolean live() {
        return live;
    }

    @Override
    public void close() throws IOException {
        grabber.close();
    }
}
