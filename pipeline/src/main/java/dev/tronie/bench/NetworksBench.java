package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.FrameScaler;
import dev.tronie.image.ImageInspector;
import dev.tronie.image.ImageLimits;
import dev.tronie.image.Outcome;
import dev.tronie.image.Picture;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.PixelBlock;
import dev.tronie.inference.RawFaces;
import dev.tronie.inference.TorchEngine;
import dev.tronie.inference.TorchNetworks;
import dev.tronie.vision.Alignment;
import dev.tronie.vision.DetectorInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Detector and embedder, one thread: the precisions of a model beside each other, and beside ONNX Runtime with the same weights where its jar and
 * the exported files are given. ONNX Runtime gets its pixels ready as floats and need not decode boxes. Used by one thread.
 */
public final class NetworksBench {
    private static final int ROUNDS = 5;
    private static final int WARM_ROUNDS = 3;
    private static final int PICTURES = 16;
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 480;
    private static final ImageLimits LIMITS = new ImageLimits(10 << 20, 40_000_000);

    /**
     * Another engine.
     *
     * @param jar      ONNX Runtime's
     * @param networks a folder with detector.onnx and embedder.onnx of the same weights
     */
    public record Peer(Path jar, Path networks) {
    }

    private final List<ModelFolder> models;
    private final Peer peer;
    private final List<byte[]> frames;
    private final BenchReport report;
    /** Additions and multiplications a second of the engine's own matrix product, in each model's precision. */
    private final List<Double> peaks = new ArrayList<>();

    /**
     * A benchmark.
     *
     * @param models precisions of one model; the first is the one that is compared
     * @param peer   null without one
     * @param frames a recording, JPEG
     */
    public NetworksBench(List<ModelFolder> models, Peer peer, List<byte[]> frames, BenchReport report) {
        this.models = models;
        this.peer = peer;
        this.frames = frames.subList(0, Math.min(PICTURES, frames.size()));
        this.report = report;
    }

    /** Runs. */
    public void run() throws Exception {
        int channels = models.get(0).inputChannels();
        List<TorchNetworks.Models> loaded = new ArrayList<>();
        List<TorchNetworks> networks = new ArrayList<>();
        List<DetectorInput> inputs = new ArrayList<>();
        try (Scratch scratch = new Scratch()) {
            for (ModelFolder model : models) {
                loaded.add(TorchNetworks.load(model, "cpu"));
                networks.add(loaded.get(loaded.size() - 1).open());
            }
            for (byte[] frame : frames) {
                inputs.add(input(FrameScaler.scaled(frame, WIDTH_PX, HEIGHT_PX), channels));
            }
            for (int m = 0; m < models.size(); m++) {
                peaks.add(TorchEngine.peakPerSecond(models.get(m).precision()));
                report.line(String.format(Locale.ROOT, "The engine's own matrix product, one thread: %.0f GFLOP/s in %s", peaks.get(m) / 1e9, models.get(m).precision()));
            }
            List<ByteBuffer> pictures = inputs.stream().map(DetectorInput::pixels).toList();
            List<ByteBuffer> crops = pictures.stream().map(picture -> crop(picture, channels)).toList();
            detect(networks, pictures, channels, scratch.directory());
            embed(networks, crops, channels, scratch.directory());
        } finally {
            inputs.forEach(DetectorInput::close);
            networks.forEach(TorchNetworks::close);
            loaded.forEach(TorchNetworks.Models::close);
        }
    }

    private void detect(List<TorchNetworks> networks, List<ByteBuffer> pictures, int channels, Path directory) throws Exception {
        try (OrtPeer ort = start("detector.onnx", directory, pictures, channels, HEIGHT_PX, WIDTH_PX)) {
            report.line(String.format(Locale.ROOT, "Detector, %d x %d, one thread, ms a picture", WIDTH_PX, HEIGHT_PX));
            if (ort != null) {
                float[][] theirs = ort.answer("scores");
                for (int m = 0; m < networks.size(); m++) {
                    double most = 0;
                    for (int i = 0; i < pictures.size(); i++) {
                        most = Math.max(most, difference(networks.get(m).detect(List.of(block(pictures, i, 1, HEIGHT_PX, WIDTH_PX))).get(0), theirs[i]));
                    }
                    report.line(String.format(Locale.ROOT, "  %s: best scores differ from ONNX Runtime's by at most %.4f", name(m), most));
                }
            }
            contest("detect", 1, networks, (n, at) -> n.detect(List.of(block(pictures, at, 1, HEIGHT_PX, WIDTH_PX))), pictures.size(), ort);
        }
    }

    private void embed(List<TorchNetworks> networks, List<ByteBuffer> crops, int channels, Path directory) throws Exception {
        int side = Alignment.SIDE_PX;
        try (OrtPeer ort = start("embedder.onnx", directory, crops, channels, side, side)) {
            report.line(String.format(Locale.ROOT, "Embedder, %d x %d, one thread, ms a face", side, side));
            if (ort != null) {
                float[][] theirs = ort.answer("embeddings");
                for (int m = 0; m < networks.size(); m++) {
                    double least = 1;
                    for (int i = 0; i < crops.size(); i++) {
                        least = Math.min(least, cosine(networks.get(m).embed(List.of(block(crops, i, 1, side, side))).get(0), theirs[i]));
                    }
                    report.line(String.format(Locale.ROOT, "  %s: cosine with ONNX Runtime's embedding at least %.5f", name(m), least));
                }
            }
            for (int batch : new int[] {1, 8}) {
                contest("embed", batch, networks, (n, at) -> n.embed(List.of(block(crops, at, batch, side, side))), crops.size(), ort);
            }
        }
    }

