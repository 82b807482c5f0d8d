package dev.tronie.gateway;

import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server.
 *
 * <p>Threading: one pool of threads, one a call that waits; {@link #close} lets running calls end, then stops. A sender
 * slower than {@value #LEAST_BYTES_PER_SECOND} bytes a second is cut off.
 */
public final class GatewayServer implements AutoCloseable {
    private static final int THREADS_BESIDES_CALLS = 16;
    private static final int IDLE_MS = 30_000;
    private static final int LEAST_BYTES_PER_SECOND = 20_000;
    private static final int STOP_MS = 15_000;
    private static final int STOP_MARGIN_MS = 5_000;
    private static final int SHUTDOWN_IDLE_MS = 200;

    private final Server server;
    private final ServerConnector connector;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /**
     * Opens the port.
     *
     * @throws InvalidConfig where others could reach it without keys, or the file of keys cannot be used
     * @throws IOException   where the port is taken; the message says so
     */
    public GatewayServer(TronieConfig config, Upstream upstream) throws IOException {
        TronieConfig.Gateway g = config.gateway();
        ApiKeys keys = keys(g);
        QueuedThreadPool threads = new QueuedThreadPool(g.requestsMax() + THREADS_BESIDES_CALLS);
        threads.setName("gateway");
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(g.host());
        connector.setPort(g.port());
        connector.setIdleTimeout(Math.max(IDLE_MS, 2L * g.replyTimeoutMs()));
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MS);
        server.addConnector(connector);
        new JvmMemoryMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        server.setHandler(new GracefulHandler(new MinimumDataRateHandler(new GatewayHandler(new Calls(config, upstream), new Bodies(config.images().maxBytes()), new Callers(keys),
                new Places(g.requestsMax(), Runtime.getRuntime().maxMemory() / 2), meters, meters::scrape), LEAST_BYTES_PER_SECOND, 0)));
        server.setStopTimeout(Math.max(STOP_MS, g.replyTimeoutMs() + STOP_MARGIN_MS));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException("The gateway's port " + g.host() + ":" + g.port() + " cannot be opened (" + e.getMessage()
                    + "). Set gateway.port to another one, or to 0 for any free one.");
        }
    }

    private static ApiKeys keys(TronieConfig.Gateway g) throws IOException {
        if (!g.keysFile().isEmpty()) {
            try {
                return new ApiKeys(Path.of(g.keysFile()));
            } catch (IOException e) {
                throw new InvalidConfig(e.getMessage());
            }
        }
        try {
            if (InetAddress.getByName(g.host()).isLoopbackAddress()) {
                return null;
            }
        } catch (UnknownHostException e) {
            throw new InvalidConfig("gateway.host: there is no address " + g.host() + ".");
        }
        throw new InvalidConfig("gateway.host " + g.host() + " can be reached by others, and faces are biometric data: set gateway.keys.file"
                + " (tronie gateway key makes it), or gateway.host to 127.0.0.1.");
    }

    /** The port that was opened. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The gateway did not stop in order: " + e.getMessage(), e);
        } finally {
            meters.close();
        }
    }
}
