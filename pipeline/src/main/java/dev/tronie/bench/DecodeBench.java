package dev.tronie.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.FrameScaler;
import dev.tronie.image.ImageInspector;
import dev.tronie.image.ImageLimits;
import dev.tronie.image.Outcome;
import dev.tronie.image.Picture;
import dev.tronie.vision.DetectorInput;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * From a JPEG file to the pixels that the detector sees: as the pipeline does it, check of the file included; by ImageIO and Java2D; and by
 * libjpeg-turbo's own djpeg where it is installed, less what starting it takes. Used by one thread.
 */
public final class DecodeBench {
    private static final int ROUNDS = 5;
    private static final int WARM_ROUNDS = 3;
    private static final int PICTURES = 40;
    private static final int DETECTOR_SIDE_PX = 640;
    private static final int[][] SIZES_PX = {{1280, 720}, {1920, 1080}};
    private static final ImageLimits LIMITS = new ImageLimits(10 << 20, 40_000_000);

    private final List<byte[]> frames;
    private final BenchReport report;

    /**
     * A benchmark.
     *
     * @param frames a recording, JPEG
     */
    public DecodeBench(List<byte[]> frames, BenchReport report) {
        this.frames = frames.subList(0, Math.min(PICTURES, frames.size()));
        this.report = report;
    }

    /** Runs. */
    public void run() throws Exception {
        ImageIO.setUseCache(false);
        try (Scratch scratch = new Scratch()) {
            boolean djpeg = installed();
            if (!djpeg) {
                report.line("djpeg is not installed (Debian: apt-get install libjpeg-turbo-progs): measured without it.");
            }
            for (int[] size : SIZES_PX) {
                measure(size[0], size[1], scratch.directory(), djpeg);
            }
        }
    }

    private void measure(int widthPx, int heightPx, Path directory, boolean djpeg) throws Exception {
        List<byte[]> pictures = frames.stream().map(frame -> FrameScaler.scaled(frame, widthPx, heightPx)).toList();
        report.line(String.format(Locale.ROOT, "JPEG of %d x %d, %d kB each, to a longest side of %d pixels, one thread", widthPx, heightPx,
                pictures.stream().mapToInt(p -> p.length).sum() / pictures.size() / 1_000, DETECTOR_SIDE_PX));
        Contest contest = new Contest().add("tronie, colour", () -> each(pictures, picture -> tronie(picture, 3)))
                .add("tronie, grey", () -> each(pictures, picture -> tronie(picture, 1)))
                .add("ImageIO", () -> each(pictures, DecodeBench::imageIo));
        if (djpeg) {
            List<Path> files = new ArrayList<>();
            for (byte[] picture : pictures) {
                files.add(Files.write(directory.resolve(widthPx + "-" + files.size() + ".jpg"), picture));
            }
            Path tiny = Files.write(directory.resolve("tiny.jpg"), FrameScaler.scaled(pictures.get(0), 16, 16));
            String scale = "1/" + Math.max(1, Integer.highestOneBit(widthPx / DETECTOR_SIDE_PX));
            contest.add("djpeg -scale " + scale, () -> each(files, file -> djpeg(file, scale)) - each(files, file -> djpeg(tiny, scale)));
        }
        List<Contest.Result> results = contest.run(WARM_ROUNDS, ROUNDS);
        for (Contest.Result result : results) {
            boolean isOwn = result.name().startsWith("tronie");
            report.line(String.format(Locale.ROOT, "  %-18s %7.2f ms (%.2f-%.2f)%s", result.name(), result.medianMs(), result.leastMs(), result.mostMs(),
                    isOwn ? "" : String.format(Locale.ROOT, "   tronie in colour is %.2f x as fast", results.get(0).against(result))));
            report.bar(result.bar(String.format(Locale.ROOT, "JPEG of %d x %d to detector size, ms", widthPx, heightPx), isOwn));
            report.row(JsonNodeFactory.instance.objectNode().put("measure", "decode").put("widthPx", widthPx).put("heightPx", heightPx)
                    .put("contender", result.name()).put("ms", result.medianMs()).put("leastMs", result.leastMs()).put("mostMs", result.mostMs()).put("tronieIsFasterBy", results.get(0).against(result)));
        }
    }

    /** What is done with each picture. */
    @FunctionalInterface
    private interface Use<T> {
        void with(T picture) throws IOException, InterruptedException;
    }

    private static <T> double each(List<T> pictures, Use<T> use) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (T picture : pictures) {
            use.with(picture);
        }
        return (System.nanoTime() - start) / 1e6 / pictures.size();
    }

    private static void tronie(byte[] file, int channels) {
        Outcome<Boolean> done = ImageInspector.inspect(file, LIMITS).then(header -> {
            try (Picture picture = Picture.open(file, header, channels)) {
                int reduction = picture.reductionFor(DETECTOR_SIDE_PX);
                return picture.level(reduction).then((Mat level) -> {
                    DetectorInput.of(level, reduction, DETECTOR_SIDE_PX, 0).close();
                    return Outcome.ok(true);
                });
            }
        });
        if (done instanceof Outcome.Refused<Boolean> refused) {
            throw new IllegalStateException(refused.refusal().message());
        }
    }

    private static void imageIo(byte[] file) throws IOException {
        BufferedImage whole = ImageIO.read(new ByteArrayInputStream(file));
        int height = DETECTOR_SIDE_PX * whole.getHeight() / whole.getWidth();
        BufferedImage small = new BufferedImage(DETECTOR_SIDE_PX, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(whole, 0, 0, DETECTOR_SIDE_PX, height, null);
        graphics.dispose();
    }

    private static void djpeg(Path file, String scale) throws IOException, InterruptedException {
        new ProcessBuilder("djpeg", "-scale", scale, "-outfile", "/dev/null", file.toString()).start().waitFor();
    }

    private static boolean installed() throws InterruptedException {
        try {
            return new ProcessBuilder("djpeg", "-version").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
