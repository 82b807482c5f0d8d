package dev.tronie.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * What a model answers to a drawn face, so that whoever loads it can see whether it is computed right here: some processors and forms of a graph do
 * not go together, and the engine says nothing (seen: cosines of 0.69 to 0.97 with the right embedding, on a virtual machine that hides its caches).
 * The face is drawn by whole numbers alone, as {@code proof.py} of the training code draws it. Pure but for the networks it asks.
 *
 * @param embedding of the crop, unit length; empty = not said, then batches are compared with single faces only
 * @param found     the best detection of the picture: score, x1, y1, x2, y2 in pixels; empty = not said
 */
public record Proof(List<Float> embedding, List<Float> found) {
    private static final int CROP_PX = 112;
    private static final int PICTURE_PX = 256;
    private static final int LEFT_PX = 72;
    private static final int TOP_PX = 64;
    /** Centre x, y, half-axes x, y and grey of what is drawn, in pixels of the crop. */
    private static final int[][] OVALS = {{56, 60, 42, 54, 170}, {38, 51, 9, 5, 60}, {74, 51, 9, 5, 60}, {38, 42, 12, 3, 90}, {74, 42, 12, 3, 90},
        {56, 70, 7, 10, 140}, {56, 76, 8, 3, 105}, {56, 92, 17, 5, 80}, {56, 5, 44, 18, 50}};
    private static final int[] BATCHES = {1, 2, 4, 8};
    /** In bfloat16 0.9996 is right. */
    private static final double COSINE_MIN = 0.998;
    /** In bfloat16 0.001 is right. */
    private static final float SCORE_APART_MAX = 0.05f;
    /** Share of the face's side that its box may be off; in bfloat16 0.03 is right. */
    private static final float BOX_APART_MAX = 0.08f;

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
    Optional<String> wrong(Networks networks, int channels) {
        float[] expected = expected();
        for (int batch : BATCHES) {
            List<float[]> answers = networks.embed(List.of(new PixelBlock(repeated(face(CROP_PX, 0, 0), channels, batch), batch, CROP_PX, CROP_PX)));
            for (float[] answer : answers) {
                expected = expected == null ? answer : expected;
                double cosine = cosine(expected, answer);
                if (!(cosine >= COSINE_MIN)) {
                    return Optional.of(String.format(Locale.ROOT, "embeddings in batches of %d have a cosine of %.3f with the right ones", batch, cosine));
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : wrongDetection(networks.detect(List.of(new PixelBlock(repeated(face(PICTURE_PX, LEFT_PX, TOP_PX), channels, 1), 1, PICTURE_PX,
                PICTURE_PX))).get(0));
    }

    private Optional<String> wrongDetection(RawFaces raw) {
        float score = raw.scores()[0];
        float apart = 0;
        for (int i = 0; i < 4; i++) {
            apart = Math.max(apart, Math.abs(raw.boxes()[i] - found.get(1 + i)));
        }
        boolean right = Math.abs(score - found.get(0)) <= SCORE_APART_MAX && apart <= BOX_APART_MAX * CROP_PX;
        return right ? Optional.empty() : Optional.of(String.format(Locale.ROOT, "a face is found with a score of %.3f instead of %.3f, its box off by %.1f pixels", score,
                found.get(0), apart));
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

    /** The drawn face, as a square of a crop's size at a place of a grey picture. */
    static byte[] face(int sidePx, int leftPx, int topPx) {
        byte[] picture = new byte[sidePx * sidePx];
        for (int y = 0; y < sidePx; y++) {
            for (int x = 0; x < sidePx; x++) {
                int grey = 100 + (x * 3 + y * 2) / 16 % 40;
                for (int[] oval : OVALS) {
                    long across = (long) (x - leftPx - oval[0]) * oval[3];
                    long down = (long) (y - topPx - oval[1]) * oval[2];
                    long edge = (long) oval[2] * oval[3];
                    if (across * across + down * down <= edge * edge) {
                        grey = oval[4] + (x * 5 + y * 7) % 13;
                    }
                }
                picture[y * sidePx + x] = (byte) grey;
            }
        }
        return picture;
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
