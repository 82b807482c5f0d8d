package dev.tronie.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * What a model answers to drawn faces, so that whoever loads it can see whether it is computed right here: some processors and forms of a graph do
 * not go together, and the engine says nothing (seen: cosines of 0.69 to 0.97 with the right embedding, on a virtual machine that hides its caches).
 * Faces are drawn by whole numbers alone, as {@code proof.py} of the training code draws it. Pure but for the networks it asks.
 *
 * @param embedding of the crop, unit length; empty = not said, then batches are compared with single faces only
 * @param scores    the best scores of the picture, descending; empty = not said
 */
public record Proof(List<Float> embedding, List<Float> scores) {
    private static final int CROP_PX = 112;
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 480;
    /** Left, top and size of the faces on the picture, pixels. */
    private static final int[][] FACES = {{40, 40, 112}, {220, 30, 160}, {430, 40, 64}, {520, 60, 40}, {60, 220, 80}, {200, 260, 48}, {300, 240, 200}, {530, 200, 96},
        {520, 340, 56}, {40, 380, 32}, {140, 380, 28}};
    /** Centre x, y, half-axes x, y and grey of what is drawn, in pixels of the crop. */
    private static final int[][] OVALS = {{56, 60, 42, 54, 170}, {38, 51, 9, 5, 60}, {74, 51, 9, 5, 60}, {38, 42, 12, 3, 90}, {74, 42, 12, 3, 90},
        {56, 70, 7, 10, 140}, {56, 76, 8, 3, 105}, {56, 92, 17, 5, 80}, {56, 5, 44, 18, 50}};
    private static final int[] BATCHES = {1, 2, 4, 8};
    /** In bfloat16 0.9996 is right. */
    private static final double COSINE_MIN = 0.998;
    /** Of the best scores, in the middle of all; in float32 a millionth is right, in bfloat16 some thousandths. */
    private static final double SCORES_APART_MAX = 0.002;
    private static final double SCORES_APART_MAX_BF16 = 0.01;

    /** Neither is said. */
    public static final Proof NONE = new Proof(List.of(), List.of());

    /** Of a model's properties, {@code embedder.proof} and {@code detector.proof}. */
    static Proof of(Properties properties) {
        return new Proof(numbers(properties.getProperty("embedder.proof", "")), numbers(properties.getProperty("detector.proof", "")));
    }

    private static List<Float> numbers(String text) {
        List<Float> numbers = new ArrayList<>();
        for (String number : text.split(",")) {
            if (!number.isBlank()) {
                numbers.add(Float.parseFloat(number.strip()));
            }
        }
        return List.copyOf(numbers);
    }

    /** What the networks compute wrong, as text; empty where all is right. */
    Optional<String> wrong(Networks networks, int channels, String precision) {
        float[] expected = expected();
        for (int batch : BATCHES) {
            List<float[]> answers = networks.embed(List.of(new PixelBlock(repeated(crop(), channels, batch), batch, CROP_PX, CROP_PX)));
            for (float[] answer : answers) {
                expected = expected == null ? answer : expected;
                double cosine = cosine(expected, answer);
                if (!(cosine >= COSINE_MIN)) {
                    return Optional.of(String.format(Locale.ROOT, "embeddings in batches of %d have a cosine of %.3f with the right ones", batch, cosine));
                }
            }
        }
        return scores.isEmpty() ? Optional.empty() : wrongDetection(networks, channels, precision);
    }

    private Optional<String> wrongDetection(Networks networks, int channels, String precision) {
        float[] answer = networks.detect(List.of(new PixelBlock(repeated(picture(), channels, 1), 1, HEIGHT_PX, WIDTH_PX))).get(0).scores();
        double apart = 0;
        for (int i = 0; i < scores.size(); i++) {
            apart += Math.abs(scores.get(i) - answer[i]) / scores.size();
        }
        boolean right = apart <= (precision.equals("bf16") ? SCORES_APART_MAX_BF16 : SCORES_APART_MAX);
        return right ? Optional.empty() : Optional.of(String.format(Locale.ROOT, "scores of faces are %.3f off the right ones", apart));
    }

    private float[] expected() {
        if (embedding.isEmpty()) {
            return null;
        }
        float[] expected = new float[embedding.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = embedding.get(i);
        }
        return expected;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int d = 0; d < a.length && a.length == b.length; d++) {
            ab += (double) a[d] * b[d];
            aa += (double) a[d] * a[d];
            bb += (double) b[d] * b[d];
        }
        return ab / Math.sqrt(aa * bb);
    }

    /** The face that is embedded: grey, row by row. */
    static byte[] crop() {
        return drawn(CROP_PX, CROP_PX, new int[][] {{0, 0, CROP_PX}});
    }

    /** The picture whose faces are looked for: grey, row by row. */
    static byte[] picture() {
        return drawn(WIDTH_PX, HEIGHT_PX, FACES);
    }

    private static byte[] drawn(int widthPx, int heightPx, int[][] faces) {
        byte[] picture = new byte[widthPx * heightPx];
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                picture[y * widthPx + x] = (byte) grey(x, y, faces);
            }
        }
        return picture;
    }

    private static int grey(int x, int y, int[][] faces) {
        int grey = 100 + (x * 3 + y * 2) / 16 % 40;
        for (int[] face : faces) {
            for (int[] oval : OVALS) {
                long across = ((long) (x - face[0]) * CROP_PX - (long) oval[0] * face[2]) * oval[3];
                long down = ((long) (y - face[1]) * CROP_PX - (long) oval[1] * face[2]) * oval[2];
                long edge = (long) oval[2] * oval[3] * face[2];
                if (across * across + down * down <= edge * edge) {
                    grey = oval[4] + (x * 5 + y * 7) % 13;
                }
            }
        }
        return grey;
    }

    private static ByteBuffer repeated(byte[] grey, int channels, int count) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(grey.length * channels * count);
        for (int i = 0; i < count; i++) {
            for (byte value : grey) {
                for (int c = 0; c < channels; c++) {
                    pixels.put(value);
                }
            }
        }
        return pixels.flip();
    }
}
