package dev.tronie.gateway;

import dev.tronie.client.BrokerProblem;
import dev.tronie.client.Requests;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a call that has been read: checks what its caller may do, asks upstream, and waits for the reply.
 *
 * <p>Threading: safe to call from many threads; each waits on its own.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final int LISTED_MAX = 100_000;

    private final Upstream upstream;
    private final int replyTimeoutMs;
    private final int imageBytesMax;
    private final AllowedReferences addresses;

    Calls(TronieConfig config, Upstream upstream) {
        this.upstream = upstream;
        this.replyTimeoutMs = config.gateway().replyTimeoutMs();
        this.imageBytesMax = config.images().maxBytes();
        this.addresses = new AllowedReferences(config.gateway().urlsAllow(), config.images().maxBytes());
    }

    /** Answers a call. */
    HttpAnswer answer(Shape shape, String path, Fields fields, Caller caller) {
        Call call = shape.call(path, fields, this::fetch);
        if (call.gallery() != null && !caller.mayTouch(call.gallery())) {
            throw Refused.of(403, "FORBIDDEN", "This key may not touch the gallery.", "Use a key that is made for it.");
        }
        byte[] photo = call.photo() == null ? null : call.photo().get();
        if (photo != null && photo.length > imageBytesMax) {
            throw Refused.of(413, "TOO_LARGE", "The picture has " + photo.length + " bytes; at most " + imageBytesMax + " are taken.", "Save it smaller.");
        }
        UploadReply reply = ask(call.key(), call.operation(), photo, caller);
        if (shape.lenient() || call.gallery() == null && !caller.mayTouch(Caller.ALL)) {
            // Old clients know no pages; and a page's token would tell a key the names of galleries that are not its own.
            reply = complete(reply, call, caller);
            reply.setNextPageToken(null);
        }
        if (call.gallery() == null) {
            reply.setNames(reply.getNames().stream().filter(caller::mayTouch).toList());
        }
        return shape.answer(path, fields, reply);
    }

    /** An earlier reply, for its caller. */
    HttpAnswer earlier(Shape shape, String requestId, Caller caller) {
        if (!upstream.ready()) {
            throw unavailable();
        }
        Optional<Requests.Found> found;
        try {
            found = upstream.find(requestId, Duration.ofMillis(replyTimeoutMs));
        } catch (BrokerProblem e) {
            throw problem(e, null);
        }
        // A reply that is another's is told like none: that it exists is no caller's business but its own.
        UploadReply reply = found.filter(f -> mayRead(caller, f)).map(Requests.Found::reply).orElseThrow(() ->
                Refused.of(404, "NOT_FOUND", "No answer is known under this id.", "It may not be there yet: try again; answers are kept for some days."));
        if (reply.getGallery() == null && !caller.mayTouch(Caller.ALL)) {
            reply.setNextPageToken(null);
            reply.setNames(reply.getNames().stream().filter(caller::mayTouch).toList());
        }
        return shape.answer("", null, reply);
    }

    /** A reply that concerns no gallery is its caller's alone. */
    private static boolean mayRead(Caller caller, Requests.Found found) {
        return caller.mayTouch(Caller.ALL)
                || (found.reply().getGallery() == null ? caller.id().equals(found.caller()) : caller.mayTouch(found.reply().getGallery()));
    }

    /** Whether calls can be served. */
    boolean ready() {
        return upstream.ready();
    }

    private UploadReply ask(String key, SpecificRecord operation, byte[] photo, Caller caller) {
        try {
            Upstream.Asked asked = upstream.ask(key, operation, photo, caller.id());
            try {
                return asked.reply().get(replyTimeoutMs, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                asked.reply().cancel(false);
                throw Refused.timeout(asked.id(), replyTimeoutMs);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof BrokerProblem problem ? problem(problem, asked.id()) : unavailable();
            }
        } catch (BrokerProblem e) {
            throw problem(e, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static Refused problem(BrokerProblem problem, String requestId) {
        if (problem.kind() == BrokerProblem.Kind.REFUSED) {
            // Kafka's messages name topics, sizes and rights, and nothing of a record.
            LOG.error("Calls cannot be served: {}", problem.getMessage());
            return Refused.of(502, "BROKER_REFUSES", "The brokers refuse what the gateway asks of them.", "Tell its operators: the gateway's log has the reason.");
        }
        return problem.kind() == BrokerProblem.Kind.UNCONFIRMED && requestId != null ? Refused.unconfirmed(requestId) : unavailable();
    }

    /** Asks for the rest of a list at once; a page that is refused is the answer. */
    private UploadReply complete(UploadReply reply, Call call, Caller caller) {
        List<String> names = new ArrayList<>(reply.getNames());
        List<EnrolledFace> faces = new ArrayList<>(reply.getEnrolledFaces());
        for (String token = reply.getNextPageToken(); token != null && names.size() + faces.size() < LISTED_MAX;) {
            SpecificRecord next = call.operation();
            next.put(next.getSchema().getField("pageToken").pos(), token);
            UploadReply page = ask(call.key(), next, null, caller);
            if (page.getError() != null) {
                return page;
            }
            names.addAll(page.getNames());
            faces.addAll(page.getEnrolledFaces());
            token = page.getNextPageToken();
        }
        reply.setNames(names);
        reply.setEnrolledFaces(faces);
        return reply;
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
