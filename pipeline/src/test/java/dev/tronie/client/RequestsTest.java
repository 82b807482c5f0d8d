package dev.tronie.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tronie.config.TronieConfig;
import dev.tronie.schema.Detect;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.topology.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Requests over clients that are played by hand. */
class RequestsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final TronieConfig config = TronieConfig.of(Map.of("schema.registry.url", "mock://requests"));
    private final Topics topics = Topics.of(config);
    private final TopicPartition partition = new TopicPartition(topics.replies().name(), 0);
    private final MockProducer<String, Upload> producer = new MockProducer<>(false, null, new StringSerializer(), topics.uploads().value().serializer());
    private final Log log = new Log();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void aReplyReachesWhoeverAsked() {
        // Given
        try (Requests requests = connected()) {
            Requests.Asked asked = requests.ask(null, Detect.newBuilder().build(), null);

            // When
            log.schedulePollTask(() -> log.addRecord(record(0, asked.id(), reply(asked.id()))));

            // Then
            assertThat(asked.reply().orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join().getRequestId()).isEqualTo(asked.id());
        }
    }

    @Test
    void whoWaitsIsToldOfTheEnd() {
        // Given
        Requests requests = connected();
        Requests.Asked asked = requests.ask(null, Detect.newBuilder().build(), null);

        // When
        requests.close();

        // Then
        assertThat(asked.reply()).isCompletedExceptionally();
        assertThatThrownBy(() -> requests.ask(null, Detect.newBuilder().build(), null)).isInstanceOf(BrokerProblem.class);
    }

    @Test
    void aRequestThatIsNotConfirmedMayBeAnsweredAndOneThatIsRefusedWillNot() {
        // Given
        try (Requests requests = connected()) {
            Requests.Asked late = requests.ask(null, Detect.newBuilder().build(), null);
            Requests.Asked refused = requests.ask(null, Detect.newBuilder().build(), null);

            // When
            producer.errorNext(new TimeoutException("expired"));
            producer.errorNext(new RecordTooLargeException("too large"));

            // Then
            assertThat(kind(late)).isEqualTo(BrokerProblem.Kind.UNCONFIRMED);
            assertThat(kind(refused)).isEqualTo(BrokerProblem.Kind.REFUSED);
        }
    }

    @Test
    void whoARequestIsForGoesWithItAndIsFoundWithItsReply() {
        // Given
        try (Requests requests = connected()) {
            Requests.Asked asked = requests.ask(null, Detect.newBuilder().build(), null, "front-door");
            ProducerRecord<String, Upload> sent = producer.history().get(0);
            log.found = List.of(record(0, asked.id(), reply(asked.id()), sent.headers().toArray()));

            // When
            Optional<Requests.Found> found = requests.find(asked.id(), Duration.ofSeconds(5));

            // Then
            assertThat(found).map(Requests.Found::caller).contains("front-door");
        }
    }

    @Test
    void anUnreadableReplyIsSteppedOver() {
        // Given
        try (Requests requests = connected()) {
            String id = requests.ask(null, Detect.newBuilder().build(), null).id();
            log.unreadable = true;
            log.found = List.of(record(1, id, reply(id)));

            // When
            Optional<Requests.Found> found = requests.find(id, Duration.ofSeconds(5));

            // Then
            assertThat(found).isPresent();
        }
    }

    @Test
    void anIdFromTheFutureOrOlderThanTheLogIsLookedForNowhere() {
        // Given
        try (Requests requests = connected()) {
            int before = made.get();

            // When
            List<Optional<Requests.Found>> found = List.of(requests.find(RequestIds.create(NOW.plusSeconds(3600).toEpochMilli()), Duration.ofSeconds(5)),
                    requests.find(RequestIds.create(NOW.minus(Duration.ofDays(8)).toEpochMilli()), Duration.ofSeconds(5)), requests.find("no id", Duration.ofSeconds(5)));

            // Then
            assertThat(found).allMatch(Optional::isEmpty);
            assertThat(made.get()).isEqualTo(before);
        }
    }

    @Test
    void whatABrokerRefusesToReadIsABrokersProblem() {
        // Given
        try (Requests requests = connected()) {
            String id = requests.ask(null, Detect.newBuilder().build(), null).id();
            log.fault = new AuthorizationException("no rights") { };

            // When / Then
            assertThatThrownBy(() -> requests.find(id, Duration.ofSeconds(5))).isInstanceOf(BrokerProblem.class).extracting(e -> ((BrokerProblem) e).kind())
                    .isEqualTo(BrokerProblem.Kind.REFUSED);
        }
    }

    private static BrokerProblem.Kind kind(Requests.Asked asked) {
        return asked.reply().handle((reply, e) -> ((BrokerProblem) e).kind()).join();
    }

    private Requests connected() {
        Requests requests = new Requests(config, topics, () -> NOW, () -> made.getAndIncrement() == 0 ? log : log.finder(), () -> producer);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(requests::isConnected);
        return requests;
    }

    private static UploadReply reply(String id) {
        UploadReply reply = new UploadReply();
        reply.setRequestId(id);
        return reply;
    }

    private ConsumerRecord<String, UploadReply> record(long offset, String id, UploadReply reply, org.apache.kafka.common.header.Header... headers) {
        return new ConsumerRecord<>(partition.topic(), 0, offset, 0, TimestampType.CREATE_TIME, 0, 0, id, reply, new RecordHeaders(headers), Optional.empty());
    }

    /** The log of replies. */
    private final class Log extends MockConsumer<String, UploadReply> {
        private volatile List<ConsumerRecord<String, UploadReply>> found = List.of();
        private volatile boolean unreadable;
        private volatile KafkaException fault;

        Log() {
            super(AutoOffsetResetStrategy.EARLIEST.name());
            assign(List.of(partition));
            updateBeginningOffsets(Map.of(partition, 0L));
            updateEndOffsets(Map.of(partition, 0L));
            seek(partition, 0);
        }

        /** Another consumer of it, for one search. */
        Consumer<String, UploadReply> finder() {
            long end = found.isEmpty() ? 0 : found.get(found.size() - 1).offset() + 1;
            MockConsumer<String, UploadReply> finder = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
                @Override
                public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
                    if (fault != null) {
                        throw fault;
                    }
                    return Map.of(partition, new OffsetAndTimestamp(0, 0));
                }

                @Override
                public synchronized ConsumerRecords<String, UploadReply> poll(Duration timeout) {
                    if (unreadable && position(partition) == 0) {
                        throw new RecordDeserializationException(RecordDeserializationException.DeserializationExceptionOrigin.VALUE, partition, 0, 0,
                                TimestampType.CREATE_TIME, ByteBuffer.wrap("k".getBytes(UTF_8)), ByteBuffer.allocate(1), new RecordHeaders(), "unreadable", null);
                    }
                    return super.poll(timeout);
                }
            };
            finder.assign(List.of(partition));
            finder.updateBeginningOffsets(Map.of(partition, 0L));
            finder.updateEndOffsets(Map.of(partition, end));
            finder.seek(partition, end);
            finder.schedulePollTask(() -> found.forEach(finder::addRecord));
            return finder;
        }
    }
}
