package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.EncodedFrame;
import dev.tronie.client.FrameSource;
import dev.tronie.config.TronieConfig;
import dev.tronie.evaluation.Agreement;
import dev.tronie.image.Outcome;
import dev.tronie.inference.ModelFolder;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What two precisions of one model make of the same pictures. */
final class AgreementReport {
    private static final AnalysisOptions EVERY_FACE = new AnalysisOptions(64, 0, false, false);

    private AgreementReport() {
    }

    /**
     * Compares and tells.
     *
     * @param source a folder, which is searched for pictures at any depth, or a video
     */
    static void of(Console console, TronieConfig config, ModelFolder model, ModelFolder other, Path source) throws IOException {
        if (model.embeddingSize() != other.embeddingSize()) {
            throw new IllegalArgumentException("Embeddings of " + model.embeddingSize() + " and " + other.embeddingSize() + " numbers are not of one model.");
        }
        List<byte[]> pictures = pictures(source);
        if (pictures.isEmpty()) {
            throw new IOException("There is no picture in " + source + ".");
        }
        Agreement agreement = Agreement.of(faces(console, config, model, pictures), faces(console, config, other, pictures));
        console.say(String.format(Locale.ROOT, "%s %s beside %s %s, %d pictures", model.modelId(), model.precision(), other.modelId(), other.precision(), agreement.pictures()));
        console.say(String.format(Locale.ROOT, "  faces          %d and %d, of one place (IoU %.1f) %d", agreement.faces(), agreement.otherFaces(), Agreement.IOU_MIN, agreement.both()));
        console.say(String.format(Locale.ROOT, "  found as well  %.4f of the other's; %.4f of its own the other finds", agreement.found(), agreement.foundByOther()));
        console.say(String.format(Locale.ROOT, "  embeddings     cosine %.4f, of the worst hundredth %.4f", agreement.cosineMedian(), agreement.cosineHundredth()));
        console.object(JsonNodeFactory.instance.objectNode().put("model", model.modelId()).put("precision", model.precision()).put("other", other.precision())
                .put("pictures", agreement.pictures()).put("faces", agreement.faces()).put("otherFaces", agreement.otherFaces()).put("both", agreement.both())
                .put("found", agreement.found()).put("foundByOther", agreement.foundByOther()).put("cosineMedian", agreement.cosineMedian())
                .put("cosineHundredth", agreement.cosineHundredth()));
    }

    private static List<byte[]> pictures(Path source) throws IOException {
        List<Path> sources = List.of(source);
        if (Files.isDirectory(source)) {
            try (Stream<Path> below = Files.walk(source)) {
                sources = below.filter(FrameSource::isPicture).sorted().toList();
            }
        }
        List<byte[]> pictures = new ArrayList<>();
        for (Path one : sources) {
            try (FrameSource frames = FrameSource.open(one.toString())) {
                for (EncodedFrame frame = frames.next(); frame != null; frame = frames.next()) {
                    pictures.add(frame.bytes());
                }
            }
        }
        return pictures;
    }

    private static List<List<Analysis.Face>> faces(Console console, TronieConfig config, ModelFolder model, List<byte[]> pictures) {
        List<List<Analysis.Face>> faces = new ArrayList<>(pictures.stream().map(picture -> List.<Analysis.Face>of()).toList());
        try (VisionEngine engine = new VisionEngine(config, model, (network, items, ms) -> { })) {
            Counter done = new Counter(console, model.precision(), pictures.size());
            IntStream.range(0, pictures.size()).parallel().forEach(i -> {
                if (engine.analyzer().analyse(pictures.get(i), EVERY_FACE) instanceof Outcome.Ok<Analysis> ok) {
                    faces.set(i, ok.value().faces());
                }
                done.one();
            });
        }
        return faces;
    }

    /** Any thread may count. */
    private static final class Counter {
        private final Console console;
        private final String what;
        private final int total;
        private int done;

        Counter(Console console, String what, int total) {
            this.console = console;
            this.what = what;
            this.total = total;
        }

        synchronized void one() {
            console.progress("Looking, " + what, ++done, total, "");
        }
    }
}
