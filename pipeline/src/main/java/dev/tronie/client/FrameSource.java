package dev.tronie.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures one after the other. One thread reads and closes. */
public interface FrameSource extends AutoCloseable {

    /** The next picture; null at the end. */
    EncodedFrame next() throws IOException;

    /** Pictures in all; -1 where the source does not know. */
    int total();

    /** Pictures a second as recorded; 0 where the source has no pace of its own. */
    double framesPerSecond();

    /** Whether it ends only when closed: a live stream or device. */
    boolean live();

    @Override
    void close() throws IOException;

    /** Whether a file's name is that of a picture. */
    static boolean isPicture(Path file) {
        return PictureFolder.isPicture(file);
    }

    /**
     * Opens a source.
     *
     * @param source a folder of pictures, a picture, a video file, an RTSP or HTTP stream, or {@code /dev/video*}
     * @throws IOException where there is nothing that can be read; the message says what was tried
     */
    static FrameSource open(String source) throws IOException {
        boolean stream = source.matches("[a-z]+://.*");
        if (!stream && !Files.exists(Path.of(source))) {
            throw new IOException("There is no " + source + ". Give a folder of pictures, a video file, an RTSP or HTTP URL, or /dev/video0.");
        }
        if (!stream && (Files.isDirectory(Path.of(source)) || PictureFolder.isPicture(Path.of(source)))) {
            return new PictureFolder(Path.of(source));
        }
        return new VideoSource(source);
    }
}
