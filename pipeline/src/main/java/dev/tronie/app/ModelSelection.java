package dev.tronie.app;

import dev.tronie.config.ConfigKeys;
import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.CpuFeatures;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.TorchNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which model folder is loaded. */
public final class ModelSelection {
    private ModelSelection() {
    }

    /** Where the distribution lies: the folder with lib, models and samples. */
    public static Path home() {
        String home = System.getProperty("tronie.home");
        return home == null ? Path.of("pipeline", "target", "tronie") : Path.of(home);
    }

    /**
     * The folder that the configuration names, or the bundled one in the precision that suits the processor: bf16 where that is fast and computed right.
     *
     * @throws InvalidConfig             where there is no such folder
     * @throws ModelFolder.InvalidModel  where its files are not what they should be
     */
    public static ModelFolder select(TronieConfig.Models config) {
        if (!config.directory().isEmpty()) {
            Path directory = Path.of(config.directory());
            if (!Files.isDirectory(directory)) {
                throw new InvalidConfig("models.dir: there is no folder " + directory + ".");
            }
            return ModelFolder.open(directory);
        }
        if (!config.precision().equals("auto")) {
            return bundled(config.precision());
        }
        if (CpuFeatures.bf16()) {
            VisionEngine.oneThreadEach();
            ModelFolder fast = bundled("bf16");
            if (TorchNetworks.isRight(fast)) {
                return fast;
            }
        }
        return bundled("fp32");
    }

    private static ModelFolder bundled(String precision) {
        return ModelFolder.open(home().resolve("models").resolve("nano-" + precision));
    }

    /** All bundled folders. */
    public static List<ModelFolder> bundled() throws IOException {
        try (Stream<Path> folders = Files.list(home().resolve("models"))) {
            return folders.filter(f -> Files.exists(f.resolve("model.properties"))).sorted().map(ModelFolder::open).toList();
        }
    }

    /** The project's version. */
    public static String version() {
        return ConfigKeys.build("version");
    }
}
