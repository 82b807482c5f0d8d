package dev.tronie.app;

import dev.tronie.client.BrokerProblem;
import dev.tronie.client.KafkaClients;
import dev.tronie.client.SettingsLog;
import dev.tronie.config.ConfigTable;
import dev.tronie.config.InvalidConfig;
import dev.tronie.config.Reloadable;
import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Setting;
import dev.tronie.topology.Topics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The settings. */
@Command(name = "config", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Explain every setting as a Markdown table, print those in force, or change some while pipelines run.",
        subcommands = {ConfigCommand.Set.class, ConfigCommand.Unset.class})
final class ConfigCommand implements Callable<Integer> {
    private static final int SEND_DEADLINE_MS = 15_000;
    private static final Map<String, String> IMPATIENT = Map.of("kafka.default.api.timeout.ms", "3000", "kafka.request.timeout.ms", "2000", "kafka.socket.connection.setup.timeout.ms", "2000");

    @Option(names = "--print", description = "Print and validate the settings in force, those of the topic settings included; secrets are hidden.")
    boolean print;

    @Option(names = "--offline", description = "With --print: ask no broker what the topic settings says.")
    boolean offline;

    @Mixin
    Settings settings;

    @Override
    public Integer call() {
        Console console = new Console(false);
        if (print) {
            Map<String, String> values = settings.values();
            TronieConfig config = TronieConfig.of(values);
            ConfigTable.effective(values, offline ? Map.of() : fromTopic(console, config)).forEach(console::say);
        } else {
            console.say(ConfigTable.markdown().stripTrailing());
        }
        return ExitCodes.OK;
    }

    /** What running pipelines have taken up besides. */
    private static Map<String, String> fromTopic(Console console, TronieConfig config) {
        Map<String, String> impatient = new LinkedHashMap<>(IMPATIENT);
        impatient.keySet().removeAll(config.given().values().keySet());
        TronieConfig hasty = config.with(impatient);
        try {
            Reloadable.Outcome found = Reloadable.over(config, Reloadable.Outcome.of(config), SettingsLog.readOnce(hasty, Topics.of(hasty)));
            found.refused().values().forEach(why -> console.note("Pipelines refuse a setting of the topic settings: " + why));
            return found.values();
        } catch (BrokerProblem | KafkaException e) {
            console.note("What the topic settings says is not shown: " + e.getMessage());
            return Map.of();
        }
    }

    /** Writes one setting to the topic, or that there is none. */
    private static void publish(TronieConfig config, String key, Setting setting) {
        Topics topics = Topics.of(config);
        try (Producer<String, Setting> producer = KafkaClients.producer(config, topics, topics.settings(), SEND_DEADLINE_MS)) {
            producer.send(new ProducerRecord<>(topics.settings().name(), key, setting)).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException || e.getCause() instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException) {
                throw new BrokerProblem("No broker at " + config.kafka().bootstrapServers() + " has taken the setting. Is one there (--bootstrap HOST:PORT), and the topic "
                        + topics.settings().name() + " (tronie topics create)?");
            }
            throw BrokerProblem.of(config, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BrokerProblem.unreachable(config);
        }
    }

    /** Changes a setting of running pipelines. */
    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Change a setting of all running pipelines at once, until it is unset: a threshold, or how cameras are watched.")
    static final class Set implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "KEY", description = "The setting's name, as match.threshold or match.gallery.NAME.fpir.")
        String key;

        @Parameters(index = "1", paramLabel = "VALUE", description = "Its value, as in the file.")
        String value;

        @Mixin
        Settings settings;

        @Override
        public Integer call() {
            TronieConfig config = settings.config();
            Reloadable.check(config, key, value);
            publish(config, key, new Setting(value, Instant.ofEpochMilli(System.currentTimeMillis())));
            new Console(false).say(key + "=" + value + " for all pipelines, from their next record on. Undo: tronie config unset " + key);
            return ExitCodes.OK;
        }
    }

    /** Takes a change back. */
    @Command(name = "unset", mixinStandardHelpOptions = true, sortOptions = false, description = "Back to what each pipeline's own file says.")
    static final class Unset implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "KEY", description = "The setting's name.")
        String key;

        @Mixin
        Settings settings;

        @Override
        public Integer call() {
            TronieConfig config = settings.config();
            if (key.isBlank()) {
                throw new InvalidConfig("Say which setting: tronie config unset KEY");
            }
            publish(config, key, null);
            new Console(false).say(key + " is again what each pipeline's own file says.");
            return ExitCodes.OK;
        }
    }
}
