package dev.tronie.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is shipped, as the bill of materials has it, against the versions that the build's own rules ban. */
class BillOfMaterialsIT {
    private static final Pattern RULE = Pattern.compile("<exclude>([^:<]+:[^:<]+)(?::\\(,([^)]+)\\))?</exclude><!-- (CVE-\\d{4}-\\d+.*?) -->");

    /** A library below a version, or whatever its version where that is null. */
    private record Banned(String library, String below, String why) {
        boolean hits(String shipped, String version) {
            return library.equals(shipped) && (below == null || Version.parse(version).compareTo(Version.parse(below)) < 0);
        }
    }

    @Test
    void nothingIsShippedThatTheRulesBan() throws IOException {
        // Given
        List<Banned> rules = rules();
        JsonNode bill = new ObjectMapper().readTree(Path.of(System.getProperty("tronie.distribution"), "bom.json").toFile());

        // When
        List<String> found = new ArrayList<>();
        long applied = 0;
        for (JsonNode component : bill.get("components")) {
            String library = component.path("group").asText() + ":" + component.get("name").asText();
            String version = component.get("version").asText();
            applied += rules.stream().filter(rule -> rule.library().equals(library)).count();
            rules.stream().filter(rule -> rule.hits(library, version)).forEach(rule -> found.add(library + " " + version + ": " + rule.why()));
        }

        // Then: and the rules speak of what is shipped
        assertThat(found).isEmpty();
        assertThat(applied).isGreaterThanOrEqualTo(10);
    }

    @Test
    void aRuleHitsWhatIsBelowItAndNothingElse() throws IOException {
        // Given
        Banned opencv = rules().stream().filter(rule -> rule.library().equals("org.bytedeco:opencv")).findFirst().orElseThrow();

        // When / Then
        assertThat(opencv.hits("org.bytedeco:opencv", "4.10.0-1.5.11")).isTrue();
        assertThat(opencv.hits("org.bytedeco:opencv", "4.13.0-1.5.13")).isFalse();
        assertThat(opencv.hits("org.bytedeco:ffmpeg", "4.10.0")).isFalse();
    }

    private static List<Banned> rules() throws IOException {
        List<Banned> rules = new ArrayList<>();
        Matcher rule = RULE.matcher(Files.readString(SamplePictures.basedir().resolve("../pom.xml")));
        while (rule.find()) {
            rules.add(new Banned(rule.group(1), rule.group(2), rule.group(3)));
        }
        return rules;
    }
}
