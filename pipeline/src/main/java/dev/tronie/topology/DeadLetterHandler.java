package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.ops.PipelineMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Poison records go to dead-letters as they came, with the reason in headers (KIP-1034's names, no stack trace), and the stream goes on.
 * A registry that does not answer is no reason to drop a record: that fails the thread, which is replaced and tries again.
 *
 * <p>Threading: one instance a stream thread, made by Kafka Streams.
 */
public final class DeadLetterHandler implements DeserializationExceptionHandler {
    /** Configuration key under which the metrics are handed over. */
    public static final String METRICS = "tronie.metrics";
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterHandler.class);

    private PipelineMetrics metrics;
    private String deadLetters;
    private String galleryFaces;

    @Override
    public void configure(Map<String, ?> configs) {
        metrics = (PipelineMetrics) configs.get(METRICS);
        deadLetters = (String) configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
        galleryFaces = (String) configs.get(StreamsProperties.GALLERY_TOPIC);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException) {
                LOG.warn("{}-{} at offset {} waits: {}", record.topic(), record.partition(), record.offset(), cause.getMessage());
                return Response.fail();
            }
        }
        LOG.warn("{}-{} at offset {} is unreadable: {}", record.topic(), record.partition(), record.offset(), exception.getMessage());
        if (record.topic().equals(galleryFaces)) {
            // Kafka Streams has no dead-letter path for global stores.
            metrics.gallerySkipped("unreadable");
            return Response.resume();
        }
        metrics.deadLetter("unreadable");
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(deadLetters, null, record.timestamp(), record.key(), record.value());
        describe(exception.getMessage(), exception.getClass().getName(), record.topic(), record.partition(), record.offset())
                .forEach((name, value) -> letter.headers().add(name, value.getBytes(UTF_8)));
        return Response.resume(List.of(letter));
    }

    /** Headers that tell where a dead letter comes from and why it is one. */
    static Map<String, String> describe(String message, String type, String topic, int partition, long offset) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("__streams.errors.exception", type);
        headers.put("__streams.errors.message", message);
        headers.put("__streams.errors.topic", topic);
        headers.put("__streams.errors.partition", Integer.toString(partition));
        headers.put("__streams.errors.offset", Long.toString(offset));
        return headers;
    }
}
