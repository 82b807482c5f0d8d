package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;

import dev.tronie.schema.CameraMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Cameras at five frames a second before the topology, without the events of single frames. */
abstract class CameraHarness extends TopologyHarness {
    private int frame;

    @Override
    boolean everyFrame() {
        return false;
    }

    /** A camera at five frames a second that sees these people, captured 20 ms before they come. */
    void play(String camera, int fromMs, int toMs, String... people) {
        for (int ms = fromMs; ms <= toMs; ms += 200) {
            Instant captured = NOW.plusMillis(ms);
            now.set(captured.plusMillis(20));
            frames.pipeInput(camera, frame("frame-" + frame++, captured, pictureOf(people)));
        }
    }

    void tick(int seconds) {
        for (int s = 0; s < seconds; s++) {
            now.set(now.get().plusSeconds(1));
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
    }

    /** The task begins anew with what it remembers of a camera; its records count from 0 again. */
    void restart(String camera, Consumer<CameraMemory> change) {
        CameraMemory memory = driver.<String, CameraMemory>getKeyValueStore(CameraStore.NAME).get(camera);
        change.accept(memory);
        close();
        start();
        driver.<String, CameraMemory>getKeyValueStore(CameraStore.NAME).put(camera, memory);
    }
}
