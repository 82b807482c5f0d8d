package dev.tronie.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @TempDir
    Path directory;

    @Test
    void opensTheBundledModels() {
        // When
        ModelFolder model = ModelFolder.open(SamplePictures.basedir().resolve("models/nano-fp32"));

        // Then
        assertThat(model.modelId()).isEqualTo("nano-1");
        assertThat(model.inputChannels()).isEqualTo(1);
        assertThat(model.embeddingSize()).isEqualTo(128);
        assertThat(model.licence()).isEqualTo("Apache-2.0");
    }

    @Test
    void refusesAFileWithAWrongChecksumUnloaded() throws IOException {
        // Given
        copyBundled();
        Files.write(directory.resolve("embedder.pt"), new byte[] {0}, StandardOpenOption.APPEND);

        // When / Then
        assertThatThrownBy(() -> ModelFolder.open(directory)).isInstanceOf(ModelFolder.InvalidModel.class)
                .hasMessageContaining("embedder.pt").hasMessageContaining("sha256").hasMessageContaining("not loaded");
    }

    @Test
    void refusesAFolderWithoutProperties() {
        // When / Then
        assertThatThrownBy(() -> ModelFolder.open(directory)).isInstanceOf(ModelFolder.InvalidModel.class).hasMessageContaining("model.properties");
    }

    @Test
    void namesAMissingProperty() throws IOException {
        // Given
        copyBundled();
        Path properties = directory.resolve("model.properties");
        Files.writeString(properties, Files.readString(properties).replace("match.threshold", "match.treshold"));

        // When / Then
        assertThatThrownBy(() -> ModelFolder.open(directory)).isInstanceOf(ModelFolder.InvalidModel.class).hasMessageContaining("match.threshold");
    }

    @Test
    void refusesAMissingFile() throws IOException {
        // Given
        copyBundled();
        Files.delete(directory.resolve("detector.pt"));

        // When / Then
        assertThatThrownBy(() -> ModelFolder.open(directory)).isInstanceOf(ModelFolder.InvalidModel.class).hasMessageContaining("detector.pt");
    }

    @Test
    void readsTheProcessorsFlags() throws IOException {
        // Given
        Path with = Files.writeString(directory.resolve("with"), "processor : 0\nflags\t\t: fpu avx512f avx512_bf16 avx512vl\n");
        Path without = Files.writeString(directory.resolve("without"), "processor : 0\nflags\t\t: fpu avx2 avx512_bf16x\n");

        // When / Then
        assertThat(CpuFeatures.bf16(with)).isTrue();
        assertThat(CpuFeatures.bf16(without)).isFalse();
        assertThat(CpuFeatures.bf16(directory.resolve("absent"))).isFalse();
    }

    private void copyBundled() throws IOException {
        try (Stream<Path> files = Files.list(SamplePictures.basedir().resolve("models/nano-bf16"))) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }
}
