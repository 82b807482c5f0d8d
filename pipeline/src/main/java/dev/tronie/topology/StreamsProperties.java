package dev.tronie.topology;

import dev.tronie.config.TronieConfig;
import dev.tronie.ops.PipelineMetrics;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams' configuration: the only place where its keys stand. Streams' own defaults cost latency and heap, so they are set. */
public final class StreamsProperties {
    static final String GALLERY_TOPIC = "tronie.gallery.topic";

    private StreamsProperties() {
    }

    /** The properties of a pipeline. What the user passes through under streams., producer. and consumer. comes last and wins. */
    public static Properties of(TronieConfig config, Topics topics, PipelineMetrics metrics, FrameArrivals arrivals) {
        Properties p = config.kafka().common();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.processing().guarantee());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.processing().threads());
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.processing().commitIntervalMs());
        p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        // Heap for pictures: partitions x (buffered + polled) x picture.
        p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 2);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 64);
        // What has been fetched tells which frames have a newer one behind them.
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG), FrameArrivals.Interceptor.class.getName());
        p.put(StreamsConfig.mainConsumerPrefix(FrameArrivals.SETTING), arrivals);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 8 << 20);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 2 << 20);
        // Frames are large: with Kafka's 64 KiB the broker sends each response in dozens of pieces. -1 lets the system choose.
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), -1);
        // The gallery's log is read by its own consumer: at the start all of it, as fast as the broker sends.
        p.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
        p.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 << 20);
        p.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
        p.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), 1 << 20);
        // A killed instance is replaced after ten seconds, not forty-five.
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 3_000);
        // The global consumer polls the gallery: an enrolment is matchable as soon as it is fetched.
        p.put(StreamsConfig.POLL_MS_CONFIG, 50);
        // Under exactly_once_v2 one record may wait for a worker more than once, so more than Streams' ten seconds; but after a kill readers of
        // committed records wait this long for the dead instance's transaction.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 30_000);
        // KIP-1270: a fault in the gallery's loader is handled like any other instead of ending the client.
        p.put("processing.exception.handler.global.enabled", true);
        // An event and the camera's memory of it leave in one request instead of two.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 1);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), topics.recordBytesMax());
        p.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000);
        p.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        p.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetters().name());
        p.put(DeadLetterHandler.METRICS, metrics);
        p.put(GALLERY_TOPIC, topics.galleryFaces().name());
        p.putAll(config.kafka().streams());
        config.kafka().producer().forEach((key, value) -> p.put(StreamsConfig.producerPrefix(key), value));
        config.kafka().consumer().forEach((key, value) -> p.put(StreamsConfig.consumerPrefix(key), value));
        return p;
    }
}
