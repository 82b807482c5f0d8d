package dev.tronie.app;

import dev.tronie.client.Requests;
import dev.tronie.config.TronieConfig;
import dev.tronie.gateway.ApiKeys;
import dev.tronie.gateway.GatewayServer;
import dev.tronie.gateway.TopicUpstream;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The face API over HTTP. */
@Command(name = "gateway", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Serve the face API over HTTP until Ctrl-C, beside a running pipeline: /v2, the paths of the API it follows, a page to try it at /, /openapi.json.")
final class GatewayCommand implements Callable<Integer> {
    private static final int NOTE_EVERY_SECONDS = 30;
    private static final int SEND_DEADLINE_MS = 5_000;

    @Option(names = "--port", paramLabel = "PORT", description = "The port (gateway.port).")
    Integer port;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws Exception {
        TronieConfig config = settings.config(port == null ? java.util.Map.of() : java.util.Map.of("gateway.port", port.toString()));
        Console console = Console.ofService();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Requests requests = new Requests(config, Topics.of(config), InstantSource.system(),
                Math.min(SEND_DEADLINE_MS, config.gateway().replyTimeoutMs()));
        GatewayServer server;
        try {
            server = new GatewayServer(config, new TopicUpstream(requests));
        } catch (IOException | RuntimeException e) {
            requests.close();
            throw e;
        }
        Shutdown.onSignal(() -> {
            stop.countDown();
            console.note("Stopping: running calls end first.");
            try {
                server.close();
            } finally {
                requests.close();
                console.note("Stopped.");
                stopped.countDown();
            }
        });
        String at = "http://" + config.gateway().host() + ":" + server.port();
        console.note("Gateway on " + at + "/ (the page), " + at + "/openapi.json, metrics at " + at + "/metrics");
        console.note(config.gateway().keysFile().isEmpty() ? "No keys are asked for: only this machine can reach it." : "Keys: " + config.gateway().keysFile());
        boolean ready = false;
        while (!stop.await(1, TimeUnit.SECONDS)) {
            ready = tell(console, config, requests, ready);
        }
        stopped.await();
        return ExitCodes.OK;
    }

    private int silentSeconds;

    /** Says once that calls are served, and now and then that they are not. */
    private boolean tell(Console console, TronieConfig config, Requests requests, boolean ready) {
        if (!ready && requests.isConnected()) {
            console.note("Ready: calls go to " + config.kafka().bootstrapServers() + ".");
            return true;
        } else if (ready && !requests.isConnected()) {
            silentSeconds = 0;
            ready = false;
        }
        if (!ready && silentSeconds++ % NOTE_EVERY_SECONDS == 0) {
            console.note("Waiting for a broker at " + config.kafka().bootstrapServers() + "; calls get 503.");
        }
        return ready;
    }

    @Command(name = "key", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Make an API key: prints it once, and keeps only its digest in the file.")
    int key(@Option(names = "--file", required = true, paramLabel = "FILE", description = "The file of keys (gateway.keys.file); made where it is not there.") Path file,
            @Option(names = "--id", required = true, paramLabel = "NAME", description = "The key's name, shown in metrics.") String id,
            @Option(names = "--gallery", paramLabel = "GALLERY", required = true, description = "A gallery that the key may touch; may be repeated; '*' = all.") List<String> galleries,
            @Option(names = "--rate", defaultValue = "10", paramLabel = "N", description = "Calls a second (default: ${DEFAULT-VALUE}).") double callsPerSecond,
            @Option(names = "--burst", defaultValue = "20", paramLabel = "N", description = "Calls at once (default: ${DEFAULT-VALUE}).") int burst,
            @Option(names = "--if-missing", description = "Where the file has a key of this name, leave it and be content.") boolean ifMissing) throws IOException {
        Console console = new Console(false);
        if (ifMissing && ApiKeys.has(file, id)) {
            console.note(file + " has a key of the name " + id + " already; nothing was made.");
            return ExitCodes.OK;
        }
        if (!(callsPerSecond >= 0.01 && callsPerSecond <= 1e6) || burst < 1) {
            throw new IllegalArgumentException("--rate must be from 0.01 to 1000000 and --burst at least 1.");
        }
        console.say(ApiKeys.add(file, id, galleries, callsPerSecond, burst));
        console.note("Galleries " + String.join(", ", galleries) + "; " + callsPerSecond + " calls a second, " + burst + " at once.");
        console.note("Keep this key: only its digest is in " + file + ". A running gateway knows it within seconds.");
        return ExitCodes.OK;
    }
}
