#!/usr/bin/env python3
"""kafka-python, Debian's or the newest: kafka_python_test.py records|group|admin"""
import sys

from kelp_process import KelpProcess, check, skip

try:
    import kafka
except ImportError:
    skip("kafka-python is not installed: ./dev clients")

RECORDS = 1_000


def produce(kelp, topic):
    """With the defaults of the library. Three records with everything odd, then many plain ones."""
    producer = kafka.KafkaProducer(bootstrap_servers=kelp.bootstrap)
    odd = [(None, bytes(range(256)), [("a", b"1"), ("a", b"2"), ("empty", b"")]), (b"k", None, []), (b"", b"", [])]
    sent = odd + [(b"k%d" % i, b"v%d" % i, []) for i in range(RECORDS)]
    answers = [producer.send(topic, key=key, value=value, headers=headers) for key, value, headers in sent]
    producer.flush()
    offsets = [answer.get(timeout=30).offset for answer in answers]
    check(offsets == list(range(len(sent))), "offsets are acknowledged in order")
    producer.close()
    return sent


def take(consumer, count):
    taken = []
    while len(taken) < count:
        polled = consumer.poll(timeout_ms=20_000)
        check(polled, f"{count} records come back: {len(taken)} did")
        taken += [record for records in polled.values() for record in records]
    return [(record.key, record.value, list(record.headers)) for record in taken]


def records():
    with KelpProcess() as kelp:
        sent = produce(kelp, "t")
        partition = kafka.TopicPartition("t", 0)
        consumer = kafka.KafkaConsumer(bootstrap_servers=kelp.bootstrap)
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        check(take(consumer, len(sent)) == sent, "records come back as they were sent")
        check(consumer.end_offsets([partition]) == {partition: len(sent)}, "the end offset")
        consumer.close()


def group():
    with KelpProcess() as kelp:
        if not kelp.serves_groups():
            skip("groups are not served")
        sent = produce(kelp, "t")

        def consumer(topic="t"):
            return kafka.KafkaConsumer(topic, bootstrap_servers=kelp.bootstrap, group_id="readers",
                                       auto_offset_reset="earliest", max_poll_records=10)

        first = consumer()
        check(take(first, 10) == sent[:10], "a group reads from the beginning")
        first.commit()
        first.close()
        second = consumer()
        check(take(second, 10) == sent[10:20], "the next member goes on at the committed offset")
        second.close()


def admin():
    """Topics and configurations with any version; records, offsets and groups with those that know them."""
    with KelpProcess() as kelp:
        sent = produce(kelp, "t")
        client = kafka.KafkaAdminClient(bootstrap_servers=kelp.bootstrap)
        admin_topics(client)
        if hasattr(client, "delete_records"):
            partition = kafka.TopicPartition("t", 0)
            client.delete_records({partition: 7})
            consumer = kafka.KafkaConsumer(bootstrap_servers=kelp.bootstrap, group_id="readers")
            check(consumer.beginning_offsets([partition]) == {partition: 7}, "the log is trimmed")
            check(consumer.end_offsets([partition]) == {partition: len(sent)}, "its end is where it was")
            consumer.close()
            check(client.describe_log_dirs(["t"]), "there is a directory")
            client.alter_group_offsets("readers", {partition: kafka.structs.OffsetAndMetadata(10, "", -1)})
            check([group["group_id"] for group in client.list_groups()] == ["readers"], f"{client.list_groups()}")
            client.delete_groups(["readers"])
            check(client.list_groups() == [], "the group is gone")
        client.delete_topics(["a", "t"])
        left = [name for name in client.list_topics() if not name.startswith("__")]
        check(not left, f"topics that are left: {left}")
        client.close()


def admin_topics(client):
    kinds = kafka.admin
    topic = kinds.NewTopic("a", 2, 1, topic_configs={"cleanup.policy": "compact"})
    client.create_topics([topic])
    try:
        client.create_topics([topic])
        check(False, "a topic that exists is not created again")
    except kafka.errors.TopicAlreadyExistsError:
        pass
    client.create_partitions({"a": kinds.NewPartitions(3)})
    check(len(client.describe_topics(["a"])[0]["partitions"]) == 3, "the topic has grown")
    client.alter_configs([kinds.ConfigResource(kinds.ConfigResourceType.TOPIC, "a", configs={"segment.bytes": "2097152"})])
    told = str(client.describe_configs([kinds.ConfigResource(kinds.ConfigResourceType.TOPIC, "a")]))
    check("2097152" in told, f"the topic is altered: {told}")


if __name__ == "__main__":
    print("kafka-python", kafka.__version__)
    {"records": records, "group": group, "admin": admin}[sys.argv[1]]()
