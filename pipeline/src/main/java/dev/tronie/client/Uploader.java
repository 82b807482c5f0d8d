package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends uploads and awaits their replies.
 *
 * <p>Threading: one thread uses it. A request that a broker has acknowledged will be answered; where the reply does not come in
 * time the request id is all that is needed to find it later.
 */
public final class Uploader implements AutoCloseable {
    private static final int SEND_DEADLINE_MS = 15_000;

    private final TronieConfig config;
    private final Topics topics;
    private final Producer<String, Upload> producer;
    private final Consumer<String, UploadReply> replies;
    private final Map<String, UploadReply> arrived = new HashMap<>();
    private final InstantSource clock;

    /** Connects; replies to everything sent later will be seen. */
    public Uploader(TronieConfig config, Topics topics, InstantSource clock) {
        this.config = config;
        this.topics = topics;
        this.clock = clock;
        this.replies = KafkaClients.reader(config, topics.replies(), topics.replies().value(), false);
        this.producer = KafkaClients.producer(config, topics, topics.uploads(), SEND_DEADLINE_MS);
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
        return sendKeyed(subject == null ? null : FaceKey.ofSubject(subject.gallery(), subject.subjectId()), operation, photo);
    }

    /**
     * Sends a photo to be enrolled.
     *
     * @return the request id, once a broker has it
     * @throws BrokerProblem where none takes it
     */
    public String enroll(String gallery, String subjectId, byte[] photo, boolean largestOfSeveral) {
        return sendKeyed(FaceKey.ofSubject(gallery, subjectId), Enroll.newBuilder().setGallery(gallery).setSubjectId(subjectId)
                .setMultipleFaces(largestOfSeveral).build(), photo);
    }

    private String sendKeyed(String key, Object operation, byte[] photo) {
        if (photo != null && photo.length > config.images().maxBytes()) {
            throw new IllegalArgumentException("The photo has " + photo.length + " bytes; at most " + config.images().maxBytes()
                    + " are taken. Save it smaller.");
        }
        String id = UUID.randomUUID().toString();
        Instant now = Instant.ofEpochMilli(clock.millis());
        Upload upload = Upload.newBuilder().setRequestId(id).setRequestedAt(now).setImage(photo == null ? null : ByteBuffer.wrap(photo)).setOperation(operation).build();
        try {
            producer.send(new ProducerRecord<>(topics.uploads().name(), null, now.toEpochMilli(), key == null ? id : key, upload)).get();
            return id;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw BrokerProblem.unreachable(config);
            }
            throw new BrokerProblem("The broker refuses the photo: " + e.getCause().getMessage());
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw BrokerProblem.unreachable(config);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerProblem("Interrupted.");
        }
    }

    /**
     * Waits for a reply.
     *
     * @return empty where it did not come in time
     */
    public Optional<UploadReply> await(String requestId, Duration timeout) {
        long until = System.nanoTime() + timeout.toNanos();
        do {
            for (ConsumerRecord<String, UploadReply> record : replies.poll(arrived.containsKey(requestId) ? Duration.ZERO : Duration.ofMillis(100))) {
                arrived.put(record.key(), record.value());
            }
        } while (!arrived.containsKey(requestId) && System.nanoTime() < until);
        return Optional.ofNullable(arrived.remove(requestId));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        replies.close();
    }
}
