package dev.tronie.client;

import dev.tronie.config.TronieConfig;

/** The brokers cannot do what was asked; the message says what to do. */
public final class BrokerProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what to tell a person. */
    public BrokerProblem(String message) {
        super(message);
    }

    /** Nobody answers at the configured address. */
    public static BrokerProblem unreachable(TronieConfig config) {
        return new BrokerProblem("No Kafka broker answers at " + config.kafka().bootstrapServers()
                + ". Start one (tronie local), or say where it is (--bootstrap HOST:PORT).");
    }
}
