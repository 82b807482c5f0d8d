package dev.tronie.app;

import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Verify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Is it who it is claimed to be? */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false, description = "Say whether photos show one subject: yes (exit code 0) or no (1).")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SUBJECT", description = "Who it is claimed to be.")
    String subject;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PHOTO", description = "The photos.")
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
            return questions.aboutPhotos(photos, new FaceKey(gallery, subject, ""),
                    Verify.newBuilder().setGallery(gallery).setSubjectId(subject).setThreshold(threshold).build(), reply -> {
                        boolean yes = reply.getFaces().stream().anyMatch(face -> face.getDecision().getKind() == DecisionKind.MATCH);
                        questions.console().say(yes ? "  yes, this is " + subject : "  no, this is not " + subject);
                        return yes;
                    });
        }
    }
}
