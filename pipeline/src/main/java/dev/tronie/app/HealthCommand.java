package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a pipeline or a gateway on this machine how it is: what a container's health check runs, where there is neither shell nor curl. */
@Command(name = "health", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Ask the pipeline's management port, or the gateway, on this machine: exit code 0 when ready, 1 when not, 3 when nobody answers.")
final class HealthCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;

    @Option(names = "--live", description = "Whether it works at all, not whether it is ready.")
    boolean live;

    @Option(names = "--gateway", description = "Asks the gateway instead of the pipeline.")
    boolean gateway;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws InterruptedException {
        Console console = new Console(false);
        TronieConfig config = settings.config();
        String host = gateway ? config.gateway().host() : config.ops().host();
        int port = gateway ? config.gateway().port() : config.ops().port();
        URI at = URI.create("http://" + reachable(host) + ":" + port + (live ? "/health/live" : "/health/ready"));
        try {
            HttpResponse<String> answer = HttpClient.newBuilder().connectTimeout(PATIENCE).build()
                    .send(HttpRequest.newBuilder(at).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            console.say(answer.body().strip());
            return answer.statusCode() == OK ? ExitCodes.OK : ExitCodes.REFUSED;
        } catch (IOException e) {
            throw new IllegalStateException("Nobody answers at " + at + " (" + (gateway ? "gateway.host, gateway.port); is the gateway" : "ops.host, ops.port); is the pipeline") + " running?");
        }
    }

    /** An address to ask at, where the port listens on all of them. */
    static String reachable(String host) {
        String bare = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return bare.contains(":") ? "[" + bare + "]" : bare;
    }
}
