import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * ONNX Runtime as a peer: loads a network and pixels, then answers each line of standard input. Run from source beside its jar.
 *
 * <p>usage: java -cp onnxruntime.jar OrtPeer.java NETWORK PIXELS COUNT CHANNELS HEIGHT WIDTH THREADS
 * <ul>
 * <li>{@code time BATCH}: milliseconds a picture, running over all of them in batches of so many
 * <li>{@code answer NAME}: all numbers of an output, picture by picture
 * </ul>
 */
final class OrtPeer {
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        int count = Integer.parseInt(args[2]);
        int channels = Integer.parseInt(args[3]);
        int height = Integer.parseInt(args[4]);
        int width = Integer.parseInt(args[5]);
        int each = channels * height * width;
        byte[] file = Files.readAllBytes(Path.of(args[1]));
        FloatBuffer pixels = ByteBuffer.allocateDirect(file.length).order(ByteOrder.nativeOrder()).put(ByteBuffer.wrap(file)).flip().order(ByteOrder.nativeOrder()).asFloatBuffer();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Integer.parseInt(args[6]));
            options.setInterOpNumThreads(1);
            try (OrtSession session = environment.createSession(args[0], options)) {
                out.println("ONNX Runtime " + environment.getVersion());
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] words = line.split(" ");
                    int batch = words[0].equals("time") ? Integer.parseInt(words[1]) : 1;
                    StringBuilder answer = new StringBuilder();
                    long start = System.nanoTime();
                    for (int i = 0; i + batch <= count; i += batch) {
                        FloatBuffer part = pixels.duplicate().position(i * each).limit((i + batch) * each).slice();
                        try (OnnxTensor input = OnnxTensor.createTensor(environment, part, new long[] {batch, channels, height, width});
                                OrtSession.Result result = session.run(Map.of("pixels", input))) {
                            if (words[0].equals("answer")) {
                                FloatBuffer numbers = ((OnnxTensor) result.get(words[1]).orElseThrow()).getFloatBuffer();
                                while (numbers.hasRemaining()) {
                                    answer.append(numbers.get()).append(' ');
                                }
                            }
                        }
                    }
                    out.println(words[0].equals("time") ? Double.toString((System.nanoTime() - start) / 1e6 / (count / batch * batch)) : answer.toString().trim());
                }
            }
        }
    }
}
