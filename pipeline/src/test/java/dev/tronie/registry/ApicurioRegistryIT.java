package dev.tronie.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.ApicurioProcess;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a real registry, through its Confluent-compatible API. */
class ApicurioRegistryIT extends RegistryContract {
    private static ApicurioProcess process;
    private static SchemaRegistry registry;

    @BeforeAll
    static void start() {
        process = new ApicurioProcess();
        registry = Registries.of(RegistryConfig.of(Map.of("schema.registry.url", process.url())));
    }

    @AfterAll
    static void stop() {
        process.close();
        assertThat(process.isAlive()).isFalse();
    }

    @Override
    SchemaRegistry registry() {
        return registry;
    }

    @Override
    String url() {
        return process.url();
    }
}
