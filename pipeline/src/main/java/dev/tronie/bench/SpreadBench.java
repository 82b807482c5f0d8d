package dev.tronie.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tronie.client.Requests;
import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/**
 * How soon after its reply an enrolment is matched, and a removed face no longer, by every one of two instances: recognitions are asked
 * on every partition, and the partitions are shared by both. Each time includes one recognition.
 */
final class SpreadBench {
    private static final int TIMES = 20;
    private static final long SETTLE_SECONDS = 60;
    private static final String SUBJECT = "passer-by";

    private final TronieConfig config;
    private final Topics topics;
    private final Requests requests;
    private final byte[] photo;
    private final String gallery;
    private final BenchReport report;

    SpreadBench(TronieConfig config, Topics topics, Requests requests, byte[] photo, String gallery, BenchReport report) {
        this.config = config;
        this.topics = topics;
        this.requests = requests;
        this.photo = photo;
        this.gallery = gallery;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        report.step("Starting two instances");
        List<String> run = List.of("run", "--bootstrap", config.kafka().bootstrapServers(), "-D", "models.dir=" + config.models().directory());
        try (Child first = Child.tronie("ops.port", run).awaitReady(); Child second = Child.tronie("ops.port", run).awaitReady()) {
            awaitShared(first, second);
            List<String> keys = keys(topics.uploads().partitions());
            double[] matchable = new double[TIMES];
            double[] gone = new double[TIMES];
            for (int i = 0; i < TIMES; i++) {
                report.progress("Enrolments and removals", i, TIMES);
                matchable[i] = afterReply(Enroll.newBuilder().setGallery(gallery).setSubjectId(SUBJECT).build(), photo, keys, true);
                gone[i] = afterReply(RemoveSubject.newBuilder().setGallery(gallery).setSubjectId(SUBJECT).build(), null, keys, false);
            }
            report.progress("Enrolments and removals", TIMES, TIMES);
            tell("enrolment", "matched by both instances", matchable);
            tell("removal", "matched by neither", gone);
        }
    }

    private void awaitShared(Child first, Child second) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        String tasks = "\"uploadTasks\":([0-9]+)";
        while (!(first.number("/health/ready", tasks) > 0 && second.number("/health/ready", tasks) > 0)) {
            if (System.nanoTime() > until) {
                throw new IOException("The two instances did not share the work.");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Milliseconds from the reply until an answer of every partition agrees with it. */
    private double afterReply(org.apache.avro.specific.SpecificRecord operation, byte[] image, List<String> keys, boolean match) throws IOException {
        UploadReply reply = requests.ask(FaceKey.ofSubject(gallery, SUBJECT), operation, image).reply().join();
        if (reply.getError() != null) {
            throw new IOException("The benchmark's own request was refused: " + reply.getError().getCode());
        }
        long start = System.nanoTime();
        BitSet agreed = new BitSet();
        while (agreed.cardinality() < keys.size()) {
            List<CompletableFuture<Boolean>> asked = new ArrayList<>();
            for (String key : keys) {
                asked.add(requests.ask(key, Recognize.newBuilder().setGallery(gallery).build(), photo).reply().thenApply(SpreadBench::matches));
            }
            for (int i = 0; i < keys.size(); i++) {
                agreed.set(i, asked.get(i).join() == match);
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static boolean matches(UploadReply reply) {
        if (reply.getError() != null) {
            throw new IllegalStateException("The benchmark's own recognition was refused: " + reply.getError().getCode());
        }
        return reply.getFaces().stream().anyMatch(face -> face.getDecision().getKind() == DecisionKind.MATCH
                && face.getCandidates().get(0).getSubjectId().equals(SUBJECT));
    }

    /** A key that Kafka's partitioner sends to each partition. */
    private static List<String> keys(int partitions) {
        String[] keys = new String[partitions];
        for (int i = 0; Arrays.stream(keys).anyMatch(k -> k == null); i++) {
            String key = "bench-" + i;
            keys[Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions] = key;
        }
        return List.of(keys);
    }

    private void tell(String what, String until, double[] ms) {
        Arrays.sort(ms);
        report.line(String.format(Locale.ROOT, "%-9s from its reply to being %s, one recognition on all partitions included: p50 %.0f ms, most %.0f ms", what, until,
                ApiBench.median(ms), ms[ms.length - 1]));
        report.row(JsonNodeFactory.instance.objectNode().put("measure", what + "Spread").put("p50Ms", ApiBench.median(ms)).put("maxMs", ms[ms.length - 1]));
    }
}
