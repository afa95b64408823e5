// Kafka's command-line tools in one JVM, because each start of one costs a second. Reads lines:
//     main CLASS ARGUMENT…        calls its main; an exit code other than 0, and what it throws, is told as a line "exit …"; some
//                                 catch what ends them and go on: nothing that they print then is passed on
//     produce TOPIC PARTITIONS COUNT FIRST_MS STEP_MS     COUNT records into each partition, with these timestamps
//     send TOPIC FILE             each line of the file as a record
//     read TOPIC String|Long      the records up to the ends of the partitions: KEY<tab>VALUE, values of that type
// What is printed goes out as it comes, then a line "." of its own.
import java.io.*;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Exit;

public class Tools {
    static class Exited extends Error {}

    static final PrintStream out = System.out;
    static final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    static int exitCode;

    static void printTo(PrintStream to) {
        System.setOut(to);
        System.setErr(to);
    }

    static void exit(int code, String message) {
        if (System.out != nowhere) exitCode = code;
        printTo(nowhere);
        throw new Exited();
    }

    static void main(String name, String[] arguments) throws Throwable {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (java.lang.reflect.InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    static void run(String[] w) {
        String thrown = null;
        exitCode = 0;
        try {
            switch (w[0]) {
                case "main" -> main(w[1], Arrays.copyOfRange(w, 2, w.length));
                case "produce" -> produce(w[1], w[2], Integer.parseInt(w[3]), Integer.parseInt(w[4]), Long.parseLong(w[5]),
                    Long.parseLong(w[6]));
                case "send" -> send(w[1], w[2], w[3]);
                case "read" -> read(w[1], w[2], w[3]);
            }
        } catch (Exited ended) {
            // exit() has told why
        } catch (Throwable other) {
            thrown = other.toString();
        }
        printTo(out);
        if (exitCode != 0) out.println("exit " + exitCode);
        if (thrown != null) out.println("exit with " + thrown);
        out.println("\n.");
        out.flush();
    }

    static void produce(String bootstrap, String topic, int partitions, int count, long first, long step) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        try (Producer<byte[], byte[]> producer =
                 new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int p = 0; p < partitions; p++)
                for (int i = 0; i < count; i++)
                    producer.send(new ProducerRecord<>(topic, p, first + i * step, null, new byte[1])).get();
        }
    }

    static void send(String bootstrap, String topic, String file) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        try (Producer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(file))) sent.add(producer.send(new ProducerRecord<>(topic, line)));
            for (Future<RecordMetadata> one : sent) one.get();
        }
    }

    static void read(String bootstrap, String topic, String type) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        Deserializer<?> values = type.equals("Long") ? new LongDeserializer() : new StringDeserializer();
        try (Consumer<String, ?> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo p : consumer.partitionsFor(topic)) partitions.add(new TopicPartition(topic, p.partition()));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue()))
                for (ConsumerRecord<String, ?> r : consumer.poll(Duration.ofSeconds(1))) out.println(r.key() + "\t" + r.value());
        }
    }

    public static void main(String[] unused) throws Throwable {
        Exit.setExitProcedure(Tools::exit);
        Exit.setHaltProcedure(Tools::exit);
        printTo(out);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = commands.readLine()) != null;) run(line.split(" "));
        System.exit(0);
    }
}
