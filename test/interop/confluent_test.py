#!/usr/bin/env python3
"""confluent-kafka (librdkafka): confluent_test.py records|brokers|group|admin"""
import sys

from kelp_process import KelpProcess, check, skip

try:
    import confluent_kafka, confluent_kafka.admin
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


def answered(futures):
    """{what was asked for: its answer}; one future is for all."""
    return {asked: future.result(PATIENCE_S) for asked, future in futures.items()}


def admin():
    """Topics, configurations, records and groups, from creation to deletion."""
    with KelpProcess("--set", "num.partitions=1") as kelp:
        produce(kelp, 1)
        client = confluent_kafka.admin.AdminClient({"bootstrap.servers": kelp.bootstrap})
        admin_topics(client)
        admin_records(client)
        admin_groups(client)
        answered(client.delete_topics(["a", "t"]))
        left = [name for name in client.list_topics(timeout=PATIENCE_S).topics if not name.startswith("__")]
        check(not left, f"topics that are left: {left}")


def admin_topics(client):
    kinds = confluent_kafka.admin
    topic = kinds.NewTopic("a", 2, 1, config={"cleanup.policy": "compact"})
    answered(client.create_topics([topic]))
    try:
        answered(client.create_topics([topic]))
        check(False, "a topic that exists is not created again")
    except confluent_kafka.KafkaException as error:
        check(error.args[0].code() == confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS, f"it exists: {error}")
    answered(client.create_partitions([kinds.NewPartitions("a", 3)]))
    described = answered(client.describe_topics(confluent_kafka.TopicCollection(["a"])))["a"]
    check(len(described.partitions) == 3, "the topic has grown")
    resource = kinds.ConfigResource(kinds.ResourceType.TOPIC, "a", incremental_configs=[
        kinds.ConfigEntry("segment.bytes", "2097152", incremental_operation=kinds.AlterConfigOpType.SET),
        kinds.ConfigEntry("cleanup.policy", "delete", incremental_operation=kinds.AlterConfigOpType.APPEND)])
    answered(client.incremental_alter_configs([resource]))
    configs, = answered(client.describe_configs([kinds.ConfigResource(kinds.ResourceType.TOPIC, "a")])).values()
    check((configs["segment.bytes"].value, configs["cleanup.policy"].value) == ("2097152", "compact,delete"), f"{configs}")
    cluster = client.describe_cluster().result(PATIENCE_S)
    check([node.id for node in cluster.nodes] == [cluster.controller.id] == [1], "one broker, which is the controller")


def admin_records(client):
    partition = confluent_kafka.TopicPartition
    specs = confluent_kafka.admin.OffsetSpec
    trimmed, = answered(client.delete_records([partition("t", 0, 7)])).values()
    check(trimmed.low_watermark == 7, "the log is trimmed")
    for spec, offset in (specs.earliest(), 7), (specs.latest(), RECORDS), (specs.for_timestamp(0), 7):
        found, = answered(client.list_offsets({partition("t", 0): spec})).values()
        check(found.offset == offset, f"{found.offset} instead of {offset}")
    elected = client.elect_leaders(confluent_kafka.ElectionType.PREFERRED, [partition("t", 0)]).result(PATIENCE_S)
    check([error.code() for error in elected.values()] == [confluent_kafka.KafkaError.ELECTION_NOT_NEEDED], f"{elected}")


def admin_groups(client):
    partition = confluent_kafka.TopicPartition
    commit = confluent_kafka.ConsumerGroupTopicPartitions("readers", [partition("t", 0, 10)])
    answered(client.alter_consumer_group_offsets([commit]))
    offsets = answered(client.list_consumer_group_offsets([confluent_kafka.ConsumerGroupTopicPartitions("readers")]))
    check([kept.offset for kept in offsets["readers"].topic_partitions] == [10], f"the commit is kept: {offsets}")
    listed = client.list_consumer_groups().result(PATIENCE_S)
    check([group.group_id for group in listed.valid] == ["readers"] and not listed.errors, "the group is listed")
    described = answered(client.describe_consumer_groups(["readers"]))["readers"]
    check(described.state == confluent_kafka.ConsumerGroupState.EMPTY, f"the group is empty: {described.state}")
    answered(client.delete_consumer_groups(["readers"]))


if __name__ == "__main__":
    print("confluent-kafka", confluent_kafka.__version__, "librdkafka", confluent_kafka.libversion()[0])
    {"records": records, "brokers": brokers, "group": group, "admin": admin}[sys.argv[1]]()
