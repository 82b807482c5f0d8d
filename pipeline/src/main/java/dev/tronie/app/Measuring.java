package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import dev.tronie.evaluation.EmbeddedPictures;
import dev.tronie.inference.ModelFolder;
import java.nio.file.Path;
import java.util.List;

/** Embeds the pictures that a model is measured on, with progress. */
final class Measuring {
    private Measuring() {
    }

    /** The faces of the named pictures; tells which have none. */
    static EmbeddedPictures embed(Console console, TronieConfig config, ModelFolder model, List<String> names, Path folder) {
        try (VisionEngine engine = new VisionEngine(config, model, (network, items, ms) -> { })) {
            EmbeddedPictures pictures = EmbeddedPictures.of(names, folder, engine.analyzer(),
                    done -> console.progress("Embedding pictures", done, names.size(), ""));
            pictures.without().forEach(name -> console.note("No face, or unreadable: " + name));
            return pictures;
        }
    }
}
