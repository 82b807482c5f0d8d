package dev.tronie.app;

import dev.tronie.client.BrokerProblem;
import dev.tronie.config.InvalidConfig;
import dev.tronie.inference.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Face recognition as a Kafka stream. */
@Command(name = "tronie", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "Face recognition as a Kafka stream: cameras publish frames, recognitions come out.",
        synopsisSubcommandLabel = "COMMAND", sortOptions = false,
        footer = {"", "Start with: tronie demo", "Exit codes: 0 done, 1 refused or not found, 2 wrong usage or setting, 3 something is not there."},
        subcommands = {DemoCommand.class, LocalCommand.class, RunCommand.class, TopicsCommand.class, CameraCommand.class, EnrollCommand.class,
            RecognizeCommand.class, VerifyCommand.class, DetectCommand.class, GalleryCommand.class, GatewayCommand.class, WatchCommand.class, StatusCommand.class, HealthCommand.class,
            EvaluateCommand.class, CalibrateCommand.class, BenchCommand.class,
            ModelsCommand.class, ConfigCommand.class})
public final class Main {

    /** The project's version. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tronie " + ModelSelection.version()};
        }
    }

    private Main() {
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, its errors told in one line each. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setUsageHelpAutoWidth(true).setUsageHelpLongOptionsMaxWidth(30);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            int code = code(e);
            if (code < 0) {
                throw e;
            }
            command.getErr().println("tronie: " + e.getMessage());
            return code;
        });
        return line;
    }

    private static int code(Exception e) {
        if (e instanceof InvalidConfig || e instanceof IllegalArgumentException) {
            return ExitCodes.USAGE;
        } else if (e instanceof BrokerProblem || e instanceof ModelFolder.InvalidModel || e instanceof IOException
                || e instanceof UncheckedIOException || e instanceof IllegalStateException || e instanceof org.apache.kafka.common.KafkaException) {
            return ExitCodes.UNAVAILABLE;
        }
        return -1;
    }
}
