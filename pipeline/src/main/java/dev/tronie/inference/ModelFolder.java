package dev.tronie.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/**
 * A detector and an embedder that belong together: {@code detector.pt}, {@code embedder.pt} and {@code model.properties}.
 *
 * <p>Contract of the graphs, both TorchScript. Detector: {@code uint8 [N,H,W,C]}, H and W multiples of 32, to boxes
 * {@code float [N,K,4]}, scores {@code [N,K]} descending, landmarks {@code [N,K,5,2]}, all in pixels. Embedder:
 * {@code uint8 [N,112,112,C]} to {@code float [N,D]}, unit length.
 *
 * @param directory         the folder
 * @param id                what the model is called
 * @param version           its version; embeddings of different ids or versions never compare
 * @param precision         arithmetic inside, fp32 or bf16; embeddings compare across precisions
 * @param inputChannels     1 grey, 3 BGR
 * @param embeddingSize     D
 * @param detectorSha256    digest of detector.pt
 * @param embedderSha256    digest of embedder.pt
 * @param detectorThreshold scores at or below are no face
 * @param matchThreshold    cosine at or above which two faces are held to be one person's
 * @param falseMatchRate    measured share of pairs of strangers that reach the match threshold
 * @param licence           of the weights
 * @param source            where the weights come from
 * @param hasPacked         whether the folder holds both graphs a second time, for x86-64 processors under Linux: with weights that oneDNN lays
 *                          out for the processor once, at loading (detector-onednn.pt, embedder-onednn.pt)
 * @param detectorMultiplyAdds multiplications with an addition that the detector's convolutions do for a picture of 640 x 480; NaN where it is not said
 * @param embedderMultiplyAdds the same of the embedder for a face
 * @param proof             what the model answers to a drawn face
 */
public record ModelFolder(Path directory, String id, String version, String precision, int inputChannels, int embeddingSize,
        String detectorSha256, String embedderSha256, float detectorThreshold, float matchThreshold, double falseMatchRate, String licence, String source,
        boolean hasPacked, double detectorMultiplyAdds, double embedderMultiplyAdds, Proof proof) {

    /** Taken where the properties say nothing: the rate that match thresholds are usually stated at. */
    private static final double FALSE_MATCH_RATE = 0.001;

    private static final String PACKED_DETECTOR = "detector-onednn.sha256";
    private static final String PACKED_EMBEDDER = "embedder-onednn.sha256";

    /** A model folder that cannot be used; the message says what to do. */
    public static final class InvalidModel extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidModel(String message) {
            super(message);
        }
    }

    /**
     * Reads a folder and verifies both files against their digests.
     *
     * @throws InvalidModel where the folder is incomplete, or a file is not the one its properties speak of
     */
    public static ModelFolder open(Path directory) {
        Path file = directory.resolve("model.properties");
        Properties p = new Properties();
        try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
            p.load(reader);
        } catch (IOException e) {
            throw new InvalidModel("No model in " + directory + ": model.properties cannot be read. A model folder holds model.properties,"
                    + " detector.pt and embedder.pt.");
        }
        ModelFolder model = new ModelFolder(directory, text(p, file, "id"), text(p, file, "version"), text(p, file, "precision"),
                (int) number(p, file, "input.channels"), (int) number(p, file, "embedding.size"), text(p, file, "detector.sha256"),
                text(p, file, "embedder.sha256"), (float) number(p, file, "detector.threshold"), (float) number(p, file, "match.threshold"),
                p.containsKey("match.false.match.rate") ? number(p, file, "match.false.match.rate") : FALSE_MATCH_RATE,
                text(p, file, "licence"), p.getProperty("source", ""), p.containsKey(PACKED_DETECTOR) && p.containsKey(PACKED_EMBEDDER), multiplyAdds(p, file, "detector"), multiplyAdds(p, file, "embedder"),
                proof(p, file));
        if (model.inputChannels != 1 && model.inputChannels != 3) {
            throw new InvalidModel(file + ": input.channels must be 1 (grey) or 3 (BGR), not " + model.inputChannels + ".");
        }
        if (!(model.falseMatchRate > 0 && model.falseMatchRate < 0.5)) {
            throw new InvalidModel(file + ": match.false.match.rate must be above 0 and below 0.5.");
        }
        verify(model.detector(), model.detectorSha256);
        verify(model.embedder(), model.embedderSha256);
        if (model.hasPacked) {
            verify(model.packedDetector(), text(p, file, PACKED_DETECTOR));
            verify(model.packedEmbedder(), text(p, file, PACKED_EMBEDDER));
        }
        return model;
    }

    /** The detector's graph. */
    public Path detector() {
        return directory.resolve("detector.pt");
    }

    /** The embedder's graph. */
    public Path embedder() {
        return directory.resolve("embedder.pt");
    }

    /** The detector's graph with packed weights; there only where {@link #hasPacked}. */
    public Path packedDetector() {
        return directory.resolve("detector-onednn.pt");
    }

    /** The embedder's graph with packed weights; there only where {@link #hasPacked}. */
    public Path packedEmbedder() {
        return directory.resolve("embedder-onednn.pt");
    }

    /** What embeddings are tied to: {@code id-version}. */
    public String modelId() {
        return id + "-" + version;
    }

    private static Proof proof(Properties p, Path file) {
        try {
            return Proof.of(p);
        } catch (NumberFormatException e) {
            throw new InvalidModel(file + ": detector.proof and embedder.proof must be numbers, separated by commas.");
        }
    }

    private static double multiplyAdds(Properties p, Path file, String network) {
        String key = network + ".multiply.adds";
        return p.containsKey(key) ? number(p, file, key) : Double.NaN;
    }

    private static String text(Properties p, Path file, String key) {
        String value = p.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new InvalidModel(file + " has no " + key + ".");
        }
        return value.strip();
    }

    private static double number(Properties p, Path file, String key) {
        try {
            return Double.parseDouble(text(p, file, key));
        } catch (NumberFormatException e) {
            throw new InvalidModel(file + ": " + key + " must be a number, not '" + p.getProperty(key) + "'.");
        }
    }

    private static void verify(Path file, String sha256) {
        String actual;
        try (InputStream in = Files.newInputStream(file)) {
            actual = digest(in);
        } catch (IOException e) {
            throw new InvalidModel("The model file " + file + " cannot be read.");
        }
        if (!Objects.equals(actual, sha256)) {
            throw new InvalidModel("The model file " + file + " is not the one its model.properties speaks of (sha256 " + actual
                    + ", expected " + sha256 + "). Fetch the folder again; the file was not loaded.");
        }
    }

    private static String digest(InputStream in) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
