package dev.tronie.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiddenCachesTest {
    @TempDir
    Path cpu;

    @Test
    void aProcessorThatTellsItsCachesHidesNone() throws IOException {
        // Given
        Files.createDirectories(cpu.resolve("cache/index0"));

        // When, Then
        assertThat(HiddenCaches.hidden(cpu)).isFalse();
    }

    @Test
    void aProcessorWithoutAnyHidesThem() {
        // When, Then
        assertThat(HiddenCaches.hidden(cpu)).isTrue();
    }

    @Test
    void whereThereIsNoSuchFolderNothingIsKnown() {
        // When, Then
        assertThat(HiddenCaches.hidden(cpu.resolve("cpu0"))).isFalse();
    }

    @Test
    void bfloat16IsNoMatterOfSpeedWhereCachesAreHidden() {
        // When, Then
        assertThat(CpuFeatures.bf16() && HiddenCaches.here()).isFalse();
    }
}
