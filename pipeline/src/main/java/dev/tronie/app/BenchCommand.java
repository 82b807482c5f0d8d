package dev.tronie.app;

import dev.tronie.appearance.AppearanceRules;
import dev.tronie.bench.ApiBench;
import dev.tronie.bench.BareCamera;
import dev.tronie.bench.BareCameras;
import dev.tronie.bench.BenchReport;
import dev.tronie.bench.CamerasBench;
import dev.tronie.bench.DecodeBench;
import dev.tronie.bench.GridBench;
import dev.tronie.bench.LargeGalleryBench;
import dev.tronie.bench.NetworksBench;
import dev.tronie.bench.SearchBench;
import dev.tronie.bench.SoakBench;
import dev.tronie.bench.StartBench;
import dev.tronie.bench.SyntheticGallery;
import dev.tronie.client.EncodedFrame;
import dev.tronie.client.FrameScaler;
import dev.tronie.client.FrameSource;
import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.Galleries;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.vision.AnalysisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measurements that a reader can repeat. */
@Command(name = "bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "Measure the product on this machine.")
final class BenchCommand implements Callable<Integer> {
    private static final int RECORDING_FRAMES_MAX = 600;
    private static final int SEARCHED_FACES = 100_000;

    @Spec
    CommandSpec spec;

    @Option(names = "--check", description = "Measures what is compared with a peer (decode, search, cameras) and says whether a ratio has fallen by a quarter; a second look is"
            + " taken before that is said. For every night; takes a quarter of an hour.")
    private boolean check;

    @Option(names = "--json", description = "With --check: one JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (!check) {
            throw new CommandLine.ParameterException(spec.commandLine(), "Say what to measure: tronie bench api, cameras, decode, grid, networks, search, soak or start; or --check.");
        }
        BenchOptions options = new BenchOptions();
        return new BenchCheck(new Console(json), Map.of(
                "decode", report -> new DecodeBench(recording(null), report).run(),
                "search", report -> {
                    new SearchBench(SEARCHED_FACES, 128, report).run();
                    new SearchBench(SEARCHED_FACES, 512, report).run();
                },
                "cameras", report -> cameras(options.config(), options.model(), recording(null), 10_000, 60, report))).run();
    }

    @Command(name = "api", mixinStandardHelpOptions = true, sortOptions = false,
            description = "The face API: upload to reply over topics and HTTP at half load, the gallery's load at start, enrolments on two instances. Takes some minutes.")
    int api(@Option(names = "--faces", paramLabel = "N", defaultValue = "10000", description = "Enrolled faces (default: ${DEFAULT-VALUE}).") int faces,
            @Option(names = "--seconds", paramLabel = "N", defaultValue = "8", description = "Length of each of five rounds (default: ${DEFAULT-VALUE}).") double seconds,
            @Option(names = "--people", paramLabel = "DIR", description = "Portraits: a folder with one folder of photos a person (default: the samples).") Path people,
            @Mixin BenchOptions options) throws IOException, InterruptedException {
        BenchOutput out = options.output();
        Path folder = people == null ? ModelSelection.home().resolve("samples").resolve("people") : people;
        List<byte[]> photos = new ArrayList<>();
        for (People.Photo photo : People.below(folder)) {
            photos.add(Files.readAllBytes(photo.file()));
        }
        new ApiBench(options.model(), photos, faces, seconds, out).run();
        return out.finish("Face API");
    }

    @Command(name = "cameras", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Cameras: embedding what can change the answer against every face, the stream against a bare loop, how many cameras are carried, capture to"
                    + " OPENED. Takes some minutes.")
    int cameras(@Option(names = "--faces", paramLabel = "N", defaultValue = "10000", description = "Enrolled faces (default: ${DEFAULT-VALUE}).") int faces,
            @Option(names = "--frames", paramLabel = "N", defaultValue = "60", description = "Frames a camera in each of nine rounds (default: ${DEFAULT-VALUE}).") int framesEach,
            @Option(names = "--recording", paramLabel = "SOURCE", description = "A folder of pictures or a video (default: the sample camera).") String recording,
            @Mixin BenchOptions options) throws IOException, InterruptedException {
        BenchOutput out = options.output();
        cameras(options.config(), options.model(), recording(recording), faces, framesEach, out);
        return out.finish("Cameras");
    }

    private static void cameras(TronieConfig config, ModelFolder model, List<byte[]> frames, int faces, int framesEach, BenchReport report)
            throws IOException, InterruptedException {
        try (VisionEngine engine = new VisionEngine(config, model, (network, items, ms) -> { })) {
            Galleries galleries = new Galleries();
            SyntheticGallery.fill(galleries, "bench", faces, model.modelId(), model.embeddingSize());
            DecisionPolicy policy = DecisionSetup.policies(config.match(), model).standard();
            AppearanceRules rules = StageSetup.appearances(config, model);
            AnalysisOptions analysis = new AnalysisOptions(config.vision().facesMax(), config.vision().faceMinPx(), false, false);
            BareCameras bare = new BareCameras(() -> new BareCamera(engine.analyzer(), galleries, "bench", model.modelId(), policy, rules, analysis, false),
                    config.processing().threads());
            new CamerasBench(model, frames, faces, framesEach, bare, report).run();
        }
    }

    @Command(name = "decode", mixinStandardHelpOptions = true, sortOptions = false,
            description = "From JPEG files to the detector's pixels beside ImageIO and, where it is installed (Debian: libjpeg-turbo-progs), djpeg.")
    int decode(@Option(names = "--recording", paramLabel = "SOURCE", description = "A folder of pictures or a video (default: the sample camera).") String recording,
            @Mixin BenchOptions options) throws Exception {
        BenchOutput out = options.output();
        new DecodeBench(recording(recording), out).run();
        return out.finish("Decoding");
    }

    @Command(name = "grid", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Workers, threads inside a call and pictures in a call, each with each, for both networks: where inference.workers and the batch sizes come from.")
    int grid(@Mixin BenchOptions options) throws Exception {
        BenchOutput out = options.output();
        VisionEngine.oneThreadEach();
        new GridBench(options.model(), out).run();
        return out.finish("Workers, threads, batches");
    }

    @Command(name = "networks", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Detector and embedder in the given precisions, and beside ONNX Runtime with the same weights: its files are written by"
                    + " pipeline/models/training/export_onnx.py, its jar is fetched by Maven (see the README).")
    int networks(@Parameters(paramLabel = "DIR", description = "Model folders, the first is compared with all others (default: the bundled ones).") List<Path> folders,
            @Option(names = "--onnx", paramLabel = "DIR", description = "detector.onnx and embedder.onnx of the same weights.") Path onnx,
            @Option(names = "--onnxruntime", paramLabel = "JAR", description = "ONNX Runtime for Java.") Path jar,
            @Option(names = "--recording", paramLabel = "SOURCE", description = "A folder of pictures or a video (default: the sample camera).") String recording,
            @Mixin BenchOptions options) throws Exception {
        BenchOutput out = options.output();
        if ((onnx == null) != (jar == null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--onnx and --onnxruntime belong together.");
        }
        List<ModelFolder> models = folders == null ? options.modelOr(ModelSelection.bundled()) : folders.stream().map(ModelFolder::open).toList();
        VisionEngine.oneThreadEach();
        new NetworksBench(models, onnx == null ? null : new NetworksBench.Peer(jar, onnx), recording(recording), out).run();
        return out.finish("Networks");
    }

    @Command(name = "search", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Exact search in the gallery beside a plain loop and, where it is installed (Debian: python3-faiss), FAISS; with --sketches the search of large galleries"
                    + " beside exact search and, where it is installed (Debian: python3-hnswlib), hnswlib. A million faces of 512 numbers need TRONIE_JAVA_OPTS=-Xmx8g, and hnswlib some"
                    + " minutes to link them.")
    int search(@Option(names = "--faces", paramLabel = "N", split = ",", defaultValue = "100000", description = "Enrolled faces (default: ${DEFAULT-VALUE}).") int[] faces,
            @Option(names = "--dimensions", paramLabel = "N", split = ",", defaultValue = "128,512", description = "Numbers of an embedding (default: ${DEFAULT-VALUE}).") int[] dimensions,
            @Option(names = "--sketches", description = "Measures search by sketches, its crossover to exact search, and its recall before and after a fifth of the faces is another.")
            boolean sketches, @Mixin BenchOptions options) throws Exception {
        BenchOutput out = options.output();
        needHeap(SearchBench.heapBytes(IntStream.of(faces).max().orElse(0), IntStream.of(dimensions).max().orElse(0)));
        for (int count : faces) {
            for (int size : dimensions) {
                if (sketches) {
                    new LargeGalleryBench(count, size, out).run();
                } else {
                    new SearchBench(count, size, out).run();
                }
            }
        }
        return out.finish(sketches ? "Search by sketches" : "Exact search");
    }

    private void needHeap(long bytes) {
        if (Runtime.getRuntime().maxMemory() < bytes) {
            throw new CommandLine.ParameterException(spec.commandLine(), "So many faces need a larger heap: set TRONIE_JAVA_OPTS=-Xmx" + ((bytes >> 30) + 1) + "g.");
        }
    }

    @Command(name = "soak", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Ten cameras for half an hour: does memory grow, do threads, do open files? Warmed up for --warm-minutes, then for as long at the measured pace (14 at most).")
    int soak(@Option(names = "--minutes", paramLabel = "N", defaultValue = "30", description = "How long (default: ${DEFAULT-VALUE}).") double minutes,
            @Option(names = "--warm-minutes", paramLabel = "N", defaultValue = "12", description = "At four times the pace before that (default: ${DEFAULT-VALUE}).") double warmMinutes,
            @Option(names = "--cameras", paramLabel = "N", defaultValue = "10", description = "How many (default: ${DEFAULT-VALUE}).") int cameras,
            @Option(names = "--recording", paramLabel = "SOURCE", description = "A folder of pictures or a video (default: the sample camera).") String recording,
            @Mixin BenchOptions options) throws IOException, InterruptedException {
        return new SoakBench(options.model(), recording(recording), options.output()).run(cameras, warmMinutes, minutes) ? ExitCodes.OK : ExitCodes.REFUSED;
    }

    @Command(name = "start", mixinStandardHelpOptions = true, sortOptions = false,
            description = "A pipeline's start with an enrolled gallery, and the memory it holds then and with ten cameras.")
    int start(@Option(names = "--faces", paramLabel = "N", defaultValue = "100000", description = "Enrolled faces (default: ${DEFAULT-VALUE}).") int faces,
            @Option(names = "--recording", paramLabel = "SOURCE", description = "A folder of pictures or a video (default: the sample camera).") String recording,
            @Mixin BenchOptions options) throws IOException, InterruptedException {
        BenchOutput out = options.output();
        new StartBench(options.model(), recording(recording), faces, out).run();
        return out.finish("Start");
    }

    /** A recording as a camera of 1280 x 720 would have made it. */
    private static List<byte[]> recording(String source) throws IOException {
        String from = source == null ? ModelSelection.home().resolve("samples").resolve("camera").toString() : source;
        List<byte[]> frames = new ArrayList<>();
        try (FrameSource recorded = FrameSource.open(from)) {
            for (EncodedFrame frame = recorded.next(); frame != null && frames.size() < RECORDING_FRAMES_MAX; frame = recorded.next()) {
                frames.add(FrameScaler.scaled(frame.bytes(), 1280, 720));
            }
        }
        if (frames.isEmpty()) {
            throw new IOException("No frame could be read from " + from + ".");
        }
        return frames;
    }
}
