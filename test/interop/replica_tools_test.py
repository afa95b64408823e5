#!/usr/bin/env python3
"""The admin tools of Kafka 4.3.1 where there are three brokers: what they print of Kelp's virtual ones (java_tools.py).

Recorded of three brokers with node ids 1 to 3.
"""
import time

import java_tools
from kelp_process import check


def assignment(tools, name, partitions):
    """A file of [(topic, partition, replicas)]."""
    return tools.file(name, {"version": 1, "partitions": [dict(zip(("topic", "partition", "replicas"), p)) for p in partitions]})


def until_done(tools, file):
    """Kafka copies replicas; until then --verify says so."""
    deadline = time.monotonic() + 30
    while any("still in progress" in line for line in
              tools.run("kafka-reassign-partitions", f"--verify --preserve-throttles --reassignment-json-file {file}", quiet=True)):
        check(time.monotonic() < deadline, f"the reassignment {file} ends")


def scenario(tools, _):
    tools.masks = [
        (r"(?<=Isr: )[\d,]+", lambda members: ",".join(sorted(members[0].split(",")))),
        (r"(?<=127\.0\.0\.1 )\d{5}", "PORT."),
        (r'(?<="logDir":")[^"]*|(?<="log_dirs":\[")/[^]]*(?="\])', "DIRECTORY"),
    ]
    topics(tools)
    a_move(tools)
    an_order(tools)
    more_and_fewer(tools)


def topics(tools):
    for command in ("--create --topic one --replica-assignment 1,2,3,1", "--create --topic three --replica-assignment 1:2:3,2:3:1",
                    "--create --topic four --replication-factor 4", "--create --topic a --replica-assignment 1:2,3",
                    "--create --topic spread --partitions 6 --replication-factor 3 --config min.insync.replicas=3",
                    "--describe --topic one", "--describe --topic three", "--describe --under-replicated-partitions",
                    "--describe --under-min-isr-partitions", "--describe --unavailable-partitions",
                    "--alter --topic one --partitions 5 --replica-assignment 1,2,3,1,2",
                    "--alter --topic three --partitions 3 --replica-assignment 1:2:3,2:3:1,3",
                    "--alter --topic three --partitions 3 --replica-assignment 1:2:3,2:3:1,3:1:2", "--describe --topic three"):
        tools.run("kafka-topics", command)
    tools.produce("one", 5, 3, 1_704_067_200_000, 1000)
    tools.run("kafka-cluster", "list-endpoints")
    tools.run("kafka-get-offsets", "--topic one")
    for brokers in "1", "2,3":
        tools.run("kafka-log-dirs", f"--describe --topic-list one,three --broker-list {brokers}")


def a_move(tools):
    """One replica of each partition to broker 2."""
    topic = tools.file("topics", {"version": 1, "topics": [{"topic": "one"}]})
    move = assignment(tools, "move", [("one", partition, [2]) for partition in range(5)])
    for command in (f"--generate --topics-to-move-json-file {topic} --broker-list 2", f"--execute --reassignment-json-file {move}"):
        tools.run("kafka-reassign-partitions", command)
    until_done(tools, move)
    for command in (f"--verify --reassignment-json-file {move}", "--list", f"--cancel --reassignment-json-file {move}",
                    f"--execute --additional --reassignment-json-file {move}"):
        tools.run("kafka-reassign-partitions", command)
    tools.run("kafka-topics", "--describe --topic one")
    tools.run("kafka-get-offsets", "--topic one")


def an_order(tools):
    """The same replicas, another first."""
    order = assignment(tools, "order", [("three", 0, [3, 1, 2]), ("three", 1, [1, 3, 2])])
    tools.run("kafka-reassign-partitions", f"--execute --reassignment-json-file {order}")
    until_done(tools, order)
    tools.run("kafka-reassign-partitions", f"--verify --reassignment-json-file {order}")
    tools.run("kafka-topics", "--describe --topic three")
    for command in ("--election-type preferred --topic three --partition 0", "--election-type preferred --topic three --partition 0",
                    "--election-type unclean --topic three --partition 1", "--election-type preferred --all-topic-partitions"):
        tools.run("kafka-leader-election", command)
    tools.run("kafka-topics", "--describe --topic three")


def more_and_fewer(tools):
    """Of the replicas of a partition; and what cannot be."""
    more = assignment(tools, "more", [("one", 0, [2, 3]), ("three", 0, [3])])
    tools.run("kafka-reassign-partitions", f"--execute --reassignment-json-file {more} --disallow-replication-factor-change")
    tools.run("kafka-reassign-partitions", f"--execute --reassignment-json-file {more} --throttle 10000000")
    until_done(tools, more)
    tools.run("kafka-configs", "--describe --topic one")
    tools.run("kafka-reassign-partitions", f"--verify --reassignment-json-file {more}")
    tools.run("kafka-configs", "--describe --topic one")
    tools.run("kafka-topics", "--describe --topic one|three")
    for name, partitions in (("twice", [("one", 0, [2, 2])]), ("none", [("one", 0, [])]), ("away", [("one", 0, [4])]),
                             ("unknown", [("one", 9, [1])]), ("same", [("one", 0, [1]), ("one", 0, [2])]), ("nothing", [])):
        tools.run("kafka-reassign-partitions", f"--execute --reassignment-json-file {assignment(tools, name, partitions)}")
    tools.run("kafka-configs", "--describe --entity-type brokers")
    tools.run("kafka-topics", "--describe --topic one|three")


if __name__ == "__main__":
    java_tools.main("replica_tools", scenario, {f"broker.{i}.broker.rack": f"rack{i}" for i in (1, 2, 3)}, "--brokers", "3")
