package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** The brokers cannot do what was asked; the message says what to do. */
public final class BrokerProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What became of it. */
    public enum Kind {
        /** Nothing was sent: trying again later may help. */
        UNREACHABLE,
        /** It was sent and not confirmed in time: it may be done all the same. */
        UNCONFIRMED,
        /** The brokers refuse it: trying again does not help. */
        REFUSED
    }

    private final Kind kind;

    private BrokerProblem(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** With what to tell a person; nothing was sent. */
    public BrokerProblem(String message) {
        this(Kind.UNREACHABLE, message);
    }

    /** Nobody answers at the configured address. */
    public static BrokerProblem unreachable(TronieConfig config) {
        return new BrokerProblem("No Kafka broker answers at " + config.kafka().bootstrapServers()
                + ". Start one (tronie local), or say where it is (--bootstrap HOST:PORT); one that wants TLS does not answer in the clear (kafka.security.protocol).");
    }

    /** By what a client was told: that nobody answers, or that a broker answers and does not let it in. */
    public static BrokerProblem of(TronieConfig config, Throwable cause) {
        String at = config.kafka().bootstrapServers();
        if (cause instanceof SslAuthenticationException) {
            return refused("The broker at " + at + " and this client do not trust each other: " + cause.getMessage()
                    + ". Check kafka.ssl.truststore.*, kafka.ssl.keystore.* and that no certificate has expired.");
        } else if (cause instanceof AuthenticationException && "OAUTHBEARER".equals(config.kafka().all().get("sasl.mechanism"))) {
            return refused("The broker at " + at + " does not accept this token: " + cause.getMessage()
                    + ". Check that the token has not expired and the clocks agree, and that its issuer, audience and scope are those that the broker expects.");
        } else if (cause instanceof AuthenticationException) {
            return refused("The broker at " + at + " does not accept these credentials: " + cause.getMessage() + ". Check kafka.sasl.mechanism and kafka.sasl.jaas.config.");
        } else if (cause instanceof AuthorizationException) {
            return refused("The broker at " + at + " does not allow this: " + cause.getMessage() + ". Grant the ACLs of docs/security.md.");
        }
        return unreachable(config);
    }

    /** By what hindered a client from being made: that its login gave no token to show to a broker, or that its settings are no good. */
    static RuntimeException ofMaking(TronieConfig config, KafkaException thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && !(root instanceof LoginException)) {
            root = root.getCause();
        }
        // Kafka puts stack traces into messages.
        String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("").replaceFirst("^([\\w.$]+(Exception|Error): )+", "");
        if (root instanceof LoginException && "OAUTHBEARER".equals(config.kafka().all().get("sasl.mechanism"))) {
            return refused("No token is to be had from " + config.kafka().all().get("sasl.oauthbearer.token.endpoint.url") + ": " + reason
                    + ". Check kafka.sasl.oauthbearer.token.endpoint.url, and the client's id and secret.");
        }
        return new KafkaException("Kafka's client cannot be made: " + (root instanceof NoClassDefFoundError ? "it lacks " : "") + reason + ". Check the settings that begin with kafka.");
    }

    /** A broker was offered something, and has not confirmed it. */
    public static BrokerProblem unconfirmed(TronieConfig config) {
        return new BrokerProblem(Kind.UNCONFIRMED, "No Kafka broker at " + config.kafka().bootstrapServers()
                + " has confirmed the request in time; it may be answered all the same.");
    }

    /** A broker refuses for good. */
    public static BrokerProblem refused(String message) {
        return new BrokerProblem(Kind.REFUSED, message);
    }

    /** What became of it. */
    public Kind kind() {
        return kind;
    }
}
