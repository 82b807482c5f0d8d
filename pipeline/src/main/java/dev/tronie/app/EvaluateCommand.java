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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How good a model is. */
@Command(name = "evaluate", mixinStandardHelpOptions = true, sortOptions = false,
        customSynopsis = {"tronie evaluate [OPTIONS] --pairs FILE --images DIR", "       tronie evaluate [OPTIONS] --people DIR [--open-set]",
            "       tronie evaluate [OPTIONS] --images DIR --same-as DIR"},
        description = "Measure how well a model verifies (1:1: on labelled pairs, or on every pair of pictures of some people) or identifies (1:N, --open-set:"
            + " some people are enrolled, all are looked for), or whether two precisions of one model see the same (--same-as), through the pipeline's own vision path.")
final class EvaluateCommand implements Callable<Integer> {
    private static final double[] RATES = {1e-2, 1e-3, 1e-4, 3e-5};

    @Option(names = "--pairs", paramLabel = "FILE", description = "a<TAB>b<TAB>0|1, one pair a line.")
    Path pairs;

    @Option(names = "--images", paramLabel = "DIR", description = "Where the pictures are.")
    Path images;

    @Option(names = "--people", paramLabel = "DIR", description = "A folder with one folder of pictures a person, or with pictures named PERSON_0001.jpg.")
    Path people;

    @Option(names = "--open-set", description = "Measure identification: how often an enrolled person is missed (FNIR) where so many strangers are named (FPIR), by gallery size.")
    boolean openSet;

    @Option(names = "--same-as", paramLabel = "DIR", description = "Another precision of the model: which faces of the pictures in --images (a folder at any depth, or a video) both find,"
            + " and how alike their embeddings are.")
    Path sameAs;

    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.")
    String models;

    @Option(names = "--roc", paramLabel = "FILE", description = "Where to write the picture (default: out/roc.svg, or out/open-set.svg).")
    Path roc;

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(json);
        TronieConfig config = settings.config(models == null ? Map.of() : Map.of("models.dir", models));
        if (sameAs != null) {
            if (images == null || pairs != null || people != null) {
                throw new IllegalArgumentException("--same-as DIR needs --images DIR, and nothing else to measure.");
            }
            if (!Files.exists(images)) {
                throw new IOException("There is no " + images + ".");
            }
            AgreementReport.of(console, config, ModelSelection.select(config.models()), ModelFolder.open(sameAs), images);
            return ExitCodes.OK;
        }
        if ((people == null) == (pairs == null || images == null)) {
            throw new IllegalArgumentException("Give --pairs FILE and --images DIR, or --people DIR. See: tronie evaluate --help");
        }
        Path folderOfPictures = people == null ? images : people;
        if (!Files.isDirectory(folderOfPictures)) {
            throw new IOException("There is no folder " + folderOfPictures + ".");
        }
        ModelFolder folder = ModelSelection.select(config.models());
        if (openSet) {
            if (people == null) {
                throw new IllegalArgumentException("--open-set needs --people DIR.");
            }
            Map<String, List<String>> names = People.namesBelow(people);
            OpenSetReport.of(Measuring.embed(console, config, folder, names.values().stream().flatMap(List::stream).toList(), people).by(names), folder, config,
                    roc == null ? Path.of("out", "open-set.svg") : roc, console);
            return ExitCodes.OK;
        }
        roc = roc == null ? Path.of("out", "roc.svg") : roc;
        PairScores scores = people == null ? onPairs(console, config, folder) : onPeople(console, config, folder);
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
        for (double rate : people == null ? new double[0] : RATES) {
            double[] at = Verification.atFalseMatchRate(scores.scores(), scores.same(), rate);
            if (at != null) {
                console.say(String.format(Locale.ROOT, "  false matches  %.0e at %.3f, true accepts %.4f", rate, at[0], at[1]));
            }
        }
        console.say("  ROC picture    " + roc);
        return ExitCodes.OK;
    }

    private PairScores onPairs(Console console, TronieConfig config, ModelFolder folder) throws IOException {
        PairList list = PairList.read(pairs);
        List<String> names = list.pairs().stream().flatMap(p -> Stream.of(p.a(), p.b())).distinct().toList();
        return PairScores.of(list, Measuring.embed(console, config, folder, names, images));
    }

    private PairScores onPeople(Console console, TronieConfig config, ModelFolder folder) throws IOException {
        Map<String, List<String>> names = People.namesBelow(people);
        return PairScores.ofAll(Measuring.embed(console, config, folder, names.values().stream().flatMap(List::stream).toList(), people).by(names));
    }

    private static ObjectNode object(Verification v, PairScores scores, ModelFolder folder) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("pairs", v.pairs()).put("skipped", scores.skipped()).put("accuracy", v.accuracy()).put("accuracyStd", v.accuracyStd())
                .put("threshold", v.threshold());
        object.putObject("tarAtFar").put("0.01", v.tarAt001()).put("0.001", v.tarAt0001());
        return object.put("eer", v.eer()).put("model", folder.modelId()).put("precision", folder.precision());
    }
}
