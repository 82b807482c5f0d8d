package dev.tronie.app;

import dev.tronie.client.BrokerProblem;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.Galleries;
import dev.tronie.inference.ModelFolder;
import dev.tronie.ops.Health;
import dev.tronie.ops.ManagementServer;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.ops.ResidentMemory;
import dev.tronie.topology.FrameArrivals;
import dev.tronie.topology.GalleryStore;
import dev.tronie.topology.GalleryWarmUp;
import dev.tronie.topology.RecognitionTopology;
import dev.tronie.topology.StreamsProperties;
import dev.tronie.topology.Topics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running pipeline: management port, networks, Kafka Streams. A stream that fails for good (its broker's offsets are gone, its
 * global thread died) is closed and built anew with the networks left warm; single stream threads are replaced in place.
 *
 * <p>Threading: {@link #start} and {@link #close} by any thread, once each; one supervisor thread owns Kafka Streams from then on.
 * Closing goes against the flow: not ready, streams (leaving the group), workers, networks, port.
 */
public final class Pipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final long RETRY_MS = 2_000;
    private static final long REPLACE_PAUSE_MS = 1_000;
    private static final int ALONE_SECONDS = 5;
    private static final long START_PATIENCE_MS = 3_000;
    private static final String BROKER_PREFIX = "a broker at ";
    /** A native call that runs this many deadlines long will not come back. */
    private static final int STUCK_DEADLINES = 3;

    private final TronieConfig config;
    private final ModelFolder model;
    private final Topics topics;
    private final FrameArrivals arrivals;
    private final InstantSource clock = InstantSource.system();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PipelineMetrics metrics = new PipelineMetrics(registry);
    private final ManagementServer management;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object change = new Object();
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private volatile VisionEngine engine;
    private volatile KafkaStreams streams;
    private volatile GalleryStore gallery;
    private volatile String waitingFor = "the networks";
    private volatile double galleryLoadSeconds = Double.NaN;
    private volatile boolean closing;
    private volatile boolean starting;
    private volatile String failure;
    private Thread supervisor;
    /** Since when no client has a connection; the supervisor's own. */
    private int secondsAlone;

    /** Opens the management port; nothing else yet. */
    public Pipeline(TronieConfig config, ModelFolder model) {
        this.config = config;
        this.model = model;
        this.topics = Topics.of(config);
        this.arrivals = new FrameArrivals(topics.frames().name());
        // A calibration that cannot be used is told before anything is opened.
        DecisionSetup.policies(config.match(), model);
        try {
            new StreamsConfig(StreamsProperties.of(config, topics, metrics, arrivals));
        } catch (ConfigException e) {
            throw new InvalidConfig("Kafka Streams refuses a setting: " + e.getMessage());
        }
        metrics.gauge("tronie.gallery.faces", "Enrolled faces in memory", () -> gallery == null ? 0 : gallery.galleries().size());
        metrics.gauge("tronie.gallery.version", "Records of gallery-faces applied", () -> gallery == null ? 0 : gallery.version());
        metrics.gauge("tronie.gallery.age.seconds", "Seconds since the newest enrolled or erased face", () ->
                gallery == null || gallery.newestMs() == 0 ? Double.NaN : (clock.millis() - gallery.newestMs()) / 1e3);
        metrics.gauge("tronie.gallery.load.seconds", "How long the gallery took to be loaded from its log at the start", () -> galleryLoadSeconds);
        metrics.gauge("tronie.inference.queue", "Requests waiting for a worker", () -> engine == null ? 0 : engine.inference().queued());
        metrics.gauge("process.resident.memory.bytes", "Resident memory of the process", ResidentMemory::bytes);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gc.bindTo(registry);
        management = new ManagementServer(config.ops().host(), config.ops().port(), this::health, registry);
    }

    /** Loads the networks and starts the stream in the background. */
    public void start() {
        Thread warmUp = new Thread(() -> GalleryWarmUp.run(StageSetup.identity(config, model)), "gallery-warm-up");
        warmUp.start();
        engine = new VisionEngine(config, model, metrics::batch);
        supervisor = new Thread(this::supervise, "pipeline");
        supervisor.start();
    }

    /** Waits until records are processed. Returns false where that took longer, or the pipeline was closed. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return ready.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && !closing && failure == null;
    }

    /** Whether somebody has told it to end. */
    public boolean isClosing() {
        return closing;
    }

    /** Why the pipeline cannot go on; null while it can. */
    public String failure() {
        return failure;
    }

    /** Waits until the pipeline is closed. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** The counts. */
    public PipelineMetrics metrics() {
        return metrics;
    }

    /** The gallery of this instance; null before the stream is built. */
    public GalleryStore gallery() {
        return gallery;
    }

    /** What readiness waits for, for people; empty when ready. */
    public String waitingFor() {
        return waitingFor;
    }

    /** The management port. */
    public int managementPort() {
        return management.port();
    }

    private void supervise() {
        try {
            while (!closing) {
                starting = true;
                boolean usable = prerequisites();
                starting = false;
                if (usable && !closing) {
                    runOnce();
                }
                pause();
            }
        } catch (RuntimeException e) {
            failure = rootMessage(e);
            waitingFor = "nothing: it has failed (" + failure + ")";
        } finally {
            ready.countDown();
            ended.countDown();
        }
    }

    /** Whether brokers and topics are there; says once what is missing. */
    private boolean prerequisites() {
        try {
            List<String> missing = new TopicSetup(config, topics).missing();
            if (missing.isEmpty()) {
                return true;
            }
            waitFor("the topics " + String.join(", ", missing) + " at " + config.kafka().bootstrapServers() + "; make them with: tronie topics create (nor are topics seen that this user may not describe)");
        } catch (BrokerProblem e) {
            waitFor(e.kind() == BrokerProblem.Kind.REFUSED ? "other credentials or rights. " + e.getMessage()
                    : BROKER_PREFIX + config.kafka().bootstrapServers() + " (kafka.bootstrap.servers)");
        } catch (org.apache.kafka.common.KafkaException e) {
            waitFor("a usable Kafka configuration: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
        return false;
    }

    private void waitFor(String what) {
        if (!what.equals(waitingFor) && !closing) {
            LOG.warn("Waiting for {}", what);
        }
        waitingFor = what;
    }

    /** Builds the stream, runs it until it fails or the pipeline closes, and closes it. */
    private void runOnce() {
        GalleryStore store = new GalleryStore(new Galleries(config.gallery().exactFacesMax()));
        gallery = store;
        waitingFor = "the gallery to be loaded";
        try (StreamRun run = new StreamRun(config, topics)) {
            starting = true;
            KafkaStreams built = run.build((replies, galleryLog, properties) -> RecognitionTopology.build(topics, run.followSettings(new LiveStages(config,
                    settings -> StageSetup.of(settings, model, engine.analyzer(), replies, galleryLog, arrivals, metrics, clock), metrics)), store, new TopologyConfig(new StreamsConfig(properties))), StreamsProperties.of(config, topics, metrics, arrivals));
            listen(built);
            streams = built;
            try (KafkaStreamsMetrics bound = new KafkaStreamsMetrics(built)) {
                built.start();
                starting = false;
                bound.bindTo(registry);
                awaitFailureOrClose(built);
            }
        } catch (BrokerProblem | org.apache.kafka.common.KafkaException e) {
            LOG.warn("The stream could not start and will be tried again: {}", rootMessage(e));
        } finally {
            starting = false;
            waitingFor = "the stream to be built anew";
        }
    }

    private void listen(KafkaStreams run) {
        run.setUncaughtExceptionHandler(e -> {
            if (!closing) {
                LOG.warn("A stream thread failed and is replaced: {}", rootMessage(e));
                // On the failed thread: what fails at once should not fail a thousand times a second.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REPLACE_PAUSE_MS));
            }
            return e instanceof org.apache.kafka.streams.errors.MissingSourceTopicException
                    ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT : StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        run.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                waitingFor = "";
                ready.countDown();
            }
            synchronized (change) {
                change.notifyAll();
            }
        });
        run.setGlobalStateRestoreListener(new GalleryLoadWatch(seconds -> galleryLoadSeconds = seconds));
    }

    private void awaitFailureOrClose(KafkaStreams run) {
        synchronized (change) {
            while (!closing && run.state() != KafkaStreams.State.ERROR && run.state() != KafkaStreams.State.PENDING_ERROR
                    && run.state() != KafkaStreams.State.NOT_RUNNING) {
                try {
                    change.wait(1_000);
                } catch (InterruptedException e) {
                    return;
                }
                noteBrokers(run);
            }
        }
    }

    /** Kafka Streams falls silent while its brokers are away; this says so once, and when they are back. */
    private void noteBrokers(KafkaStreams run) {
        boolean connected = run.metrics().values().stream().filter(m -> m.metricName().name().equals("connection-count"))
                .anyMatch(m -> m.metricValue() instanceof Number n && n.doubleValue() > 0);
        secondsAlone = connected ? 0 : secondsAlone + 1;
        if (secondsAlone == ALONE_SECONDS) {
            waitFor(BROKER_PREFIX + config.kafka().bootstrapServers() + "; everything goes on when one is back");
        } else if (connected && waitingFor.startsWith(BROKER_PREFIX)) {
            LOG.info("A broker is back.");
            waitingFor = "";
        }
    }

    private void pause() {
        synchronized (change) {
            try {
                if (!closing) {
                    change.wait(RETRY_MS);
                }
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    /** The innermost message: Kafka's outer ones carry whole stack traces. */
    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private Health health() {
        KafkaStreams s = streams;
        KafkaStreams.State state = s == null ? KafkaStreams.State.CREATED : s.state();
        boolean stuck = engine != null && engine.inference().busyMs() > (long) STUCK_DEADLINES * config.inference().deadlineMs();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("version", ModelSelection.version());
        details.put("model", model.modelId() + " " + model.precision());
        details.put("streams", state.name());
        details.put("waitingFor", closing ? "the end" : waitingFor);
        details.put("galleryFaces", gallery == null ? 0 : gallery.galleries().size());
        details.put("workerStuck", stuck);
        details.put("framesFinished", metrics.framesFinished());
        details.put("frameTasks", tasks(s, topics.frames().name()));
        details.put("uploadTasks", tasks(s, topics.uploads().name()));
        boolean supervised = (supervisor == null || supervisor.isAlive()) && (engine == null || engine.inference().isOpen());
        return new Health(supervised && !stuck, !closing && state == KafkaStreams.State.RUNNING && waitingFor.isEmpty(), ready.getCount() == 0 && failure == null, details);
    }

    /** Partitions of a topic that this instance works on. */
    private static long tasks(KafkaStreams s, String topic) {
        return s == null ? 0 : s.metadataForLocalThreads().stream().flatMap(t -> t.activeTasks().stream()).flatMap(t -> t.topicPartitions().stream())
                .filter(p -> p.topic().equals(topic)).count();
    }

    @Override
    public void close() {
        closing = true;
        synchronized (change) {
            change.notifyAll();
        }
        try {
            if (supervisor != null) {
                supervisor.join(START_PATIENCE_MS);
                if (starting) {
                    // Waiting for a broker that is away, or loading the gallery from it, ends in no other way.
                    supervisor.interrupt();
                }
                supervisor.join(CLOSE_TIMEOUT.toMillis() + 10_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (engine != null) {
            engine.close();
        }
        management.close();
        gc.close();
        registry.close();
        ended.countDown();
    }
}
