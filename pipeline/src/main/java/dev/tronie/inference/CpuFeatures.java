package dev.tronie.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the processor can do that matters to the choice of a model. */
public final class CpuFeatures {
    private CpuFeatures() {
    }

    /**
     * Whether bfloat16 products are done in hardware (AVX512_BF16 or AMX_BF16); elsewhere bf16 graphs run slower than fp32 ones.
     * Known on Linux only; false on other systems, and on machines that hide their caches: networks are kept to AVX2 there.
     */
    public static boolean bf16() {
        return bf16(Path.of("/proc/cpuinfo")) && !HiddenCaches.here();
    }

    /** Whether graphs with packed weights run here in that arithmetic: the engine has oneDNN for x86-64 under Linux, bfloat16 needs the processor's own. */
    public static boolean runsPacked(String precision) {
        return System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64") && (precision.equals("fp32") || bf16());
    }

    static boolean bf16(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(l -> l.startsWith("flags")).findFirst()
                    .map(l -> " " + l + " ").filter(l -> l.contains(" avx512_bf16 ") || l.contains(" amx_bf16 ")).isPresent();
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }
}
