package dev.tronie.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.config.TronieConfig;
import dev.tronie.evaluation.OpenSet;
import dev.tronie.evaluation.OpenSetPicture;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.ThresholdRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Open-set identification by gallery size, printed and drawn. */
final class OpenSetReport {
    private static final int[] SIZES = {5, 10, 20, 50, 100, 200, 500, 1_000, 2_000};
    private static final int REPETITIONS = 20;
    private static final long SEED = 1;

    private OpenSetReport() {
    }

    static void of(Map<String, List<float[]>> people, ModelFolder model, TronieConfig config, Path picture, Console console) throws IOException {
        int most = OpenSet.enrollable(people);
        if (most < SIZES[0]) {
            throw new IllegalArgumentException("Open-set identification needs at least " + SIZES[0] + " people with two pictures, not " + most + ".");
        }
        int[] sizes = IntStream.concat(Arrays.stream(SIZES).filter(s -> s < most), IntStream.of(most)).toArray();
        ThresholdRule rule = DecisionSetup.policies(config.match(), model).standard().thresholds();
        OpenSet all = OpenSet.of(people, sizes, REPETITIONS, SEED, rule::at);
        String title = "Open-set identification, " + model.modelId() + " " + model.precision();
        if (picture.toAbsolutePath().getParent() != null) {
            Files.createDirectories(picture.toAbsolutePath().getParent());
        }
        Files.writeString(picture, OpenSetPicture.svg(title, all));
        console.say(title + ": " + people.size() + " people, " + REPETITIONS + " draws, one face enrolled each");
        console.say("  enrolled   probes of them and of strangers   FNIR at FPIR 0.01   FNIR at FPIR 0.1   threshold in force:  FPIR    FNIR");
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("model", model.modelId()).put("precision", model.precision()).put("people", people.size());
        for (OpenSet.Size s : all.sizes()) {
            OpenSet.Point strict = s.at(0.01);
            OpenSet.Point lax = s.at(0.1);
            console.say(String.format(Locale.ROOT, "  %8d %14d %16d   %8s at %5s   %8s at %5s %20.3f   %6s  %6s", s.subjects(), s.mated(), s.nonMated(),
                    rate(strict.fnir()), rate(strict.threshold()), rate(lax.fnir()), rate(lax.threshold()), s.operating().threshold(), rate(s.operating().fpir()),
                    rate(s.operating().fnir())));
            ObjectNode row = root.withArray("sizes").addObject().put("enrolled", s.subjects()).put("mated", s.mated()).put("nonMated", s.nonMated());
            point(row.putObject("fpir0.01"), strict);
            point(row.putObject("fpir0.1"), lax);
            point(row.putObject("inForce"), s.operating());
        }
        console.say("  picture    " + picture);
        console.object(root);
    }

    private static void point(ObjectNode node, OpenSet.Point point) {
        node.put("threshold", point.threshold()).put("fpir", point.fpir()).put("fnir", point.fnir());
    }

    private static String rate(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
