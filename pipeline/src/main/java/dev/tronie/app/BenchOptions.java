package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every benchmark takes: a model, and how its figures are printed. */
final class BenchOptions {
    @Option(names = "--models", paramLabel = "DIR", description = "A model folder instead of the bundled one.")
    private String models;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(names = "--picture", paramLabel = "FILE", description = "Draws the figures as an SVG file, where they can be.")
    private Path picture;

    @Mixin
    private Settings settings = new Settings();

    TronieConfig config() {
        return settings.config(models == null ? Map.of() : Map.of("models.dir", models));
    }

    ModelFolder model() {
        return ModelSelection.select(config().models());
    }

    /** The model that was asked for, alone, or else those. */
    List<ModelFolder> modelOr(List<ModelFolder> others) {
        return models == null ? others : List.of(model());
    }

    BenchOutput output() {
        return new BenchOutput(new Console(json), picture);
    }
}
