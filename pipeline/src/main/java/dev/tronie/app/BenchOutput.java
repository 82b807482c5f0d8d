package dev.tronie.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tronie.bench.BarPicture;
import dev.tronie.bench.BarPicture.Bar;
import dev.tronie.bench.BenchReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A benchmark's figures: printed as they come, drawn at the end where a picture is wanted. Used by one thread. */
final class BenchOutput implements BenchReport {
    private final Console console;
    private final Path picture;
    private final List<Bar> bars = new ArrayList<>();

    /** Output; the picture may be null. */
    BenchOutput(Console console, Path picture) {
        this.console = console;
        this.picture = picture;
    }

    @Override
    public void line(String text) {
        console.say(text);
    }

    @Override
    public void row(JsonNode row) {
        console.object(row);
    }

    @Override
    public void bar(Bar bar) {
        bars.add(bar);
    }

    @Override
    public void progress(String what, long done, long total) {
        console.progress(what, done, total, "");
    }

    @Override
    public void step(String what) {
        console.note(what);
    }

    /** Draws. Returns the exit code of a command that has done its work. */
    int finish(String title) throws IOException {
        if (picture != null && !bars.isEmpty()) {
            if (picture.toAbsolutePath().getParent() != null) {
                Files.createDirectories(picture.toAbsolutePath().getParent());
            }
            Files.writeString(picture, BarPicture.svg(title + ", Java " + Runtime.version().feature() + ", " + Runtime.getRuntime().availableProcessors() + " processors", bars));
            console.note("Picture: " + picture);
        }
        return ExitCodes.OK;
    }
}
