package dev.tronie.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ratios to peers that a release is held to. Both sides of a ratio are measured in turns in one run, so other work on the machine moves it
 * little, and another machine moves it less than times; what is a quarter below the recorded one has become slower. Pure, but for reading the
 * recorded ratios.
 */
public final class RatioGuard {
    /** The share of a recorded ratio that must be reached. */
    public static final double SHARE_MIN = 0.75;
    private static final String RECORDED = "/bench/ratios.json";

    /**
     * A ratio as it was recorded.
     *
     * @param bench    which benchmark prints it: decode, search or cameras
     * @param row      what its row says of itself
     * @param field    the field of the ratio, times as fast
     * @param recorded the ratio
     */
    public record Expected(String bench, JsonNode row, String field, double recorded) {
        /** As people read it. */
        public String name() {
            StringBuilder name = new StringBuilder(bench);
            row.properties().forEach(entry -> name.append(' ').append(isName(entry) ? "" : entry.getKey() + " ").append(entry.getValue().asText()));
            return name.toString();
        }

        private static boolean isName(Map.Entry<String, JsonNode> entry) {
            return entry.getValue().isTextual();
        }

        private boolean isOf(JsonNode measured) {
            return row.properties().stream().allMatch(entry -> entry.getValue().equals(measured.path(entry.getKey())));
        }
    }

    /**
     * What became of a ratio.
     *
     * @param measured null where its peer was not at hand
     */
    public record Verdict(Expected expected, Double measured) {
        /** Whether it is reached, or could not be measured. */
        public boolean holds() {
            return measured == null || measured >= SHARE_MIN * expected.recorded();
        }
    }

    private RatioGuard() {
    }

    /** The recorded ratios. */
    public static List<Expected> recorded() throws IOException {
        try (InputStream file = RatioGuard.class.getResourceAsStream(RECORDED)) {
            List<Expected> all = new ArrayList<>();
            for (JsonNode entry : new ObjectMapper().readTree(file)) {
                all.add(new Expected(entry.path("bench").asText(), entry.path("row"), entry.path("field").asText(), entry.path("recorded").asDouble()));
            }
            return all;
        }
    }

    /**
     * Judges what one benchmark printed.
     *
     * @param expected its ratios
     * @param rows     its rows; where several are of one ratio, the best counts: a slower one was disturbed
     */
    public static List<Verdict> judge(List<Expected> expected, List<JsonNode> rows) {
        return expected.stream().map(e -> new Verdict(e, rows.stream().filter(e::isOf).map(row -> row.path(e.field()))
                .filter(JsonNode::isNumber).map(JsonNode::asDouble).max(Double::compare).orElse(null))).toList();
    }
}
