package dev.tronie.app;

import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.event.PlainJson;
import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.Box;
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
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/** Asks the pipeline one operation after the other and prints the replies. */
final class Questions implements AutoCloseable {
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(60);

    private final Console console;
    private final Uploader uploader;

    Questions(Settings settings, boolean json) {
        TronieConfig config = settings.config();
        console = new Console(json);
        uploader = new Uploader(config, Topics.of(config), InstantSource.system());
    }

    Console console() {
        return console;
    }

    /** Refuses a list of photos of which one is not there, before anything is sent. */
    static void mustExist(List<Path> photos) throws IOException {
        for (Path photo : photos) {
            if (!Files.isRegularFile(photo)) {
                throw new IOException(Files.isDirectory(photo) ? photo + " is a folder; give its photos." : "There is no file " + photo + ".");
            }
        }
    }

    /**
     * Asks the same of several photos.
     *
     * @param subject gallery and subject where the operation concerns one; else null
     * @return the exit code
     */
    int aboutPhotos(List<Path> photos, FaceKey subject, SpecificRecord operation) throws IOException {
        return aboutPhotos(photos, subject, operation, reply -> true);
    }

    /**
     * Asks the same of several photos.
     *
     * @param yes whether an answer is a yes; any other makes the exit code one of refusal
     */
    int aboutPhotos(List<Path> photos, FaceKey subject, SpecificRecord operation, Predicate<UploadReply> yes) throws IOException {
        int code = ExitCodes.OK;
        for (Path photo : photos) {
            Optional<UploadReply> reply;
            try {
                reply = ask(photo.toString(), subject, operation, Files.readAllBytes(photo));
            } catch (IllegalArgumentException e) {
                console.note(photo + ": " + e.getMessage());
                code = ExitCodes.REFUSED;
                continue;
            }
            if (reply.isEmpty()) {
                return ExitCodes.UNAVAILABLE;
            }
            if (reply.get().getError() != null) {
                code = ExitCodes.REFUSED;
                continue;
            }
            console.say(photo + " (" + reply.get().getFrameWidthPx() + " x " + reply.get().getFrameHeightPx() + ")");
            reply.get().getFaces().forEach(this::print);
            code = yes.test(reply.get()) ? code : ExitCodes.REFUSED;
        }
        return code;
    }

    /**
     * Asks one thing; prints the reply as JSON, or why it was refused.
     *
     * @param about what to name in messages
     * @return the reply; empty where none came in time, which is said
     */
    Optional<UploadReply> ask(String about, FaceKey subject, SpecificRecord operation, byte[] photo) {
        String id = uploader.send(subject, operation, photo);
        Optional<UploadReply> reply = uploader.await(id, REPLY_TIMEOUT);
        if (reply.isEmpty()) {
            console.note(about + ": no reply after " + REPLY_TIMEOUT.toSeconds() + " s. Is a pipeline running (tronie run, or tronie local)?"
                    + " The request is stored and will be answered; request id " + id);
            return reply;
        }
        console.object(PlainJson.of(reply.get()));
        if (reply.get().getError() != null) {
            console.note(about + ": " + reply.get().getError().getMessage() + " " + reply.get().getError().getRemedy());
        }
        return reply;
    }

    private void print(FaceReport face) {
        Box b = face.getFace().getBox();
        String who = face.getDecision() == null ? "face" : Console.who(face.getDecision().getKind(), face.getCandidates());
        String cosine = face.getDecision() == null ? "" : String.format(Locale.ROOT, "cosine %5s of %.2f  ", Console.cosine(face.getCandidates()), face.getDecision().getThreshold());
        console.say(String.format(Locale.ROOT, "  %-32s %squality %.2f  at %.0f,%.0f size %.0f x %.0f", who, cosine,
                face.getFace().getQuality().getOverall(), b.getXPx(), b.getYPx(), b.getWidthPx(), b.getHeightPx()));
    }

    @Override
    public void close() {
        uploader.close();
    }
}