    /** One call of a network, with the batch that begins at a picture. */
    @FunctionalInterface
    private interface Call {
        void on(TorchNetworks networks, int at);
    }

    private void contest(String measure, int batch, List<TorchNetworks> networks, Call call, int count, OrtPeer ort) throws Exception {
        Contest contest = new Contest();
        for (int m = 0; m < networks.size(); m++) {
            TorchNetworks own = networks.get(m);
            contest.add(name(m), () -> {
                long start = System.nanoTime();
                for (int at = 0; at + batch <= count; at += batch) {
                    call.on(own, at);
                }
                return (System.nanoTime() - start) / 1e6 / (count / batch * batch);
            });
        }
        if (ort != null) {
            contest.add(ort.name(), () -> ort.time(batch));
        }
        List<Contest.Result> results = contest.run(WARM_ROUNDS, ROUNDS);
        for (Contest.Result result : results) {
            boolean first = result == results.get(0);
            double share = share(measure, results.indexOf(result), result);
            report.line(String.format(Locale.ROOT, "  batch %d  %-22s %7.2f (%.2f-%.2f)%s%s", batch, result.name(), result.medianMs(), result.leastMs(), result.mostMs(),
                    Double.isNaN(share) ? "" : String.format(Locale.ROOT, "   %.0f %% of the peak", 100 * share), first ? "" : String.format(Locale.ROOT, "   %s is %.2f x as fast", name(0), results.get(0).against(result))));
            report.bar(result.bar(String.format(Locale.ROOT, "%s, batch %d, ms", measure, batch), ort == null || !result.name().equals(ort.name())));
            report.row(JsonNodeFactory.instance.objectNode().put("measure", measure).put("batch", batch).put("contender", result.name()).put("ms", result.medianMs())
                    .put("leastMs", result.leastMs()).put("mostMs", result.mostMs()).put("firstIsFasterBy", results.get(0).against(result))
                    .put("shareOfPeak", share));
        }
    }

    /** How much of the peak a contender reaches, 0 to 1; NaN where its multiplications have not been counted. */
    private double share(String measure, int contender, Contest.Result result) {
        if (contender >= models.size()) {
            return Double.NaN;
        }
        ModelFolder model = models.get(contender);
        return 2 * (measure.equals("detect") ? model.detectorMultiplyAdds() : model.embedderMultiplyAdds()) / (result.medianMs() / 1e3) / peaks.get(contender);
    }

    private String name(int model) {
        return models.get(model).modelId() + " " + models.get(model).precision();
    }

    private OrtPeer start(String file, Path directory, List<ByteBuffer> pictures, int channels, int heightPx, int widthPx) throws IOException {
        return peer == null ? null : OrtPeer.start(peer.jar(), peer.networks().resolve(file), directory, pictures, channels, heightPx, widthPx);
    }

    private static DetectorInput input(byte[] file, int channels) {
        Outcome<DetectorInput> made = ImageInspector.inspect(file, LIMITS).then(header -> {
            try (Picture picture = Picture.open(file, header, channels)) {
                return picture.level(1).then(level -> Outcome.ok(DetectorInput.of(level, 1, WIDTH_PX, 0)));
            }
        });
        if (made instanceof Outcome.Ok<DetectorInput> ok) {
            return ok.value();
        }
        throw new IllegalStateException(((Outcome.Refused<DetectorInput>) made).refusal().message());
    }

    /** The middle of a picture. */
    private static ByteBuffer crop(ByteBuffer picture, int channels) {
        int side = Alignment.SIDE_PX;
        ByteBuffer crop = ByteBuffer.allocateDirect(side * side * channels);
        for (int y = 0; y < side; y++) {
            int from = (((HEIGHT_PX - side) / 2 + y) * WIDTH_PX + (WIDTH_PX - side) / 2) * channels;
            crop.put(picture.slice(from, side * channels));
        }
        return crop.flip();
    }

    private static PixelBlock block(List<ByteBuffer> pictures, int at, int count, int heightPx, int widthPx) {
        if (count == 1) {
            return new PixelBlock(pictures.get(at).duplicate(), 1, heightPx, widthPx);
        }
        ByteBuffer all = ByteBuffer.allocateDirect(count * pictures.get(at).limit());
        for (int i = at; i < at + count; i++) {
            all.put(pictures.get(i).duplicate());
        }
        return new PixelBlock(all.flip(), count, heightPx, widthPx);
    }

    private static double difference(RawFaces own, float[] theirs) {
        float[] ranked = theirs.clone();
        Arrays.sort(ranked);
        double most = 0;
        for (int i = 0; i < own.scores().length; i++) {
            most = Math.max(most, Math.abs(own.scores()[i] - ranked[ranked.length - 1 - i]));
        }
        return most;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int d = 0; d < a.length; d++) {
            ab += (double) a[d] * b[d];
            aa += (double) a[d] * a[d];
            bb += (double) b[d] * b[d];
        }
        return ab / Math.sqrt(aa * bb);
    }
}
