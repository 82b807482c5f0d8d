package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.Frame;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;

/**
 * A pipeline's start with an enrolled gallery, from the command to «ready», and what memory it then holds: at once, and after cameras have
 * kept it busy. Used by one thread.
 */
public final class StartBench {
    private static final int ROUNDS = 5;
    private static final int CAMERAS = 10;
    private static final double FPS = 5;
    private static final double BUSY_SECONDS = 30;
    private static final String GALLERY = "bench";

    private final ModelFolder model;
    private final List<byte[]> frames;
    private final int faces;
    private final BenchReport report;

    /**
     * A benchmark.
     *
     * @param frames a recording, JPEG
     * @param faces  in the gallery's log
     */
    public StartBench(ModelFolder model, List<byte[]> frames, int faces, BenchReport report) {
        this.model = model;
        this.frames = frames;
        this.faces = faces;
        this.report = report;
    }

    /** Runs. */
    public void run() throws IOException, InterruptedException {
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            report.step("Starting a broker");
            broker.start();
            TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1", "models.dir",
                    model.directory().toString()));
            Topics topics = Topics.of(config);
            new TopicSetup(config, topics).create();
            SyntheticGallery.write(config, topics, GALLERY, faces, model.modelId(), model.embeddingSize(), done -> report.progress("Writing faces", done, faces));
            double[] seconds = new double[ROUNDS];
            double[] readyMb = new double[ROUNDS];
            double busyMb = 0;
            for (int round = 0; round < ROUNDS; round++) {
                report.progress("Starts", round, ROUNDS);
                long start = System.nanoTime();
                // The memory that the launcher grants, and its collector.
                try (Child pipeline = Child.tronie("ops.port", List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D", "models.dir=" + model.directory()),
                        List.of("-XX:+UseG1GC", "-Xmx1g")).awaitReady()) {
                    seconds[round] = (System.nanoTime() - start) / 1e9;
                    readyMb[round] = pipeline.residentBytes() / 1e6;
                    if (round == ROUNDS - 1) {
                        busyMb = busy(pipeline, config, topics);
                    }
                }
            }
            report.progress("Starts", ROUNDS, ROUNDS);
            tell(seconds, readyMb, busyMb);
        }
    }

    private double busy(Child pipeline, TronieConfig config, Topics topics) throws IOException, InterruptedException {
        report.step(String.format(Locale.ROOT, "%d cameras for %.0f seconds", CAMERAS, BUSY_SECONDS));
        double[] mostMb = {0};
        long[] next = {System.nanoTime()};
        try (Producer<String, Frame> producer = KafkaClients.producer(config, topics, topics.frames(), 60_000)) {
            new Fleet(producer, topics, frames, GALLERY, FPS).play(CAMERAS, BUSY_SECONDS, () -> {
                if (System.nanoTime() >= next[0]) {
                    next[0] += 1_000_000_000;
                    mostMb[0] = Math.max(mostMb[0], pipeline.residentBytes() / 1e6);
                }
            });
        }
        return mostMb[0];
    }

    private void tell(double[] seconds, double[] readyMb, double busyMb) {
        Arrays.sort(seconds);
        Arrays.sort(readyMb);
        report.line(String.format(Locale.ROOT, "%,d faces in the log, model %s %s, %d processors, Java %s", faces, model.modelId(), model.precision(),
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version")));
        report.line(String.format(Locale.ROOT, "start to ready    %.1f s (%.1f-%.1f)", ApiBench.median(seconds), seconds[0], seconds[ROUNDS - 1]));
        report.line(String.format(Locale.ROOT, "resident memory   %.0f MB when ready, at most %.0f MB with %d cameras at %.0f frames/s", ApiBench.median(readyMb), busyMb, CAMERAS,
                FPS));
        report.bar(new BarPicture.Bar(String.format(Locale.ROOT, "start to ready with %,d faces, s", faces), "tronie run", ApiBench.median(seconds), seconds[0],
                seconds[ROUNDS - 1], true));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "start").put("faces", faces).put("seconds", ApiBench.median(seconds)).put("leastSeconds", seconds[0])
                .put("mostSeconds", seconds[ROUNDS - 1]).put("readyMb", ApiBench.median(readyMb)).put("busyMb", busyMb));
    }
}
