package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.config.ConfigTable;
import dev.tronie.fixture.SamplePictures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class CommandLineTest {

    @Test
    void everyCommandAndEveryOptionIsExplained() {
        // Given
        List<CommandLine> commands = new ArrayList<>(List.of(Main.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        // When
        List<String> unexplained = commands.stream().flatMap(c -> java.util.stream.Stream.concat(
                c.getCommandSpec().usageMessage().description().length == 0 ? java.util.stream.Stream.of(c.getCommandName()) : java.util.stream.Stream.empty(),
                c.getCommandSpec().args().stream().filter(a -> a.description().length == 0).map((ArgSpec a) -> c.getCommandName() + " " + a))).toList();

        // Then
        assertThat(commands).hasSizeGreaterThan(12);
        assertThat(unexplained).isEmpty();
    }

    @Test
    void helpIsAnsweredByEveryCommand() {
        // Given
        List<String> names = List.copyOf(Main.commandLine().getSubcommands().keySet());

        for (String name : names) {
            // When
            StringWriter out = new StringWriter();
            int exit = Main.commandLine().setOut(new PrintWriter(out)).execute(name, "--help");

            // Then
            assertThat(exit).isZero();
            assertThat(out.toString()).contains("--help").contains(name);
        }
    }

    @Test
    void theCommandsOfComposeAndKubernetesAreOnesThatExist() throws IOException {
        // Given
        List<List<String>> lines = new ArrayList<>();
        for (String file : List.of("docker-compose.yml", "k8s/base/pipeline.yaml", "k8s/base/gateway.yaml", "k8s/base/topics.yaml")) {
            String text = Files.readString(SamplePictures.basedir().resolve("..").resolve(file));
            Matcher found = Pattern.compile("(?m)^ *(?:command|args): (\\[.*])$").matcher(text);
            while (found.find()) {
                lines.add(List.of(new ObjectMapper().readValue(found.group(1), String[].class)));
            }
        }

        // When / Then: parsed, not run
        assertThat(lines).hasSizeGreaterThan(9).allSatisfy(line -> Main.commandLine().parseArgs(line.toArray(String[]::new)));
    }

    @Test
    void aWrongOptionIsAUsageErrorThatPointsToTheHelp() {
        // Given
        StringWriter err = new StringWriter();

        // When
        int exit = Main.commandLine().setErr(new PrintWriter(err)).execute("demo", "--peple", "x");

        // Then
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("--peple").contains("--people");
    }

    @Test
    void theReadmesTableOfSettingsIsTheCodes() throws IOException {
        // Given
        String readme = Files.readString(SamplePictures.basedir().resolve("../README.md"));

        // When
        String table = ConfigTable.markdown();

        // Then
        assertThat(readme).as("replace the table in README.md by what `./tronie config` prints").contains(table);
    }
}
