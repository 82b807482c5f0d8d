package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/**
 * Sends uploads one by one and awaits their replies, for commands.
 *
 * <p>Threading: one thread uses it.
 */
public final class Uploader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Requests requests;
    private final Map<String, CompletableFuture<UploadReply>> sent = new ConcurrentHashMap<>();

    /**
     * Connects; replies to everything sent later will be seen.
     *
     * @throws BrokerProblem where no broker answers
     */
    public Uploader(TronieConfig config, Topics topics, InstantSource clock) {
        requests = new Requests(config, topics, clock);
        try {
            requests.awaitConnected(PATIENCE);
        } catch (BrokerProblem e) {
            requests.close();
            throw e;
        }
    }

    /**
     * Sends any operation.
     *
     * @param subject gallery and subject where the operation concerns one subject, so that its requests keep their order; else null
     * @param photo   null where the operation needs none
     * @return the request id, once a broker has it
     * @throws BrokerProblem where none takes it
     */
    public String send(FaceKey subject, SpecificRecord operation, byte[] photo) {
        Requests.Asked asked = requests.ask(subject == null ? null : FaceKey.ofSubject(subject.gallery(), subject.subjectId()), operation, photo);
        try {
            asked.stored().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BrokerProblem problem ? problem : new BrokerProblem("The request could not be sent: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerProblem("Interrupted.");
        }
        sent.put(asked.id(), asked.reply());
        return asked.id();
    }

    /**
     * Sends a photo to be enrolled.
     *
     * @return the request id, once a broker has it
     * @throws BrokerProblem where none takes it
     */
    public String enroll(String gallery, String subjectId, byte[] photo, boolean largestOfSeveral) {
        return enroll(gallery, subjectId, photo, largestOfSeveral, false);
    }

    /** The same; {@code force} takes a face even where its quality is below the bar. */
    public String enroll(String gallery, String subjectId, byte[] photo, boolean largestOfSeveral, boolean force) {
        return send(new FaceKey(gallery, subjectId, ""), Enroll.newBuilder().setGallery(gallery).setSubjectId(subjectId)
                .setMultipleFaces(largestOfSeveral).setForce(force).build(), photo);
    }

    /**
     * Waits for a reply.
     *
     * @return empty where it did not come in time
     */
    public Optional<UploadReply> await(String requestId, Duration timeout) {
        CompletableFuture<UploadReply> reply = sent.get(requestId);
        try {
            Optional<UploadReply> arrived = Optional.of(reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
            sent.remove(requestId);
            return arrived;
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        requests.close();
    }
}
