package dev.tronie.app;

import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.event.PlainJson;
import dev.tronie.schema.Box;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who is on these photos? */
@Command(name = "recognize", mixinStandardHelpOptions = true, sortOptions = false, description = "Say whose faces are on photos.")
final class RecognizeCommand implements Callable<Integer> {
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(60);

    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "The photos.")
    List<Path> photos;

    @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).")
    String gallery;

    @Option(names = "--json", description = "Print every reply as a JSON object a line.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(json);
        for (Path photo : photos) {
            if (!Files.isRegularFile(photo)) {
                throw new IOException("There is no file " + photo + ".");
            }
        }
        TronieConfig config = settings.config();
        int code = ExitCodes.OK;
        try (Uploader uploader = new Uploader(config, Topics.of(config), InstantSource.system())) {
            for (Path photo : photos) {
                String id = uploader.recognize(gallery, Files.readAllBytes(photo));
                Optional<UploadReply> reply = uploader.await(id, REPLY_TIMEOUT);
                if (reply.isEmpty()) {
                    console.note(photo + ": no reply after " + REPLY_TIMEOUT.toSeconds() + " s. Is a pipeline running (tronie run, or tronie local)?"
                            + " The request is stored and will be answered; request id " + id);
                    return ExitCodes.UNAVAILABLE;
                }
                code = Math.max(code, print(console, photo, reply.get()));
            }
        }
        return code;
    }

    private static int print(Console console, Path photo, UploadReply reply) {
        console.object(PlainJson.of(reply));
        if (reply.getError() != null) {
            console.note(photo + ": " + reply.getError().getMessage() + " " + reply.getError().getRemedy());
            return ExitCodes.REFUSED;
        }
        console.say(photo + " (" + reply.getFrameWidthPx() + " x " + reply.getFrameHeightPx() + ")");
        for (FaceReport face : reply.getFaces()) {
            Box b = face.getFace().getBox();
            console.say(String.format(Locale.ROOT, "  %-32s cosine %5s  quality %.2f  at %.0f,%.0f size %.0f x %.0f", who(face),
                    Console.cosine(face.getCandidates()), face.getFace().getQuality().getOverall(), b.getXPx(), b.getYPx(), b.getWidthPx(), b.getHeightPx()));
        }
        return ExitCodes.OK;
    }

    private static String who(FaceReport face) {
        DecisionKind kind = face.getDecision().getKind();
        String name = face.getCandidates().isEmpty() ? "" : face.getCandidates().get(0).getSubjectId();
        return switch (kind) {
            case MATCH -> name;
            case POSSIBLE -> name + "?";
            case REJECTED_QUALITY -> "(too poor to say)";
            case UNKNOWN -> "(unknown)";
        };
    }
}
