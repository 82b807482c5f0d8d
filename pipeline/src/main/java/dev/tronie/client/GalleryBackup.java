package dev.tronie.client;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * The gallery's log as a file and back: of each key the newest value, byte by byte with its headers; what was erased is left out. Values keep
 * the schema id of their registry. The file holds faces: keep it as you keep them. Stateless.
 */
public final class GalleryBackup {
    private static final long MAGIC = 0x54524f4e49453031L;
    private static final int KEY_MAX = 64 << 10;
    private static final int VALUE_MAX = 16 << 20;
    private static final int IN_FLIGHT_MAX = 1_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private record Entry(String key, byte[] value, Map<String, byte[]> headers) {
    }

    private GalleryBackup() {
    }

    /**
     * Writes what stands in the log at the moment of the call.
     *
     * @param log assigned to every partition; is read from the beginning
     * @return faces written
     * @throws IOException where the file cannot be written, or the log stops coming
     */
    public static int write(Consumer<String, byte[]> log, OutputStream out) throws IOException {
        Map<String, Entry> newest = read(log);
        CRC32 sum = new CRC32();
        DataOutputStream data = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(out), sum));
        data.writeLong(MAGIC);
        data.writeInt(newest.size());
        for (Entry entry : newest.values()) {
            bytes(data, entry.key().getBytes(StandardCharsets.UTF_8));
            bytes(data, entry.value());
            data.writeInt(entry.headers().size());
            for (Map.Entry<String, byte[]> header : entry.headers().entrySet()) {
                bytes(data, header.getKey().getBytes(StandardCharsets.UTF_8));
                bytes(data, header.getValue());
            }
        }
        data.writeLong(sum.getValue());
        data.flush();
        return newest.size();
    }

    private static Map<String, Entry> read(Consumer<String, byte[]> log) throws IOException {
        Map<TopicPartition, Long> end = log.endOffsets(log.assignment());
        log.seekToBeginning(log.assignment());
        Map<String, Entry> newest = new LinkedHashMap<>();
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (end.entrySet().stream().anyMatch(partition -> log.position(partition.getKey()) < partition.getValue())) {
            var records = log.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                newest.remove(record.key());
                if (record.key() != null && record.value() != null) {
                    Map<String, byte[]> headers = new HashMap<>();
                    for (Header header : record.headers()) {
                        headers.put(header.key(), header.value() == null ? new byte[0] : header.value());
                    }
                    newest.put(record.key(), new Entry(record.key(), record.value(), headers));
                }
            }
            if (!records.isEmpty()) {
                until = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > until) {
                throw new IOException("The gallery's log stopped coming before its end.");
            }
        }
        return newest;
    }

    /**
     * Goes through a file to its end.
     *
     * @return faces in it
     * @throws IOException where it is no backup, or not a whole one
     */
    public static int check(InputStream in) throws IOException {
        return each(in, entry -> { });
    }

    /**
     * Sends every face of a file; what the log holds of others stays. Returns when a broker has all of them. {@link #check} first: what is sent
     * before damage is met stays sent.
     *
     * @return faces sent
     */
    public static int restore(InputStream in, Producer<String, byte[]> producer, String topic) throws IOException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        int faces = each(in, entry -> {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, entry.key(), entry.value());
            entry.headers().forEach((key, value) -> record.headers().add(key, value));
            sent.add(producer.send(record));
            if (sent.size() >= IN_FLIGHT_MAX) {
                settle(sent);
            }
        });
        producer.flush();
        settle(sent);
        return faces;
    }

    private interface Taker {
        void take(Entry entry) throws IOException;
    }

    private static int each(InputStream in, Taker taker) throws IOException {
        CheckedInputStream summed = new CheckedInputStream(new BufferedInputStream(in), new CRC32());
        DataInputStream data = new DataInputStream(summed);
        try {
            if (data.readLong() != MAGIC) {
                throw new IOException("This is no backup of a gallery.");
            }
            int faces = data.readInt();
            for (int i = 0; i < faces; i++) {
                String key = new String(bytes(data, KEY_MAX), StandardCharsets.UTF_8);
                byte[] value = bytes(data, VALUE_MAX);
                Map<String, byte[]> headers = new HashMap<>();
                for (int h = data.readInt(); h > 0; h--) {
                    headers.put(new String(bytes(data, KEY_MAX), StandardCharsets.UTF_8), bytes(data, VALUE_MAX));
                }
                taker.take(new Entry(key, value, headers));
            }
            long sum = summed.getChecksum().getValue();
            if (data.readLong() != sum) {
                throw new IOException("The backup is damaged: its checksum is another.");
            }
            return faces;
        } catch (EOFException e) {
            throw new IOException("The backup is cut off.", e);
        }
    }

    private static void settle(List<Future<RecordMetadata>> sent) throws IOException {
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
            sent.clear();
        } catch (ExecutionException e) {
            throw new IOException("The broker refused a face: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void bytes(DataOutputStream data, byte[] bytes) throws IOException {
        data.writeInt(bytes.length);
        data.write(bytes);
    }

    private static byte[] bytes(DataInputStream data, int most) throws IOException {
        int length = data.readInt();
        if (length < 0 || length > most) {
            throw new IOException("The backup is damaged: a length of " + length + ".");
        }
        byte[] bytes = new byte[length];
        data.readFully(bytes);
        return bytes;
    }
}
