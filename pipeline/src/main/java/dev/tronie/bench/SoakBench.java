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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.producer.Producer;

/**
 * A long time with cameras: does memory grow, do threads, do open files? The heap is laid out whole at the start, so that what the process
 * grows by is native. Used by one thread.
 */
public final class SoakBench {
    private static final double FPS = 5;
    private static final String GALLERY = "bench";
    private static final double SAMPLE_SECONDS = 5;
    private static final String PROCESSED = "tronie_frames_processed_total ([0-9.E+]+)";
    /** What Java's compilers and class loader take. */
    private static final String NON_HEAP = "jvm_memory_used_bytes\\{area=\"nonheap\"[^}]*} ([0-9.E+]+)";
    private static final String TRACKS = "tronie_camera_tracks ([0-9.E+]+)";
    /** Compilers count calls, not minutes: at several times the pace, and asked for metrics often, they are done sooner. */
    private static final int WARM_PACE = 4;
    /** After that at the measured pace: batches are of other sizes, and what was compiled for many is compiled anew for few. */
    private static final double SETTLE_MINUTES = 14;
    private static final double WARM_SAMPLE_SECONDS = 0.25;

    /** What was seen of the process. */
    private record Sample(double hours, double residentMb, double javaMb, double threads, double files, double appearances) {
    }

    private final ModelFolder model;
    private final List<byte[]> frames;
    private final BenchReport report;

    /**
     * A soak.
     *
     * @param frames a recording, JPEG, which every camera plays in a loop
     */
    public SoakBench(ModelFolder model, List<byte[]> frames, BenchReport report) {
        this.model = model;
        this.frames = frames;
        this.report = report;
    }

    /**
     * Runs.
     *
     * @param warmMinutes at several times the pace, before anything is measured
     * @param minutes     that are measured
     * @return whether the slope is at most 1 MB an hour within its error, and nothing else grew
     */
    public boolean run(int cameras, double warmMinutes, double minutes) throws IOException, InterruptedException {
        try (BrokerProcess broker = new BrokerProcess(null, 0)) {
            report.step("Starting a broker and a pipeline");
            broker.start();
            TronieConfig config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1", "models.dir",
                    model.directory().toString()));
            Topics topics = Topics.of(config);
            new TopicSetup(config, topics).create();
            SyntheticGallery.write(config, topics, GALLERY, 10_000, model.modelId(), model.embeddingSize(), done -> report.progress("Writing faces", done, 10_000));
            List<String> run = List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D", "models.dir=" + model.directory());
            List<String> machine = List.of("-Xms384m", "-Xmx384m", "-XX:+AlwaysPreTouch");
            try (Child pipeline = Child.tronie("ops.port", run, machine).awaitReady(); Producer<String, Frame> producer = KafkaClients.producer(config, topics, topics.frames(), 60_000)) {
                watch(pipeline, new Fleet(producer, topics, frames, GALLERY, WARM_PACE * FPS), cameras, warmMinutes, WARM_SAMPLE_SECONDS, "Minutes of warm-up");
                watch(pipeline, new Fleet(producer, topics, frames, GALLERY, FPS), cameras, Math.min(SETTLE_MINUTES, warmMinutes), WARM_SAMPLE_SECONDS, "Minutes to settle");
                double before = pipeline.number("/metrics", PROCESSED);
                List<Sample> samples = watch(pipeline, new Fleet(producer, topics, frames, GALLERY, FPS), cameras, minutes, SAMPLE_SECONDS, "Minutes");
                double processed = pipeline.number("/metrics", PROCESSED) - before;
                return tell(samples, cameras, minutes, processed);
            }
        }
    }

    /** Plays, and looks at the process now and then. */
    private List<Sample> watch(Child pipeline, Fleet fleet, int cameras, double minutes, double everySeconds, String what) throws IOException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        long[] next = {start};
        fleet.play(cameras, minutes * 60, () -> {
            if (System.nanoTime() >= next[0]) {
                next[0] += (long) (everySeconds * 1e9);
                samples.add(new Sample((System.nanoTime() - start) / 3.6e12, pipeline.residentBytes() / 1e6,
                        pipeline.sum("/metrics", NON_HEAP) / 1e6, pipeline.threads(), pipeline.openFiles(),
                        pipeline.number("/metrics", TRACKS)));
                report.progress(what, (long) (60 * samples.get(samples.size() - 1).hours()), Math.round(minutes));
            }
        });
        report.progress(what, Math.round(minutes), Math.round(minutes));
        return samples;
    }

    private boolean tell(List<Sample> all, int cameras, double minutes, double processed) {
        Trend slope = trend(all, Sample::residentMb);
        Trend java = trend(all, Sample::javaMb);
        // What Java itself counts is subtracted sample by sample: what is left is libtorch's, OpenCV's, Kafka's and ours.
        Trend rest = trend(all, sample -> sample.residentMb() - sample.javaMb());
        Sample first = all.get(0);
        Sample last = all.get(all.size() - 1);
        double threads = all.stream().mapToDouble(Sample::threads).max().orElse(0) - first.threads();
        double files = last.files() - first.files();
        double tracks = all.stream().mapToDouble(Sample::appearances).max().orElse(0);
        boolean held = slope.slope() - 2 * slope.error() <= 1 && threads <= 2 && files <= 8;
        report.line(String.format(Locale.ROOT, "%d cameras for %.0f minutes, %.0f frames, model %s %s, Java %s", cameras, minutes, processed, model.modelId(), model.precision(),
                System.getProperty("java.version")));
        report.line(String.format(Locale.ROOT, "resident memory   %.0f MB -> %.0f MB after warm-up; slope %.1f +- %.1f MB/h", first.residentMb(), last.residentMb(),
                slope.slope(), slope.error()));
        report.line(String.format(Locale.ROOT, "of it             compiled code and classes %.1f +- %.1f MB/h, all else %.1f +- %.1f MB/h", java.slope(), java.error(), rest.slope(),
                rest.error()));
        report.line(String.format(Locale.ROOT, "threads           %.0f -> %.0f    open files %.0f -> %.0f    followed faces at most %.0f", first.threads(), last.threads(), first.files(),
                last.files(), tracks));
        report.line(held ? "held: at most 1 MB/h within the error, no growth in threads or files" : "NOT held");
        report.row(JsonNodeFactory.instance.objectNode().put("measure", "soak").put("cameras", cameras).put("minutes", minutes).put("slopeMbPerHour", slope.slope())
                .put("errorMbPerHour", slope.error()).put("codeAndClassesMbPerHour", java.slope()).put("restMbPerHour", rest.slope()).put("residentMb", last.residentMb()).put("threadsGrowth", threads).put("openFilesGrowth", files).put("held", held));
        return held;
    }

    private static Trend trend(List<Sample> samples, ToDoubleFunction<Sample> what) {
        return Trend.of(samples.stream().mapToDouble(Sample::hours).toArray(), samples.stream().mapToDouble(what).toArray(), (int) Math.max(1, 60 / SAMPLE_SECONDS));
    }
}
