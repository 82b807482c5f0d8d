package dev.tronie.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The check of a JPEG's code, which finds damage that decoders paint over. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JpegCheckBenchmark {
    /** A picture, relative to the module. */
    @Param("samples/camera/0000.jpg")
    public String file;

    private byte[] bytes;
    private JpegFile header;

    /** Reads it. */
    @Setup
    public void read() throws IOException, JpegFile.BadJpeg {
        bytes = Files.readAllBytes(Path.of(file));
        header = JpegFile.parseHeader(bytes);
    }

    /** The whole picture. */
    @Benchmark
    public void check() throws JpegFile.BadJpeg {
        JpegEntropyCheck.check(bytes, header);
    }
}
