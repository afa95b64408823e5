#!/usr/bin/env python3
"""What a gateway to SeaweedFS must do right, with librdkafka: acceptance_test.py CASE, on the engine of INTEROP_ENGINE

    listed    kcat -L on any port               exact      headers, timestamps, null and empty come back
    groups    ListGroups, DescribeGroups        recreated  a topic that is deleted and made again begins at 0
    offsets   all committed offsets of a group  restarted  a thousand records over a restart of Kelp, and a commit over kill -9
    killed    acknowledged with acks=all: there after kill -9 of everything (with --engine seaweed also of all of SeaweedFS)
Members of groups, kafkajs and the other clients: test/interop on this engine (CMakeLists.txt).
"""
import contextlib, shutil, subprocess, sys, tempfile

import confluent_kafka
from confluent_kafka import admin as kinds

import kelp_process
from kelp_process import KelpProcess, check, on_seaweed, skip
from weed import Cluster, weed_binary

RECORDS = 1_000
PATIENCE_S = 40


def settings(kelp, **more):
    return {"bootstrap.servers": kelp.bootstrap, **more}


def create(kelp, topic, partitions=1, **config):
    admin = kinds.AdminClient(settings(kelp))
    for future in admin.create_topics([kinds.NewTopic(topic, partitions, 1, config=config)]).values():
        future.result(PATIENCE_S)
    return admin


def produce(kelp, topic, records, **more):
    """records: keyword arguments of Producer.produce. Returns their offsets."""
    offsets = []

    def done(error, message):
        check(error is None, f"acknowledged: {error}")
        offsets.append(message.offset())

    producer = confluent_kafka.Producer(settings(kelp, **{"acks": "all", **more}))
    for record in records:
        producer.produce(topic, **{"partition": 0, **record}, on_delivery=done)
        producer.poll(0)
    check(producer.flush(PATIENCE_S) == 0, "everything is acknowledged")
    return offsets


def consume(kelp, topic, count, partition=0):
    consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "unused", "enable.auto.commit": False}))
    consumer.assign([confluent_kafka.TopicPartition(topic, partition, confluent_kafka.OFFSET_BEGINNING)])
    messages = []
    while len(messages) < count:
        message = consumer.poll(PATIENCE_S)
        check(message is not None, f"{count} records, not {len(messages)}")
        check(message.error() is None, f"no error: {message.error()}")
        messages.append(message)
    extra = consumer.poll(1.0)
    check(extra is None, f"no more than {count} records: {extra and extra.offset()}")
    consumer.close()
    return messages


def numbered(count=RECORDS):
    return [{"key": b"k%d" % n, "value": b"v%d" % n} for n in range(count)]


def told(messages):
    return [{"key": m.key(), "value": m.value()} for m in messages]


def listed():
    if not shutil.which("kcat"):
        skip("kcat is not installed")
    with KelpProcess() as kelp, KelpProcess() as other:
        check(kelp.ports != other.ports, "two ports")
        for each in kelp, other:
            create(each, "t", 3)
            out = subprocess.run(["kcat", "-b", each.bootstrap, "-L", "-t", "t"], stdout=subprocess.PIPE, check=True, text=True,
                                 timeout=PATIENCE_S).stdout
            check(f"broker 1 at {each.bootstrap}" in out, f"the port that was asked is the one that is told: {out}")
            check('topic "t" with 3 partitions' in out, f"the topic is listed: {out}")


def exact():
    sent = [{"key": key, "value": value, "headers": headers, "timestamp": 1_700_000_000_000 + n}
            for n, (key, value, headers) in enumerate([
                (b"k", b"v", [("a", b"1"), ("a", b"2"), ("", b""), ("null", None)]), (None, None, []), (b"", b"", []),
                (None, b"", []), (b"", None, [("h", bytes(range(256)))]), (bytes(range(256)), bytes(range(256)) * 100, [])])]
    with KelpProcess() as kelp:
        create(kelp, "t")
        produce(kelp, "t", sent)
        for there in range(2):
            got = [{"key": m.key(), "value": m.value(), "headers": m.headers() or [], "timestamp": m.timestamp()[1]}
                   for m in consume(kelp, "t", len(sent))]
            check(got == sent, f"all comes back as it was: {got}")
            check(all(m.timestamp()[0] == confluent_kafka.TIMESTAMP_CREATE_TIME for m in consume(kelp, "t", len(sent))),
                  "the producer's timestamps")
            if there == 0:  # again from what is stored
                kelp.terminate()
                kelp.start()


