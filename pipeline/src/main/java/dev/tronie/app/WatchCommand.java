package dev.tronie.app;

import dev.tronie.client.Annotator;
import dev.tronie.client.KafkaClients;
import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Recognition;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recognitions as they come. */
@Command(name = "watch", mixinStandardHelpOptions = true, sortOptions = false, description = "Print recognitions as they come, until Ctrl-C.")
final class WatchCommand implements Callable<Integer> {
    /** Frames kept for drawing until their events come. */
    private static final int FRAMES_KEPT = 64;
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Option(names = "--pictures", paramLabel = "DIR", description = "Write the frames there, with boxes and names.")
    Path pictures;

    @Option(names = "--from-beginning", description = "Start with what the topic still holds.")
    boolean fromBeginning;

    @Mixin
    Settings settings;

    private volatile boolean stop;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = new Console(json);
        TronieConfig config = settings.config();
        Topics topics = Topics.of(config);
        if (pictures != null) {
            Files.createDirectories(pictures);
        }
        Consumer<String, Recognition> events = KafkaClients.reader(config, topics.recognitions(), topics.recognitions().value(), fromBeginning);
        Consumer<String, Frame> frames = pictures == null ? null
                : KafkaClients.reader(config, topics.frames(), topics.frames().value(), fromBeginning);
        Thread watching = Thread.currentThread();
        Shutdown.onSignal(() -> {
            stop = true;
            try {
                watching.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        console.note("Watching " + topics.recognitions().name() + " at " + config.kafka().bootstrapServers() + " (Ctrl-C ends it)");
        BrokerWatch broker = new BrokerWatch(config, topics, console);
        try (events; frames) {
            Map<String, byte[]> kept = new LinkedHashMap<>();
            while (!stop) {
                if (frames != null) {
                    keep(frames, kept);
                }
                Map<String, List<Recognition>> drawn = new LinkedHashMap<>();
                for (ConsumerRecord<String, Recognition> record : events.poll(POLL)) {
                    Recognition event = record.value();
                    // Of the past it can only be said how long the decision took.
                    long until = fromBeginning ? event.getDecidedAt().toEpochMilli() : System.currentTimeMillis();
                    console.recognition(event, until - event.getCapturedAt().toEpochMilli());
                    drawn.computeIfAbsent(event.getSourceId() + " " + event.getFrameId(), k -> new ArrayList<>()).add(event);
                }
                if (frames != null) {
                    keep(frames, kept);
                    draw(console, drawn, kept);
                }
                broker.look();
            }
        }
        return ExitCodes.OK;
    }

    private static void keep(Consumer<String, Frame> frames, Map<String, byte[]> kept) {
        for (ConsumerRecord<String, Frame> record : frames.poll(Duration.ZERO)) {
            if (record.value() != null && record.value().getImage() instanceof ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                kept.put(record.key() + " " + record.value().getFrameId(), copy);
                if (kept.size() > FRAMES_KEPT) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
        }
    }

    private void draw(Console console, Map<String, List<Recognition>> drawn, Map<String, byte[]> kept) {
        drawn.forEach((frame, faces) -> {
            byte[] picture = kept.get(frame);
            if (picture != null) {
                try {
                    Annotator.write(picture, faces, pictures.resolve(frame.replaceAll("[^\\p{Alnum}._-]", "_") + ".jpg"));
                } catch (IOException e) {
                    console.note(e.getMessage());
                }
            }
        });
    }
}
