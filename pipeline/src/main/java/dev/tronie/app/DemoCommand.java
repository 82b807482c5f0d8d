package dev.tronie.app;

import dev.tronie.client.Annotator;
import dev.tronie.client.CameraPublisher;
import dev.tronie.client.EncodedFrame;
import dev.tronie.client.FrameSource;
import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.StageTimings;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything once, on this machine: a real broker, the pipeline, enrolment, a camera, recognitions. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Show the whole pipeline on this machine: start a Kafka broker, enrol people, play a camera, print who is recognised, write annotated pictures.",
            "With --bootstrap it uses that broker instead of one of its own, in topics of its own which it removes at the end.",
            "Uses pictures that come with the project unless told otherwise."})
final class DemoCommand implements Callable<Integer> {
    private static final String CAMERA = "lobby";
    private static final String GALLERY = "default";
    private static final double FOLDER_FPS = 5;
    /** Frames sent ahead of the pipeline: a recording waits for it, where a live camera would have frames skipped. */
    private static final int AHEAD = 4;
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(20);

    @Option(names = "--people", paramLabel = "DIR", description = "Whom to enrol: a folder of photos a person (default: the sample people).")
    Path people;

    @Option(names = "--frames", paramLabel = "SOURCE", description = "What the camera plays: a folder of pictures or a video (default: the sample camera).")
    String frames;

