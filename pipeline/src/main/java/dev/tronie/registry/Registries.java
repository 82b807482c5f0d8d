package dev.tronie.registry;

/** The registry that a URL names. */
public final class Registries {
    private Registries() {
    }

    /** {@code mock://name}, {@code bundled://}, or the base URL of a server. */
    public static SchemaRegistry of(RegistryConfig config) {
        String url = config.urls().get(0);
        if (url.startsWith("mock://")) {
            return InMemoryRegistry.named(url.substring("mock://".length()));
        } else if (url.startsWith("bundled://")) {
            return new BundledRegistry();
        } else if (url.startsWith("http://") || url.startsWith("https://")) {
            return new HttpRegistry(config);
        }
        throw new IllegalArgumentException(RegistryConfig.URL + " must start with http://, https://, mock:// or bundled://, not " + url);
    }
}
