package dev.tronie.security;

import static dev.tronie.deployment.Kustomization.map;

import dev.tronie.deployment.Kustomization;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real broker that trusts nobody: TLS with SCRAM on one port, TLS with client certificates on another, TLS with a certificate that has expired
 * on a third, and an authorizer. The users of k8s/overlays/strimzi exist, with the rights that stand there and no others. A fourth port, in the
 * clear, is the administrator's. Used by one thread.
 */
public final class SecuredBroker implements AutoCloseable {
    /** Everybody's. */
    public static final String PASSWORD = "a-password-of-a-test";

    /** Who may do everything, with a password. */
    public static final String OPERATOR = "tronie-operator";

    private final Path folder;
    private final Certificates certificates;
    private final BrokerProcess broker;
    private final Map<String, Integer> ports = new HashMap<>();

    /** Starts it, with its certificates in a folder. */
    public SecuredBroker(Path folder) throws Exception {
        this.folder = folder;
        this.certificates = new Certificates(folder);
        Map<String, String> settings = new HashMap<>();
        List<String> listeners = new ArrayList<>();
        for (String name : List.of("SCRAM", "MTLS", "EXPIRED")) {
            ports.put(name, TronieProcess.freePort());
            listeners.add(name + "://localhost:" + ports.get(name));
            String prefix = "listener.name." + name.toLowerCase(Locale.ROOT) + ".";
            settings.put(prefix + "ssl.keystore.location", certificates.signed("broker-" + name.toLowerCase(Locale.ROOT), name.equals("EXPIRED")).toString());
            settings.put(prefix + "ssl.keystore.password", Certificates.PASSWORD);
            settings.put(prefix + "ssl.truststore.location", certificates.trustStore().toString());
            settings.put(prefix + "ssl.truststore.password", Certificates.PASSWORD);
            if (name.equals("MTLS")) {
                settings.put(prefix + "ssl.client.auth", "required");
            } else {
                settings.put(prefix + "sasl.enabled.mechanisms", "SCRAM-SHA-512");
                settings.put(prefix + "scram-sha-512.sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            }
        }
        settings.put("listeners", String.join(",", listeners));
        settings.put("advertised.listeners", String.join(",", listeners));
        settings.put("listener.security.protocol.map", "SCRAM:SASL_SSL,MTLS:SSL,EXPIRED:SASL_SSL");
        settings.put("ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/,DEFAULT");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS;User:" + OPERATOR);
        broker = new BrokerProcess(null, 0, settings);
        broker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(OPERATOR, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD))).all().get();
        }
    }

    /** For the administrator. */
    public String inTheClear() {
        return broker.bootstrapServers();
    }

    /** Makes the users that the manifests name, and grants them what stands there. */
    public void grantWhatIsDocumented() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (Map<String, Object> user : Kustomization.documents(SamplePictures.basedir().resolve("../k8s/overlays/strimzi/users.yaml"))) {
                String name = map(user.get("metadata")).get("name").toString();
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD))).all().get();
                List<AclBinding> bindings = new ArrayList<>();
                for (Object acl : (List<?>) map(map(user.get("spec")).get("authorization")).get("acls")) {
                    Map<String, Object> resource = map(map(acl).get("resource"));
                    ResourcePattern pattern = new ResourcePattern(type(resource.get("type").toString()), resource.get("name").toString(),
                            resource.get("patternType").equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL);
                    for (Object operation : (List<?>) map(acl).get("operations")) {
                        bindings.add(new AclBinding(pattern, new AccessControlEntry("User:" + name, "*", AclOperation.fromString(operation.toString().replaceAll("(?<=[a-z])([A-Z])", "_$1")),
                                AclPermissionType.ALLOW)));
                    }
                }
                admin.createAcls(bindings).all().get();
            }
        }
    }

    private static ResourceType type(String name) {
        return name.equals("transactionalId") ? ResourceType.TRANSACTIONAL_ID : ResourceType.fromString(name);
    }

    /** What a client with a user's password needs, for the port with a good or an expired certificate. */
    public Map<String, String> scram(String listener, String user, String password) {
        Map<String, String> settings = tls(listener);
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\"" + password + "\";");
        return settings;
    }

    /** What a client with a certificate of its own needs. */
    Map<String, String> certificate(String user) throws IOException, InterruptedException {
        Map<String, String> settings = tls("MTLS");
        settings.put("security.protocol", "SSL");
        settings.put("ssl.keystore.location", certificates.signed(user, false).toString());
        settings.put("ssl.keystore.password", Certificates.PASSWORD);
        return settings;
    }

    private Map<String, String> tls(String listener) {
        return new HashMap<>(Map.of("bootstrap.servers", "localhost:" + ports.get(listener), "ssl.truststore.location", certificates.trustStore().toString(),
                "ssl.truststore.password", Certificates.PASSWORD));
    }

    /** A client in the clear at a port that wants TLS. */
    Map<String, String> plaintext(String listener) {
        return Map.of("bootstrap.servers", "localhost:" + ports.get(listener));
    }

    /** The same as a file for the commands. */
    Path file(String name, Map<String, String> client) throws IOException {
        Properties properties = new Properties();
        client.forEach((key, value) -> properties.put("kafka." + key, value));
        properties.put("topics.replication", "1");
        Path file = folder.resolve(name + ".properties");
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        return file;
    }

    @Override
    public void close() {
        broker.close();
    }
}
