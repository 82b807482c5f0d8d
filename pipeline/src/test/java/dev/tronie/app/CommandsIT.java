package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.Outsider;
import dev.tronie.fixture.TronieProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people use them, from the built distribution. */
class CommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void theDemoRecognisesTheSamplePeopleAndLeavesNoProcessBehind() throws IOException {
        // Given
        List<ProcessHandle> family;

        // When
        int exit;
        List<String> lines;
        try (TronieProcess demo = TronieProcess.start("demo", "--json", "--fps", "15", "--out", directory.toString(), "-D", "models.precision=fp32")) {
            exit = demo.awaitExit(Duration.ofMinutes(3));
            family = demo.family();
            lines = demo.stdout().lines().toList();
        }

        // Then
        assertThat(exit).isZero();
        JsonNode summary = JSON.readTree(lines.get(lines.size() - 1)).get("summary");
        assertThat(summary.get("frames").asInt()).isEqualTo(110);
        assertThat(summary.get("skipped").asInt()).isZero();
        assertThat(summary.get("wrong").asInt()).isZero();
        assertThat(summary.get("matches").asInt()).isGreaterThanOrEqualTo(110);
        assertThat(lines.stream().filter(line -> line.contains("\"kind\":\"SEEN\""))).hasSize(summary.get("faces").asInt());
        assertThat(summary.get("appearances").get("opened").asInt()).isBetween(5, 40);
        assertThat(summary.get("appearances").get("wrong").asInt()).isZero();
        assertThat(JSON.readTree(lines.get(0)).get("decision").get("kind").asText()).isNotBlank();
        assertThat(family).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        try (Stream<Path> pictures = Files.list(directory)) {
            assertThat(pictures.count()).isGreaterThan(80);
        }
    }

    @Test
    void terminalsAroundALocalBrokerThatDiesInTheMiddle() throws Exception {
        // Given
        int port = TronieProcess.freePort();
        String at = "localhost:" + port;
        try (TronieProcess local = TronieProcess.startWithOps("local", "--every-frame", "--port", Integer.toString(port)).awaitReady();
                TronieProcess watch = TronieProcess.start("watch", "--json", "--pictures", directory.toString(), "--bootstrap", at)) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> watch.stderr().contains("Watching"));
            assertThat(run("enroll", "Bela", sample("people/Bela/1.jpg"), "--bootstrap", at).exit()).isZero();

            // When: the broker is killed, and local starts it again on the same data
            ProcessHandle broker = local.family().get(0);
            broker.destroyForcibly();
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> local.stderr().contains("The broker is back"));
            Finished second = run("enroll", "Fumi", sample("people/Fumi/1.jpg"), "--bootstrap", at);
            Finished recognised = run("recognize", sample("people/Bela/2.jpg"), sample("people/Fumi/2.jpg"), "--bootstrap", at);
            Finished camera = run("camera", sample("camera"), "--id", "lobby", "--fps", "15", "--bootstrap", at);

            // Then
            assertThat(second.exit()).as(second.err()).isZero();
            assertThat(recognised.out()).containsPattern("Bela .*cosine").containsPattern("Fumi .*cosine");
            assertThat(camera.exit()).isZero();
            assertThat(camera.err()).contains("110 frames published, 0 lost");
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                    assertThat(watch.stdout()).contains("\"subjectId\":\"Bela\"").contains("\"subjectId\":\"Fumi\"").contains("\"kind\":\"SEEN\"").contains("\"kind\":\"OPENED\""));
            try (Stream<Path> pictures = Files.list(directory)) {
                assertThat(pictures.count()).isGreaterThan(20);
            }
            local.interrupt();
            assertThat(local.awaitExit(Duration.ofSeconds(40))).isEqualTo(130);
            assertThat(local.family()).noneMatch(ProcessHandle::isAlive);
            watch.interrupt();
            watch.awaitExit(Duration.ofSeconds(15));
        }
    }

    @Test
    void refusalsSayWhyAndWhatToDo() {
        // Given
        int port = TronieProcess.freePort();
        String nowhere = "localhost:" + port;

        // When
        Finished noBroker = run("enroll", "Ada", sample("people/Ada/1.jpg"), "--bootstrap", nowhere);
        Finished noFile = run("recognize", "absent.jpg", "--bootstrap", nowhere);
        Finished noSource = run("camera", "absent", "--id", "x", "--bootstrap", nowhere);
        Finished badSetting = run("run", "-D", "frames.max.age.ms=soon");
        Finished badStreams = run("run", "-D", "streams.num.standby.replicas=abc", "-D", "ops.port=0");
        Finished badModels = run("demo", "--models", directory.toString());

        // Then
        assertThat(noBroker.exit()).isEqualTo(3);
        assertThat(noBroker.err()).contains("No Kafka broker answers at " + nowhere).contains("tronie local");
        assertThat(noFile.exit()).isEqualTo(3);
        assertThat(noFile.err()).contains("absent.jpg");
        assertThat(noSource.err()).contains("There is no absent");
        assertThat(badSetting.exit()).isEqualTo(2);
        assertThat(badSetting.err()).contains("frames.max.age.ms");
        assertThat(badStreams.exit()).as(badStreams.err()).isEqualTo(2);
        assertThat(badStreams.err()).contains("num.standby.replicas").doesNotContain("Ready");
        assertThat(badModels.exit()).isEqualTo(3);
        assertThat(badModels.err()).contains("model.properties");
        assertThat(Stream.of(noBroker, noFile, noSource, badSetting, badModels).map(Finished::err)).noneMatch(e -> e.contains("\tat "));
    }

    @Test
    void modelsTellsWhatIsLoaded() throws IOException {
        // When
        Finished models = run("models", "--json", "-D", "models.precision=fp32");

        // Then
        List<String> lines = models.out().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode fp32 = JSON.readTree(lines.get(1));
        assertThat(fp32.get("precision").asText()).isEqualTo("fp32");
        assertThat(fp32.get("loaded").asBoolean()).isTrue();
        assertThat(fp32.get("licence").asText()).isEqualTo("Apache-2.0");
    }

    private record Finished(int exit, String out, String err) {
    }

    private static Finished run(String... arguments) {
        try (TronieProcess process = TronieProcess.start(arguments)) {
            int exit = process.awaitExit(Duration.ofSeconds(90));
            return new Finished(exit, process.stdout(), process.stderr());
        }
    }

    private static String sample(String name) {
        return Outsider.sample(name).toString();
    }
}
