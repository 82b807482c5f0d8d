package dev.tronie.app;

import dev.tronie.client.GalleryLog;
import dev.tronie.client.ReplyLog;
import dev.tronie.client.SettingsLog;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.AnsweredRequests;
import dev.tronie.topology.GalleryReading;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * One life of the stream: Kafka Streams and the logs that its tasks ask, opened and closed together.
 *
 * <p>Threading: made, built and closed by one thread, the pipeline's supervisor.
 */
final class StreamRun implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    /** Draws the topology over the logs. */
    @FunctionalInterface
    interface Plan {
        Topology topology(AnsweredRequests replies, GalleryReading galleryLog, Properties properties);
    }

    /** The first records should be decided on by the topic's settings; where it cannot be read, rather by the file's than not at all. */
    private static final Duration SETTINGS_PATIENCE = Duration.ofSeconds(20);

    private final TronieConfig config;
    private final Topics topics;
    private final GalleryLog galleryLog;
    private final ReplyLog replies;
    private SettingsLog settings;
    private KafkaStreams streams;

    /**
     * Opens the logs.
     *
     * @throws org.apache.kafka.common.KafkaException when no client can be made, as where no broker's name can be resolved; nothing is left open
     */
    StreamRun(TronieConfig config, Topics topics) {
        this.config = config;
        this.topics = topics;
        galleryLog = new GalleryLog(config);
        replies = new ReplyLog(config, topics);
    }

    /** Lets stages follow the topic of settings, which has been read once when this returns, or cannot be. */
    LiveStages followSettings(LiveStages stages) {
        settings = new SettingsLog(config, topics, stages::use);
        try {
            settings.awaitFirst(SETTINGS_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return stages;
    }

    /** The stream, not started yet; {@link #close} closes it. */
    KafkaStreams build(Plan plan, Properties properties) {
        streams = new KafkaStreams(plan.topology(replies, galleryLog, properties), properties, galleryLog);
        return streams;
    }

    @Override
    public void close() {
        // A task that waits for either log's end would hold the end up.
        replies.stop();
        galleryLog.stop();
        if (streams != null) {
            streams.close(CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
        if (settings != null) {
            settings.close();
        }
        replies.close();
        galleryLog.close();
    }
}
