// What was sent and what was stored, as SHA-256; test/weed/digest_confluent.py says what of it. Digest produce|consume COUNT TOPIC[:CODEC]…
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.*;

public class Digest {
    static final int PARTITIONS = 3;
    static final long FIRST_MS = 1_700_000_000_000L;
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String BOOTSTRAP = System.getenv("KELP_BOOTSTRAP");

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ProducerRecord<byte[], byte[]> record(String topic, int n) {
        byte[] key = n % 7 == 0 ? null : n % 7 == 1 ? new byte[0] : bytes("key-" + n);
        byte[] value = n % 11 == 0 ? null : n % 11 == 1 ? new byte[0] : bytes(("value-" + n + " ").repeat(n % 50));
        List<Header> headers = new ArrayList<>();
        for (int h = 0; h < n % 3; h++) headers.add(new RecordHeader("h" + h, h == 1 ? null : bytes("" + n)));
        return new ProducerRecord<>(topic, n % PARTITIONS, FIRST_MS + n, key, value, headers);
    }

    static void sized(DataOutputStream to, byte[] data) throws IOException {
        to.writeInt(data == null ? -1 : data.length);
        if (data != null) to.write(data);
    }

    static void hash(DataOutputStream to, int partition, long offset, byte[] key, byte[] value, Header[] headers, long timestamp)
            throws IOException {
        to.writeInt(partition);
        to.writeLong(offset);
        sized(to, key);
        sized(to, value);
        to.writeInt(headers.length);
        for (Header header : headers) {
            sized(to, bytes(header.key()));
            sized(to, header.value());
        }
        to.writeLong(timestamp);
    }

    static void produce(DataOutputStream to, int count, String topic, String codec) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", BOOTSTRAP, "acks", "all", "compression.type", codec, "linger.ms", 5);
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int n = 0; n < count; n++) sent.add(producer.send(record(topic, n)));
            List<TreeMap<Long, Integer>> numbers = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) numbers.add(new TreeMap<>());
            for (int n = 0; n < count; n++) numbers.get(n % PARTITIONS).put(sent.get(n).get().offset(), n);
            for (int p = 0; p < PARTITIONS; p++) {
                for (Map.Entry<Long, Integer> each : numbers.get(p).entrySet()) {
                    ProducerRecord<byte[], byte[]> was = record(topic, each.getValue());
                    hash(to, p, each.getKey(), was.key(), was.value(), was.headers().toArray(), was.timestamp());
                }
            }
        }
    }

    static void consume(DataOutputStream to, int count, String topic) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", BOOTSTRAP, "enable.auto.commit", false, "fetch.max.wait.ms", 10);
        try (Consumer<byte[], byte[]> consumer =
                 new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int p = 0; p < PARTITIONS; p++) {
                TopicPartition partition = new TopicPartition(topic, p);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long due = count / PARTITIONS + (p < count % PARTITIONS ? 1 : 0), at = 0;
                if (consumer.endOffsets(List.of(partition)).get(partition) != due) throw new Error(partition + " does not end at " + due);
                while (at < due) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
                    if (records.isEmpty()) throw new Error(partition + " ends before " + due);
                    for (ConsumerRecord<byte[], byte[]> r : records) {
                        if (r.offset() != at++) throw new Error(partition + " has " + r.offset() + " where " + (at - 1) + " is due");
                        hash(to, p, r.offset(), r.key(), r.value(), r.headers().toArray(), r.timestamp());
                    }
                }
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        for (String word : Arrays.asList(arguments).subList(2, arguments.length)) {
            String[] topic = word.split(":");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            DataOutputStream to =
                new DataOutputStream(new BufferedOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest)));
            if (arguments[0].equals("produce")) produce(to, count, topic[0], topic[1]);
            else consume(to, count, topic[0]);
            to.flush();
            System.out.println(topic[0] + " " + HexFormat.of().formatHex(digest.digest()));
        }
    }
}
