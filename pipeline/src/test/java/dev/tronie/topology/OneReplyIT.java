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
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.Recognize;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances share the requests; one dies without a word. */
class OneReplyIT {
    private static final int REQUESTS = 500;

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
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> hasTasks(survivor) && hasTasks(victim));
            Map<String, Integer> counts = new HashMap<>();
            List<UploadReply> all = new ArrayList<>();
            send();

            // When
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10)).until(() -> read(replies, counts, all) > REQUESTS / 5);
            victim.kill();

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(200)).until(() -> read(replies, counts, all) >= REQUESTS);
            // A second reply would come within a commit's time of the first.
            Awaitility.await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> read(replies, counts, all) == REQUESTS);
            assertThat(counts).hasSize(REQUESTS).allSatisfy((id, n) -> assertThat(n).as(id).isEqualTo(1));
            assertThat(all.stream().map(UploadReply::getOperation).collect(Collectors.toSet())).hasSizeGreaterThanOrEqualTo(6);
            assertThat(all.stream().filter(r -> r.getError() == null).count()).isGreaterThan(REQUESTS / 2);
        }
    }

    private TronieProcess pipeline(String guarantee) {
        return TronieProcess.startWithOps("run", "--bootstrap", broker.bootstrapServers(), "-D", "processing.guarantee=" + guarantee, "-D", "inference.workers=1",
                "-D", "models.precision=fp32", "-D", "producer.transaction.timeout.ms=10000").awaitReady();
    }

    private static boolean hasTasks(TronieProcess process) throws Exception {
        return !process.get("/health/ready").body().contains("\"tasks\":0");
    }

    private int read(Consumer<String, UploadReply> replies, Map<String, Integer> counts, List<UploadReply> all) {
        replies.poll(Duration.ofMillis(50)).forEach(record -> {
            counts.merge(record.key(), 1, Integer::sum);
            all.add(record.value());
        });
        return all.size();
    }

    private void send() {
        String[] people = {"Ada", "Bela", "Chidi", "Dunja", "Fumi"};
        try (Producer<String, Upload> producer = KafkaClients.producer(config, topics, topics.uploads(), 30_000)) {
            IntStream.range(0, REQUESTS).forEach(i -> {
                String who = people[i % people.length];
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
        producer.send(new ProducerRecord<>(topics.uploads().name(), subject == null ? id : FaceKey.ofSubject("default", subject),
                Upload.newBuilder().setRequestId(id).setRequestedAt(Instant.ofEpochMilli(System.currentTimeMillis()))
                        .setImage(photo == null ? null : ByteBuffer.wrap(photo)).setOperation(operation).build()));
    }
}
