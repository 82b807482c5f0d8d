package dev.tronie.gateway;

import dev.tronie.client.BrokerProblem;
import dev.tronie.config.TronieConfig;
import dev.tronie.image.Outcome;
import dev.tronie.request.AllowedReferences;
import dev.tronie.schema.EnrolledFace;
import dev.tronie.schema.UploadReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/**
 * Serves a call that has been read: checks what its caller may do, asks upstream, and waits for the reply.
 *
 * <p>Threading: safe to call from many threads; each waits on its own, at most {@code gateway.requests.max} of them.
 */
final class Calls {
    private static final int NAMES_MAX = 100_000;

    private final Upstream upstream;
    private final int replyTimeoutMs;
    private final int imageBytesMax;
    private final AllowedReferences addresses;
    private final Semaphore places;

    Calls(TronieConfig config, Upstream upstream) {
        this.upstream = upstream;
        this.replyTimeoutMs = config.gateway().replyTimeoutMs();
        this.imageBytesMax = config.images().maxBytes();
        this.addresses = new AllowedReferences(config.gateway().urlsAllow(), config.images().maxBytes());
        this.places = new Semaphore(config.gateway().requestsMax());
    }

    /** Answers a call. */
    HttpAnswer answer(Shape shape, String path, Fields fields, Caller caller) {
        Call call = shape.call(path, fields, this::fetch);
        if (call.gallery() != null && !caller.mayTouch(call.gallery())) {
            throw Refused.of(403, "FORBIDDEN", "This key may not touch the gallery.", "Use a key that is made for it.");
        }
        if (call.photo() != null && call.photo().length > imageBytesMax) {
            throw Refused.of(413, "TOO_LARGE", "The picture has " + call.photo().length + " bytes; at most " + imageBytesMax + " are taken.", "Save it smaller.");
        }
        UploadReply reply = ask(call);
        if (shape.lenient() || call.gallery() == null && !caller.mayTouch(Caller.ALL)) {
            // Old clients know no pages; and a page's token would tell a key the names of galleries that are not its own.
            complete(reply, call);
            reply.setNextPageToken(null);
        }
        if (call.gallery() == null) {
            reply.setNames(reply.getNames().stream().filter(caller::mayTouch).toList());
        }
        return shape.answer(path, fields, reply);
    }

    /** An earlier reply, for its caller. */
    HttpAnswer earlier(Shape shape, String requestId, Caller caller) {
        Optional<UploadReply> reply;
        try {
            reply = upstream.find(requestId, Duration.ofMillis(replyTimeoutMs));
        } catch (BrokerProblem e) {
            throw unavailable();
        }
        // A reply of another's gallery is told like none: that it exists is no caller's business but its own.
        if (reply.isEmpty() || reply.get().getGallery() != null && !caller.mayTouch(reply.get().getGallery())) {
            throw Refused.of(404, "NOT_FOUND", "No answer is known under this id.", "It may not be there yet: try again; answers are kept for some days.");
        }
        if (reply.get().getGallery() == null && !caller.mayTouch(Caller.ALL)) {
            reply.get().setNextPageToken(null);
            reply.get().setNames(reply.get().getNames().stream().filter(caller::mayTouch).toList());
        }
        return shape.answer("", null, reply.get());
    }

    /** Whether calls can be served. */
    boolean ready() {
        return upstream.ready();
    }

    private UploadReply ask(Call call) {
        if (!places.tryAcquire()) {
            throw Refused.retryLater(503, "UNAVAILABLE", "Too many calls wait for their answers.", 1);
        }
        try {
            Upstream.Asked asked = upstream.ask(call.key(), call.operation(), call.photo());
            try {
                return asked.reply().get(replyTimeoutMs, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                asked.reply().cancel(false);
                throw Refused.timeout(asked.id(), replyTimeoutMs);
            } catch (ExecutionException e) {
                throw unavailable();
            }
        } catch (BrokerProblem e) {
            throw unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        } finally {
            places.release();
        }
    }

    /** Asks for the rest of a list at once. */
    private void complete(UploadReply reply, Call call) {
        List<String> names = new ArrayList<>(reply.getNames());
        List<EnrolledFace> faces = new ArrayList<>(reply.getEnrolledFaces());
        for (String token = reply.getNextPageToken(); token != null && names.size() < NAMES_MAX;) {
            SpecificRecord next = call.operation();
            next.put(next.getSchema().getField("pageToken").pos(), token);
            UploadReply page = ask(new Call(next, null, call.gallery(), call.subjectId()));
            names.addAll(page.getNames());
            faces.addAll(page.getEnrolledFaces());
            token = page.getNextPageToken();
        }
        reply.setNames(names);
        reply.setEnrolledFaces(faces);
    }

    private byte[] fetch(String address) {
        Outcome<byte[]> found = addresses.fetch(address);
        if (found instanceof Outcome.Refused<byte[]> refused) {
            throw Refused.of(CurrentShape.status(refused.refusal().code()), refused.refusal().code().name(), refused.refusal().message(), refused.refusal().remedy());
        }
        return ((Outcome.Ok<byte[]>) found).value();
    }

    private static Refused unavailable() {
        return Refused.retryLater(503, "UNAVAILABLE", "No broker takes requests now.", 2);
    }
}
