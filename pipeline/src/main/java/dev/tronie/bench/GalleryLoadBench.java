package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How fast a starting instance takes in the gallery's log, beside kafka-consumer-perf-test on the same topic, taking turns. */
final class GalleryLoadBench {
    /** Columns of what the tool prints. */
    private static final int MEGABYTES = 2;
    private static final int MESSAGES = 4;
    private static final int FETCH_MB_PER_SECOND = 8;

    private final TronieConfig config;
    private final Topics topics;
    private final int faces;
    private final BenchReport report;

    GalleryLoadBench(TronieConfig config, Topics topics, int faces, BenchReport report) {
        this.config = config;
        this.faces = faces;
        this.topics = topics;
        this.report = report;
    }

    void run(int rounds) throws IOException, InterruptedException {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double megabytes = 0;
        long records = 0;
        for (int round = 0; round < rounds; round++) {
            report.progress("Gallery loads", round, rounds);
            String[] tool = perfTest(faces);
            megabytes = Double.parseDouble(tool[MEGABYTES]);
            records = Long.parseLong(tool[MESSAGES]);
            theirs[round] = Double.parseDouble(tool[FETCH_MB_PER_SECOND]);
            try (Child pipeline = Child.tronie("ops.port", List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D",
                    "models.dir=" + config.models().directory())).awaitReady()) {
                ours[round] = megabytes / pipeline.number("/metrics", "tronie_gallery_load_seconds ([0-9.E-]+)");
            }
        }
        report.progress("Gallery loads", rounds, rounds);
        Arrays.sort(ours);
        Arrays.sort(theirs);
        double ratio = ApiBench.median(ours) / ApiBench.median(theirs);
        report.line(String.format(Locale.ROOT, "%ngallery load at start     %.1f MB, %d records: %.1f MB/s (%.1f-%.1f); kafka-consumer-perf-test %.1f MB/s (%.1f-%.1f): %.2f x",
                megabytes, records, ApiBench.median(ours), ours[0], ours[rounds - 1], ApiBench.median(theirs), theirs[0], theirs[rounds - 1], ratio));
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("measure", "galleryLoad").put("megabytes", megabytes).put("records", records)
                .put("megabytesPerSecond", ApiBench.median(ours)).put("consumerPerfTestMegabytesPerSecond", ApiBench.median(theirs)).put("ratio", ratio);
        report.row(row);
    }

    /** The tool's line of figures. */
    private String[] perfTest(long messages) throws IOException, InterruptedException {
        String printed = Child.output("org.apache.kafka.tools.ConsumerPerformance", List.of("--bootstrap-server", config.kafka().bootstrapServers(),
                "--topic", topics.galleryFaces().name(), "--num-records", Long.toString(messages), "--timeout", "3000", "--hide-header"));
        return printed.lines().filter(line -> line.matches("\\d{4}-\\d\\d-\\d\\d .*")).reduce((a, b) -> b)
                .orElseThrow(() -> new IOException("kafka-consumer-perf-test printed no figures: " + printed)).split(",\\s*");
    }
}
