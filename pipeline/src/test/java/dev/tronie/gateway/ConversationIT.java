package dev.tronie.gateway;

import static dev.tronie.fixture.SamplePictures.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.HeadlessChromium;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.TronieProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All ten operations with real pictures, through the topics and through HTTP in both shapes, on {@code tronie local} and {@code tronie gateway}. */
class ConversationIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CURL_BLOCK = Pattern.compile("<!-- curl -->\\s*```\\w*\\n(.*?)```", Pattern.DOTALL);

    private static TronieProcess local;
    private static TronieProcess gateway;
    private static String bootstrap;
    private static int port;
    private static GatewayClient client;

    @BeforeAll
    static void start() {
        int broker = TronieProcess.freePort();
        bootstrap = "localhost:" + broker;
        port = TronieProcess.freePort();
        local = TronieProcess.startWithOps("local", "--port", Integer.toString(broker), "-D", "models.precision=fp32").awaitReady();
        gateway = TronieProcess.start("gateway", "--port", Integer.toString(port), "--bootstrap", bootstrap);
        client = new GatewayClient(port);
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> client.get("/health/ready").status() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        local.close();
    }

    @Test
    void tenOperationsThroughTheTopics() throws IOException {
        // Given
        String gallery = "topics";

        // When
        List<JsonNode> enrolled = ask("enroll", "Ada", sample("Ada", 1), sample("Ada", 2), "--gallery", gallery);
        awaitMatch(gallery, "Ada", sample("Ada", 3));
        JsonNode recognised = ask("recognize", sample("Ada", 3), "--gallery", gallery).get(0);
        JsonNode stranger = ask("recognize", sample("Bela", 1), "--gallery", gallery).get(0);
        JsonNode verified = ask("verify", "Ada", sample("Ada", 3), "--gallery", gallery).get(0);
        JsonNode detected = ask("detect", sample("Ada", 1)).get(0);
        JsonNode galleries = ask("gallery", "list").get(0);
        JsonNode subjects = ask("gallery", "view", gallery).get(0);
        JsonNode faces = ask("gallery", "subject", "Ada", "--gallery", gallery).get(0);
        JsonNode face = ask("gallery", "remove-face", "Ada", faces.at("/enrolledFaces/0/faceId").asText(), "--gallery", gallery).get(0);
        JsonNode subject = ask("gallery", "remove-subject", "Ada", "--gallery", gallery).get(0);
        ask("enroll", "Ada", sample("Ada", 1), "--gallery", gallery);
        JsonNode whole = ask("gallery", "remove", gallery).get(0);

        // Then
        assertThat(enrolled).hasSize(2).allSatisfy(e -> assertThat(e.at("/faces/0/enrolledFaceId").asText()).hasSize(32));
        assertThat(decision(recognised)).isEqualTo("MATCH");
        assertThat(decision(stranger)).isEqualTo("UNKNOWN");
        assertThat(decision(verified)).isEqualTo("MATCH");
        assertThat(detected.get("faces")).hasSize(1);
        assertThat(galleries.get("names")).extracting(JsonNode::asText).contains(gallery);
        assertThat(subjects.get("names")).extracting(JsonNode::asText).containsExactly("Ada");
        assertThat(faces.get("enrolledFaces")).hasSize(2);
        assertThat(List.of(face, subject, whole)).allSatisfy(r -> assertThat(r.get("affectedFaces").asInt()).isPositive());
    }

    @Test
    void tenOperationsThroughVersion2OfHttp() {
        // Given
        String g = "\"gallery\":\"current\"";

        // When
        GatewayClient.Got enrolled = client.photo("/v2/enroll", read(Path.of(sample("Ada", 1))), g + ",\"subjectId\":\"Ada\"");
        awaitMatch("current", "Ada", sample("Ada", 2));
        List<GatewayClient.Got> got = new ArrayList<>(List.of(enrolled,
                client.form("/v2/recognize", read(Path.of(sample("Ada", 2))), Map.of("gallery", "current")),
                client.photo("/v2/verify", read(Path.of(sample("Ada", 3))), g + ",\"subjectId\":\"Ada\""), client.photo("/v2/detect", read(Path.of(sample("Ada", 3))), ""),
                client.post("/v2/gallery/list_all", "{}"), client.post("/v2/gallery/view", "{" + g + "}"),
                client.post("/v2/gallery/view_subject", "{" + g + ",\"subjectId\":\"Ada\"}")));
        String face = enrolled.body().at("/faces/0/enrolledFaceId").asText();
        GatewayClient.Got later = client.get("/v2/requests/" + enrolled.body().get("requestId").asText());
        got.add(client.post("/v2/gallery/remove_face", "{" + g + ",\"subjectId\":\"Ada\",\"faceId\":\"" + face + "\"}"));
        client.photo("/v2/enroll", read(Path.of(sample("Bela", 1))), g + ",\"subjectId\":\"Bela\"");
        got.add(client.post("/v2/gallery/remove_subject", "{" + g + ",\"subjectId\":\"Bela\"}"));
        client.photo("/v2/enroll", read(Path.of(sample("Bela", 1))), g + ",\"subjectId\":\"Bela\"");
        got.add(client.post("/v2/gallery/remove", "{" + g + "}"));

        // Then
        assertThat(got).allSatisfy(one -> assertThat(one.status()).as(one.raw().body()).isEqualTo(200));
        assertThat(decision(got.get(1).body())).isEqualTo("MATCH");
        assertThat(decision(got.get(2).body())).isEqualTo("MATCH");
        assertThat(later.body().at("/faces/0/enrolledFaceId").asText()).as("fetched later").isEqualTo(face);
    }

    @Test
    void theAncestorsNineThroughItsOwnPaths() {
        // Given
        String g = "\"gallery_name\":\"old\"";

        // When
        JsonNode enrolled = client.photo("/enroll", read(Path.of(sample("Ada", 1))), g + ",\"subject_id\":\"Ada\"").body();
        awaitMatch("old", "Ada", sample("Ada", 2));
        JsonNode recognised = client.photo("/recognize", read(Path.of(sample("Ada", 2))), g).body();
        JsonNode verified = client.photo("/verify", read(Path.of(sample("Ada", 3))), g + ",\"subject_id\":\"Ada\"").body();
        JsonNode detected = client.photo("/detect", read(Path.of(sample("Ada", 3))), "").body();
        JsonNode galleries = client.post("/gallery/list_all", "").body();
        JsonNode subjects = client.post("/gallery/view", "{" + g + "}").body();
        JsonNode faces = client.post("/gallery/view_subject", "{" + g + ",\"subject_id\":\"Ada\"}").body();
        JsonNode removedSubject = client.post("/gallery/remove_subject", "{" + g + ",\"subject_id\":\"Ada\"}").body();
        client.photo("/enroll", read(Path.of(sample("Bela", 1))), g + ",\"subject_id\":\"Bela\"");
        JsonNode removed = client.post("/gallery/remove", "{" + g + "}").body();

        // Then
        assertThat(enrolled.get("face_id").asText()).isEqualTo(faces.at("/face_ids/0/face_id").asText());
        assertThat(recognised.at("/images/0/candidates/0/subject_id").asText()).isEqualTo("Ada");
        assertThat(verified.at("/images/0/transaction/status").asText()).isEqualTo("success");
        assertThat(detected.at("/images/0/faces")).hasSize(1);
        assertThat(galleries.get("gallery_ids")).extracting(JsonNode::asText).contains("old");
        assertThat(subjects.get("subject_ids")).extracting(JsonNode::asText).containsExactly("Ada");
        assertThat(List.of(removedSubject, removed)).allSatisfy(r -> assertThat(r.get("status").asText()).isEqualTo("Complete"));
    }

    @Test
    void aSubjectOfThreePhotosIsFoundByTwoOthersAndFiveStrangersAreUnknown() throws IOException {
        // Given
        Path people = SamplePictures.shared().resolve("faces/people");
        assumeTrue(Files.isDirectory(people), "no pictures beside the project");
        Path known = people.resolve("Tony_Blair").toFile().exists() ? people.resolve("Tony_Blair") : first(people, 0);
        List<Path> photos = list(known);
        for (Path photo : photos.subList(0, 3)) {
            assertThat(client.form("/v2/enroll", read(photo), Map.of("gallery", "people", "subjectId", "known")).status()).isEqualTo(200);
        }
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.post("/v2/gallery/view_subject", "{\"gallery\":\"people\",\"subjectId\":\"known\"}").body()
                .at("/enrolledFaces").size() == 3);

        // When
        List<String> own = photos.subList(3, 5).stream().map(photo -> decision(client.form("/v2/recognize", read(photo), Map.of("gallery", "people")).body())).toList();
        List<String> strangers = new ArrayList<>();
        for (Path other : list(people).stream().filter(p -> !p.equals(known)).limit(5).toList()) {
            strangers.add(decision(client.form("/v2/recognize", read(list(other).get(0)), Map.of("gallery", "people")).body()));
        }

        // Then
        assertThat(own).containsOnly("MATCH");
        assertThat(strangers).hasSize(5).containsOnly("UNKNOWN");
    }

    @Test
    void theReadmesCurlLinesWorkAsTheyStand() throws Exception {
        // Given
        assumeTrue(Stream.of("/usr/bin/curl", "/bin/curl").anyMatch(c -> Files.isExecutable(Path.of(c))), "no curl on this machine");
        Matcher block = CURL_BLOCK.matcher(Files.readString(SamplePictures.basedir().resolve("../README.md")));
        assertThat(block.find()).as("a block of curl lines in the README").isTrue();
        String script = "set -e -o pipefail\n" + block.group(1).replace("localhost:8080", "localhost:" + port).replace("curl -s", "curl -sS");

        // When
        Process bash = new ProcessBuilder("bash", "-c", script).directory(SamplePictures.basedir().resolve("..").toFile()).redirectErrorStream(true).start();
        String printed = new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();

        // Then
        assertThat(bash.exitValue()).as(printed).isZero();
        assertThat(printed.lines().filter(line -> line.startsWith("{")).toList()).hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(line -> assertThat(JSON.readTree(line).path("error").isObject()).as(line).isFalse());
        assertThat(printed).contains("\"kind\":\"MATCH\"").contains("\"status\":\"success\"").doesNotContain("Errors");
    }

    @Test
    void aPersonDropsAPhotoOnThePageAndSeesWhoItIs() throws IOException {
        // Given
        assumeTrue(HeadlessChromium.binary().isPresent(), "no Chromium on this machine");
        client.form("/v2/enroll", read(Path.of(sample("Chidi", 1))), Map.of("gallery", "page", "subjectId", "<b>Chidi</b>"));
        awaitMatch("page", "<b>Chidi</b>", sample("Chidi", 2));
        try (HeadlessChromium browser = new HeadlessChromium()) {
            browser.resize(1280, 900);
            browser.open("http://127.0.0.1:" + port + "/");
            browser.evaluate("document.querySelector('#gallery').value = 'page'");

            // When
            browser.choose("#photo", Path.of(sample("Chidi", 2)));
            browser.await("document.body.dataset.state === 'done'");

            // Then
            assertThat(browser.evaluate("document.querySelectorAll('#faces .face').length")).isEqualTo("1");
            assertThat(browser.evaluate("document.querySelector('#faces .face').dataset.decision")).isEqualTo("MATCH");
            assertThat(browser.evaluate("document.querySelector('#faces .face').dataset.name")).isEqualTo("<b>Chidi</b>");
            assertThat(browser.evaluate("document.querySelectorAll('#faces b').length === 0 || ![...document.querySelectorAll('#faces b')].some(b => b.textContent === 'Chidi')"))
                    .as("a name is text, not markup").isEqualTo("true");
            assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo("true");
            assertThat(browser.errors()).isEmpty();
            Files.write(Files.createDirectories(SamplePictures.basedir().resolve("target/page")).resolve("desktop.png"), browser.screenshot());
            browser.resize(360, 740);
            assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("fits a telephone").isEqualTo("true");
            Files.write(SamplePictures.basedir().resolve("target/page/phone.png"), browser.screenshot());

            // When: the photo shows nobody
            browser.choose("#photo", SamplePictures.basedir().resolve("samples/README.md"));
            browser.await("document.body.dataset.state === 'error'");
            assertThat(browser.evaluate("document.querySelector('#status').textContent")).contains("no JPEG, PNG or WebP");
        }
    }

    private static void awaitMatch(String gallery, String subject, String photo) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.form("/v2/recognize", read(Path.of(photo)), Map.of("gallery", gallery)).body()
                .at("/faces/0/candidates/0/subjectId").asText().equals(subject));
    }

    private static String decision(JsonNode reply) {
        return reply.at("/faces/0/decision/kind").asText();
    }

    private static String sample(String name, int number) {
        return SamplePictures.basedir().resolve("samples/people/" + name + "/" + number + ".jpg").toString();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static Path first(Path folder, int n) throws IOException {
        return list(folder).get(n);
    }

    /** A command's replies. */
    private static List<JsonNode> ask(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--json", "--bootstrap", bootstrap));
        try (TronieProcess command = TronieProcess.start(all.toArray(String[]::new))) {
            int exit = command.awaitExit(Duration.ofSeconds(60));
            assertThat(exit).as(command.stderr()).isZero();
            List<JsonNode> replies = new ArrayList<>();
            for (String line : command.stdout().lines().toList()) {
                replies.add(JSON.readTree(line));
            }
            return replies;
        }
    }
}
