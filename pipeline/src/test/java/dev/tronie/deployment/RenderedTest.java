package dev.tronie.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * What each overlay comes to, written out, so that a change of the base shows in review wherever it arrives. Rewritten by
 * {@code mvn -pl pipeline -am test -Dtest=RenderedTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.write=true}.
 */
class RenderedTest {
    private static final Path GOLDEN = SamplePictures.basedir().resolve("src/test/resources/k8s");

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "gpu", "strimzi"})
    void anOverlayComesToWhatIsWrittenDown(String overlay) throws IOException {
        // Given
        Path golden = GOLDEN.resolve(overlay + ".yaml");

        // When
        String rendered = yaml(Kustomization.render(SamplePictures.basedir().resolve("../k8s/overlays").resolve(overlay)));

        // Then
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, rendered);
        }
        assertThat(golden).isRegularFile();
        assertThat(rendered).isEqualTo(Files.readString(golden));
    }

    /** Keys in their order by name, so that only what is said counts. */
    private static String yaml(List<Map<String, Object>> resources) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return "# Rendered by RenderedTest; -Dgolden.write=true writes it anew.\n" + new Yaml(options).dumpAll(resources.stream().map(RenderedTest::sorted).toList().iterator());
    }

    /** A copy, in which no part stands twice, as YAML would then refer to it. */
    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(key.toString(), sorted(item)));
            return sorted;
        }
        return value instanceof List<?> list ? new ArrayList<>(list.stream().map(RenderedTest::sorted).toList()) : value;
    }
}
