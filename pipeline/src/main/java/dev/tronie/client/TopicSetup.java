package dev.tronie.client;

import dev.tronie.config.TronieConfig;
import dev.tronie.registry.RegistryConfig;
import dev.tronie.registry.SchemaRegistry;
import dev.tronie.topology.Topic;
import dev.tronie.topology.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes what the topology needs on a cluster: topics, and their schemas in the registry. Repeating it changes nothing. */
public final class TopicSetup {
    private final TronieConfig config;
    private final Topics topics;

    /** A set-up of these topics. */
    public TopicSetup(TronieConfig config, Topics topics) {
        this.config = config;
        this.topics = topics;
    }

    /** Whether a broker answers. */
    public boolean brokerAnswers() {
        try (Admin admin = KafkaClients.admin(config)) {
            admin.describeCluster().nodes().get(6, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Topics that are not there and without which no pipeline runs.
     *
     * @throws BrokerProblem where no broker answers
     */
    public List<String> missing() {
        try (Admin admin = KafkaClients.admin(config)) {
            return missing(admin, topics.needed());
        } catch (ExecutionException e) {
            throw BrokerProblem.of(config, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BrokerProblem.unreachable(config);
        }
    }

    private static List<String> missing(Admin admin, List<Topic<?>> wanted) throws ExecutionException, InterruptedException {
        try {
            Set<String> there = admin.listTopics().names().get();
            return wanted.stream().map(Topic::name).filter(name -> !there.contains(name)).toList();
        } catch (InterruptedException e) {
            // An ordinary close would wait for the call that nobody waits for any more.
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Makes the missing topics.
     *
     * @return the names of those that were made
     * @throws BrokerProblem where no broker answers, or one refuses
     */
    public List<String> create() {
        List<String> created = new ArrayList<>();
        try (Admin admin = KafkaClients.admin(config)) {
            Optional<Short> replication = config.topics().replication() < 0 ? Optional.empty() : Optional.of((short) config.topics().replication());
            // Brokers ask for the right to create before they look whether there is anything to create.
            List<String> missing = missing(admin, topics.all());
            for (Topic<?> topic : topics.all().stream().filter(t -> missing.contains(t.name())).toList()) {
                NewTopic wanted = new NewTopic(topic.name(), Optional.of(topic.partitions()), replication).configs(topic.policy());
                try {
                    admin.createTopics(List.of(wanted)).all().get();
                    created.add(topic.name());
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                        throw BrokerProblem.unreachable(config);
                    } else if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new BrokerProblem("The broker refuses to make the topic " + topic.name() + ": " + e.getCause().getMessage());
                    }
                }
            }
        } catch (ExecutionException e) {
            throw BrokerProblem.of(config, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BrokerProblem.unreachable(config);
        }
        return created;
    }

    /**
     * Removes everything that an application which shares nothing with others has left on the brokers: topics whose names begin with its id,
     * Kafka Streams' own included, and its consumer group.
     */
    public void removeAllOf(String applicationId) {
        try (Admin admin = KafkaClients.admin(config)) {
            admin.deleteTopics(admin.listTopics().names().get().stream().filter(name -> name.startsWith(applicationId)).toList()).all().get();
            admin.deleteConsumerGroups(List.of(applicationId)).all().get();
        } catch (ExecutionException e) {
            throw BrokerProblem.of(config, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BrokerProblem.unreachable(config);
        }
    }

    /**
     * Registers the schemas of all topics under TopicNameStrategy.
     *
     * @return subject and id, one a line
     */
    public List<String> registerSchemas() {
        List<String> lines = new ArrayList<>();
        try (SchemaRegistry registry = dev.tronie.registry.Registries.of(RegistryConfig.of(config.registry().config()))) {
            for (Topic<?> topic : topics.all()) {
                if (topic.schema() != null) {
                    String subject = topic.name() + "-value";
                    lines.add(subject + " " + registry.register(subject, topic.schema()));
                }
            }
        }
        return lines;
    }
}
