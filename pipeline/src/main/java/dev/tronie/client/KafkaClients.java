package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topic;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Producers, consumers and admins as the configuration wants them. */
public final class KafkaClients {
    private KafkaClients() {
    }

    private static <C> C made(TronieConfig config, Supplier<C> maker) {
        try {
            return maker.get();
        } catch (KafkaException e) {
            throw BrokerProblem.ofMaking(config, e);
        }
    }

    /** A client for topics; to be closed by the caller. */
    public static Admin admin(TronieConfig config) {
        Properties p = config.kafka().common();
        p.putIfAbsent("default.api.timeout.ms", "15000");
        p.putIfAbsent("request.timeout.ms", "5000");
        return made(config, () -> Admin.create(p));
    }

    /**
     * A producer; to be closed by the caller.
     *
     * @param deadlineMs how long a record is retried while the brokers do not take it
     */
    public static <V extends SpecificRecord> Producer<String, V> producer(TronieConfig config, Topics topics, Topic<V> topic, int deadlineMs) {
        return producer(config, topics, topic.value().serializer(), deadlineMs);
    }

    /** A producer of values as they are, each retried for half a minute; to be closed by the caller. */
    public static Producer<String, byte[]> rawProducer(TronieConfig config) {
        return producer(config, Topics.of(config), new ByteArraySerializer(), 30_000);
    }

    private static <V> Producer<String, V> producer(TronieConfig config, Topics topics, Serializer<V> values, int deadlineMs) {
        Properties p = config.kafka().common();
        p.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        p.put(ProducerConfig.ACKS_CONFIG, "all");
        p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topics.recordBytesMax());
        p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deadlineMs);
        p.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(deadlineMs, 10_000));
        p.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deadlineMs);
        p.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        p.putAll(config.kafka().producer());
        return made(config, () -> new KafkaProducer<>(p, new StringSerializer(), values));
    }

    /**
     * A consumer of all partitions of a topic, outside any group; to be closed by the caller.
     *
     * @param fromBeginning false = only what comes after this call
     */
    public static <V extends SpecificRecord> Consumer<String, V> reader(TronieConfig config, Topic<V> topic, Serde<V> serde, boolean fromBeginning) {
        return reader(config, topic.name(), serde.deserializer(), fromBeginning);
    }

    /** A consumer of all partitions of a topic's new records, values as they came; to be closed by the caller. */
    public static Consumer<String, byte[]> rawReader(TronieConfig config, Topic<?> topic) {
        return rawReader(config, topic, false);
    }

    /** The same, from the topic's beginning where that is wanted. */
    public static Consumer<String, byte[]> rawReader(TronieConfig config, Topic<?> topic, boolean fromBeginning) {
        return reader(config, topic.name(), new ByteArrayDeserializer(), fromBeginning);
    }

    private static <V> Consumer<String, V> reader(TronieConfig config, String topic, Deserializer<V> values, boolean fromBeginning) {
        Properties p = config.kafka().common();
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, fromBeginning ? "earliest" : "latest");
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        p.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        p.putAll(config.kafka().consumer());
        Consumer<String, V> consumer = made(config, () -> new KafkaConsumer<>(p, new StringDeserializer(), values));
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            if (partitions.isEmpty()) {
                throw new BrokerProblem("The topic " + topic + " does not exist. Make it with: tronie topics create");
            }
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            // Positions are looked up lazily; what is sent after this call must not be missed.
            partitions.forEach(partition -> consumer.position(partition, Duration.ofSeconds(15)));
            return consumer;
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            consumer.close();
            throw BrokerProblem.unreachable(config);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }
}
