package dev.tronie.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    private static final String TEXT = """
            # HELP tronie_frames_skipped_total Frames not looked at
            # TYPE tronie_frames_skipped_total counter
            tronie_frames_skipped_total{reason="stale"} 3.0
            tronie_frames_skipped_total{reason="with \\"quotes\\", and commas"} 1.0
            tronie_frames_processed_total 1.2E3
            tronie_gallery_age_seconds NaN
            tronie_stage_seconds_bucket{stage="decode",le="0.001"} 0
            tronie_stage_seconds_bucket{stage="decode",le="0.002"} 50
            tronie_stage_seconds_bucket{stage="decode",le="0.005"} 100
            tronie_stage_seconds_bucket{stage="decode",le="+Inf"} 100
            tronie_stage_seconds_bucket{stage="embed",le="+Inf"} 0
            """;

    @Test
    void readsValuesWithAndWithoutLabels() {
        // When
        Scrape scrape = Scrape.of(TEXT);

        // Then
        assertThat(scrape.sum("tronie_frames_processed_total")).isEqualTo(1_200);
        assertThat(scrape.sum("tronie_frames_skipped_total")).isEqualTo(4);
        assertThat(scrape.by("tronie_frames_skipped_total", "reason")).isEqualTo(Map.of("stale", 3.0, "with \\\"quotes\\\", and commas", 1.0));
        assertThat(scrape.sum("tronie_gallery_age_seconds")).isZero();
        assertThat(scrape.sum("absent")).isZero();
    }

    @Test
    void quantilesLieBetweenTheBoundsOfABucket() {
        // When
        Scrape scrape = Scrape.of(TEXT);

        // Then
        assertThat(scrape.quantile("tronie_stage_seconds", "stage", "decode", 0.5)).isCloseTo(0.002, within(1e-9));
        assertThat(scrape.quantile("tronie_stage_seconds", "stage", "decode", 0.75)).isCloseTo(0.0035, within(1e-9));
        assertThat(scrape.quantile("tronie_stage_seconds", "stage", "embed", 0.5)).isNaN();
        assertThat(scrape.quantile("absent", null, null, 0.5)).isNaN();
    }
}
