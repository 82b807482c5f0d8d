package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.client.Requests;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.Recognize;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The face API under load: from upload to reply over the topics and over HTTP under both processing guarantees, the gallery's load at
 * start beside Kafka's own consumer benchmark, and how soon an enrolment and a removal reach two instances. Broker, pipeline and
 * gateway are processes of their own on this machine. Used by one thread.
 */
public final class ApiBench {
    private static final String GALLERY = "bench";
    private static final String KNOWN = "known";
    private static final int AT_A_TIME = 8;
    private static final int ROUNDS = 5;
    private static final double WARM_SECONDS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ModelFolder model;
    private final List<byte[]> photos;
    private final int faces;
    private final double roundSeconds;
    private final BenchReport report;

    /**
     * A benchmark.
     *
     * @param model        what the pipeline will load
     * @param photos       portraits to be recognised, at least two
     * @param faces        enrolled faces besides
     * @param roundSeconds length of each of the five rounds of every measurement
     */
    public ApiBench(ModelFolder model, List<byte[]> photos, int faces, double roundSeconds, BenchReport report) {
        this.model = model;
        this.photos = photos;
        this.faces = faces;
        this.roundSeconds = roundSeconds;
        this.report = report;
    }

    /** Runs all of it; takes some minutes. */
    public void run() throws IOException, InterruptedException {
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            report.step("Starting a broker");
            broker.start();
            TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1",
                    "models.dir", model.directory().toString()));
            Topics topics = Topics.of(config);
            new TopicSetup(config, topics).create();
            SyntheticGallery.write(config, topics, GALLERY, faces, model.modelId(), model.embeddingSize(), done -> report.progress("Writing faces", done, faces));
            report.line(String.format(Locale.ROOT, "%d faces enrolled, model %s %s, %d processors, Java %s", faces, model.modelId(), model.precision(),
                    Runtime.getRuntime().availableProcessors(), System.getProperty("java.version")));
            new GalleryLoadBench(config, topics, faces, report).run(ROUNDS);
            try (Requests requests = new Requests(config, topics, InstantSource.system())) {
                requests.awaitConnected(PATIENCE);
                latencies(config, requests, "at_least_once", List.of());
                latencies(config, requests, "exactly_once_v2", List.of("-D", "processing.guarantee=exactly_once_v2", "-D", "processing.commit.interval.ms=50"));
                new SpreadBench(config, topics, requests, photos.get(1), GALLERY, report).run();
            }
        }
    }

    private void latencies(TronieConfig config, Requests requests, String guarantee, List<String> options) throws IOException, InterruptedException {
        report.step("Starting pipeline and gateway, " + guarantee);
        List<String> run = new ArrayList<>(List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D", "models.dir=" + model.directory()));
        run.addAll(options);
        try (Child pipeline = Child.tronie("ops.port", run).awaitReady();
                Child gateway = Child.tronie("gateway.port", List.of("gateway", "--bootstrap", config.kafka().bootstrapServers())).awaitReady()) {
            requests.ask(null, Enroll.newBuilder().setGallery(GALLERY).setSubjectId(KNOWN).build(), photos.get(0)).reply().join();
            Door topicDoor = photo -> requests.ask(null, Recognize.newBuilder().setGallery(GALLERY).build(), photo).reply().thenApply(reply -> reply.getError() == null);
            HttpDoor httpDoor = new HttpDoor(gateway.port(), GALLERY);
            Load.capacity(topicDoor, photos, AT_A_TIME, WARM_SECONDS);
            Load.capacity(httpDoor, photos, AT_A_TIME, WARM_SECONDS / 2);
            double capacity = Load.capacity(topicDoor, photos, AT_A_TIME, roundSeconds);
            report.line(String.format(Locale.ROOT, "%n%s: %.1f photos/s at most with %d always waiting; measured at half of it", guarantee, capacity, AT_A_TIME));
            List<Latencies> topicRounds = new ArrayList<>();
            List<Latencies> httpRounds = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                report.progress("Rounds", round, ROUNDS);
                topicRounds.add(Load.paced(topicDoor, photos, capacity / 2, roundSeconds));
                httpRounds.add(Load.paced(httpDoor, photos, capacity / 2, roundSeconds));
            }
            report.progress("Rounds", ROUNDS, ROUNDS);
            double[] byTopic = tell(guarantee, "topics", capacity, topicRounds);
            double[] byHttp = tell(guarantee, "http", capacity, httpRounds);
            report.line(String.format(Locale.ROOT, "  http over topics       p50 %+6.1f ms   p99 %+6.1f ms", byHttp[0] - byTopic[0], byHttp[1] - byTopic[1]));
            report.line(String.format(Locale.ROOT, "  resident memory        pipeline %.0f MB", pipeline.number("/metrics", "process_resident_memory_bytes ([0-9.E+]+)") / 1e6));
        }
    }

    /** Medians over the rounds, with the spread. */
    private double[] tell(String guarantee, String door, double capacity, List<Latencies> rounds) {
        double[] p50 = rounds.stream().mapToDouble(r -> r.quantile(0.5)).sorted().toArray();
        double[] p99 = rounds.stream().mapToDouble(r -> r.quantile(0.99)).sorted().toArray();
        int requests = rounds.stream().mapToInt(r -> r.sortedMs().length).sum();
        int failed = rounds.stream().mapToInt(Latencies::failed).sum();
        report.line(String.format(Locale.ROOT, "  upload to reply, %-6s p50 %6.1f ms (%.1f-%.1f)   p99 %6.1f ms (%.1f-%.1f)   %d requests, %d failed", door,
                median(p50), p50[0], p50[p50.length - 1], median(p99), p99[0], p99[p99.length - 1], requests, failed));
        report.bar(new BarPicture.Bar("upload to reply at half load, p50, ms", guarantee + ", " + door, median(p50), p50[0], p50[p50.length - 1], true));
        report.bar(new BarPicture.Bar("upload to reply at half load, p99, ms", guarantee + ", " + door, median(p99), p99[0], p99[p99.length - 1], true));
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("measure", "uploadToReply").put("door", door).put("guarantee", guarantee).put("faces", faces)
                .put("capacityPerSecond", capacity).put("p50Ms", median(p50)).put("p99Ms", median(p99)).put("requests", requests).put("failed", failed);
        Arrays.stream(p50).forEach(row.putArray("roundsP50Ms")::add);
        Arrays.stream(p99).forEach(row.putArray("roundsP99Ms")::add);
        report.row(row);
        return new double[] {median(p50), median(p99)};
    }

    static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}
