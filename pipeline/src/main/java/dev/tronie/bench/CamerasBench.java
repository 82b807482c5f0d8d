package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Cameras: what embedding only when it can change the answer saves, the stream beside the same stages in a bare loop, how many cameras
 * this machine carries, and how soon an appearance is told of. Broker and pipelines are processes of their own. Used by one thread.
 */
public final class CamerasBench {
    private static final int ROUNDS = 9;
    private static final int WARM_ROUNDS = 24;
    private static final int CAMERAS = 12;
    private static final double FPS = 5;
    private static final int LIVE_CAMERAS_MAX = 200;
    /** Frames that may be lost before a machine counts as overloaded. */
    private static final double SKIPPED_MAX = 0.002;
    private static final String GALLERY = "bench";
    private static final String PROCESSED = "tronie_frames_processed_total ([0-9.E+]+)";
    /** Health costs the pipeline nothing; all its metrics would. */
    private static final String FINISHED = "\"framesFinished\":([0-9]+)";
    private static final String EMBEDDED = "tronie_faces_embedded_total ([0-9.E+]+)";
    private static final String FACES = "tronie_faces_total ([0-9.E+]+)";

    private final ModelFolder model;
    private final List<byte[]> frames;
    private final int faces;
    private final int framesEach;
    private final BareLoop bare;
    private final BenchReport report;

    /**
     * A benchmark.
     *
     * @param model      what the pipelines load
     * @param frames     a recording of 1280 x 720, JPEG
     * @param faces      enrolled faces
     * @param framesEach frames a camera in each of the rounds
     * @param bare       the same stages without the stream
     */
    public CamerasBench(ModelFolder model, List<byte[]> frames, int faces, int framesEach, BareLoop bare, BenchReport report) {
        this.model = model;
        this.frames = frames;
        this.faces = faces;
        this.framesEach = framesEach;
        this.bare = bare;
        this.report = report;
    }

