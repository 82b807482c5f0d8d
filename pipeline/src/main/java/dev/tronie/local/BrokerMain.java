package dev.tronie.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The broker's process: formats its storage the first time, runs Kafka, and ends when its standard input does, so that it never
 * outlives the process that started it, however that one ends. Usage: {@code BrokerMain SERVER_PROPERTIES CLUSTER_ID}.
 */
public final class BrokerMain {
    private BrokerMain() {
    }

    /** Runs until killed or until standard input ends. */
    public static void main(String[] args) throws Exception {
        Path properties = Path.of(args[0]);
        if (!Files.exists(properties.resolveSibling("data").resolve("meta.properties"))) {
            int failed = kafka.tools.StorageTool.execute(new String[] {"format", "-t", args[1], "-c", properties.toString()}, System.out);
            if (failed != 0) {
                System.exit(failed);
            }
        }
        Thread parent = new Thread(() -> {
            try (InputStream in = System.in) {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // As good as its end.
            }
            System.exit(0);
        }, "parent-watch");
        parent.setDaemon(true);
        parent.start();
        kafka.Kafka.main(new String[] {properties.toString()});
    }
}
