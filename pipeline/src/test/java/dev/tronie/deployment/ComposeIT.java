package dev.tronie.deployment;

import static dev.tronie.fixture.Outsider.enrolment;
import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.fixture.ApicurioProcess;
import dev.tronie.fixture.MonitoredMetrics;
import dev.tronie.fixture.Outsider;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.security.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docker compose up starts, without an engine: the services' own commands as processes, beside a broker with TLS, SASL and the documented
 * rights, and a real registry with Confluent's API.
 */
class ComposeIT {
    private static final int REQUESTS = 30;
    /** Come when something goes wrong, or after a minute. */
    private static final Set<String> NOT_AT_ONCE = Set.of("kafka_consumer_fetch_manager_records_lag", "tronie_gallery_skipped_total");
    private static final Pattern ANSWERED = Pattern.compile("^tronie_uploads_total\\{.*} (\\S+)$", Pattern.MULTILINE);
    private static final int SILENT_POLLS = 10;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    @Test
    void theServicesEnrolRecogniseAndEndInTimeWithoutALostReplyOrASecondOne() throws Exception {
        // Given
        try (SecuredBroker secured = new SecuredBroker(folder); ApicurioProcess registry = new ApicurioProcess(); ComposeServices services = new ComposeServices(folder, registry.url());
                Outsider outsider = new Outsider(secured.inTheClear(), registry.url())) {
            ends(services.start("topics", as(secured, SecuredBroker.OPERATOR)));
            secured.grantWhatIsDocumented();
            ends(services.start("key", Map.of()));
            TronieProcess pipeline = services.start("pipeline", as(secured, "tronie-pipeline")).awaitReady();
            TronieProcess gateway = services.start("gateway", as(secured, "tronie-gateway")).awaitReady();
            assertThat(services.health("pipeline")).isZero();
            assertThat(services.health("gateway")).isZero();
            ends(services.start("people", as(secured, "tronie-gateway")));
            TronieProcess watch = services.start("watch", as(secured, "tronie-consumer"));
            TronieProcess camera = services.start("camera", as(secured, "tronie-camera"));
            Awaitility.await("recognitions").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> watch.stdout().contains("Ada") || watch.stdout().contains("Bela"));
            scrapeHasWhatIsMonitored(pipeline);
            camera.terminate();
            camera.awaitExit(Duration.ofSeconds(20));
            for (int i = 0; i < REQUESTS; i++) {
                outsider.send("photo-uploads", "compose/Visitor" + i, enrolment("visit-" + i, "Visitor" + i, portrait("Fumi", 1)));
            }
            outsider.readUntil("upload-replies", all -> visits(all.stream().map(record -> record.key()).toList()).size() >= 3);

            // When: in the midst of them
            pipeline.terminate();

            // Then
            assertThat(pipeline.awaitExit(ComposeServices.grace("pipeline"))).isEqualTo(TERMINATED);
            int before = visits(keys(outsider)).size();
            TronieProcess again = services.start("pipeline", as(secured, "tronie-pipeline")).awaitReady();
            outsider.readUntil("upload-replies", all -> visits(all.stream().map(record -> record.key()).toList()).size() >= REQUESTS);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> answered(again) == REQUESTS - before);
            assertThat(visits(keys(outsider))).as("each request's replies").doesNotHaveDuplicates().hasSize(REQUESTS);
            gateway.terminate();
            assertThat(gateway.awaitExit(ComposeServices.grace("gateway"))).isEqualTo(TERMINATED);
            again.terminate();
            assertThat(again.awaitExit(ComposeServices.grace("pipeline"))).isEqualTo(TERMINATED);
            assertThat(pipeline.stderr() + again.stderr() + gateway.stderr()).doesNotContain(SecuredBroker.PASSWORD).doesNotContain("\tat ");
        }
    }

    private static void ends(TronieProcess process) {
        assertThat(process.awaitExit(Duration.ofSeconds(90))).as(process::stderr).isZero();
    }

    /** TLS and a user's password, as variables. */
    private static Map<String, String> as(SecuredBroker broker, String user) {
        Map<String, String> environment = new HashMap<>();
        broker.scram("SCRAM", user, SecuredBroker.PASSWORD).forEach((key, value) -> environment.put("TRONIE_KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        return environment;
    }

    private static void scrapeHasWhatIsMonitored(TronieProcess pipeline) {
        Set<String> asked = new TreeSet<>(MonitoredMetrics.names());
        asked.removeAll(NOT_AT_ONCE);
        Awaitility.await("metrics").atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                assertThat(pipeline.get("/metrics").body().lines().filter(line -> !line.startsWith("#")).map(line -> line.split("[{ ]")[0])).containsAll(asked));
    }

    private static List<String> keys(Outsider outsider) {
        int[] last = {-1, 0};
        // To the end, as far as that can be seen: a second of silence.
        return outsider.readUntil("upload-replies", all -> {
            last[1] = all.size() == last[0] ? last[1] + 1 : 0;
            last[0] = all.size();
            return !all.isEmpty() && last[1] >= SILENT_POLLS;
        }).stream().map(record -> record.key()).toList();
    }

    private static List<String> visits(List<String> keys) {
        return keys.stream().filter(key -> key.startsWith("visit-")).toList();
    }

    private static int answered(TronieProcess pipeline) throws Exception {
        List<Double> counts = new ArrayList<>();
        for (Matcher found = ANSWERED.matcher(pipeline.get("/metrics").body()); found.find();) {
            counts.add(Double.parseDouble(found.group(1)));
        }
        return (int) counts.stream().mapToDouble(Double::doubleValue).sum();
    }
}
