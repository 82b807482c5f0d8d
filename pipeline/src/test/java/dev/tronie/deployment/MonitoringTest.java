package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.MonitoredMetrics;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard; that the metrics they ask for exist is seen on a running pipeline (StreamIT). */
class MonitoringTest {
    private static final Path MONITORING = SamplePictures.basedir().resolve("monitoring");

    @Test
    void kubernetesHasTheSameAlerts() {
        // Given
        Map<String, Object> rules = Kustomization.documents(MONITORING.resolve("alerts.yml")).get(0);

        // When
        Map<String, Object> resource = Kustomization.documents(SamplePictures.basedir().resolve("../k8s/overlays/production/alerts.yaml")).get(0);

        // Then
        assertThat(map(resource.get("spec")).get("groups")).isEqualTo(rules.get("groups"));
    }

    @Test
    void everyAlertSaysWhatToDo() {
        // When
        Map<String, Object> group = map(((java.util.List<?>) Kustomization.documents(MONITORING.resolve("alerts.yml")).get(0).get("groups")).get(0));

        // Then
        assertThat((java.util.List<?>) group.get("rules")).isNotEmpty()
                .allSatisfy(rule -> assertThat(map(map(rule).get("annotations"))).containsKeys("summary", "action"));
    }

    @Test
    void everyPanelHasAPlaceOfItsOwnAndSomethingToShow() throws IOException {
        // When
        JsonNode panels = new ObjectMapper().readTree(MONITORING.resolve("grafana/tronie.json").toFile()).get("panels");

        // Then
        assertThat(panels).isNotEmpty().allSatisfy(panel -> assertThat(panel.get("targets")).isNotEmpty());
        assertThat(panels).extracting(panel -> panel.get("gridPos").get("x") + "," + panel.get("gridPos").get("y")).doesNotHaveDuplicates();
        assertThat(MonitoredMetrics.names()).contains("tronie_frames_received_total", "process_resident_memory_bytes");
    }

    /** What is asked for is among what StreamIT and ComposeIT find in a scrape. */
    @Test
    void everyPanelAndEveryAlertAsksForSomethingThatIsSeenInAScrape() throws IOException {
        // Given
        Set<String> seen = MonitoredMetrics.names();
        List<String> expressions = new ArrayList<>();
        new ObjectMapper().readTree(MONITORING.resolve("grafana/tronie.json").toFile()).get("panels").forEach(panel -> panel.get("targets").forEach(target -> expressions.add(target.get("expr").asText())));
        int panels = expressions.size();
        ((List<?>) map(((List<?>) Kustomization.documents(MONITORING.resolve("alerts.yml")).get(0).get("groups")).get(0)).get("rules")).forEach(rule -> expressions.add(map(rule).get("expr").toString()));

        // When / Then
        assertThat(panels).isGreaterThan(14);
        assertThat(expressions).hasSizeGreaterThan(panels).allSatisfy(expression -> assertThat(MonitoredMetrics.in(expression)).isNotEmpty().isSubsetOf(seen));
    }
}
