package dev.tronie.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@value #NAME} of a model folder: a calibration as data. Stateless. */
public final class CalibrationFile {
    /** The file's name. */
    public static final String NAME = "calibration.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private CalibrationFile() {
    }

    /**
     * Reads a model folder's calibration.
     *
     * @return empty where the folder has none
     * @throws IOException where there is one that cannot be used; the message says why and what to do
     */
    public static Optional<Calibration> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            List<FalseMatchCurve.Point> points = new ArrayList<>();
            json.required("strangers").forEach(p -> points.add(new FalseMatchCurve.Point(p.required("cosine").doubleValue(), p.required("rate").doubleValue())));
            JsonNode scale = json.required("similarity");
            JsonNode sample = json.required("sample");
            return Optional.of(new Calibration(json.required("model").textValue(), json.required("embedderSha256").textValue(), new FalseMatchCurve(points),
                    new SimilarityScale(scale.required("slope").doubleValue(), scale.required("intercept").doubleValue()),
                    new Calibration.Sample(sample.required("pictures").intValue(), sample.required("people").intValue(),
                            sample.required("strangerPairs").longValue(), sample.required("samePairs").longValue())));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(file + " cannot be used (" + e.getMessage() + "). Make it anew with: tronie calibrate");
        }
    }

    /**
     * Writes a model folder's calibration, replacing the one before.
     *
     * @return the file
     */
    public static Path write(Path folder, Calibration c) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("model", c.modelId()).put("embedderSha256", c.embedderSha256());
        c.strangers().points().forEach(p -> json.withArray("strangers").addObject().put("rate", p.rate()).put("cosine", p.cosine()));
        json.putObject("similarity").put("slope", c.scale().slope()).put("intercept", c.scale().intercept());
        json.putObject("sample").put("pictures", c.sample().pictures()).put("people", c.sample().people())
                .put("strangerPairs", c.sample().strangerPairs()).put("samePairs", c.sample().samePairs());
        Path file = folder.resolve(NAME);
        // Whole or not at all: a pipeline that starts meanwhile must not read half of it.
        Path whole = Files.writeString(folder.resolve(NAME + ".new"), JSON.writeValueAsString(json) + "\n");
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }
}
