package dev.tronie.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * One KRaft broker and controller, in a JVM of its own, on localhost.
 *
 * <p>Threading: one thread starts, stops and closes; {@link #bootstrapServers} may be read by any. The process ends with
 * {@link #close}, and by itself when this JVM ends.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final int HEAP_MB = 512;
    private static final int READY_SECONDS = 60;
    private static final Set<String> LISTS = Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

    private final Path directory;
    private final boolean temporary;
    private final int port;
    private final Map<String, String> more;
    private final List<String> jvmOptions;
    private Process process;

    /**
     * A broker, not yet started.
     *
     * @param directory where it keeps its data; null = a temporary folder, deleted by {@link #close}
     * @param port      port for clients; 0 = any free one
     */
    public BrokerProcess(Path directory, int port) {
        this(directory, port, Map.of());
    }

    /**
     * A broker with settings of its own.
     *
     * @param more added to its settings; of listeners, advertised.listeners and listener.security.protocol.map what is given is appended
     */
    public BrokerProcess(Path directory, int port, Map<String, String> more) {
        this(directory, port, more, List.of());
    }

    /** The same, with options for its virtual machine: some of what brokers may do is allowed by system properties only. */
    public BrokerProcess(Path directory, int port, Map<String, String> more, List<String> jvmOptions) {
        this.more = Map.copyOf(more);
        this.jvmOptions = List.copyOf(jvmOptions);
        try {
            this.temporary = directory == null;
            this.directory = temporary ? Files.createTempDirectory("tronie-broker") : Files.createDirectories(directory.toAbsolutePath());
            this.port = port == 0 ? freePort() : port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients start from. */
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    /** The broker's own output. */
    public Path log() {
        return directory.resolve("broker.log");
    }

    /**
     * Starts it, and returns when it answers.
     *
     * @throws IllegalStateException where it does not; the message holds the end of its log
     */
    public void start() {
        try {
            if (process == null) {
                try (ServerSocket probe = new ServerSocket()) {
                    probe.setReuseAddress(true);
                    probe.bind(new java.net.InetSocketAddress("localhost", port));
                } catch (IOException e) {
                    throw new IllegalStateException("Port " + port + " is taken: is another broker running? Choose another with --port, or stop it.");
                }
            }
            Path properties = directory.resolve("server.properties");
            try (var out = Files.newBufferedWriter(properties)) {
                settings(freePort()).store(out, "Written at every start");
            }
            process = new ProcessBuilder(command(properties)).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
            awaitReady();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Path properties) throws IOException {
        Path id = directory.resolve("cluster.id");
        if (!Files.exists(id) || Files.readString(id).startsWith("-")) {
            // Kafka's own kind: an id that begins with a dash would be taken for an option.
            Files.writeString(id, Uuid.randomUuid().toString());
        }
        List<String> command = new ArrayList<>();
        if (!System.getProperty("os.name").startsWith("Windows")) {
            // Ctrl-C reaches every process of a terminal; the broker must outlive the pipeline's orderly end.
            command.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MB + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=dev/tronie/local/logback-broker.xml"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), BrokerMain.class.getName(), properties.toString(), Files.readString(id)));
        return command;
    }

    /** In the distribution the broker's own jars lie apart; in the build's tests all are on one class path. */
    private static String classPath() {
        String home = System.getProperty("tronie.home");
        if (home == null) {
            return System.getProperty("java.class.path");
        }
        return Path.of(home, "lib", "*") + java.io.File.pathSeparator + Path.of(home, "broker", "*");
    }

    private Properties settings(int controllerPort) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("controller.quorum.voters", "1@localhost:" + controllerPort);
        p.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://localhost:" + port);
        p.put("inter.broker.listener.name", "PLAINTEXT");
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", directory.resolve("data").toString());
        p.put("auto.create.topics.enable", "false");
        p.put("default.replication.factor", "1");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            p.put(topic + ".replication.factor", "1");
        }
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.num.partitions", "4");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("message.max.bytes", Integer.toString(16 << 20));
        p.put("replica.fetch.max.bytes", Integer.toString(16 << 20));
        // Frames leave in megabytes: in Kafka's buffers of 100 KiB every response goes in dozens of pieces, each a wake-up on both sides.
        p.put("socket.send.buffer.bytes", "-1");
        p.put("socket.receive.buffer.bytes", "-1");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        more.forEach((key, value) -> p.merge(key, value, (own, added) -> LISTS.contains(key) ? own + "," + added : added));
        return p;
    }

    private void awaitReady() {
        Properties p = new Properties();
        p.put("bootstrap.servers", bootstrapServers());
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        Admin admin = Admin.create(p);
        try {
            while (true) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("The broker ended at its start (exit " + process.exitValue() + "): " + logTail());
                }
                try {
                    if (!admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty()) {
                        return;
                    }
                } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                    if (System.nanoTime() > until) {
                        close();
                        throw new IllegalStateException("The broker does not answer after " + READY_SECONDS + " s: " + logTail());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the broker was starting.");
        } finally {
            // Closed at once: a call to a broker that has ended would be waited for.
            admin.close(Duration.ZERO);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Stops it in order; its data stay. */
    public void stop() {
        end(false);
    }

    /** Kills it at once, as a power cut would; its data stay. */
    public void kill() {
        end(true);
    }

    private void end(boolean forcibly) {
        if (process == null) {
            return;
        }
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end(temporary);
        if (temporary) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            } catch (IOException | UncheckedIOException e) {
                // A temporary folder: the system clears it.
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
