package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.match.CalibrationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real pictures of real people, which lie beside the project and not in it: skipped where they are absent. */
class ReferenceModelsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @BeforeEach
    void needsTheSharedPictures() {
        assumeTrue(Files.isDirectory(SamplePictures.shared().resolve("faces")), "no pictures beside the project");
    }

    @ParameterizedTest(name = "{0} verifies at least {1}")
    @CsvSource({"reference-fp32,0.985,0.97", "nano-fp32,0.955,0.88"})
    void verifiesStrangersAndAcquaintances(String model, double accuracy, double tar) throws IOException {
        // Given
        Path shared = SamplePictures.shared();

        // When
        JsonNode result;
        try (TronieProcess evaluate = TronieProcess.start("evaluate", "--json", "--pairs", shared.resolve("faces/verification/pairs.tsv").toString(),
                "--images", shared.resolve("faces/verification/images").toString(), "--models", shared.resolve("models/" + model).toString(),
                "--roc", directory.resolve("roc.svg").toString())) {
            assertThat(evaluate.awaitExit(Duration.ofMinutes(3))).isZero();
            result = JSON.readTree(evaluate.stdout());
        }

        // Then
        assertThat(result.get("accuracy").asDouble()).isGreaterThanOrEqualTo(accuracy);
        assertThat(result.get("tarAtFar").get("0.01").asDouble()).isGreaterThanOrEqualTo(tar);
        assertThat(result.get("skipped").asInt()).isLessThanOrEqualTo(3);
        assertThat(directory.resolve("roc.svg")).content().contains("<polyline");
    }

    @ParameterizedTest(name = "{0} misses at most {1} of those enrolled among 50, with the threshold in force")
    @CsvSource({"reference-fp32,0.05", "nano-fp32,0.40"})
    void holdsTheRateOfStrangersNamedWhateverTheGallerysSize(String model, double missed) throws IOException {
        // Given
        Path shared = SamplePictures.shared();

        // When
        JsonNode result = json("evaluate", "--open-set", "--people", shared.resolve("faces/verification/images").toString(), "--models",
                (model.startsWith("nano") ? SamplePictures.basedir().resolve("models") : shared.resolve("models")).resolve(model).toString(),
                "--roc", directory.resolve("open-set.svg").toString());

        // Then
        assertThat(result.get("sizes")).hasSizeGreaterThan(4).allSatisfy(size -> assertThat(size.at("/inForce/fpir").asDouble()).isBetween(0.002, 0.02));
        JsonNode fifty = java.util.stream.StreamSupport.stream(result.get("sizes").spliterator(), false).filter(s -> s.get("enrolled").asInt() == 50).findFirst().orElseThrow();
        assertThat(fifty.at("/inForce/fnir").asDouble()).isLessThanOrEqualTo(missed);
        assertThat(directory.resolve("open-set.svg")).content().contains("<polyline");
    }

    @Test
    void theBundledCalibrationIsWhatCalibrateMeasures() throws IOException {
        // Given
        Path model = SamplePictures.basedir().resolve("models/nano-fp32");
        double stored = CalibrationFile.read(model).orElseThrow().strangers().cosineAt(1e-3);

        // When
        JsonNode result = json("calibrate", "--dry-run", "--people", SamplePictures.shared().resolve("faces/verification/images").toString(), "--models", model.toString());

        // Then
        JsonNode thousandth = java.util.stream.StreamSupport.stream(result.get("rates").spliterator(), false).filter(r -> r.get("rate").asDouble() == 1e-3).findFirst().orElseThrow();
        assertThat(thousandth.get("cosine").asDouble()).isCloseTo(stored, within(0.005));
        assertThat(thousandth.get("onPeopleNotUsed").asDouble()).isBetween(0.0005, 0.002);
    }

    private static JsonNode json(String... arguments) throws IOException {
        List<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.add("--json");
        try (TronieProcess command = TronieProcess.start(all.toArray(String[]::new))) {
            assertThat(command.awaitExit(Duration.ofMinutes(3))).as(command.stderr()).isZero();
            return JSON.readTree(command.stdout());
        }
    }

    @Test
    void findsTheFacesOfAStreetAndNamesNobody() throws IOException {
        // Given
        Path shared = SamplePictures.shared();

        // When
        JsonNode summary;
        try (TronieProcess demo = TronieProcess.start("demo", "--json", "--people", shared.resolve("faces/people").toString(),
                "--frames", shared.resolve("faces/video/walk.mp4").toString(), "--models", shared.resolve("models/reference-fp32").toString(),
                "--out", directory.toString())) {
            assertThat(demo.awaitExit(Duration.ofMinutes(3))).isZero();
            // One of them is turned too far to make a template, and says so.
            assertThat(demo.stderr()).contains("340 of 341 photos of 60 people enrolled").contains("pose 61 degrees of at most 60");
            List<String> lines = demo.stdout().lines().toList();
            summary = JSON.readTree(lines.get(lines.size() - 1)).get("summary");
        }

        // Then
        assertThat(summary.get("frames").asInt()).isEqualTo(105);
        assertThat(summary.get("skipped").asInt()).isZero();
        assertThat(summary.get("faces").asInt()).isGreaterThan(450);
        assertThat(summary.get("matches").asInt()).isZero();
    }
}
