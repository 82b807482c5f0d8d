package dev.tronie.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Networks} on DJL's PyTorch engine. The two models are loaded once and shared; every worker opens its own predictors.
 * All arrays live in the predictor's scope of one call: pixels enter as a view of the caller's buffer, answers leave as Java arrays.
 */
public final class TorchNetworks implements Networks {
    private static final Logger LOG = LoggerFactory.getLogger(TorchNetworks.class);

    private final int channels;
    private final Predictor<List<PixelBlock>, List<RawFaces>> detector;
    private final Predictor<List<PixelBlock>, List<float[]>> embedder;

    private TorchNetworks(int channels, Models models) {
        this.channels = channels;
        this.detector = models.detector.newPredictor(new DetectorTranslator());
        this.embedder = models.embedder.newPredictor(new EmbedderTranslator());
    }

    /** The loaded graphs; closed after every {@link TorchNetworks} made from them. */
    public static final class Models implements AutoCloseable {
        private final int channels;
        private final ZooModel<NDList, NDList> detector;
        private final ZooModel<NDList, NDList> embedder;

        private Models(int channels, ZooModel<NDList, NDList> detector, ZooModel<NDList, NDList> embedder) {
            this.channels = channels;
            this.detector = detector;
            this.embedder = embedder;
        }

        /** Networks for one worker, to be closed by it. */
        public TorchNetworks open() {
            return new TorchNetworks(channels, this);
        }

        @Override
        public void close() {
            detector.close();
            embedder.close();
        }
    }

    /**
     * Loads both graphs of a folder.
     *
     * @param folder a verified model folder
     * @param device auto (a GPU where the engine finds one), cpu or gpu
     * @throws ModelFolder.InvalidModel where a file is no graph that the engine can load, or one that it computes wrong here (see {@link Proof})
     */
    public static Models load(ModelFolder folder, String device) {
        HiddenCaches.mind();
        Device chosen = switch (device) {
            case "cpu" -> Device.cpu();
            case "gpu" -> Device.gpu();
            default -> Engine.getEngine("PyTorch").getGpuCount() > 0 ? Device.gpu() : Device.cpu();
        };
        boolean packed = folder.hasPacked() && !chosen.isGpu() && CpuFeatures.runsPacked(folder.precision());
        List<String> wrong = new ArrayList<>();
        for (boolean form : packed ? new boolean[] {true, false} : new boolean[] {false}) {
            Optional<Models> models = loaded(folder, form, chosen);
            if (models.isPresent()) {
                Optional<String> reason = wrong(models.get(), folder);
                if (reason.isEmpty()) {
                    return models.get();
                }
                models.get().close();
                wrong.add((form ? "with packed weights " : "") + reason.get());
                if (form) {
                    LOG.warn("Packed weights of {} {} are computed wrong on this processor ({}): the plain graphs are tried.", folder.modelId(), folder.precision(), reason.get());
                }
            }
        }
        throw new ModelFolder.InvalidModel("The engine computes " + folder.modelId() + " " + folder.precision() + " wrong on this processor: " + String.join("; ", wrong)
                + ". Take another precision (models.precision), or set ONEDNN_MAX_CPU_ISA=AVX2 in the environment.");
    }

    /** Whether the engine computes a model right on this machine's processor, in one form at least; it loads and asks it. */
    public static boolean isRight(ModelFolder folder) {
        try {
            load(folder, "cpu").close();
            return true;
        } catch (ModelFolder.InvalidModel e) {
            LOG.warn(e.getMessage());
            return false;
        }
    }

