#!/usr/bin/env python3
"""SeaweedMQ's topics as Kafka's, against a real weed: smq_topics_test.py CASE

    native     topics that were there are listed without being made; what others publish is consumed by librdkafka and kcat, soon
    both       what Kafka's clients produce is received by SeaweedMQ's own, and comes back to Kafka's as it was, with an envelope
    recreated  a topic that is deleted and made again begins at 0, under another name in SeaweedMQ
    refused    what SeaweedMQ cannot keep, with words that name the setting
    restarted  acknowledged with acks=all: there after kill -9 of Kelp; groups go on; topics keep their storage
    killed     and after kill -9 of everything, of Kelp and of SeaweedFS
    brokerless without SeaweedMQ's broker Kelp starts and reads; what is produced waits for it
Each has a namespace of its own, so that they may share a cluster.
"""
import contextlib, os, pathlib, shutil, subprocess, sys, tempfile, time, uuid

import confluent_kafka
from confluent_kafka import admin as kinds

import kelp_process
from acceptance_test import PATIENCE_S, consume, create, numbered, produce, settings, told
from kelp_process import KelpProcess, check, on_seaweed, skip
from weed import HOME, Cluster, weed_binary

HERE = pathlib.Path(__file__).resolve().parent
SMQ = {"kelp.storage": "smq"}
RAW = {**SMQ, "message.timestamp.type": "LogAppendTime"}  # nothing has to be wrapped but headers and nulls
APPEARS_S = 1.5


def shared_cluster():
    env = pathlib.Path(os.environ["WEED_ENV_FILE"])
    if not env.exists():
        skip("no weed runs: ./dev clients installs it, test/weed/weed.py starts it")
    return dict(line.split("=", 1) for line in env.read_text().splitlines())


