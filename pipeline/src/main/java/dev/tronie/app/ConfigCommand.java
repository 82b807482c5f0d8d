package dev.tronie.app;

import dev.tronie.config.ConfigTable;
import dev.tronie.config.TronieConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The settings. */
@Command(name = "config", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Explain every setting as a Markdown table, or print those in force.")
final class ConfigCommand implements Callable<Integer> {
    @Option(names = "--print", description = "Print and validate the settings in force; secrets are hidden.")
    boolean print;

    @Mixin
    Settings settings;

    @Override
    public Integer call() {
        Console console = new Console(false);
        if (print) {
            Map<String, String> values = settings.values();
            TronieConfig.of(values);
            ConfigTable.effective(values).forEach(console::say);
        } else {
            console.say(ConfigTable.markdown().stripTrailing());
        }
        return ExitCodes.OK;
    }
}
