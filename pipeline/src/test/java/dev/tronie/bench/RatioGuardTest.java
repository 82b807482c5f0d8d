package dev.tronie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatioGuardTest {
    private static final RatioGuard.Expected TWICE_AS_FAST =
            new RatioGuard.Expected("decode", JsonNodeFactory.instance.objectNode().put("widthPx", 1280).put("contender", "ImageIO"), "tronieIsFasterBy", 2);

    @Test
    void aRatioThatIsAQuarterLowerDoesNotHold() {
        // Given
        List<JsonNode> rows = List.of(row(1280, "ImageIO", 1.49), row(1920, "ImageIO", 5), row(1280, "djpeg", 5));

        // When
        List<RatioGuard.Verdict> verdicts = RatioGuard.judge(List.of(TWICE_AS_FAST), rows);

        // Then
        assertThat(verdicts).singleElement().returns(false, RatioGuard.Verdict::holds).returns(1.49, RatioGuard.Verdict::measured);
    }

    @Test
    void ofTwoMeasurementsTheBetterCounts() {
        // Given
        List<JsonNode> rows = List.of(row(1280, "ImageIO", 1.2), row(1280, "ImageIO", 1.6));

        // When
        List<RatioGuard.Verdict> verdicts = RatioGuard.judge(List.of(TWICE_AS_FAST), rows);

        // Then
        assertThat(verdicts).singleElement().returns(true, RatioGuard.Verdict::holds);
    }

    @Test
    void aPeerThatIsNotAtHandIsNotHeldAgainstAnybody() {
        // When
        List<RatioGuard.Verdict> verdicts = RatioGuard.judge(List.of(TWICE_AS_FAST), List.of(row(1280, "djpeg", 0.5)));

        // Then
        assertThat(verdicts).singleElement().returns(true, RatioGuard.Verdict::holds).returns(null, RatioGuard.Verdict::measured);
    }

    @Test
    void theRecordedRatiosAreOfBenchmarksThatThereAre() throws IOException {
        // When
        List<RatioGuard.Expected> recorded = RatioGuard.recorded();

        // Then
        assertThat(recorded).isNotEmpty().allSatisfy(expected -> {
            assertThat(expected.bench()).isIn("decode", "search", "cameras");
            assertThat(expected.recorded()).isPositive();
            assertThat(expected.field()).isNotEmpty();
            assertThat(expected.row().isObject()).isTrue();
        });
        assertThat(TWICE_AS_FAST.name()).isEqualTo("decode widthPx 1280 ImageIO");
    }

    private static JsonNode row(int widthPx, String contender, double ratio) {
        return JsonNodeFactory.instance.objectNode().put("measure", "decode").put("widthPx", widthPx).put("contender", contender).put("tronieIsFasterBy", ratio);
    }
}
