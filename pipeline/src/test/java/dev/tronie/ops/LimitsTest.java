package dev.tronie.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.config.ConfigKeys;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever adds a limit says here where it is seen that it was reached. */
class LimitsTest {
    private static final String REFUSED = "tronie.uploads by outcome, and tronie.frames.skipped";
    private static final String BAR = "tronie.decisions{rejected_quality}, or tronie.uploads{low_quality}";
    /** Of every limit, the meter that tells, or why none need to. */
    private static final Map<String, String> SEEN = Map.ofEntries(Map.entry("frames.max.age.ms", "tronie.frames.skipped{stale}"),
            Map.entry("frames.lag.max.ms", "tronie.frames.skipped{superseded}"), Map.entry("images.max.bytes", REFUSED), Map.entry("images.max.pixels", REFUSED),
            Map.entry("vision.faces.max", "tronie.limits.reached"), Map.entry("appearances.tracks.max", "tronie.limits.reached"),
            Map.entry("cameras.skew.max.ms", "tronie.limits.reached"), Map.entry("cameras.reorder.max.ms", "tronie.frames.skipped{out_of_order}, tronie.camera.clock.set.back"),
            Map.entry("inference.detect.batch.max", "tronie.inference.batch"), Map.entry("inference.embed.batch.max", "tronie.inference.batch"),
            Map.entry("inference.queue.max", "tronie.inference.queue"), Map.entry("match.pose.max.deg", BAR), Map.entry("enroll.pose.max.deg", BAR),
            Map.entry("gateway.requests.max", "the gateway's answers by status 503"), Map.entry("match.candidates.max", "nothing is lost: the best are given"),
            Map.entry("appearances.shots.max", "nothing is lost: the best are kept"), Map.entry("appearances.embeddings.max", "tronie.faces.embedded beside tronie.faces"),
            Map.entry("gallery.exact.faces.max", "tronie.gallery.faces: above it faces are found by sketches"),
            Map.entry("uploads.answered.max", "tronie.uploads.repeated tells what is remembered"), Map.entry("schema.registry.retry.max.ms", "a line in the log"));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void everyLimitOfTheSettingsIsSeenSomewhere() {
        // When
        Set<String> limits = ConfigKeys.DEFINITION.names().stream().filter(key -> key.contains(".max")).collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(SEEN.keySet()).containsExactlyInAnyOrderElementsOf(limits);
    }

    @Test
    void whatWasNeverReachedIsZeroAndNotMissing() {
        // When
        new PipelineMetrics(registry);

        // Then
        assertThat(tags("tronie.frames.skipped", "reason")).containsExactlyInAnyOrderElementsOf(PipelineMetrics.FRAME_SKIPS);
        assertThat(tags("tronie.limits.reached", "limit")).containsExactlyInAnyOrderElementsOf(PipelineMetrics.LIMITS);
        assertThat(ConfigKeys.DEFINITION.names()).containsAll(PipelineMetrics.LIMITS);
        assertThat(registry.get("tronie.settings.refused").counter().count()).isZero();
    }

    private Set<String> tags(String meter, String tag) {
        return registry.get(meter).meters().stream().map(Meter::getId).map(id -> id.getTag(tag)).collect(Collectors.toSet());
    }
}
