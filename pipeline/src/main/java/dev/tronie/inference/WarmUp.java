package dev.tronie.inference;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Runs every batch shape that ordinary pictures lead to, twice: TorchScript profiles a shape the first time and settles the second. */
public final class WarmUp implements Consumer<Networks> {
    private static final int CROP_PX = 112;
    private static final int RUNS = 2;

    private final int channels;
    private final int detectorSidePx;
    private final InferenceSettings settings;

    /**
     * A warm-up.
     *
     * @param channels       1 or 3
     * @param detectorSidePx longest side of the detector's input, pixels
     * @param settings       tells the batch sizes
     */
    public WarmUp(int channels, int detectorSidePx, InferenceSettings settings) {
        this.channels = channels;
        this.detectorSidePx = detectorSidePx;
        this.settings = settings;
    }

    @Override
    public void accept(Networks networks) {
        int side = (detectorSidePx + 31) / 32 * 32;
        int[][] shapes = {{multiple(side * 9 / 16), side}, {multiple(side * 3 / 4), side}, {side, multiple(side * 3 / 4)}, {side, side}};
        for (int run = 0; run < RUNS; run++) {
            for (int[] shape : shapes) {
                networks.detect(List.of(black(1, shape[0], shape[1])));
            }
            for (int count = 1; count <= settings.embedBatchMax(); count++) {
                networks.embed(List.of(black(count, CROP_PX, CROP_PX)));
            }
        }
    }

    private static int multiple(int px) {
        return (px + 31) / 32 * 32;
    }

    private PixelBlock black(int count, int height, int width) {
        return new PixelBlock(ByteBuffer.allocateDirect(count * height * width * channels), count, height, width);
    }
}
