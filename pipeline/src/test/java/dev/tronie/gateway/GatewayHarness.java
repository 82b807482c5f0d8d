package dev.tronie.gateway;

import dev.tronie.config.TronieConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway over real HTTP before a pipeline in memory. */
abstract class GatewayHarness {
    final FakeUpstream upstream = new FakeUpstream();
    GatewayServer server;
    GatewayClient client;

    Map<String, String> settings() throws IOException {
        return Map.of();
    }

    @BeforeEach
    void start() throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("gateway.port", "0", "gateway.reply.timeout.ms", "300", "images.max.bytes", "100000"));
        settings.putAll(settings());
        server = new GatewayServer(TronieConfig.of(settings), upstream);
        client = new GatewayClient(server.port());
    }

    @AfterEach
    void stop() {
        server.close();
    }
}
