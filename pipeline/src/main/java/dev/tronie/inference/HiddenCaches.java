package dev.tronie.inference;

import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines, mostly virtual ones, that do not say what caches their processors have. oneDNN, which does libtorch's convolutions, cuts the work of its
 * AVX-512 kernels to these, and some of them then compute wrong (see {@link Proof}); with AVX2 all is right. oneDNN asks the environment once, when it
 * is first used, so that has to be said before. Under Linux on x86-64 only. Any thread.
 */
final class HiddenCaches {
    private static final Logger LOG = LoggerFactory.getLogger(HiddenCaches.class);
    /** oneDNN's own setting; one that is given is left alone. */
    private static final String LIMIT = "ONEDNN_MAX_CPU_ISA";
    private static final Path PROCESSOR = Path.of("/sys/devices/system/cpu/cpu0");
    private static boolean minded;

    private HiddenCaches() {
    }

    /** Whether this machine is one, and nobody has decided otherwise. */
    static boolean here() {
        return System.getenv(LIMIT) == null && System.getProperty("os.arch").equals("amd64") && hidden(PROCESSOR);
    }

    static boolean hidden(Path processor) {
        return Files.isDirectory(processor) && !Files.isDirectory(processor.resolve("cache"));
    }

    /** Keeps oneDNN to AVX2 where this machine is one; to be called before the engine is loaded, and any number of times. */
    static synchronized void mind() {
        if (minded || !here()) {
            return;
        }
        minded = true;
        // Java cannot change its own process's environment.
        int failed = NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {LIMIT, "AVX2", 1});
        LOG.info(failed == 0 ? "This machine hides its processor's caches: networks are kept to AVX2, as larger kernels compute wrong here (" + LIMIT + ")."
                : "This machine hides its processor's caches, which makes the engine compute wrong: set " + LIMIT + "=AVX2 in the environment.");
    }
}
