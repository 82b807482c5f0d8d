import dev.tronie.local.BrokerProcess;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Runs a command beside a broker of its own, whose address it puts in the place of <code>{broker}</code>; ends as the command ends, and hands a SIGTERM on to it.
 * {@code java -Dtronie.home=HOME -cp HOME/lib/*:HOME/broker/* Beside.java COMMAND...}: a container has no broker, and its Java not what one needs.
 */
public final class Beside {
    private Beside() {
    }

    /** Runs it. */
    public static void main(String[] command) throws IOException, InterruptedException {
        int exit;
        try (BrokerProcess broker = new BrokerProcess(null, 0, Map.of())) {
            broker.start();
            Process process = new ProcessBuilder(Arrays.stream(command).map(part -> part.replace("{broker}", broker.bootstrapServers())).toList()).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            exit = process.waitFor();
        }
        System.exit(exit);
    }
}
