#!/usr/bin/env python3
"""What was sent and what was stored, as SHA-256, with librdkafka: digest_confluent.py produce|consume COUNT TOPIC[:CODEC]…

The programs of Java (Digest.java) and franz-go (go/digest) do the same. Record n of COUNT goes to partition n % 3, with null and empty keys,
values and headers among them. For each topic a line is printed: TOPIC DIGEST, over all records by partition and offset, each
    partition i32, offset i64, key, value, number of headers i32, of each header name and value, timestamp i64
big-endian; bytes have their length as i32 before them, null is the length -1. A producer takes the offsets from the acknowledgements; a
consumer wants them without a gap.
"""
import hashlib, os, struct, sys

import confluent_kafka

BOOTSTRAP = os.environ["KELP_BOOTSTRAP"]
PARTITIONS = 3
FIRST_MS = 1_700_000_000_000
PATIENCE_S = 60


def record(n):
    """(key, value, headers)"""
    key = None if n % 7 == 0 else b"" if n % 7 == 1 else b"key-%d" % n
    value = None if n % 11 == 0 else b"" if n % 11 == 1 else b"value-%d " % n * (n % 50)
    return key, value, [("h%d" % h, None if h == 1 else b"%d" % n) for h in range(n % 3)]


def sized(data):
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def hashed(into, partition, offset, key, value, headers, timestamp):
    into.update(struct.pack(">iq", partition, offset) + sized(key) + sized(value) + struct.pack(">i", len(headers)))
    for name, data in headers:
        into.update(sized(name.encode()) + sized(data))
    into.update(struct.pack(">q", timestamp))


def produce(count, topic, codec):
    offsets = [None] * count
    producer = confluent_kafka.Producer({"bootstrap.servers": BOOTSTRAP, "acks": "all", "compression.type": codec,
                                         "enable.idempotence": True, "linger.ms": 5})

    def acknowledged(n):
        def done(error, message):
            if error is not None:
                raise SystemExit(f"{topic}: {error}")
            offsets[n] = message.offset()
        return done

    for n in range(count):
        key, value, headers = record(n)
        while True:
            try:
                producer.produce(topic, value, key, partition=n % PARTITIONS, on_delivery=acknowledged(n),
                                 timestamp=FIRST_MS + n, headers=headers)
                break
            except BufferError:
                producer.poll(1)
        producer.poll(0)
    if producer.flush(PATIENCE_S) > 0 or None in offsets:
        raise SystemExit(f"{topic}: not everything is acknowledged")
    digest = hashlib.sha256()
    for n in sorted(range(count), key=lambda n: (n % PARTITIONS, offsets[n])):
        hashed(digest, n % PARTITIONS, offsets[n], *record(n), FIRST_MS + n)
    return digest


def consume(count, topic):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "unused", "enable.auto.commit": False,
                                         "fetch.wait.max.ms": 10})
    partitions = [confluent_kafka.TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)]
    consumer.assign(partitions)
    read = [[] for _ in partitions]
    for _ in range(count):
        message = consumer.poll(PATIENCE_S)
        if message is None or message.error() is not None or message.offset() != len(read[message.partition()]):
            raise SystemExit(f"{topic}: {message and (message.error() or message.offset())} after {[len(r) for r in read]}")
        read[message.partition()].append(message)
    digest = hashlib.sha256()
    for partition, messages in zip(partitions, read):
        if consumer.get_watermark_offsets(partition, PATIENCE_S) != (0, len(messages)):
            raise SystemExit(f"{partition}: more than {len(messages)} records")
        for m in messages:
            hashed(digest, m.partition(), m.offset(), m.key(), m.value(), m.headers() or [], m.timestamp()[1])
    consumer.close()
    return digest


if __name__ == "__main__":
    for word in sys.argv[3:]:
        name, _, codec_name = word.partition(":")
        count_wanted = int(sys.argv[2])
        made = produce(count_wanted, name, codec_name) if sys.argv[1] == "produce" else consume(count_wanted, name)
        print(name, made.hexdigest(), flush=True)
