package dev.tronie.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ONNX Runtime's Java interface in a process of its own, with one network. Used by one thread; {@link #close} ends it. */
final class OrtPeer implements AutoCloseable {
    private final PeerProcess process;
    private final int count;
    private final String name;

    private OrtPeer(PeerProcess process, int count) throws IOException {
        this.process = process;
        this.count = count;
        this.name = process.answer();
    }

    /**
     * Starts.
     *
     * @param jar       ONNX Runtime's
     * @param network   an ONNX file whose input is called pixels
     * @param directory for files of its own
     * @param pictures  8-bit pixels, channels interleaved, all of one size
     * @param channels  of a pixel
     */
    static OrtPeer start(Path jar, Path network, Path directory, List<ByteBuffer> pictures, int channels, int heightPx, int widthPx) throws IOException {
        Path pixels = Files.write(directory.resolve("pixels"), planes(pictures, channels, heightPx * widthPx));
        return new OrtPeer(PeerProcess.start("ONNX Runtime", directory, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", jar.toString(),
                PeerProcess.script("OrtPeer.java", directory).toString(), network.toString(), pixels.toString(), Integer.toString(pictures.size()), Integer.toString(channels),
                Integer.toString(heightPx), Integer.toString(widthPx), "1")), pictures.size());
    }

    /** Channel by channel, as floats: what this engine wants, prepared before anything is timed. */
    private static byte[] planes(List<ByteBuffer> pictures, int channels, int pixels) {
        ByteBuffer all = ByteBuffer.allocate(pictures.size() * channels * pixels * Float.BYTES).order(ByteOrder.nativeOrder());
        for (ByteBuffer picture : pictures) {
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < pixels; i++) {
                    all.putFloat(Byte.toUnsignedInt(picture.get(i * channels + c)));
                }
            }
        }
        return all.array();
    }

    String name() {
        return name;
    }

    /** Milliseconds a picture, in batches of so many. */
    double time(int batch) throws IOException {
        return Double.parseDouble(process.ask("time " + batch));
    }

    /** An output, picture by picture. */
    float[][] answer(String output) throws IOException {
        String[] numbers = process.ask("answer " + output).split(" ");
        float[][] rows = new float[count][numbers.length / count];
        for (int i = 0; i < numbers.length; i++) {
            rows[i / rows[0].length][i % rows[0].length] = Float.parseFloat(numbers[i]);
        }
        return rows;
    }

    @Override
    public void close() {
        process.close();
    }
}
