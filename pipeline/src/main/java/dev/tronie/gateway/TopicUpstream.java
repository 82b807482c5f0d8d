package dev.tronie.gateway;

import dev.tronie.client.Requests;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Upstream over photo-uploads and upload-replies. Safe to call from many threads; the requests are the owner's to close. */
public final class TopicUpstream implements Upstream {
    private final Requests requests;

    /** Over these requests. */
    public TopicUpstream(Requests requests) {
        this.requests = requests;
    }

    @Override
    public Asked ask(String key, SpecificRecord operation, byte[] photo, String caller) {
        Requests.Asked asked = requests.ask(key, operation, photo, caller);
        return new Asked(asked.id(), asked.reply());
    }

    @Override
    public Optional<Requests.Found> find(String requestId, Duration patience) {
        return requests.find(requestId, patience);
    }

    @Override
    public boolean ready() {
        return requests.isConnected();
    }
}
