package dev.tronie.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A TLS context from key and trust stores, configured as in Kafka's clients. */
final class TlsStores {
    private TlsStores() {
    }

    /**
     * Builds the context.
     *
     * @param stores {@code truststore.location}, {@code .password}, {@code .type}; the same for {@code keystore}; {@code key.password}
     * @throws IllegalArgumentException where a store cannot be read; the message names its key, not its password
     */
    static SSLContext context(Map<String, String> stores) {
        try {
            KeyManager[] keys = null;
            TrustManager[] trusted = null;
            if (stores.containsKey("keystore.location")) {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                String password = stores.getOrDefault("keystore.password", "");
                factory.init(store(stores, "keystore"), stores.getOrDefault("key.password", password).toCharArray());
                keys = factory.getKeyManagers();
            }
            if (stores.containsKey("truststore.location")) {
                TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store(stores, "truststore"));
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("schema.registry.ssl.*: " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Map<String, String> stores, String which) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(stores.getOrDefault(which + ".type", "JKS"));
        String password = stores.get(which + ".password");
        try (InputStream in = Files.newInputStream(Path.of(stores.get(which + ".location")))) {
            store.load(in, password == null ? null : password.toCharArray());
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException("schema.registry.ssl." + which + ".location: " + e.getMessage(), e);
        }
    }
}
