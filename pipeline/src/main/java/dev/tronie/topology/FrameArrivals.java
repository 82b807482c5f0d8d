package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest frame of every camera that has been fetched, looked at or not: what tells that a frame in hand has a newer one behind it.
 *
 * <p>Threading: written by the consumers of all stream threads, read by their processors.
 */
public final class FrameArrivals {
    /** The consumer setting under which an interceptor finds this. */
    static final String SETTING = "tronie.frame.arrivals";
    private static final int CAMERAS_MAX = 100_000;
    private static final long RESTART = 10_000;

    private final String topic;
    private final Map<String, Long> newest = new ConcurrentHashMap<>();

    /** The arrivals of a topic. */
    public FrameArrivals(String topic) {
        this.topic = topic;
    }

    /** A frame has been fetched. */
    void arrived(String cameraId, int partition, long offset) {
        if (newest.size() >= CAMERAS_MAX) {
            // Cameras come and go; a forgotten one only loses the right to be shed.
            newest.clear();
        }
        // Offsets that begin far below mean that the topic was made anew.
        newest.merge(partition + "/" + cameraId, offset, (known, now) -> now > known || now + RESTART < known ? now : known);
    }

    /** Whether a newer frame of the camera has been fetched. */
    boolean isSuperseded(String cameraId, int partition, long offset) {
        return newest.getOrDefault(partition + "/" + cameraId, -1L) > offset;
    }

    /** Notes what a stream thread's consumer fetches. Made by the consumer. */
    public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {
        private FrameArrivals arrivals;

        @Override
        public void configure(Map<String, ?> config) {
            arrivals = (FrameArrivals) config.get(SETTING);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            if (arrivals != null) {
                for (ConsumerRecord<byte[], byte[]> record : records.records(arrivals.topic)) {
                    if (record.key() != null && record.value() != null) {
                        arrivals.arrived(new String(record.key(), UTF_8), record.partition(), record.offset());
                    }
                }
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            // Nothing to note.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