    private static Optional<String> wrong(Models models, ModelFolder folder) {
        try (TorchNetworks networks = models.open()) {
            return folder.proof().wrong(networks, folder.inputChannels(), folder.precision());
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
    }

    /** Empty where the engine has no use for packed weights. */
    private static Optional<Models> loaded(ModelFolder folder, boolean packed, Device device) {
        try {
            ZooModel<NDList, NDList> detector = graph(packed ? folder.packedDetector() : folder.detector(), device);
            try {
                return Optional.of(new Models(folder.inputChannels(), detector, graph(packed ? folder.packedEmbedder() : folder.embedder(), device)));
            } catch (RuntimeException e) {
                detector.close();
                throw e;
            }
        } catch (ModelFolder.InvalidModel | EngineException e) {
            if (packed) {
                LOG.warn("The engine has no use for packed weights; the plain graphs are slower and say the same.");
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ZooModel<NDList, NDList> graph(Path file, Device device) {
        try {
            return Criteria.builder().setTypes(NDList.class, NDList.class).optEngine("PyTorch").optDevice(device)
                    .optModelPath(file).build().loadModel();
        } catch (IOException | ModelNotFoundException | MalformedModelException e) {
            throw new ModelFolder.InvalidModel("The engine cannot load " + file + ": " + e.getMessage());
        }
    }

    @Override
    public List<RawFaces> detect(List<PixelBlock> pictures) {
        return predict(detector, pictures);
    }

    @Override
    public List<float[]> embed(List<PixelBlock> crops) {
        return predict(embedder, crops);
    }

    private static <I, O> O predict(Predictor<I, O> predictor, I input) {
        try {
            return predictor.predict(input);
        } catch (TranslateException e) {
            throw new InferenceFailed(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        detector.close();
        embedder.close();
    }

    private NDList input(NDManager scope, List<PixelBlock> blocks) {
        PixelBlock first = blocks.get(0);
        int count = blocks.stream().mapToInt(PixelBlock::count).sum();
        ByteBuffer bytes = first.bytes();
        if (blocks.size() > 1) {
            bytes = ByteBuffer.allocateDirect(count * first.heightPx() * first.widthPx() * channels);
            for (PixelBlock block : blocks) {
                bytes.put(block.bytes().duplicate());
            }
            bytes.flip();
        }
        Shape shape = new Shape(count, first.heightPx(), first.widthPx(), channels);
        return new NDList(scope.create(bytes, shape, DataType.UINT8));
    }

    private final class DetectorTranslator implements Translator<List<PixelBlock>, List<RawFaces>> {
        @Override
        public NDList processInput(TranslatorContext ctx, List<PixelBlock> blocks) {
            return input(ctx.getNDManager(), blocks);
        }

        @Override
        public List<RawFaces> processOutput(TranslatorContext ctx, NDList out) {
            int n = (int) out.get(1).getShape().get(0);
            int k = (int) out.get(1).getShape().get(1);
            float[] boxes = out.get(0).toFloatArray();
            float[] scores = out.get(1).toFloatArray();
            float[] landmarks = out.get(2).toFloatArray();
            if (n == 1) {
                return List.of(new RawFaces(boxes, scores, landmarks));
            }
            List<RawFaces> answers = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                answers.add(new RawFaces(java.util.Arrays.copyOfRange(boxes, 4 * k * i, 4 * k * (i + 1)),
                        java.util.Arrays.copyOfRange(scores, k * i, k * (i + 1)),
                        java.util.Arrays.copyOfRange(landmarks, 10 * k * i, 10 * k * (i + 1))));
            }
            return answers;
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }

    private final class EmbedderTranslator implements Translator<List<PixelBlock>, List<float[]>> {
        @Override
        public NDList processInput(TranslatorContext ctx, List<PixelBlock> blocks) {
            return input(ctx.getNDManager(), blocks);
        }

        @Override
        public List<float[]> processOutput(TranslatorContext ctx, NDList out) {
            NDArray embeddings = out.get(0);
            int n = (int) embeddings.getShape().get(0);
            int d = (int) embeddings.getShape().get(1);
            float[] all = embeddings.toFloatArray();
            List<float[]> answers = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                answers.add(java.util.Arrays.copyOfRange(all, d * i, d * (i + 1)));
            }
            return answers;
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }
}
