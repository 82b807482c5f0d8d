package dev.tronie.app;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topics;
import java.util.concurrent.TimeUnit;

/** Says when the broker goes away and when it is back: a consumer only falls silent. Used by one thread; looks every few seconds. */
final class BrokerWatch {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(5);

    private final TopicSetup setup;
    private final Console console;
    private final String where;
    private volatile boolean away;
    private Thread looking;
    private long lastNs = System.nanoTime();

    BrokerWatch(TronieConfig config, Topics topics, Console console) {
        this.setup = new TopicSetup(config, topics);
        this.console = console;
        this.where = config.kafka().bootstrapServers();
    }

    void look() {
        if (System.nanoTime() - lastNs < EVERY_NS || looking != null && looking.isAlive()) {
            return;
        }
        lastNs = System.nanoTime();
        looking = new Thread(() -> {
            boolean answers = setup.brokerAnswers();
            if (answers == away) {
                away = !answers;
                console.note(away ? "No broker answers at " + where + "; waiting for it (start it again, or Ctrl-C)." : "The broker is back.");
            }
        }, "broker-watch");
        looking.setDaemon(true);
        looking.start();
    }
}
