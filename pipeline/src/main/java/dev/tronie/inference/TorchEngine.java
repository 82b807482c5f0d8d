package dev.tronie.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** What benchmarks want of the engine itself. Threads: see the methods. */
public final class TorchEngine {
    /** Side of the matrices: what they hold stays in a processor's caches. */
    private static final int SIDE = 768;
    private static final int TRIES = 12;

    private TorchEngine() {
    }

    /** How many threads a call of the calling thread uses inside; for other threads nothing changes. */
    public static void threadsOfThisThread(int threads) {
        HiddenCaches.mind();
        JniUtils.setNumThreads(threads);
    }

    /**
     * The processor's peak as the engine reaches it: multiplications and additions a second of a matrix product, by the calling thread, the best of
     * some tries.
     *
     * @param precision bf16, or anything else for fp32
     */
    public static double peakPerSecond(String precision) {
        HiddenCaches.mind();
        DataType type = precision.equals("bf16") ? DataType.BFLOAT16 : DataType.FLOAT32;
        double best = 0;
        try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch"); NDArray a = scope.randomNormal(new Shape(SIDE, SIDE)).toType(type, false);
                NDArray b = scope.randomNormal(new Shape(SIDE, SIDE)).toType(type, false)) {
            for (int i = 0; i < TRIES; i++) {
                long start = System.nanoTime();
                a.matMul(b).close();
                best = Math.max(best, 2.0 * SIDE * SIDE * SIDE / ((System.nanoTime() - start) / 1e9));
            }
        }
        return best;
    }
}
