// Kafka's command-line tools in one JVM, because each start of one costs a second. Reads lines:
//     main CLASS ARGUMENT…        calls its main; an exit code other than 0 is told as a line "exit CODE"
//     produce TOPIC PARTITIONS COUNT FIRST_MS STEP_MS     COUNT records into each partition, with these timestamps
// What is printed goes out as it comes, then a line "." of its own.
import java.io.*;
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Exit;

public class Tools {
    static class Exited extends Error {
        final int code;
        Exited(int code) {
            this.code = code;
        }
    }

    static void main(String name, String[] arguments) throws Throwable {
        try {
            Class.forName("org.apache.kafka.tools." + name).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (java.lang.reflect.InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof Exited)) throw thrown.getCause();
            int code = ((Exited) thrown.getCause()).code;
            if (code != 0) System.out.println("exit " + code);
        }
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

    public static void main(String[] unused) throws Throwable {
        Exit.setExitProcedure((code, message) -> { throw new Exited(code); });
        Exit.setHaltProcedure((code, message) -> { throw new Exited(code); });
        System.setErr(System.out);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = commands.readLine()) != null;) {
            String[] w = line.split(" ");
            if (w[0].equals("main"))
                main(w[1], Arrays.copyOfRange(w, 2, w.length));
            else
                produce(w[1], w[2], Integer.parseInt(w[3]), Integer.parseInt(w[4]), Long.parseLong(w[5]), Long.parseLong(w[6]));
            System.out.println("\n.");
            System.out.flush();
        }
        System.exit(0);
    }
}
