#!/usr/bin/env python3
"""confluent-kafka (librdkafka): confluent_test.py records|brokers|group"""
import sys

from kelp_process import KelpProcess, check, skip

try:
    import confluent_kafka
except ImportError:
    skip("confluent-kafka is not installed: ./dev clients")

RECORDS = 10_000
PARTITIONS = 12
PATIENCE_S = 20


def produce(kelp, partitions, **settings):
    """Records of each partition, in the order of their acknowledgements."""
    acknowledged = [[] for _ in range(partitions)]

    def on_delivery(error, message):
        check(error is None, f"delivered: {error}")
        check(message.offset() == len(acknowledged[message.partition()]), "offsets are acknowledged in order")
        acknowledged[message.partition()].append(message.value())

    producer = confluent_kafka.Producer({"bootstrap.servers": kelp.bootstrap, **settings})
    for i in range(RECORDS):
        producer.produce("t", value=b"v%d" % i, key=b"k%d" % i, on_delivery=on_delivery)
        producer.poll(0)
    check(producer.flush(PATIENCE_S) == 0, "everything is acknowledged")
    check(sum(map(len, acknowledged)) == RECORDS, "every record is acknowledged")
    return acknowledged


def consumer(kelp, group="unused", **settings):
    return confluent_kafka.Consumer({"bootstrap.servers": kelp.bootstrap, "group.id": group,
                                     "auto.offset.reset": "earliest", **settings})


def take(source, count, partitions):
    values = [[] for _ in range(partitions)]
    for _ in range(count):
        message = source.poll(PATIENCE_S)
        check(message is not None, f"{count} records come back: {sum(map(len, values))} did")
        check(message.error() is None, f"no error: {message.error()}")
        values[message.partition()].append(message.value())
    return values


def assigned(kelp, partitions):
    source = consumer(kelp)
    source.assign([confluent_kafka.TopicPartition("t", p, 0) for p in range(partitions)])
    values = take(source, RECORDS, partitions)
    source.close()
    return values


def records():
    with KelpProcess() as kelp:
        check(assigned_after(kelp, {}), "default settings")
    with KelpProcess() as kelp:
        check(assigned_after(kelp, {"enable.idempotence": True, "compression.type": "zstd"}), "idempotence and zstd")


def assigned_after(kelp, settings):
    return produce(kelp, 1, **settings) == assigned(kelp, 1)


def brokers():
    with KelpProcess("--brokers", "3", "--set", f"num.partitions={PARTITIONS}") as kelp:
        sent = produce(kelp, PARTITIONS, **{"enable.idempotence": True})
        check(all(sent), "every partition has records")
        check(assigned(kelp, PARTITIONS) == sent, "every partition gives its records back in order")


def group():
    with KelpProcess("--set", f"num.partitions={PARTITIONS}") as kelp:
        if not kelp.serves_groups():
            skip("groups are not served")
        sent = produce(kelp, PARTITIONS)
        first = consumer(kelp, "readers", **{"enable.auto.commit": False})
        first.subscribe(["t"])
        check(take(first, RECORDS, PARTITIONS) == sent, "a group reads everything in order")
        first.commit(asynchronous=False)
        first.close()
        second = consumer(kelp, "readers")
        committed = second.committed([confluent_kafka.TopicPartition("t", p) for p in range(PARTITIONS)], PATIENCE_S)
        check([c.offset for c in committed] == [len(values) for values in sent], "the commits are kept")
        second.close()


if __name__ == "__main__":
    print("confluent-kafka", confluent_kafka.__version__, "librdkafka", confluent_kafka.libversion()[0])
    {"records": records, "brokers": brokers, "group": group}[sys.argv[1]]()
