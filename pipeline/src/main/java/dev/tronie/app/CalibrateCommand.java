package dev.tronie.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.evaluation.CalibrationFit;
import dev.tronie.evaluation.EmbeddedPictures;
import dev.tronie.evaluation.PairScores;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.Calibration;
import dev.tronie.match.CalibrationFile;
import dev.tronie.match.FalseMatchCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a model's cosines are worth. */
@Command(name = "calibrate", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Measure a model on pictures of known people: how often strangers reach which cosine, and a similarity from 0 to 1 that means the same for every model.",
            "Writes " + CalibrationFile.NAME + " into the model folder, where the pipeline finds it."})
final class CalibrateCommand implements Callable<Integer> {
    private static final double[] RATES = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5};

    @Option(names = "--people", required = true, paramLabel = "DIR",
            description = "A folder with one folder of pictures a person, or with pictures named PERSON_0001.jpg; people the model was not trained on.")
    Path people;

    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.")
    String models;

    @Option(names = "--dry-run", description = "Measure and print only.")
    boolean dryRun;

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(json);
        TronieConfig config = settings.config(models == null ? Map.of() : Map.of("models.dir", models));
        Map<String, List<String>> names = People.namesBelow(people);
        ModelFolder model = ModelSelection.select(config.models());
        EmbeddedPictures pictures = Measuring.embed(console, config, model, names.values().stream().flatMap(List::stream).toList(), people);
        Map<String, List<float[]>> faces = pictures.by(names);
        PairScores all = PairScores.ofAll(faces);
        Calibration calibration = calibration(model, faces, all);
        print(console, model, calibration, all, crossChecked(faces));
        if (!dryRun) {
            console.note("Written: " + CalibrationFile.write(model.directory(), calibration));
        }
        return ExitCodes.OK;
    }

    private static Calibration calibration(ModelFolder model, Map<String, List<float[]>> faces, PairScores all) {
        long same = 0;
        for (boolean s : all.same()) {
            same += s ? 1 : 0;
        }
        return new Calibration(model.modelId(), model.embedderSha256(), CalibrationFit.strangers(all.scores(), all.same()),
                CalibrationFit.scale(all.scores(), all.same()),
                new Calibration.Sample(faces.values().stream().mapToInt(List::size).sum(), faces.size(), all.same().length - same, same));
    }

    /** What the curve of each half of the people promises, counted on the other half; by rate. */
    private static Map<Double, Double> crossChecked(Map<String, List<float[]>> faces) {
        List<Map<String, List<float[]>>> halves = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
        int at = 0;
        for (Map.Entry<String, List<float[]>> person : faces.entrySet()) {
            halves.get(at++ % 2).put(person.getKey(), person.getValue());
        }
        PairScores[] scores = {PairScores.ofAll(halves.get(0)), PairScores.ofAll(halves.get(1))};
        Map<Double, Double> counted = new LinkedHashMap<>();
        for (double rate : RATES) {
            double sum = 0;
            for (int half = 0; half < 2; half++) {
                FalseMatchCurve curve = CalibrationFit.strangers(scores[half].scores(), scores[half].same());
                PairScores other = scores[1 - half];
                sum += CalibrationFit.rateOfStrangers(other.scores(), other.same(), curve.cosineAt(rate));
            }
            counted.put(rate, sum / 2);
        }
        return counted;
    }

    private static void print(Console console, ModelFolder model, Calibration c, PairScores all, Map<Double, Double> crossChecked) {
        Calibration.Sample sample = c.sample();
        console.say("Calibration of " + model.modelId() + " " + model.precision() + ": " + sample.pictures() + " pictures of " + sample.people() + " people, "
                + sample.strangerPairs() + " pairs of strangers, " + sample.samePairs() + " of one person");
        console.say("  false-match rate    cosine   similarity   true accepts   on people not used");
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("model", model.modelId()).put("precision", model.precision());
        object.putObject("sample").put("pictures", sample.pictures()).put("people", sample.people())
                .put("strangerPairs", sample.strangerPairs()).put("samePairs", sample.samePairs());
        ArrayNode rows = object.putArray("rates");
        for (double rate : RATES) {
            double cosine = c.strangers().cosineAt(rate);
            double accepts = CalibrationFit.rateOfSame(all.scores(), all.same(), cosine);
            boolean counted = rate * sample.strangerPairs() >= 10;
            console.say(String.format(Locale.ROOT, "  %-16.0e %9.3f %12.4f %14.4f %20.1e%s", rate, cosine, c.scale().of((float) cosine), accepts,
                    crossChecked.get(rate), counted ? "" : "   (extrapolated)"));
            rows.addObject().put("rate", rate).put("cosine", cosine).put("similarity", c.scale().of((float) cosine)).put("trueAccepts", accepts)
                    .put("onPeopleNotUsed", crossChecked.get(rate)).put("counted", counted);
        }
        console.say(String.format(Locale.ROOT, "  similarity = 1 / (1 + exp(-(%.3f x cosine %+.3f)))", c.scale().slope(), c.scale().intercept()));
        console.object(object);
    }
}
