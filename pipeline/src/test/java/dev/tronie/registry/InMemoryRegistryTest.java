package dev.tronie.registry;

class InMemoryRegistryTest extends RegistryContract {
    @Override
    SchemaRegistry registry() {
        return InMemoryRegistry.named("contract");
    }

    @Override
    String url() {
        return "mock://contract";
    }
}
