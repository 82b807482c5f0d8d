package dev.tronie.app;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a pipeline makes of frames, as flags. */
final class FrameFlags {
    @Option(names = "--every-frame", description = "Tell of every face of every frame (SEEN) besides the appearances (frames.every).")
    boolean everyFrame;

    @Option(names = "--replay", description = "Go through the frames that the topic still holds, marking every event late (frames.replay), as an application"
            + " of its own; uploads are left to the live pipeline.")
    boolean replay;

    /** What they set. */
    Map<String, String> decided(Settings settings) {
        Map<String, String> decided = new LinkedHashMap<>();
        if (everyFrame) {
            decided.put("frames.every", "true");
        }
        if (replay) {
            String application = settings.values().getOrDefault("application.id", "tronie");
            decided.put("frames.replay", "true");
            // A name of its own for every run: the next one begins at the beginning too.
            decided.put("application.id", application.contains("replay") ? application : application + "-replay-" + Long.toString(System.currentTimeMillis(), 36));
        }
        return decided;
    }
}
