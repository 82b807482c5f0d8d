package dev.tronie.topology;

import static dev.tronie.fixture.SamplePictures.portrait;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.client.KafkaClients;
import dev.tronie.client.TopicSetup;
import dev.tronie.config.TronieConfig;
import dev.tronie.fixture.TronieProcess;
import dev.tronie.gallery.FaceKey;
import dev.tronie.local.BrokerProcess;
import dev.tronie.schema.Detect;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.OperationKind;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.Verify;
import dev.tronie.schema.ViewGallery;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances share the requests; one dies without a word. */
class OneReplyIT {
    private static final int REQUESTS = 500;
    private static final String[] PEOPLE = {"Ada", "Bela", "Chidi", "Dunja", "Fumi"};
    private static final int VISITORS = PEOPLE.length + 2;

    private BrokerProcess broker;
    private TronieConfig config;
    private Topics topics;

    @BeforeEach
    void start() {
        broker = new BrokerProcess(null, 0);
        broker.start();
        config = TronieConfig.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "topics.replication", "1"));
        topics = Topics.of(config);
        new TopicSetup(config, topics).create();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void everyRequestGetsExactlyOneReplyThoughAnInstanceIsKilledAmongThem(String guarantee) throws Exception {
        // Given
        try (TronieProcess survivor = pipeline(guarantee); TronieProcess victim = pipeline(guarantee);
                Consumer<String, UploadReply> replies = KafkaClients.reader(config, topics.replies(), topics.replies().value(), true)) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> hasUploads(survivor) && hasUploads(victim));
            Map<String, Integer> counts = new HashMap<>();
            List<UploadReply> all = new ArrayList<>();
            visitorsComeAndGo(replies, counts, all);
            send();

            // When
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10)).until(() -> read(replies, counts, all) > VISITORS + REQUESTS / 5);
            victim.kill();

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(200)).until(() -> read(replies, counts, all) >= VISITORS + REQUESTS);
            // A second reply would come within a commit's time of the first.
            Awaitility.await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> read(replies, counts, all) == VISITORS + REQUESTS);
            assertThat(counts).hasSize(VISITORS + REQUESTS).allSatisfy((id, n) -> assertThat(n).as(id).isEqualTo(1));
            assertThat(all.stream().map(UploadReply::getOperation).collect(Collectors.toSet())).hasSizeGreaterThanOrEqualTo(6);
            assertThat(all.stream().filter(r -> r.getError() == null).count()).isGreaterThan(REQUESTS / 2);
            assertThat(enrolled()).isEqualTo(toldByTheReplies(all));
        }
    }

    /**
     * A gallery is filled, removed through another partition, and filled again, each step after the reply to the one before. Nothing
     * of it is committed when the instance dies under at_least_once, so that all of it comes again.
     */
    private void visitorsComeAndGo(Consumer<String, UploadReply> replies, Map<String, Integer> counts, List<UploadReply> all) {
        try (Producer<String, Upload> producer = KafkaClients.producer(config, topics, topics.uploads(), 30_000)) {
            for (int i = 0; i < PEOPLE.length; i++) {
                send(producer, "visitor-" + i, FaceKey.ofSubject("visitors", PEOPLE[i]), Enroll.newBuilder().setGallery("visitors").setSubjectId(PEOPLE[i]).build(),
                        portrait(PEOPLE[i], 1));
            }
            awaitReplies(PEOPLE.length, replies, counts, all);
            send(producer, "visitors-go", "visitors-go", RemoveGallery.newBuilder().setGallery("visitors").build(), null);
            awaitReplies(PEOPLE.length + 1, replies, counts, all);
            send(producer, "visitor-again", FaceKey.ofSubject("visitors", PEOPLE[0]), Enroll.newBuilder().setGallery("visitors").setSubjectId(PEOPLE[0]).build(),
                    portrait(PEOPLE[0], 1));
            awaitReplies(VISITORS, replies, counts, all);
        }
    }

    private void awaitReplies(int n, Consumer<String, UploadReply> replies, Map<String, Integer> counts, List<UploadReply> all) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> read(replies, counts, all) >= n);
    }

    /** What is enrolled at the end, as the gallery's log has it. */
    private Set<String> enrolled() {
        Map<String, Boolean> faces = new HashMap<>();
        try (Consumer<String, GalleryFace> log = KafkaClients.reader(config, topics.galleryFaces(), topics.galleryFaces().value(), true)) {
            Map<TopicPartition, Long> end = log.endOffsets(log.assignment());
            while (end.entrySet().stream().anyMatch(e -> log.position(e.getKey()) < e.getValue())) {
                log.poll(Duration.ofMillis(100)).forEach(record -> faces.put(record.key(), record.value() != null));
            }
        }
        return faces.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    /** What should be, subject by subject in the order of the requests. */
    private static Set<String> toldByTheReplies(List<UploadReply> all) {
        Map<String, UploadReply> byId = all.stream().collect(Collectors.toMap(UploadReply::getRequestId, Function.identity()));
        Map<String, Set<String>> faces = new HashMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            UploadReply reply = byId.get("request-" + i);
            if (reply.getOperation() == OperationKind.ENROLL && reply.getError() == null) {
                reply.getFaces().stream().map(FaceReport::getEnrolledFaceId).filter(Objects::nonNull).forEach(id ->
                        faces.computeIfAbsent(reply.getSubjectId(), s -> new HashSet<>()).add(new FaceKey("default", reply.getSubjectId(), id).text()));
            } else if (reply.getOperation() == OperationKind.REMOVE_SUBJECT) {
                faces.remove(reply.getSubjectId());
            }
        }
        Set<String> told = faces.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        told.add(new FaceKey("visitors", PEOPLE[0], byId.get("visitor-again").getFaces().get(0).getEnrolledFaceId()).text());
        return told;
    }

    private TronieProcess pipeline(String guarantee) {
        // Under exactly_once_v2 a reply is seen when it is committed.
        String commitMs = guarantee.equals("at_least_once") ? "60000" : "100";
        return TronieProcess.startWithOps("run", "-D", "processing.commit.interval.ms=" + commitMs, "--bootstrap", broker.bootstrapServers(), "-D", "processing.guarantee=" + guarantee, "-D", "inference.workers=1",
                "-D", "models.precision=fp32", "-D", "producer.transaction.timeout.ms=10000").awaitReady();
    }

    private static boolean hasUploads(TronieProcess process) throws Exception {
        return !process.get("/health/ready").body().contains("\"uploadTasks\":0");
    }

    private int read(Consumer<String, UploadReply> replies, Map<String, Integer> counts, List<UploadReply> all) {
        replies.poll(Duration.ofMillis(50)).forEach(record -> {
            counts.merge(record.key(), 1, Integer::sum);
            all.add(record.value());
        });
        return all.size();
    }

    private void send() {
        try (Producer<String, Upload> producer = KafkaClients.producer(config, topics, topics.uploads(), 30_000)) {
            IntStream.range(0, REQUESTS).forEach(i -> {
                String who = PEOPLE[i % PEOPLE.length];
                byte[] photo = portrait(who, 1 + i % 3);
                switch (i % 8) {
                    case 0, 1 -> send(producer, i, who, Enroll.newBuilder().setSubjectId(who).build(), photo);
                    case 2 -> send(producer, i, who, Verify.newBuilder().setSubjectId(who).build(), photo);
                    case 3 -> send(producer, i, null, Recognize.newBuilder().build(), photo);
                    case 4 -> send(producer, i, null, Detect.newBuilder().build(), photo);
                    case 5 -> send(producer, i, null, ViewGallery.newBuilder().build(), null);
                    case 6 -> send(producer, i, null, ListGalleries.newBuilder().build(), null);
                    default -> send(producer, i, who, RemoveSubject.newBuilder().setSubjectId(who).build(), null);
                }
            });
            producer.flush();
        }
    }

    private void send(Producer<String, Upload> producer, int i, String subject, Object operation, byte[] photo) {
        String id = "request-" + i;
        send(producer, id, subject == null ? id : FaceKey.ofSubject("default", subject), operation, photo);
    }

    private void send(Producer<String, Upload> producer, String id, String key, Object operation, byte[] photo) {
        producer.send(new ProducerRecord<>(topics.uploads().name(), key,
                Upload.newBuilder().setRequestId(id).setRequestedAt(Instant.ofEpochMilli(System.currentTimeMillis()))
                        .setImage(photo == null ? null : ByteBuffer.wrap(photo)).setOperation(operation).build()));
    }
}
