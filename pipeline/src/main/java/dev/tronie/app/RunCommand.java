package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The pipeline against a configured cluster, until it is told to end. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Run the pipeline against a Kafka cluster until Ctrl-C or SIGTERM. The topics must exist (tronie topics create).")
final class RunCommand implements Callable<Integer> {
    @Mixin
    FrameFlags frames;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws Exception {
        TronieConfig config = settings.config(frames.decided(settings));
        Console console = Console.ofService();
        Pipeline pipeline = new Pipeline(config, ModelSelection.select(config.models()));
        Shutdown.onSignal(() -> {
            console.note("Shutting down: finishing what is in hand, leaving the group.");
            pipeline.close();
            console.note("Stopped.");
        });
        console.note("Health and metrics: http://" + config.ops().host() + ":" + pipeline.managementPort() + "/");
        pipeline.start();
        while (!pipeline.awaitReady(Duration.ofSeconds(10))) {
            if (pipeline.isClosing()) {
                return ExitCodes.OK;
            }
            if (pipeline.failure() != null) {
                throw new IllegalStateException("The pipeline cannot run: " + pipeline.failure());
            }
            console.note("Not ready; waiting for " + pipeline.waitingFor());
        }
        console.note("Ready: " + config.applicationId() + " on " + config.kafka().bootstrapServers() + ", " + pipeline.gallery().galleries().size() + " faces enrolled.");
        pipeline.awaitEnd();
        if (pipeline.failure() != null) {
            throw new IllegalStateException("The pipeline cannot go on: " + pipeline.failure());
        }
        return ExitCodes.OK;
    }
}