class World:
    """One Kelp with a namespace of its own."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.space = f"ns{uuid.uuid4().hex[:8]}"

    def kelp(self, **more):
        storage = on_seaweed(self.cluster["WEED_MASTER"], smq_visible=f"{self.space},{self.space}-b")
        return KelpProcess("--set", f"seaweed.smq.namespace={self.space}", storage=storage, **more)

    def native(self, verb, topic, *words, space=None):
        python = HOME / "bin/python"
        done = subprocess.run([python, "-B", HERE / "smq_native.py", verb, self.cluster["WEED_BROKER"], space or self.space, topic,
                               *map(str, words)], stdout=subprocess.PIPE, text=True, timeout=2 * PATIENCE_S)
        check(done.returncode == 0, f"SeaweedMQ's own client: {verb}")
        return done.stdout.splitlines()


def topics_of(kelp):
    found = kinds.AdminClient(settings(kelp)).list_topics(timeout=PATIENCE_S).topics
    return {name: len(topic.partitions) for name, topic in found.items() if not name.startswith("__")}


def wait_for(what, wanted):
    deadline = time.monotonic() + PATIENCE_S
    while not wanted():
        check(time.monotonic() < deadline, what)
        time.sleep(0.05)


def pairs(messages):
    return [f"{m.key().decode()}={m.value().decode()}" for m in messages]


def native():
    world = World(shared_cluster())
    world.native("make", "orders", 2)
    world.native("make", "bills", 1, space=world.space + "-b")
    check(world.native("publish", "orders", 1, "a", 30)[0].split()[-1] == "29", "30 offsets")
    with world.kelp() as kelp:
        check(topics_of(kelp) == {"orders": 2, f"{world.space}-b.bills": 1}, f"what was there is listed: {topics_of(kelp)}")
        got = consume(kelp, "orders", 30, partition=1)
        check(pairs(got) == [f"k{n}=a{n}" for n in range(30)], f"all of it, in order: {pairs(got)}")
        check([m.offset() for m in got] == list(range(30)), "at SeaweedMQ's offsets")
        if shutil.which("kcat"):
            out = subprocess.run(["kcat", "-b", kelp.bootstrap, "-C", "-t", "orders", "-p", "1", "-e", "-q", "-f", "%o:%k=%s\n"],
                                 stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S).stdout
            check(out.splitlines() == [f"{n}:k{n}=a{n}" for n in range(30)], f"kcat too: {out}")

        # A consumer that waits at the end is told soon after the publish. How soon is said, and judged on an idle machine only.
        consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "g", "enable.auto.commit": False}))
        consumer.assign([confluent_kafka.TopicPartition("orders", 0, 0)])
        check(consumer.poll(0.5) is None, "nothing yet")
        begun = time.monotonic()
        world.native("publish", "orders", 0, "b", 1)
        message = consumer.poll(PATIENCE_S)
        check(message is not None and message.value() == b"b0", "it appears without being asked for")
        print(f"appeared {time.monotonic() - begun:.2f} s after the publisher's process was started (wanted: {APPEARS_S} s after its publish)")
        consumer.close()

        # Made while Kelp runs.
        world.native("make", "later", 3)
        wait_for("a topic that is made later appears", lambda: topics_of(kelp).get("later") == 3)
        # Ours goes behind theirs.
        check(produce(kelp, "orders", [{"partition": 1, "value": b"ours"}]) == [30], "behind what was there")


def both():
    world = World(shared_cluster())
    with world.kelp() as kelp:
        create(kelp, "raw", 2, **RAW)
        offsets = produce(kelp, "raw", [{**record, "partition": 1} for record in numbered(100)])
        check(offsets == list(range(100)), f"dense offsets: {offsets[:5]}")
        got = world.native("subscribe", "raw", 1, 100)
        check(got == [f"k{n}=v{n}" for n in range(100)], f"SeaweedMQ's own client has them: {got[:3]}")
        check(told(consume(kelp, "raw", 100, partition=1)) == numbered(100), "and Kafka's")

        create(kelp, "exact", 1, **SMQ)
        sent = [{"key": key, "value": value, "headers": headers, "timestamp": 1_700_000_000_000 + n} for n, (key, value, headers) in enumerate([
            (b"k", b"v", [("a", b"1"), ("a", b"2"), ("null", None)]), (None, None, []), (b"", b"", []), (b"k2", None, [("h", b"")])])]
        for codec in "none", "zstd":
            produce(kelp, "exact", sent, **{"compression.type": codec})
        got = [{"key": m.key(), "value": m.value(), "headers": m.headers() or [], "timestamp": m.timestamp()[1]}
               for m in consume(kelp, "exact", 2 * len(sent))]
        check(got == 2 * sent, f"headers, times, null and empty come back: {got}")
        # Both write: each offset is given once.
        world.native("publish", "raw", 0, "n", 10)
        check(produce(kelp, "raw", numbered(10)) == list(range(10, 20)), "behind what the other wrote")
        check(len(consume(kelp, "raw", 20)) == 20, "all are there")


def recreated():
    world = World(shared_cluster())
    with world.kelp() as kelp:
        for life in range(3):
            admin = create(kelp, "t", 1, **RAW)
            check(produce(kelp, "t", numbered(10 + life)) == list(range(10 + life)), f"life {life} begins at 0")
            check(len(consume(kelp, "t", 10 + life)) == 10 + life, "and holds what it was given")
            admin.delete_topics(["t"])["t"].result(PATIENCE_S)
            wait_for("it is gone", lambda: topics_of(kelp) == {})
        kelp.terminate()
        kelp.start()
        check(topics_of(kelp) == {}, f"and stays away: {topics_of(kelp)}")
        # One that others made, and that is deleted through Kafka.
        world.native("make", "theirs", 1)
        wait_for("it is seen", lambda: "theirs" in topics_of(kelp))
        world.native("publish", "theirs", 0, "x", 5)
        check(len(consume(kelp, "theirs", 5)) == 5, "and read")
        admin = kinds.AdminClient(settings(kelp))
        admin.delete_topics(["theirs"])["theirs"].result(PATIENCE_S)
        create(kelp, "theirs", 1, **RAW)
        check(produce(kelp, "theirs", numbered(3)) == [0, 1, 2], "made again it is empty")


def fails(future, *words):
    try:
        future.result(PATIENCE_S)
    except confluent_kafka.KafkaException as error:
        for word in words:
            check(word in error.args[0].str() or word == error.args[0].name(), f"says {word}: {error}")
        return
    check(False, f"is refused: {words}")


def new(name, partitions=1, **config):
    return [kinds.NewTopic(name, partitions, 1, config=config)]


def refused():
    if kelp_process.engine() != "seaweed":
        with KelpProcess() as kelp:
            admin = kinds.AdminClient(settings(kelp))
            fails(admin.create_topics(new("t", **SMQ))["t"], "INVALID_CONFIG", "kelp.storage", "kelp.engine")
        return
    world = World(shared_cluster())
    with world.kelp() as kelp:
        admin = create(kelp, "t", 2, **SMQ)
        fails(admin.create_topics(new("c", **SMQ, **{"cleanup.policy": "compact"}))["c"], "INVALID_CONFIG", "cleanup.policy")
        fails(admin.create_topics(new("p", **SMQ, **{"kelp.smq.mapping": "plain"}))["p"], "INVALID_CONFIG", "kelp.smq.mapping")
        fails(admin.create_topics(new("m", **SMQ, **{"kelp.smq.mapping": "other"}))["m"], "INVALID_CONFIG", "kelp.smq.mapping")
        fails(admin.create_topics(new("n", 3000, **SMQ))["n"], "INVALID_PARTITIONS")
        fails(admin.create_partitions([kinds.NewPartitions("t", 4)])["t"], "INVALID_PARTITIONS", "kelp.storage")
        check(topics_of(kelp) == {"t": 2}, f"nothing of it is there: {topics_of(kelp)}")

        resource = kinds.ConfigResource(kinds.ConfigResource.Type.TOPIC, "t")
        config = admin.describe_configs([resource])[resource].result(PATIENCE_S)
        check(config["kelp.storage"].value == "smq" and config["kelp.smq.mapping"].value == "envelope", "it is told how it is stored")
        for name, value in ("kelp.storage", "kelp"), ("kelp.smq.mapping", "plain"), ("cleanup.policy", "compact"):
            change = kinds.ConfigEntry(name, value, incremental_operation=kinds.AlterConfigOpType.SET)
            order = kinds.ConfigResource(kinds.ConfigResource.Type.TOPIC, "t", incremental_configs=[change])
            fails(admin.incremental_alter_configs([order])[order], "INVALID_CONFIG")

        create(kelp, "plain", 1, **RAW, **{"kelp.smq.mapping": "plain"})
        for record in {"value": b"v", "headers": [("h", b"1")]}, {"key": b"k", "value": None}, {"key": b"", "value": b"v"}:
            outcome = []
            producer = confluent_kafka.Producer(settings(kelp, acks="all"))
            producer.produce("plain", **record, on_delivery=lambda error, _: outcome.append(error))
            producer.flush(PATIENCE_S)
            check(outcome and outcome[0] is not None and outcome[0].name() == "INVALID_RECORD", f"{record} is refused: {outcome}")
        check(produce(kelp, "plain", numbered(2)) == [0, 1], "and leaves nothing")


def restarted():
    world = World(shared_cluster())
    with world.kelp() as kelp:
        create(kelp, "t", 1, **SMQ)
        produce(kelp, "t", numbered(500))
        group = settings(kelp, **{"group.id": "g", "auto.offset.reset": "earliest", "enable.auto.commit": False})
        consumer = confluent_kafka.Consumer(group)
        consumer.subscribe(["t"])
        for _ in range(200):
            check(consumer.poll(PATIENCE_S).error() is None, "a record")
        consumer.commit(asynchronous=False)
        consumer.close()
        kelp.kill()
        kelp.start()
        check(told(consume(kelp, "t", 500)) == numbered(500), "all are there")
        check(produce(kelp, "t", numbered(10)) == list(range(500, 510)), "and it goes on behind them")
        consumer = confluent_kafka.Consumer({**group, "bootstrap.servers": kelp.bootstrap})
        consumer.subscribe(["t"])
        message = consumer.poll(PATIENCE_S)
        check(message.offset() == 200, f"the group goes on where it was: {message.offset()}")
        consumer.close()
        kelp.terminate()
        kelp.start()
        check(len(consume(kelp, "t", 510)) == 510 and topics_of(kelp) == {"t": 1}, "also after an orderly end")


@contextlib.contextmanager
def on_cluster_of_its_own():
    """(the cluster, whose processes may be killed; a Kelp on it)"""
    if not weed_binary().exists():
        skip("weed is not installed: ./dev clients")
    with tempfile.TemporaryDirectory(prefix="kelp-weed-") as directory, \
            Cluster(directory, split=True, dies_with_us=True) as weed, \
            World(weed.env()).kelp(comes_back=True) as kelp:
        yield weed, kelp


def killed():
    with on_cluster_of_its_own() as (weed, kelp):
        create(kelp, "t", 1, **SMQ)
        produce(kelp, "t", numbered())
        kelp.kill()
        weed.kill_all()
        weed.start()
        kelp.start()
        check(told(consume(kelp, "t", 1_000)) == numbered(), "everything that was acknowledged is there")
        check(produce(kelp, "t", numbered(10)) == list(range(1_000, 1_010)), "no offset is given twice")
        # The broker alone, under a Kelp that lives: it has lost nothing either.
        offsets = produce(kelp, "t", numbered(), acks=1)
        weed.kill("broker")
        weed.start_role("broker")
        check(offsets == list(range(1_010, 2_010)), "acknowledged by the broker's memory")
        check(len(consume(kelp, "t", 2_010)) == 2_010, "and sent again by Kelp")


def brokerless():
    with on_cluster_of_its_own() as (weed, kelp):
        create(kelp, "t", 1, **SMQ)
        produce(kelp, "t", numbered(100))
        kelp.terminate()
        weed.kill("broker")
        kelp.start()
        check(topics_of(kelp) == {"t": 1}, "its topics are there")
        check(told(consume(kelp, "t", 100)) == numbered(100), "and can be read")
        create(kelp, "own", 1)
        check(produce(kelp, "own", numbered(10)) == list(range(10)), "Kelp's own topics notice nothing")
        acknowledged = []
        producer = confluent_kafka.Producer(settings(kelp, acks="all"))
        producer.produce("t", b"waits", on_delivery=lambda error, message: acknowledged.append((error, message.offset())))
        check(producer.flush(2) == 1 and not acknowledged, "a producer waits")
        weed.start_role("broker")
        check(producer.flush(2 * PATIENCE_S) == 0 and acknowledged == [(None, 100)], f"and goes on: {acknowledged}")
        weed.kill("broker")
        begun = time.monotonic()
        kelp.terminate()
        check(time.monotonic() - begun < kelp_process.KILLED_AFTER_S, "an orderly end does not wait for it")


if __name__ == "__main__":
    {"native": native, "both": both, "recreated": recreated, "refused": refused, "restarted": restarted, "killed": killed,
     "brokerless": brokerless}[sys.argv[1]]()
