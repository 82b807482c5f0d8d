package dev.tronie.app;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.local.BrokerProcess;
import dev.tronie.topology.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Broker and pipeline on this machine. */
@Command(name = "local", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Run a Kafka broker and the pipeline on this machine until Ctrl-C. Use the other commands from other terminals.")
final class LocalCommand implements Callable<Integer> {
    @Mixin
    Settings settings;

    @Option(names = "--port", defaultValue = "9092", description = "The broker's port (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(names = "--every-frame", description = "Tell of every face of every frame (SEEN) besides the appearances (frames.every).")
    boolean everyFrame;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the broker keeps its data; without it they are gone at the end.")
    Path data;

    @Override
    public Integer call() throws Exception {
        Console console = new Console(false);
        // What the user passes as --bootstrap would contradict the broker started here.
        Map<String, String> decided = new HashMap<>(Map.of("kafka.bootstrap.servers", "localhost:" + port, "topics.replication", "1"));
        if (everyFrame) {
            decided.put("frames.every", "true");
        }
        TronieConfig config = settings.config(decided);
        ModelFolder model = ModelSelection.select(config.models());
        BrokerProcess broker = new BrokerProcess(data, port);
        Pipeline[] pipeline = new Pipeline[1];
        CountDownLatch stop = new CountDownLatch(1);
        Shutdown.onSignal(() -> {
            stop.countDown();
            console.note("Stopping the pipeline, then the broker.");
            if (pipeline[0] != null) {
                pipeline[0].close();
            }
            broker.close();
            console.note("Stopped" + (data == null ? "; the broker's data are gone (keep them with --data DIR)." : "; the data are in " + data + "."));
        });
        console.note("Starting a Kafka broker (log: " + broker.log() + ")");
        broker.start();
        new TopicSetup(config, Topics.of(config)).create();
        pipeline[0] = new Pipeline(config, model);
        pipeline[0].start();
        if (!pipeline[0].awaitReady(Duration.ofMinutes(2))) {
            if (pipeline[0].isClosing()) {
                return ExitCodes.OK;
            }
            throw new IllegalStateException("The pipeline did not become ready; it waits for " + pipeline[0].waitingFor());
        }
        greet(console, config, model, broker, pipeline[0]);
        while (!stop.await(500, TimeUnit.MILLISECONDS)) {
            if (!broker.isAlive() && stop.getCount() > 0) {
                console.note("The broker has stopped; starting it again.");
                broker.start();
                console.note("The broker is back at " + broker.bootstrapServers() + ".");
            }
        }
        return ExitCodes.OK;
    }

    private void greet(Console console, TronieConfig config, ModelFolder model, BrokerProcess broker, Pipeline pipeline) {
        String at = port == 9092 ? "" : " --bootstrap " + broker.bootstrapServers();
        console.note("Ready. Broker " + broker.bootstrapServers() + " (process " + broker.pid() + "), model " + model.modelId() + " " + model.precision()
                + ", " + pipeline.gallery().galleries().size() + " faces enrolled.");
        console.note("Health and metrics: http://" + config.ops().host() + ":" + pipeline.managementPort() + "/");
        console.note("In other terminals:");
        console.note("  ./tronie enroll --people pipeline/samples/people" + at);
        console.note("  ./tronie watch" + at);
        console.note("  ./tronie camera pipeline/samples/camera --id lobby" + at);
        console.note("  ./tronie gateway" + at + "      (the face API over HTTP, and a page to try it)");
        console.note("Ctrl-C ends it.");
    }
}
