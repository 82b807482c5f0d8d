package dev.tronie.app;

import dev.tronie.client.BrokerProblem;
import dev.tronie.client.CameraPublisher;
import dev.tronie.client.EncodedFrame;
import dev.tronie.client.FrameSource;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cameras that publish frames, each on a thread of its own. */
@Command(name = "camera", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Publish the frames of one or more sources as cameras.")
final class CameraCommand implements Callable<Integer> {
    private static final double FOLDER_FPS = 5;

    @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "A folder of pictures, a video file, an RTSP or HTTP stream, or /dev/video*; several play at once.")
    List<String> sources;

    @Option(names = "--id", required = true, paramLabel = "ID", description = "The camera's id; one for each source, or one for all, which are then ID-1, ID-2 and so on.")
    List<String> ids;

    @Option(names = "--copies", defaultValue = "1", paramLabel = "N", description = "Play every source as so many cameras (default: ${DEFAULT-VALUE}).")
    int copies;

    @Option(names = "--fps", paramLabel = "N", description = "Frames a second; default: the video's own, 5 for a folder, all for a live stream.")
    Double fps;

    @Option(names = "--loop", description = "Start again at the end.")
    boolean loop;

    @Option(names = "--gallery", defaultValue = "default", description = "The gallery to look for the faces in (default: ${DEFAULT-VALUE}).")
    String gallery;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws Exception {
        if (fps != null && !(fps > 0)) {
            throw new IllegalArgumentException("--fps must be greater than 0.");
        }
        Console console = new Console(false);
        TronieConfig config = settings.config();
        Topics topics = Topics.of(config);
        List<Play> plays = plays();
        for (String source : sources) {
            FrameSource.open(source).close();
        }
        if (new TopicSetup(config, topics).missing().contains(topics.frames().name())) {
            throw new BrokerProblem("The topic " + topics.frames().name() + " does not exist. Make it with: tronie topics create");
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Shutdown.onSignal(() -> {
            stop.countDown();
            try {
                done.await(8, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ExecutorService cameras = Executors.newFixedThreadPool(plays.size());
        try {
            List<Future<Integer>> ends = new ArrayList<>();
            plays.forEach(play -> ends.add(cameras.submit(() -> {
                try {
                    return run(play, config, topics, console, stop);
                } catch (IOException | RuntimeException e) {
                    // Told now: the others may play for days.
                    console.note(play.id() + " has ended: " + e.getMessage());
                    return ExitCodes.UNAVAILABLE;
                }
            })));
            int exit = ExitCodes.OK;
            for (Future<Integer> end : ends) {
                exit = Math.max(exit, end.get());
            }
            return exit;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception problem ? problem : e;
        } finally {
            stop.countDown();
            cameras.shutdown();
            cameras.awaitTermination(5, TimeUnit.SECONDS);
            done.countDown();
        }
    }

    private record Play(String source, String id) {
    }

    private List<Play> plays() {
        int n = sources.size() * copies;
        if (copies < 1 || ids.size() != 1 && ids.size() != n) {
            throw new IllegalArgumentException("Give one --id, or one for each of the " + n + " cameras; --copies must be at least 1.");
        }
        List<Play> plays = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            plays.add(new Play(sources.get(i / copies), ids.size() == n ? ids.get(i) : ids.get(0) + "-" + (i + 1)));
        }
        if (plays.stream().map(Play::id).distinct().count() < n) {
            throw new IllegalArgumentException("Two cameras have the same id.");
        }
        return plays;
    }

    private int run(Play play, TronieConfig config, Topics topics, Console console, CountDownLatch stop) throws IOException, InterruptedException {
        try (CameraPublisher camera = new CameraPublisher(config, topics, play.id(), gallery, InstantSource.system())) {
            long frames;
            do {
                frames = play(play, camera, console, stop);
            } while (loop && frames > 0 && stop.getCount() > 0);
            camera.flush();
            if (frames == 0 && stop.getCount() > 0) {
                throw new IOException("No frame could be read from " + play.source() + ": is it a whole video, or does the camera answer?"
                        + " (A file over HTTP must be seekable, or be made for streaming.)");
            }
            console.note(String.format(Locale.ROOT, "%s: %d frames published, %d lost.", play.id(), camera.sent(), camera.failed()));
            return camera.failed() == 0 ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
        }
    }

    private long play(Play play, CameraPublisher camera, Console console, CountDownLatch stop) throws IOException, InterruptedException {
        try (FrameSource frames = FrameSource.open(play.source())) {
            double pace = fps != null ? fps : frames.live() ? 0 : frames.framesPerSecond() > 0 ? frames.framesPerSecond() : FOLDER_FPS;
            long start = System.nanoTime();
            long number = 0;
            for (EncodedFrame frame = frames.next(); frame != null && stop.getCount() > 0; frame = frames.next()) {
                long dueNs = pace == 0 ? 0 : start + (long) (number * 1e9 / pace) - System.nanoTime();
                if (dueNs > 0 && frames.live()) {
                    // A live source does not wait: what comes between two due frames is let go, or the camera would fall behind.
                    continue;
                }
                if (dueNs > 0 && stop.await(dueNs, TimeUnit.NANOSECONDS)) {
                    return number;
                }
                camera.publish(frame.bytes());
                number++;
                String failure = camera.takeFailure();
                if (failure != null) {
                    console.note(play.id() + ": a frame was lost: " + failure);
                }
                console.progress(play.id(), number, frames.total(), String.format(Locale.ROOT, "%.1f frames/s", number * 1e9 / (System.nanoTime() - start)));
            }
            return number;
        }
    }
}
