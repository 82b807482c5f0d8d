package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.evaluation.PairList;
import dev.tronie.evaluation.PairScores;
import dev.tronie.evaluation.RocPicture;
import dev.tronie.evaluation.Verification;
import dev.tronie.inference.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How good a model is. */
@Command(name = "evaluate", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measure verification accuracy on labelled pairs of pictures, through the pipeline's own vision path.")
final class EvaluateCommand implements Callable<Integer> {
    @Option(names = "--pairs", required = true, paramLabel = "FILE", description = "a<TAB>b<TAB>0|1, one pair a line.")
    Path pairs;

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "Where the pictures are.")
    Path images;

    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.")
    String models;

    @Option(names = "--roc", paramLabel = "FILE", defaultValue = "out/roc.svg", description = "Where to write the ROC picture (default: ${DEFAULT-VALUE}).")
    Path roc;

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(json);
        TronieConfig config = settings.config(models == null ? Map.of() : Map.of("models.dir", models));
        PairList list = PairList.read(pairs);
        if (!Files.isDirectory(images)) {
            throw new IOException("There is no folder " + images + ".");
        }
        ModelFolder folder = ModelSelection.select(config.models());
        PairScores scores;
        try (VisionEngine engine = new VisionEngine(config, folder, (network, items, ms) -> { })) {
            long pictures = list.pairs().stream().flatMap(p -> java.util.stream.Stream.of(p.a(), p.b())).distinct().count();
            scores = PairScores.of(list, images, engine.analyzer(), done -> console.progress("Embedding pictures", done, pictures, ""));
        }
        scores.without().forEach(name -> console.note("No face: " + name));
        Verification v = Verification.of(scores.scores(), scores.same());
        String title = "Verification, " + folder.modelId() + " " + folder.precision();
        if (roc.toAbsolutePath().getParent() != null) {
            Files.createDirectories(roc.toAbsolutePath().getParent());
        }
        Files.writeString(roc, RocPicture.svg(title, v));
        console.object(object(v, scores, folder));
        console.say(title);
        console.say(String.format(Locale.ROOT, "  pairs          %d scored, %d skipped", v.pairs(), scores.skipped()));
        console.say(String.format(Locale.ROOT, "  accuracy       %.4f ± %.4f (%d-fold), best threshold %.3f", v.accuracy(), v.accuracyStd(), Verification.FOLDS, v.threshold()));
        console.say(String.format(Locale.ROOT, "  TAR at FAR     %.4f at 0.01, %.4f at 0.001", v.tarAt001(), v.tarAt0001()));
        console.say(String.format(Locale.ROOT, "  equal error    %.4f", v.eer()));
        console.say("  ROC picture    " + roc);
        return ExitCodes.OK;
    }

    private static ObjectNode object(Verification v, PairScores scores, ModelFolder folder) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("pairs", v.pairs()).put("skipped", scores.skipped()).put("accuracy", v.accuracy()).put("accuracyStd", v.accuracyStd())
                .put("threshold", v.threshold());
        object.putObject("tarAtFar").put("0.01", v.tarAt001()).put("0.001", v.tarAt0001());
        return object.put("eer", v.eer()).put("model", folder.modelId() + " " + folder.precision());
    }
}
