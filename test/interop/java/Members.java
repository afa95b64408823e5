// Members of groups with Java's consumer; members_test.py speaks with it, see there.
import java.io.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.*;

public class Members {
    static final Map<String, Class<?>> ASSIGNORS = Map.of("range", RangeAssignor.class, "roundrobin",
        RoundRobinAssignor.class, "sticky", StickyAssignor.class, "cooperative-sticky", CooperativeStickyAssignor.class);

    static synchronized void say(String... words) {
        System.out.println(String.join(" ", words));
        System.out.flush();
    }

    static String listed(Collection<TopicPartition> partitions) {
        return partitions.stream().map(p -> "" + p.partition()).collect(Collectors.joining(","));
    }

    static class Member extends Thread implements ConsumerRebalanceListener {
        final String group, name;
        final KafkaConsumer<byte[], byte[]> consumer;
        volatile boolean leaves;

        Member(String group, String name, String assignors, String instance) {
            this.group = group;
            this.name = name;
            Map<String, Object> settings = new HashMap<>();
            settings.put("bootstrap.servers", System.getenv("KELP_BOOTSTRAP"));
            settings.put("group.id", group);
            settings.put("client.id", name);
            settings.put("auto.offset.reset", "earliest");
            settings.put("enable.auto.commit", System.getenv().getOrDefault("AUTO_COMMIT", "true"));
            settings.put("session.timeout.ms", System.getenv("SESSION_MS"));
            settings.put("metadata.max.age.ms", System.getenv("METADATA_MS"));
            settings.put("heartbeat.interval.ms", System.getenv("HEARTBEAT_MS"));
            settings.put("partition.assignment.strategy",
                Arrays.stream(assignors.split(",")).map(ASSIGNORS::get).collect(Collectors.toList()));
            if (!instance.equals("-")) settings.put("group.instance.id", instance);
            consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            setDaemon(true);
        }

        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            say(group, name, "assigned", listed(partitions));
        }
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            say(group, name, "revoked", listed(partitions));
        }
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            say(group, name, "lost", listed(partitions));
        }

        public void run() {
            int generation = -1;
            try {
                consumer.subscribe(List.of("t"), this);
                while (!leaves) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100)))
                        say(group, name, "read", "" + record.partition());
                    int now = consumer.groupMetadata().generationId();
                    if (now != generation && now > 0) say(group, name, "generation", "" + now);
                    generation = now;
                }
            } catch (Throwable error) {
                say(group, name, "failed", "" + Errors.forException(error).code(), error.toString().replace('\n', ' '));
            }
            consumer.close();
        }
    }

    static void produce(int partitions) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", System.getenv("KELP_BOOTSTRAP"));
        try (Producer<byte[], byte[]> producer =
                 new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int p = 0; p < partitions; p++) producer.send(new ProducerRecord<>("t", p, null, new byte[1])).get();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Member> members = new ConcurrentHashMap<>();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = commands.readLine()) != null;) {
            String[] words = line.split(" ");
            if (words[0].equals("produce")) {
                produce(Integer.parseInt(words[1]));
                say("- - produced");
            } else if (words[0].equals("join")) {
                Member member = new Member(words[1], words[2], words[3], words[4]);
                members.put(words[1] + " " + words[2], member);
                member.start();
            } else {
                members.remove(words[1] + " " + words[2]).leaves = true;
            }
        }
        System.exit(0);
    }
}
