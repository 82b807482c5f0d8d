package dev.tronie.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.CpuFeatures;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.Calibration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is loaded. */
@Command(name = "models", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show the models: which would be loaded here, licence, checksums, precision. Verifies every file.")
final class ModelsCommand implements Callable<Integer> {
    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled ones.")
    String directory;

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(json);
        TronieConfig config = settings.config(directory == null ? java.util.Map.of() : java.util.Map.of("models.dir", directory));
        ModelFolder selected = ModelSelection.select(config.models());
        List<ModelFolder> all = new ArrayList<>(config.models().directory().isEmpty() ? ModelSelection.bundled() : List.of(selected));
        for (ModelFolder m : all) {
            boolean chosen = m.directory().equals(selected.directory());
            console.object(object(m, chosen).set("calibration", calibration(m)));
            console.say((chosen ? "* " : "  ") + m.modelId() + " " + m.precision() + (chosen ? "   (loaded here)" : ""));
            console.say("    folder     " + m.directory());
            console.say("    input      " + (m.inputChannels() == 1 ? "grey" : "BGR") + ", embedding " + m.embeddingSize());
            console.say("    thresholds detector " + m.detectorThreshold() + ", match " + m.matchThreshold() + " (false-match rate " + m.falseMatchRate() + ")");
            Optional<Calibration> calibration = DecisionSetup.calibration(m);
            console.say("    calibrated " + calibration.map(ModelsCommand::calibrated).orElse("no; tronie calibrate does it"));
            console.say("    licence    " + m.licence());
            console.say("    source     " + m.source());
            console.say("    sha256     detector " + m.detectorSha256());
            console.say("               embedder " + m.embedderSha256());
        }
        console.say("bf16 arithmetic on this processor: " + (CpuFeatures.bf16() ? "yes" : "no"));
        return ExitCodes.OK;
    }

    private static String calibrated(Calibration c) {
        return String.format(Locale.ROOT, "on %d pairs of strangers: false-match rate 1e-3 at cosine %.3f, 1e-4 at %.3f, 1e-5 at %.3f;%n"
                + "               similarity 0.5 at cosine %.3f, 0.9 at %.3f, 0.99 at %.3f", c.sample().strangerPairs(), c.strangers().cosineAt(1e-3),
                c.strangers().cosineAt(1e-4), c.strangers().cosineAt(1e-5), c.scale().cosine(0.5f), c.scale().cosine(0.9f), c.scale().cosine(0.99f));
    }

    private static JsonNode calibration(ModelFolder m) {
        return DecisionSetup.calibration(m).<JsonNode>map(c -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode().put("strangerPairs", c.sample().strangerPairs()).put("samePairs", c.sample().samePairs())
                    .put("people", c.sample().people());
            object.putObject("similarity").put("slope", c.scale().slope()).put("intercept", c.scale().intercept());
            c.strangers().points().forEach(p -> object.withArray("strangers").addObject().put("rate", p.rate()).put("cosine", p.cosine()));
            return object;
        }).orElseGet(JsonNodeFactory.instance::nullNode);
    }

    private static ObjectNode object(ModelFolder m, boolean chosen) {
        return JsonNodeFactory.instance.objectNode().put("model", m.modelId()).put("precision", m.precision()).put("loaded", chosen)
                .put("directory", m.directory().toString()).put("inputChannels", m.inputChannels()).put("embeddingSize", m.embeddingSize())
                .put("detectorThreshold", m.detectorThreshold()).put("matchThreshold", m.matchThreshold()).put("falseMatchRate", m.falseMatchRate()).put("licence", m.licence())
                .put("source", m.source()).put("detectorSha256", m.detectorSha256()).put("embedderSha256", m.embedderSha256());
    }
}
