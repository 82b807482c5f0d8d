package dev.tronie.gateway;

import dev.tronie.client.Requests;
import dev.tronie.schema.UploadReply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;

/** Where calls go and replies come from. Safe to call from many threads. */
public interface Upstream {
    /**
     * A request on its way.
     *
     * @param id    its id
     * @param reply the reply; completed exceptionally where no broker takes the request
     */
    record Asked(String id, CompletableFuture<UploadReply> reply) {
    }

    /**
     * Sends an operation.
     *
     * @param key   order among requests of the same key is kept; null = none
     * @param photo null where the operation needs none
     * @param caller the name of the caller's key
     * @throws dev.tronie.client.BrokerProblem where nobody can be reached
     */
    Asked ask(String key, SpecificRecord operation, byte[] photo, String caller);

    /** An earlier reply; empty where there is none (yet). */
    Optional<Requests.Found> find(String requestId, Duration patience);

    /** Whether calls can be served. */
    boolean ready();
}
