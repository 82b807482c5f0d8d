package dev.tronie.app;

import dev.tronie.schema.Detect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where are the faces? */
@Command(name = "detect", mixinStandardHelpOptions = true, sortOptions = false, description = "Find the faces on photos; no gallery is touched.")
final class DetectCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "The photos.")
    List<Path> photos;

    @Option(names = "--max-faces", paramLabel = "N", description = "At most this many faces, best detection score first.")
    Integer maxFaces;

    @Option(names = "--json", description = "Print every reply as a JSON object a line.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Questions.mustExist(photos);
        try (Questions questions = new Questions(settings, json)) {
            return questions.aboutPhotos(photos, null, Detect.newBuilder().setMaxFaces(maxFaces).build());
        }
    }
}