    @Option(names = "--fps", paramLabel = "N", description = "Frames a second, at most (default: the video's own, 5 for a folder).")
    Double fps;

    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.")
    String models;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "out/demo", description = "Where annotated pictures go (default: ${DEFAULT-VALUE}).")
    Path out;

    @Option(names = "--json", description = "One JSON object a line: every recognition, at the end the summary.")
    boolean json;

    @Mixin
    Settings settings;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Console console;

    @Override
    public Integer call() throws Exception {
        console = new Console(json);
        if (fps != null && !(fps > 0)) {
            throw new IllegalArgumentException("--fps must be greater than 0.");
        }
        Path samples = ModelSelection.home().resolve("samples");
        List<People.Photo> photos = People.below(people == null ? samples.resolve("people") : people);
        String source = frames == null ? samples.resolve("camera").toString() : frames;
        FrameSource.open(source).close();
        Thread hook = Shutdown.onSignal(this::closeAll);
        try {
            return run(photos, source);
        } finally {
            closeAll();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending already, and has closed everything.
            }
        }
    }

    private int run(List<People.Photo> photos, String source) throws Exception {
        Map<String, String> decided = new HashMap<>(Map.of("ops.port", "0", "frames.every", "true", "frames.lag.max.ms", "86400000"));
        BrokerProcess broker = settings.bootstrap == null ? open(new BrokerProcess(null, 0)) : null;
        if (broker != null) {
            decided.putAll(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1", "application.id", "tronie-demo", "schema.registry.url", "bundled://"));
        } else {
            // On somebody's broker under names that nobody else has.
            String name = "tronie-demo-" + Long.toString(System.currentTimeMillis(), 36);
            decided.putAll(Map.of("topics.prefix", name + ".", "application.id", name));
        }
        if (models != null) {
            decided.put("models.dir", models);
        }
        TronieConfig config = settings.config(decided);
        ModelFolder model = ModelSelection.select(config.models());
        Topics topics = Topics.of(config);

        long start = System.nanoTime();
        TopicSetup setup = new TopicSetup(config, topics);
        if (broker != null) {
            broker.start();
        } else {
            open(() -> setup.removeAllOf(config.applicationId()));
        }
        setup.create();
        console.note(String.format(Locale.ROOT, "[1/4] Kafka broker %s, topics made (%.1f s)", config.kafka().bootstrapServers(), seconds(start)));
        start = System.nanoTime();
        Pipeline pipeline = open(new Pipeline(config, model));
        pipeline.start();
        if (!pipeline.awaitReady(Duration.ofMinutes(2))) {
            throw new IllegalStateException("The pipeline did not become ready; it waits for " + pipeline.waitingFor());
        }
        console.note(String.format(Locale.ROOT, "[2/4] Pipeline ready: model %s %s (%.1f s)", model.modelId(), model.precision(), seconds(start)));
        Enrolment.Result enrolled;
        // The replies are no result of the demo.
        Console quiet = new Console(false);
        try (Uploader uploader = new Uploader(config, topics, InstantSource.system())) {
            enrolled = new Enrolment(uploader, quiet, GALLERY, false, false).run(photos);
        }
        awaitGallery(pipeline, enrolled.enrolled());
        console.note(String.format(Locale.ROOT, "[3/4] %d of %d photos of %d people enrolled", enrolled.enrolled(), photos.size(),
                photos.stream().map(People.Photo::subjectId).distinct().count()));
        console.note("[4/4] Camera " + CAMERA + " plays " + source);
        play(config, topics, pipeline, source);
        return ExitCodes.OK;
    }

    /** An enrolment is matchable a moment after its reply; the recording should not begin within that moment. */
    private static void awaitGallery(Pipeline pipeline, int faces) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (pipeline.gallery().galleries().size() < faces && System.nanoTime() < until) {
            Thread.sleep(20);
        }
    }

    private void play(TronieConfig config, Topics topics, Pipeline pipeline, String source) throws IOException, InterruptedException {
        Files.createDirectories(out);
        DemoTruth truth = Files.isDirectory(Path.of(source)) ? DemoTruth.beside(Path.of(source)) : null;
        DemoSummary summary = new DemoSummary(truth);
        Map<String, EncodedFrame> sent = new LinkedHashMap<>();
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, List<Recognition>> events = new LinkedHashMap<>();
        console.say(String.format(Locale.ROOT, "%-12s  %-12s %-28s %6s  %s", "time", "camera", "who", "cosine", "capture to event"));
        long start = System.nanoTime();
        try (Consumer<String, Recognition> reader = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), true);
                CameraPublisher camera = new CameraPublisher(config, topics, CAMERA, GALLERY, InstantSource.system());
                FrameSource frameSource = FrameSource.open(source)) {
            double pace = fps != null ? fps : frameSource.framesPerSecond() > 0 ? frameSource.framesPerSecond() : FOLDER_FPS;
            Runnable read = () -> read(reader, summary, numbers, events);
            int number = 0;
            for (EncodedFrame frame = frameSource.next(); frame != null; frame = frameSource.next()) {
                long due = start + (long) (number * 1e9 / pace);
                long patience = Math.max(due, System.nanoTime()) + STALL.toNanos();
                while (System.nanoTime() < due || camera.sent() - pipeline.metrics().framesFinished() >= AHEAD) {
                    read.run();
                    if (System.nanoTime() > patience) {
                        throw new IllegalStateException("The pipeline has not taken a frame for " + STALL.toSeconds() + " s; it waits for "
                                + (pipeline.waitingFor().isEmpty() ? "an inference worker" : pipeline.waitingFor()) + ".");
                    }
                }
                String id = camera.publish(frame.bytes());
                if (id != null) {
                    sent.put(id, frame);
                    numbers.put(id, frameNumber(frame.name(), number));
                }
                number++;
                console.progress("Frames", number, frameSource.total(), "");
                draw(sent, events, numbers, pipeline);
            }
            camera.flush();
            long until = System.nanoTime() + DRAIN.toNanos();
            while ((pipeline.metrics().framesFinished() < camera.sent() || summary.faces() < decided(pipeline)) && System.nanoTime() < until) {
                read.run();
            }
            draw(sent, events, numbers, null);
            finish(summary, camera.sent(), pipeline.metrics().framesSkipped() + camera.failed(), seconds(start));
        }
    }

    private static long decided(Pipeline pipeline) {
        return (long) pipeline.metrics().registry().find("tronie.decisions").counters().stream().mapToDouble(c -> c.count()).sum();
    }

    private static int frameNumber(String name, int fallback) {
        String digits = name.replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 9 ? fallback : Integer.parseInt(digits);
    }

    private void read(Consumer<String, Recognition> reader, DemoSummary summary, Map<String, Integer> numbers, Map<String, List<Recognition>> events) {
        for (ConsumerRecord<String, Recognition> record : reader.poll(Duration.ofMillis(5))) {
            Recognition event = record.value();
            long latencyMs = System.currentTimeMillis() - event.getCapturedAt().toEpochMilli();
            summary.add(numbers.getOrDefault(event.getFrameId(), -1), event, latencyMs);
            if (event.getAppearanceId() == null) {
                events.computeIfAbsent(event.getFrameId(), k -> new ArrayList<>()).add(event);
            }
            console.recognition(event, latencyMs);
        }
    }

    /** Draws the frames that are surely complete: all but the newest ones while the camera plays, all at the end. */
    private void draw(Map<String, EncodedFrame> sent, Map<String, List<Recognition>> events, Map<String, Integer> numbers, Pipeline playing) throws IOException {
        int keep = playing == null ? 0 : 2 * AHEAD;
        while (sent.size() > keep) {
            String id = sent.keySet().iterator().next();
            EncodedFrame frame = sent.remove(id);
            List<Recognition> faces = events.remove(id);
            if (faces != null) {
                Annotator.write(frame.bytes(), faces, out.resolve(String.format(Locale.ROOT, "%05d.jpg", numbers.get(id))));
            }
        }
    }

    private void finish(DemoSummary s, long frames, long skipped, double seconds) {
        console.object(s.json(frames, skipped));
        console.say("");
        console.say(String.format(Locale.ROOT, "Frames      %d in %.1f s, %d skipped", frames, seconds, skipped));
        console.say(String.format(Locale.ROOT, "Faces       %d: %d recognised, %d possible, %d unknown%s", s.faces(), s.matches(), s.possible(), s.unknown(),
                s.wrong() == null ? "" : ", " + s.wrong() + " named wrongly"));
        console.say("Appearances " + s.appearances());
        console.say("People      " + (s.subjects().isEmpty() ? "none of the enrolled" : String.join(", ", s.subjects())));
        console.say(s.faces() == 0 ? "Latency     -"
                : String.format(Locale.ROOT, "Latency     capture to event: p50 %d ms, p99 %d ms", s.latencyMs(0.50), s.latencyMs(0.99)));
        console.say(String.format(Locale.ROOT, "Stages      p50 of frames with faces: decode %.1f ms, detect %.1f, align %.1f, embed %.1f, match %.2f",
                s.stageMs(StageTimings::getDecodeMs), s.stageMs(StageTimings::getDetectMs), s.stageMs(StageTimings::getAlignMs),
                s.stageMs(StageTimings::getEmbedMs), s.stageMs(StageTimings::getMatchMs)));
        console.say("Pictures    " + out.toAbsolutePath().normalize());
    }

    private static double seconds(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }

    private synchronized <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Closes what was opened, the newest first; the broker outlives the pipeline. */
    private void closeAll() {
        List<AutoCloseable> toClose;
        synchronized (this) {
            toClose = new ArrayList<>(opened);
            opened.clear();
        }
        for (int i = toClose.size() - 1; i >= 0; i--) {
            try {
                toClose.get(i).close();
            } catch (Exception e) {
                console.note("While closing: " + e.getMessage());
            }
        }
    }
}
