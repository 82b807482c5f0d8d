package dev.tronie.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tronie.fixture.SamplePictures;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The graphs with packed weights say what the plain ones say. */
class PackedGraphsTest {
    private static final int SIDE = 112;

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "bf16"})
    void packedWeightsGiveTheSameEmbeddingsInEveryBatch(String precision) {
        // Given
        assumeTrue(CpuFeatures.runsPacked(precision), "skipped: this processor does not run packed " + precision);
        ModelFolder packed = ModelFolder.open(SamplePictures.basedir().resolve("models/nano-" + precision));
        assertThat(packed.hasPacked()).isTrue();
        ModelFolder plain = new ModelFolder(packed.directory(), packed.id(), packed.version(), packed.precision(), packed.inputChannels(), packed.embeddingSize(),
                packed.detectorSha256(), packed.embedderSha256(), packed.detectorThreshold(), packed.matchThreshold(), packed.falseMatchRate(), packed.licence(), packed.source(),
                false, packed.detectorMultiplyAdds(), packed.embedderMultiplyAdds(), packed.proof());
        assumeTrue(TorchNetworks.isRight(packed) && TorchNetworks.isRight(plain), "skipped: the engine computes " + precision + " wrong on this processor");
        ByteBuffer crops = noise(3 * SIDE * SIDE);
        ByteBuffer first = crops.duplicate().limit(SIDE * SIDE);

        // When
        List<float[]> expected = embed(plain, crops, 3);
        List<float[]> together = embed(packed, crops, 3);
        List<float[]> alone = embed(packed, first, 1);

        // Then
        for (int i = 0; i < expected.size(); i++) {
            assertThat(cosine(together.get(i), expected.get(i))).isGreaterThan(0.999);
        }
        assertThat(cosine(alone.get(0), expected.get(0))).isGreaterThan(0.999);
        assertThat(cosine(expected.get(0), expected.get(1))).isLessThan(0.9999);
    }

    private static List<float[]> embed(ModelFolder folder, ByteBuffer crops, int count) {
        try (TorchNetworks.Models models = TorchNetworks.load(folder, "cpu"); TorchNetworks networks = models.open()) {
            return networks.embed(List.of(new PixelBlock(crops.duplicate(), count, SIDE, SIDE)));
        }
    }

    private static ByteBuffer noise(int bytes) {
        Random random = new Random(3);
        ByteBuffer noise = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            noise.put(i, (byte) (i / SIDE / SIDE * 40 + random.nextInt(120)));
        }
        return noise;
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }
}
