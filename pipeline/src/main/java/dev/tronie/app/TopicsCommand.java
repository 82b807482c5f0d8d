package dev.tronie.app;

import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topic;
import dev.tronie.topology.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Topics and schemas on a cluster. */
@Command(name = "topics", mixinStandardHelpOptions = true, description = "Make the topics and register their schemas, or list them.",
        synopsisSubcommandLabel = "COMMAND", subcommands = {TopicsCommand.Create.class, TopicsCommand.Show.class})
final class TopicsCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: tronie topics create, or tronie topics list");
    }

    /** Makes what is missing. */
    @Command(name = "create", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Make the missing topics and register their schemas. Repeating it changes nothing.")
    static final class Create implements Callable<Integer> {
        @Mixin
        Settings settings;

        @Override
        public Integer call() {
            Console console = new Console(false);
            TronieConfig config = settings.config();
            Topics topics = Topics.of(config);
            TopicSetup setup = new TopicSetup(config, topics);
            List<String> created = setup.create();
            topics.all().forEach(t -> console.say((created.contains(t.name()) ? "made   " : "there  ") + t.name()));
            console.say("Schemas at " + config.registry().url() + " (subject, id):");
            setup.registerSchemas().forEach(line -> console.say("       " + line));
            return ExitCodes.OK;
        }
    }

    /** Shows what is wanted. */
    @Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "List the topics with their partitions and policies; needs no broker.")
    static final class Show implements Callable<Integer> {
        @Mixin
        Settings settings;

        @Override
        public Integer call() {
            Console console = new Console(false);
            for (Topic<?> t : Topics.of(settings.config()).all()) {
                console.say(String.format("%-16s %2d partitions  %s", t.name(), t.partitions(), new java.util.TreeMap<>(t.policy())));
            }
            return ExitCodes.OK;
        }
    }
}
