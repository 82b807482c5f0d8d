package dev.tronie.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryBackupTest {
    private static final TopicPartition LOG = new TopicPartition("gallery-faces", 0);

    @Test
    void whatIsRestoredIsTheNewestOfEachFaceWithoutTheErased() throws IOException {
        // Given
        byte[] backup = backup("a", "old", "b", "gone", "a", "new", "b", null);
        MockProducer<String, byte[]> producer = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

        // When
        int restored = GalleryBackup.restore(new ByteArrayInputStream(backup), producer, "gallery-faces");

        // Then
        assertThat(restored).isEqualTo(1);
        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic() + " " + record.key() + " " + new String(record.value())).isEqualTo("gallery-faces a new");
            assertThat(new String(record.headers().lastHeader("traceparent").value())).isEqualTo("trace");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 20})
    void oneThatIsCutOffIsRefused(int missing) throws IOException {
        // Given
        byte[] backup = backup("a", "face", "b", "face");

        // When / Then
        assertThatThrownBy(() -> GalleryBackup.check(new ByteArrayInputStream(Arrays.copyOf(backup, backup.length - missing)))).isInstanceOf(IOException.class).hasMessageContaining("cut off");
    }

    @Test
    void oneInWhichAByteIsAnotherIsRefused() throws IOException {
        // Given
        byte[] backup = backup("a", "face");
        backup[backup.length / 2] ^= 1;

        // When / Then
        assertThatThrownBy(() -> GalleryBackup.check(new ByteArrayInputStream(backup))).isInstanceOf(IOException.class);
    }

    private static byte[] backup(String... keysAndValues) throws IOException {
        MockConsumer<String, byte[]> log = new MockConsumer<>("earliest");
        log.assign(List.of(LOG));
        log.updateBeginningOffsets(Map.of(LOG, 0L));
        log.updateEndOffsets(Map.of(LOG, keysAndValues.length / 2L));
        log.schedulePollTask(() -> {
            for (int i = 0; i < keysAndValues.length; i += 2) {
                ConsumerRecord<String, byte[]> record = new ConsumerRecord<>(LOG.topic(), 0, i / 2, keysAndValues[i], keysAndValues[i + 1] == null ? null : keysAndValues[i + 1].getBytes());
                record.headers().add("traceparent", "trace".getBytes());
                log.addRecord(record);
            }
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GalleryBackup.write(log, out);
        return out.toByteArray();
    }
}
