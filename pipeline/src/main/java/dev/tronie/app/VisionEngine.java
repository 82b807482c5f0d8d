package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import dev.tronie.image.ImageLimits;
import dev.tronie.inference.InferenceService;
import dev.tronie.inference.InferenceSettings;
import dev.tronie.inference.ModelFolder;
import dev.tronie.inference.TorchNetworks;
import dev.tronie.inference.WarmUp;
import dev.tronie.vision.FaceAnalyzer;
import dev.tronie.vision.NetworkFaceAnalyzer;
import org.bytedeco.opencv.global.opencv_core;

/**
 * The loaded networks, their workers, and the vision path over them. Owns the native memory of all three; closed workers first.
 *
 * <p>Threading: {@link #analyzer} may be used by many threads until {@link #close}.
 */
public final class VisionEngine implements AutoCloseable {
    private final TorchNetworks.Models models;
    private final InferenceService inference;
    private final FaceAnalyzer analyzer;

    /** Loads and warms; returns when every worker is ready. */
    public VisionEngine(TronieConfig config, ModelFolder folder, InferenceService.Listener listener) {
        oneThreadEach();
        TronieConfig.Inference i = config.inference();
        InferenceSettings settings = new InferenceSettings(i.workers(), i.detectBatchMax(), i.embedBatchMax(), i.batchWaitMs(), i.queueMax(), i.deadlineMs());
        models = TorchNetworks.load(folder, i.device());
        try {
            inference = new InferenceService(settings, models::open, new WarmUp(folder.inputChannels(), config.vision().detectorSidePx(), settings), listener);
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
        analyzer = new NetworkFaceAnalyzer(inference, folder, new ImageLimits(config.images().maxBytes(), config.images().maxPixels()),
                config.vision().detectorSidePx());
    }

    /** One thread a call: parallelism comes from the workers, and more threads than cores only wait for each other. Before the engine is loaded. */
    static void oneThreadEach() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        opencv_core.setNumThreads(1);
    }

    /** Pictures to faces. */
    public FaceAnalyzer analyzer() {
        return analyzer;
    }

    /** The workers. */
    public InferenceService inference() {
        return inference;
    }

    @Override
    public void close() {
        if (inference.closeWorkers()) {
            models.close();
        }
    }
}
