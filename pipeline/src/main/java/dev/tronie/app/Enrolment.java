package dev.tronie.app;

import dev.tronie.client.Uploader;
import dev.tronie.event.PlainJson;
import dev.tronie.schema.UploadReply;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Sends photos to be enrolled, a few ahead of their replies, and tells what became of each. */
final class Enrolment {
    private static final int AHEAD = 8;
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(60);

    private final Uploader uploader;
    private final Console console;
    private final String gallery;
    private final boolean largestOfSeveral;
    private final boolean force;
    /** Whether the last reply that was waited for did not come: the next one is not waited for as long again. */
    private boolean silent;

    Enrolment(Uploader uploader, Console console, String gallery, boolean largestOfSeveral, boolean force) {
        this.uploader = uploader;
        this.console = console;
        this.gallery = gallery;
        this.largestOfSeveral = largestOfSeveral;
        this.force = force;
    }

    /**
     * What became of the photos.
     *
     * @param enrolled   faces enrolled, now or before
     * @param refused    photos that were refused
     * @param unanswered photos whose reply did not come in time
     */
    record Result(int enrolled, int refused, int unanswered) {
    }

    private record Sent(People.Photo photo, String requestId) {
    }

    Result run(List<People.Photo> photos) throws IOException {
        Deque<Sent> waiting = new ArrayDeque<>();
        int[] counts = new int[3];
        int done = 0;
        for (People.Photo photo : photos) {
            waiting.add(new Sent(photo, uploader.enroll(gallery, photo.subjectId(), Files.readAllBytes(photo.file()), largestOfSeveral, force)));
            if (waiting.size() > AHEAD) {
                counts[settle(waiting.remove())]++;
                console.progress("Enrolling", ++done, photos.size(), photo.subjectId());
            }
        }
        while (!waiting.isEmpty()) {
            Sent sent = waiting.remove();
            counts[settle(sent)]++;
            console.progress("Enrolling", ++done, photos.size(), sent.photo().subjectId());
        }
        return new Result(counts[0], counts[1], counts[2]);
    }

    private int settle(Sent sent) {
        Optional<UploadReply> reply = uploader.await(sent.requestId(), silent ? Duration.ZERO : REPLY_TIMEOUT);
        if (reply.isEmpty()) {
            if (!silent) {
                console.note("No reply for " + REPLY_TIMEOUT.toSeconds() + " s: is a pipeline running (tronie run, or tronie local)?"
                        + " The requests are stored and will be answered when one does.");
            }
            silent = true;
            console.note(sent.photo().file() + ": not answered yet; request id " + sent.requestId());
            return 2;
        }
        silent = false;
        console.object(PlainJson.of(reply.get()));
        if (reply.get().getError() != null) {
            console.note(sent.photo().file() + ": " + reply.get().getError().getMessage() + " " + reply.get().getError().getRemedy());
            return 1;
        }
        return 0;
    }
}
