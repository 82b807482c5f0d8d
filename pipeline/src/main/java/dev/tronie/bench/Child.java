package dev.tronie.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A command of this distribution in a process of its own, as it would run beside others. One thread uses it; {@link #close} ends it. */
final class Child implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long LOOK_MS = 20;

    private final Process process;
    private final Path log;
    private final int port;

    private Child(List<String> command, int port) throws IOException {
        this.port = port;
        log = Files.createTempFile("tronie-bench", ".log");
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** A tronie command; {@code portKey} names the setting of the port that its health is asked at. */
    static Child tronie(String portKey, List<String> arguments) throws IOException {
        return tronie(portKey, arguments, List.of("-Xmx1g"));
    }

    /** As above, with options for the Java machine. */
    static Child tronie(String portKey, List<String> arguments, List<String> machine) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(java(machine, Path.of(System.getProperty("tronie.home"), "lib", "*").toString(), "dev.tronie.app.Main"));
        command.addAll(arguments);
        command.addAll(List.of("-D", portKey + "=" + port));
        return new Child(command, port);
    }

    /** Any main class with the broker's jars at hand; returns what it prints. */
    static String output(String mainClass, List<String> arguments) throws IOException, InterruptedException {
        String home = System.getProperty("tronie.home");
        List<String> command = new ArrayList<>(java(List.of("-Xmx1g"), Path.of(home, "lib", "*") + java.io.File.pathSeparator + Path.of(home, "broker", "*"), mainClass));
        command.addAll(arguments);
        try (Child child = new Child(command, 0)) {
            if (!child.process.waitFor(5, TimeUnit.MINUTES) || child.process.exitValue() != 0) {
                throw new IOException(mainClass + " failed: " + child.printed());
            }
            return child.printed();
        }
    }

    private static List<String> java(List<String> machine, String classPath, String mainClass) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(machine);
        // What the launcher grants on top, so that a collector or a heap can be compared with another.
        command.addAll(Stream.of(System.getenv().getOrDefault("TRONIE_JAVA_OPTS", "").split("\\s+")).filter(option -> !option.isEmpty()).toList());
        command.addAll(List.of("-Dtronie.home=" + System.getProperty("tronie.home"), "-Djava.awt.headless=true", "-cp", classPath, mainClass));
        return command;
    }

    /** Processor time so far, seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(Double.NaN);
    }

    /** Resident memory, bytes; NaN outside Linux. */
    double residentBytes() throws IOException {
        return status("VmRSS:") * 1024;
    }

    /** Threads; NaN outside Linux. */
    double threads() throws IOException {
        return status("Threads:");
    }

    /** Open files; NaN outside Linux. */
    double openFiles() {
        String[] files = Path.of("/proc/" + process.pid() + "/fd").toFile().list();
        return files == null ? Double.NaN : files.length;
    }

    private double status(String what) throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return !Files.exists(status) ? Double.NaN : Files.readAllLines(status).stream().filter(line -> line.startsWith(what))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", ""))).findFirst().orElse(Double.NaN);
    }

    int port() {
        return port;
    }

    /** Waits until its health is good. */
    Child awaitReady() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < until) {
            if (!process.isAlive()) {
                throw new IOException("A process ended at its start: " + printed());
            }
            try {
                if (get("/health/ready").statusCode() == 200) {
                    return this;
                }
            } catch (IOException e) {
                // Its port is not open yet.
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        throw new IOException("A process did not become ready: " + printed());
    }

    /** A number from its metrics or health; NaN where it is not there. */
    double number(String path, String pattern) throws IOException, InterruptedException {
        Matcher found = Pattern.compile(pattern).matcher(get(path).body());
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }

    /** The sum of all such numbers. */
    double sum(String path, String pattern) throws IOException, InterruptedException {
        return Pattern.compile(pattern).matcher(get(path).body()).results().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(5)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String printed() throws IOException {
        String text = Files.readString(log);
        return text.length() <= 4_000 ? text : text.substring(text.length() - 4_000);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // A temporary file: the system clears it.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