    /** Runs all of it; takes some minutes. */
    public void run() throws IOException, InterruptedException {
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            report.step("Starting a broker");
            broker.start();
            report.line(String.format(Locale.ROOT, "%d faces enrolled, %d cameras of 1280 x 720, model %s %s, %d processors, Java %s", faces, CAMERAS, model.modelId(),
                    model.precision(), Runtime.getRuntime().availableProcessors(), System.getProperty("java.version")));
            throughput(broker);
            live(broker);
        }
    }

    private TronieConfig config(BrokerProcess broker, String prefix) {
        // As many partitions as cameras, so that stream threads have as many cameras each as the loop's.
        TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1", "topics.prefix", prefix,
                "topics.partitions", Integer.toString(CAMERAS), "models.dir", model.directory().toString()));
        Topics topics = Topics.of(config);
        new TopicSetup(config, topics).create();
        SyntheticGallery.write(config, topics, GALLERY, faces, model.modelId(), model.embeddingSize(), done -> report.progress("Writing faces", done, faces));
        return config;
    }

    private Child pipeline(TronieConfig config, String... settings) throws IOException, InterruptedException {
        List<String> run = new ArrayList<>(List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D", "models.dir=" + model.directory(), "-D",
                "topics.prefix=" + config.topics().prefix(), "-D", "application.id=" + config.topics().prefix() + "app"));
        for (String setting : settings) {
            run.addAll(List.of("-D", setting));
        }
        return Child.tronie("ops.port", run).awaitReady();
    }

    /** All cores busy: gated, every face embedded, and the bare loop, in turns. */
    private void throughput(BrokerProcess broker) throws IOException, InterruptedException {
        report.step("Starting two pipelines: one embeds what can change the answer, one every face");
        TronieConfig gated = config(broker, "gated.");
        TronieConfig every = config(broker, "every.");
        String[] past = {"frames.max.age.ms=864000000", "frames.lag.max.ms=864000000", "cameras.stale.ms=86400000"};
        try (Child gatedPipeline = pipeline(gated, past); Child everyPipeline = pipeline(every, past[0], past[1], past[2], "frames.every=true");
                Producer<String, Frame> gatedProducer = producer(gated); Producer<String, Frame> everyProducer = producer(every)) {
            Fleet gatedFleet = new Fleet(gatedProducer, Topics.of(gated), frames, GALLERY, FPS);
            Fleet everyFleet = new Fleet(everyProducer, Topics.of(every), frames, GALLERY, FPS);
            Speed[] speeds = {new Speed(), new Speed(), new Speed()};
            // The first rounds warm all three and do not count: the compilers work beside them.
            for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
                report.progress("Rounds", round + WARM_ROUNDS, ROUNDS + WARM_ROUNDS);
                Speed.Round bareRound = bare.run(frames, CAMERAS, framesEach, FPS);
                Speed.Round gatedRound = round(gatedPipeline, gatedFleet);
                Speed.Round everyRound = round(everyPipeline, everyFleet);
                if (round >= 0) {
                    speeds[0].add(bareRound);
                    speeds[1].add(gatedRound);
                    speeds[2].add(everyRound);
                }
            }
            report.progress("Rounds", ROUNDS + WARM_ROUNDS, ROUNDS + WARM_ROUNDS);
            tell("bare loop, gated", speeds[0], null);
            tell("stream, gated", speeds[1], speeds[0]);
            tell("stream, every face", speeds[2], speeds[1]);
            report.line(String.format(Locale.ROOT, "%nembedded faces          gated %.3f of those found (%.0f of %.0f), else all", speeds[1].embedded / speeds[1].faces,
                    speeds[1].embedded, speeds[1].faces));
            appearances(gated, speeds[1]);
        }
    }

    private Speed.Round round(Child pipeline, Fleet fleet) throws IOException, InterruptedException {
        double before = pipeline.number("/health/ready", FINISHED);
        double embedded = pipeline.number("/metrics", EMBEDDED);
        double found = pipeline.number("/metrics", FACES);
        int sent = fleet.dump(CAMERAS, framesEach);
        double atStart = pipeline.number("/health/ready", FINISHED);
        long start = System.nanoTime();
        double cpu = pipeline.cpuSeconds();
        double now = atStart;
        // The last frames do not keep all threads busy; what counts is how long nine tenths of the rest take.
        double until = before + sent - (before + sent - atStart) * 0.1;
        while (now < until) {
            TimeUnit.MILLISECONDS.sleep(untilAskedAgainMs(now - atStart, until - now, System.nanoTime() - start));
            now = pipeline.number("/health/ready", FINISHED);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = pipeline.cpuSeconds() - cpu;
        Speed.Round measured = new Speed.Round((now - atStart) / seconds, 1e3 * cpuSeconds / (now - atStart), 0, 0);
        while (pipeline.number("/health/ready", FINISHED) < before + sent) {
            TimeUnit.MILLISECONDS.sleep(25);
        }
        return new Speed.Round(measured.framesPerSecond(), measured.cpuMs(), pipeline.number("/metrics", EMBEDDED) - embedded, pipeline.number("/metrics", FACES) - found);
    }

    /** Asking takes processor time from what is measured: seldom at first, often towards the end. */
    private static long untilAskedAgainMs(double done, double left, long nanos) {
        double leftMs = done <= 0 ? 0 : left / done * nanos / 1e6;
        return Math.min(400, Math.max(10, (long) (leftMs / 2)));
    }

    private void appearances(TronieConfig config, Speed gated) {
        Topics topics = Topics.of(config);
        Set<String> ids = new HashSet<>();
        int[] events = {0};
        try (Consumer<String, Recognition> log = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), true)) {
            Map<org.apache.kafka.common.TopicPartition, Long> end = log.endOffsets(log.assignment());
            while (end.entrySet().stream().anyMatch(e -> log.position(e.getKey()) < e.getValue())) {
                log.poll(Duration.ofMillis(100)).forEach(record -> {
                    ids.add(record.value().getAppearanceId());
                    events[0]++;
                });
            }
        }
        // The warm-up's events are in the log too.
        double rounds = ROUNDS / (double) (ROUNDS + WARM_ROUNDS);
        report.line(String.format(Locale.ROOT, "appearances             %d, %.2f events each (OPENED, UPDATED, CLOSED); %.1f embeddings each", ids.size(),
                events[0] / (double) ids.size(), gated.embedded / (ids.size() * rounds)));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "appearances").put("appearances", ids.size()).put("events", events[0])
                .put("eventsPerAppearance", events[0] / (double) ids.size()).put("embeddingsPerAppearance", gated.embedded / (ids.size() * rounds)));
    }

    /** At the cameras' own pace: how many are carried without a skip, and how soon an appearance is told of. */
    private void live(BrokerProcess broker) throws IOException, InterruptedException {
        report.step("Starting a pipeline for live cameras");
        TronieConfig config = config(broker, "live.");
        Topics topics = Topics.of(config);
        try (Child pipeline = pipeline(config); Producer<String, Frame> producer = producer(config);
                Consumer<String, Recognition> events = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), false)) {
            Fleet fleet = new Fleet(producer, topics, frames, GALLERY, FPS);
            fleet.play(CAMERAS, 8, () -> { });
            int carried = 0;
            int step = 8;
            for (int cameras = step; step >= 1 && cameras <= LIVE_CAMERAS_MAX;) {
                double share = skipped(pipeline, fleet, cameras);
                report.step(String.format(Locale.ROOT, "%d cameras: %.2f %% of the frames skipped", cameras, 100 * share));
                if (share <= SKIPPED_MAX) {
                    carried = cameras;
                    cameras += step;
                } else {
                    step /= 2;
                    cameras = carried + step;
                }
                if (step == 1) {
                    break;
                }
            }
            report.line(String.format(Locale.ROOT, "%ncameras carried         %d of 1280 x 720 at %.0f frames/s before frames are skipped", carried, FPS));
            report.row(JsonNodeFactory.instance.objectNode().put("measure", "camerasCarried").put("cameras", carried).put("framesPerSecond", FPS));
            latency(fleet, events, Math.max(1, carried / 2));
        }
    }

    private double skipped(Child pipeline, Fleet fleet, int cameras) throws IOException, InterruptedException {
        fleet.play(cameras, 2, () -> { });
        double before = pipeline.number("/metrics", PROCESSED);
        int sent = fleet.play(cameras, 8, () -> { });
        TimeUnit.MILLISECONDS.sleep(800);
        return Math.max(0, 1 - (pipeline.number("/metrics", PROCESSED) - before) / sent);
    }

    private void latency(Fleet fleet, Consumer<String, Recognition> events, int cameras) throws IOException, InterruptedException {
        List<Double> fromFrame = new ArrayList<>();
        List<Double> fromFirst = new ArrayList<>();
        events.seekToEnd(events.assignment());
        events.poll(Duration.ofMillis(50));
        // The recording's length twice over, so that everybody comes at least once.
        fleet.play(cameras, 2 * frames.size() / FPS, () -> events.poll(Duration.ZERO).forEach(record -> {
            if (record.value().getKind() == EventKind.OPENED) {
                double now = System.currentTimeMillis();
                fromFrame.add(now - record.value().getCapturedAt().toEpochMilli());
                fromFirst.add(now - record.value().getAppearance().getFirstSeenAt().toEpochMilli());
            }
        }));
        double[] deciding = fromFrame.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double[] first = fromFirst.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (deciding.length == 0) {
            throw new IOException("No appearance was opened.");
        }
        report.line(String.format(Locale.ROOT, "capture to OPENED       %d cameras: from the deciding frame p50 %.0f ms, p99 %.0f ms; from the first frame p50 %.0f ms, p99 %.0f ms (%d appearances)",
                cameras, quantile(deciding, 0.5), quantile(deciding, 0.99), quantile(first, 0.5), quantile(first, 0.99), deciding.length));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "captureToOpened").put("cameras", cameras).put("p50Ms", quantile(deciding, 0.5))
                .put("p99Ms", quantile(deciding, 0.99)).put("firstP50Ms", quantile(first, 0.5)).put("firstP99Ms", quantile(first, 0.99)));
    }

    private static double quantile(double[] sorted, double q) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    }

    private void tell(String what, Speed speed, Speed peer) {
        double[] fps = speed.sortedFps();
        report.line(String.format(Locale.ROOT, "%-22s  %6.1f frames/s (%.1f-%.1f)   %5.1f ms of processor a frame%s", what, ApiBench.median(fps), fps[0], fps[fps.length - 1],
                speed.medianCpuMs(), peer == null ? "" : ratio(speed.ratios(peer))));
        report.bar(new BarPicture.Bar("frames/s of " + CAMERAS + " cameras of 1280 x 720", what, ApiBench.median(fps), fps[0], fps[fps.length - 1], peer != null));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", what).put("framesPerSecond", ApiBench.median(fps)).put("cpuMsPerFrame", speed.medianCpuMs())
                .put("ratio", peer == null ? 1 : ApiBench.median(speed.ratios(peer))));
    }

    private static String ratio(double[] ratios) {
        return String.format(Locale.ROOT, "   %.2f x (%.2f-%.2f)", ApiBench.median(ratios), ratios[0], ratios[ratios.length - 1]);
    }

    private static Producer<String, Frame> producer(TronieConfig config) {
        Topics topics = Topics.of(config);
        return KafkaClients.producer(config, topics, topics.frames(), 60_000);
    }

    /** The rounds of one contender. */
    private static final class Speed {
        /** One round. */
        record Round(double framesPerSecond, double cpuMs, double embedded, double faces) {
        }

        private final List<Round> rounds = new ArrayList<>();
        private double embedded;
        private double faces;

        void add(Round round) {
            rounds.add(round);
            embedded += round.embedded();
            faces += round.faces();
        }

        double[] sortedFps() {
            return rounds.stream().mapToDouble(Round::framesPerSecond).sorted().toArray();
        }

        /** Round by round, sorted: neighbours in time meet the same machine, which others may be using too. */
        double[] ratios(Speed peer) {
            return IntStream.range(0, rounds.size()).mapToDouble(i -> rounds.get(i).framesPerSecond() / peer.rounds.get(i).framesPerSecond()).sorted().toArray();
        }

        double medianCpuMs() {
            double[] sorted = rounds.stream().mapToDouble(Round::cpuMs).toArray();
            Arrays.sort(sorted);
            return ApiBench.median(sorted);
        }
    }

    /** The same stages without a stream. */
    public interface BareLoop {
        /** Frames a second and processor milliseconds a frame of one round, told as a pair. */
        double[] measure(List<byte[]> frames, int cameras, int framesEach, double fps) throws InterruptedException;

        private Speed.Round run(List<byte[]> frames, int cameras, int framesEach, double fps) throws InterruptedException {
            double[] measured = measure(frames, cameras, framesEach, fps);
            return new Speed.Round(measured[0], measured[1], 0, 0);
        }
    }
}
