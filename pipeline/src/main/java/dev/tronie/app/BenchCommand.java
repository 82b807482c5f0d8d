package dev.tronie.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tronie.bench.ApiBench;
import dev.tronie.bench.BenchReport;
import dev.tronie.inference.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measurements that a reader can repeat. */
@Command(name = "bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "Measure the product on this machine.")
final class BenchCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to measure: tronie bench api");
    }

    @Command(name = "api", mixinStandardHelpOptions = true, sortOptions = false,
            description = "The face API: upload to reply over topics and HTTP at half load, the gallery's load at start, enrolments on two instances. Takes some minutes.")
    int api(@Option(names = "--faces", paramLabel = "N", defaultValue = "10000", description = "Enrolled faces (default: ${DEFAULT-VALUE}).") int faces,
            @Option(names = "--seconds", paramLabel = "N", defaultValue = "8", description = "Length of each of five rounds (default: ${DEFAULT-VALUE}).") double seconds,
            @Option(names = "--people", paramLabel = "DIR", description = "Portraits: a folder with one folder of photos a person (default: the samples).") Path people,
            @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.") String models,
            @Option(names = "--json", description = "One JSON object a line.") boolean json, @Mixin Settings settings) throws IOException, InterruptedException {
        ModelFolder model = ModelSelection.select(settings.config(models == null ? Map.of() : Map.of("models.dir", models)).models());
        Path folder = people == null ? ModelSelection.home().resolve("samples").resolve("people") : people;
        List<byte[]> photos = new ArrayList<>();
        for (People.Photo photo : People.below(folder)) {
            photos.add(Files.readAllBytes(photo.file()));
        }
        new ApiBench(model, photos, faces, seconds, report(new Console(json))).run();
        return ExitCodes.OK;
    }

    private static BenchReport report(Console console) {
        return new BenchReport() {
            @Override
            public void line(String text) {
                console.say(text);
            }

            @Override
            public void row(JsonNode row) {
                console.object(row);
            }

            @Override
            public void progress(String what, long done, long total) {
                console.progress(what, done, total, "");
            }

            @Override
            public void step(String what) {
                console.note(what);
            }
        };
    }
}