def groups():
    with KelpProcess() as kelp:
        admin = create(kelp, "t")
        produce(kelp, "t", numbered(10))
        consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "g", "auto.offset.reset": "earliest"}))
        consumer.subscribe(["t"])
        check(consumer.poll(PATIENCE_S) is not None, "a record")
        found = admin.list_consumer_groups().result(PATIENCE_S)
        check([g.group_id for g in found.valid] == ["g"] and not found.errors, f"the group is listed: {found.valid}")
        described = admin.describe_consumer_groups(["g"])["g"].result(PATIENCE_S)
        check(described.state == confluent_kafka.ConsumerGroupState.STABLE, f"the group is stable: {described.state}")
        assigned = [(p.topic, p.partition) for m in described.members for p in m.assignment.topic_partitions]
        check(assigned == [("t", 0)], f"its member has the partition: {assigned}")
        consumer.close()


def recreated():
    with KelpProcess() as kelp:
        for round_number in range(3):
            admin = create(kelp, "t")
            check(produce(kelp, "t", numbered(100)) == list(range(100)), "offsets begin at 0")
            check(told(consume(kelp, "t", 100)) == numbered(100), "only what was written since")
            admin.delete_topics(["t"])["t"].result(PATIENCE_S)
            check("t" not in admin.list_topics(timeout=PATIENCE_S).topics, f"the topic is gone, round {round_number}")


def offsets():
    topics = {"a": 3, "b": 2}
    with KelpProcess() as kelp:
        for topic, partitions in topics.items():
            admin = create(kelp, topic, partitions)
        consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "g"}))
        committed = [confluent_kafka.TopicPartition(topic, p, 10 * p + 1) for topic in topics for p in range(topics[topic])]
        consumer.commit(offsets=committed, asynchronous=False)
        consumer.close()
        for there in range(2):
            answer = admin.list_consumer_group_offsets([confluent_kafka.ConsumerGroupTopicPartitions("g")])["g"].result(PATIENCE_S)
            got = sorted((p.topic, p.partition, p.offset) for p in answer.topic_partitions)
            check(got == sorted((p.topic, p.partition, p.offset) for p in committed), f"all offsets, asked for none by name: {got}")
            if there == 0:
                kelp.kill()
                kelp.start()
                admin = kinds.AdminClient(settings(kelp))


def restarted():
    with KelpProcess() as kelp:
        create(kelp, "t")
        produce(kelp, "t", numbered())
        consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "g"}))
        consumer.commit(offsets=[confluent_kafka.TopicPartition("t", 0, 500)], asynchronous=False)
        consumer.close()
        for end in kelp.terminate, kelp.kill:
            end()
            kelp.start()
            check(told(consume(kelp, "t", RECORDS)) == numbered(), "everything is there, once, in order")
            consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "g"}))
            kept, = consumer.committed([confluent_kafka.TopicPartition("t", 0)], PATIENCE_S)
            consumer.close()
            check(kept.offset == 500, f"the commit is there: {kept.offset}")


@contextlib.contextmanager
def world_that_may_die():
    """(Kelp that comes back, what kills all of it, what starts all of it again)"""
    with contextlib.ExitStack() as stack:
        if kelp_process.engine() == "disk":
            kelp = stack.enter_context(KelpProcess(comes_back=True))
            yield kelp, kelp.kill, kelp.start
            return
        if not weed_binary().exists():
            skip("weed is not installed: ./dev clients")
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kelp-weed-"))
        weed = stack.enter_context(Cluster(directory, dies_with_us=True))
        kelp = stack.enter_context(KelpProcess(comes_back=True, storage=on_seaweed(weed.masters)))

        def kill():
            kelp.kill()
            weed.kill_all()

        def start():
            weed.start()
            kelp.start()

        yield kelp, kill, start


def killed():
    with world_that_may_die() as (kelp, kill, start):
        create(kelp, "t")
        for round_number in range(3):
            produce(kelp, "t", numbered(), **{"enable.idempotence": True})
            kill()
            start()
            got = told(consume(kelp, "t", RECORDS * (round_number + 1)))
            check(got == numbered() * (round_number + 1), "what was acknowledged is there, once, in order")


if __name__ == "__main__":
    {"listed": listed, "exact": exact, "groups": groups, "recreated": recreated, "offsets": offsets,
     "restarted": restarted, "killed": killed}[sys.argv[1]]()
