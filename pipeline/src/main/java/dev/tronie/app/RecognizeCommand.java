package dev.tronie.app;

import dev.tronie.schema.Recognize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who is on these photos? */
@Command(name = "recognize", mixinStandardHelpOptions = true, sortOptions = false, description = "Say whose faces are on photos.")
final class RecognizeCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "The photos.")
    List<Path> photos;

    @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).")
    String gallery;

    @Option(names = "--threshold", paramLabel = "COSINE", description = "Decide at this cosine instead of the pipeline's threshold.")
    Float threshold;

    @Option(names = "--json", description = "Print every reply as a JSON object a line.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Questions.mustExist(photos);
        try (Questions questions = new Questions(settings, json)) {
            return questions.aboutPhotos(photos, null, Recognize.newBuilder().setGallery(gallery).setThreshold(threshold).build());
        }
    }
}
