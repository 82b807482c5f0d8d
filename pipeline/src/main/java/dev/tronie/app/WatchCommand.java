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
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recognitions as they come. */
@Command(name = "watch", mixinStandardHelpOptions = true, sortOptions = false, description = "Print who appears before the cameras, changes, and goes, as it comes, until Ctrl-C; on a terminal with a living list of who is there.")
final class WatchCommand implements Callable<Integer> {
    /** Frames kept for drawing until their events come. */
    private static final int FRAMES_KEPT = 64;
    private static final long LIST_EVERY_NS = 500_000_000L;
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Option(names = "--pictures", paramLabel = "DIR", description = "Write the frames there, with boxes and names.")
    Path pictures;

    @Option(names = "--from-beginning", description = "Start with what the topic still holds.")
    boolean fromBeginning;

    @Mixin
    Settings settings;

    private final LivingList list = new LivingList();
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
            // The faces of one frame are records of their own and may come in two polls: a frame is drawn again with all of them.
            Map<String, List<Recognition>> faces = new LinkedHashMap<>();
            boolean any = false;
            long shownNs = 0;
            while (!stop) {
                if (frames != null) {
                    keep(frames, kept);
                }
                Set<String> changed = new LinkedHashSet<>();
                for (ConsumerRecord<String, Recognition> record : events.poll(POLL)) {
                    Recognition event = record.value();
                    // Of the past it can only be said how long the decision took.
                    long until = fromBeginning ? event.getDecidedAt().toEpochMilli() : System.currentTimeMillis();
                    console.recognition(event, until - event.getCapturedAt().toEpochMilli());
                    list.add(event);
                    any |= event.getAppearanceId() != null;
                    String frame = event.getSourceId() + " " + event.getFrameId();
                    faces.computeIfAbsent(frame, k -> new ArrayList<>()).add(event);
                    changed.add(frame);
                    trim(faces);
                }
                if (frames != null) {
                    keep(frames, kept);
                    draw(console, changed, faces, kept);
                }
                broker.look();
                if (any && System.nanoTime() - shownNs > LIST_EVERY_NS) {
                    shownNs = System.nanoTime();
                    console.block(list.lines(Instant.ofEpochMilli(System.currentTimeMillis())));
                }
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
                trim(kept);
            }
        }
    }

    private static void trim(Map<String, ?> oldestFirst) {
        if (oldestFirst.size() > FRAMES_KEPT) {
            oldestFirst.remove(oldestFirst.keySet().iterator().next());
        }
    }

    private void draw(Console console, Set<String> changed, Map<String, List<Recognition>> faces, Map<String, byte[]> kept) {
        changed.forEach(frame -> {
            byte[] picture = kept.get(frame);
            if (picture != null && faces.containsKey(frame)) {
                try {
                    Annotator.write(picture, faces.get(frame), pictures.resolve(frame.replaceAll("[^\\p{Alnum}._-]", "_") + ".jpg"));
                } catch (IOException e) {
                    console.note(e.getMessage());
                }
            }
        });
    }
}
