#!/usr/bin/env python3
"""The admin tools of Kafka 4.3.1: what they print of Kelp is what they printed of Apache Kafka 4.3.1 (java_tools.py).

Recorded of one broker with node id 1 and SETTINGS.
"""
import functools

import java_tools

SETTINGS = {
    "auto.create.topics.enable": "true",
    "broker.rack": "rack1",
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 5,
    "share.coordinator.state.topic.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 5,
    "transaction.state.log.replication.factor": 1,
}
JANUARY_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z


def scenario(tools, _):
    tools.masks = [
        (rf"(?<=luster ID: ){java_tools.ID}", "ID"),
        (r"(?<=127\.0\.0\.1 )\d{5}", "PORT."),
        (r"^  (?:kelp|seaweed)\..*\n", ""),
        (r"^(  log\.dirs?=).*", r"\1DIRECTORY"),
        (r'(?<="logDir":")[^"]*|(?<="log_dirs":\[")/[^"]*', "DIRECTORY"),
    ]
    topics(tools)
    records(tools)
    topic_configs(tools)
    broker_configs(tools)
    cluster(tools)
    reassignments(tools)
    elections(tools)
    others(tools)
    deletions(tools)


def topics(tools):
    tools.each("kafka-topics", "--list", "--describe", "--describe --topic t", "--describe --topic t --if-exists",
         "--create --topic t --partitions 3", "--create --topic t --partitions 3", "--create --topic t --if-not-exists",
         "--create --topic u --partitions 2 --replication-factor 1 --config retention.ms=1000000 --config cleanup.policy=delete",
         "--create --topic compacted --config cleanup.policy=compact --config segment.bytes=1048576",
         "--create --topic manual --replica-assignment 1,1,1", "--create --topic defaults",
         "--create --topic with.dots", "--create --topic with_dots", "--create --topic __mine",
         "--create --topic bad/name", "--create --topic " + "x" * 250, "--create --topic ..",
         "--create --topic a --partitions 0", "--create --topic a --replication-factor 0",
         "--create --topic a --replication-factor 3", "--create --topic a --config no.such=1",
         "--create --topic a --config retention.ms=abc", "--create --topic a --config segment.bytes=1",
         "--create --topic a --config cleanup.policy=shred", "--create --topic a --replica-assignment 1:2",
         "--create --topic a --replica-assignment 1:1", "--create --topic a --replica-assignment 1,9",
         "--create --topic a --replica-assignment 1 --partitions 2",
         "--list", "--list --topic t", "--list --topic .*t.*", "--list --exclude-internal", "--list --topic none",
         "--describe --topic t", "--describe --topic u|manual", "--describe --topic none", "--describe --topic-id none",
         "--describe --topic-id AAAAAAAAAAAAAAAAAAAAAA",
         "--describe --exclude-internal --partition-size-limit-per-response 2",
         "--describe --topics-with-overrides", "--describe --under-replicated-partitions",
         "--describe --unavailable-partitions", "--describe --under-min-isr-partitions", "--describe --at-min-isr-partitions",
         "--alter --topic t --partitions 5", "--alter --topic t --partitions 5", "--alter --topic t --partitions 2",
         "--alter --topic u --partitions 4 --replica-assignment 1,1,1,1", "--alter --topic u --partitions 5 --replica-assignment 1",
         "--alter --topic none --partitions 2", "--alter --topic none --partitions 2 --if-exists",
         "--alter --topic manual --partitions 0", "--describe --topic t", "--describe --topic u",
         "--delete --topic none", "--delete --topic none --if-exists")


def records(tools):
    tools.produce("t", 3, 10, JANUARY_MS, 1000)
    tools.each("kafka-log-dirs", "--describe", "--describe --topic-list t", "--describe --topic-list t,u", "--describe --topic-list none",
         "--describe --broker-list 1", "--describe --broker-list 1,9", "--describe --broker-list 9")
    tools.told("kafka-console-producer: records without keys into a compacted topic", tools.produce("compacted", 1, 1, JANUARY_MS, 1000))
    offsets = functools.partial(tools.each, "kafka-get-offsets")
    offsets("", "--topic t", "--topic t --partitions 0,2", "--topic-partitions t:0,u:1-3", "--topic-partitions t:1,u",
            "--topic none", "--topic t --partitions 9", "--exclude-internal-topics",
            *(f"--topic t --time {time}" for time in (
                "-1", "-2", "-3", "-4", "-5", "-6", "latest", "earliest", "max-timestamp", "earliest-local", "latest-tiered",
                "earliest-pending-upload", JANUARY_MS, JANUARY_MS + 3500, JANUARY_MS + 9_000_000, "-7", "nonsense")))

    def trim(*partitions):
        file = tools.file("trim", {"partitions": [dict(zip(("topic", "partition", "offset"), p)) for p in partitions],
                                       "version": 1})
        tools.told(f"kafka-delete-records {partitions}", tools.run("kafka-delete-records", f"--offset-json-file {file}", quiet=True))
    trim(("t", 0, 4))
    trim(("t", 0, 2), ("t", 1, -1), ("t", 2, 10), ("t", 3, 0))
    trim(("t", 0, 11))
    trim(("t", 0, -2))
    trim(("compacted", 0, 0))
    trim(("t", 0, 1), ("t", 0, 2))
    tools.run("kafka-delete-records", f"--offset-json-file {tools.file('broken', '{')}")
    offsets("--topic t --time earliest", "--topic t --time latest", "--topic t --time max-timestamp",
            f"--topic t --time {JANUARY_MS}")


def topic_configs(tools):
    file = tools.file("added", "retention.bytes=1000000\nmax.message.bytes=2000000\n")
    tools.each("kafka-configs",
         "--describe --entity-type topics --entity-name t", "--describe --topic t --all", "--describe --topic u",
         "--describe --entity-type topics", "--describe --topic none",
         "--alter --topic t --add-config retention.ms=5000000,segment.ms=700000", "--describe --topic t",
         "--alter --topic t --add-config cleanup.policy=[compact,delete],min.cleanable.dirty.ratio=0.3",
         "--describe --topic t", f"--alter --topic t --add-config-file {file}", "--describe --topic t",
         "--alter --topic t --delete-config retention.ms,segment.ms", "--describe --topic t",
         "--alter --topic t --delete-config retention.ms", "--alter --topic t --delete-config no.such",
         "--alter --topic t --add-config retention.ms=5 --delete-config segment.bytes",
         "--alter --topic t --add-config no.such=1", "--alter --topic t --add-config retention.ms=abc",
         "--alter --topic t --add-config segment.bytes=1", "--alter --topic t --add-config cleanup.policy=shred",
         "--alter --topic t --add-config retention.ms=", "--alter --topic none --add-config retention.ms=1",
         "--alter --topic t --add-config follower.replication.throttled.replicas=0:1,compression.type=zstd",
         "--alter --topic t --add-config follower.replication.throttled.replicas=[0:1]",
         "--alter --topic t --add-config follower.replication.throttled.replicas=*,compression.type=lz4",
         "--alter --topic t --add-config message.timestamp.type=LogAppendTime,min.insync.replicas=2",
         "--alter --topic t --add-config remote.storage.enable=true",
         "--alter --topic t --add-config min.compaction.lag.ms=9,max.compaction.lag.ms=5",
         "--describe --topic t", "--describe --topic t --all",
         "--alter --entity-type topics --entity-default --add-config retention.ms=5", "--alter --topic t",
         "--describe --entity-type nonsense")
    tools.each("kafka-topics", "--describe --topic t", "--describe --topics-with-overrides")


def broker_configs(tools):
    tools.each("kafka-configs",
         "--describe --entity-type brokers --entity-name 1", "--describe --entity-type brokers --entity-default",
         "--describe --broker-defaults", "--describe --entity-type brokers", "--describe --broker 9", "--describe --broker abc",
         "--alter --broker 1 --add-config log.cleaner.threads=2,message.max.bytes=2000000", "--describe --broker 1",
         "--alter --broker-defaults --add-config log.retention.ms=90000000,log.segment.bytes=50000000", "--describe --broker 1",
         "--describe --broker-defaults", "--describe --entity-type brokers", "--describe --topic u --all",
         "--alter --broker 1 --add-config log.dirs=/nowhere", "--alter --broker 1 --add-config no.such=1",
         "--alter --broker-defaults --add-config background.threads=abc",
         "--alter --broker-defaults --add-config message.max.bytes=-1",
         "--alter --broker 1 --add-config background.threads=12,num.io.threads=9",
         "--alter --broker 1 --add-config leader.replication.throttled.rate=1000,follower.replication.throttled.rate=1000",
         "--describe --broker-defaults", "--describe --broker 1",
         "--alter --broker 1 --delete-config log.cleaner.threads,message.max.bytes,background.threads,num.io.threads,no.such",
         "--alter --broker 1 --delete-config leader.replication.throttled.rate,follower.replication.throttled.rate",
         "--alter --broker-defaults --delete-config log.retention.ms,log.segment.bytes", "--describe --broker 1",
         "--describe --broker-defaults", "--describe --broker 1 --all")


def cluster(tools):
    for command in ("cluster-id", "list-endpoints", "list-endpoints --include-fenced-brokers", "unregister --id 9"):
        tools.run("kafka-cluster", command)


def reassignments(tools):
    move = {"version": 1, "partitions": [{"topic": "t", "partition": p, "replicas": [1]} for p in range(2)]}
    away = {"version": 1, "partitions": [{"topic": "t", "partition": 0, "replicas": [9]}]}
    unknown = {"version": 1, "partitions": [{"topic": "none", "partition": 0, "replicas": [1]}]}
    moved = {"version": 1, "topics": [{"topic": "t"}, {"topic": "u"}]}
    move, away, unknown = (tools.file(name, what) for name, what in (("move", move), ("away", away), ("unknown", unknown)))
    moved, nothing = tools.file("topics", moved), tools.file("notopics", {"version": 1, "topics": [{"topic": "none"}]})
    tools.each("kafka-reassign-partitions", "--list", f"--generate --topics-to-move-json-file {moved} --broker-list 1",
         f"--generate --topics-to-move-json-file {moved} --broker-list 1,9",
         f"--generate --topics-to-move-json-file {nothing} --broker-list 1",
         f"--execute --reassignment-json-file {move}", f"--verify --reassignment-json-file {move}",
         f"--execute --reassignment-json-file {away}",
         f"--execute --reassignment-json-file {unknown}", f"--verify --reassignment-json-file {unknown}",
         f"--execute --reassignment-json-file {move} --throttle 1000000", f"--verify --reassignment-json-file {move}",
         f"--cancel --reassignment-json-file {move}", "--list")


def elections(tools):
    some = tools.file("some", {"partitions": [{"topic": "t", "partition": 0}, {"topic": "none", "partition": 0}]})
    tools.each("kafka-leader-election", "--election-type preferred --all-topic-partitions",
         "--election-type preferred --topic t --partition 0", "--election-type unclean --topic t --partition 0",
         "--election-type preferred --topic none --partition 0", "--election-type preferred --topic t --partition 9",
         f"--election-type preferred --path-to-json-file {some}")


def others(tools):
    tools.run("kafka-acls", "--list")
    tools.run("kafka-acls", "--add --allow-principal User:a --operation Read --topic t")
    tools.each("kafka-groups", "--list", "--list --consumer", "--list --share")
    tools.run("kafka-transactions", "describe-producers --topic u --partition 0")
    yes = " ".join(f"--{name} True" for name in (
        "offsets-for-times-supported", "cluster-id-supported", "create-topics-supported", "describe-configs-supported",
        "idempotent-producer-supported", "describe-acls-supported"))
    tools.run("kafka-client-compatibility", f"--topic compatible --num-cluster-nodes 1 {yes} "
              "--expect-record-too-large-exception False")


def deletions(tools):
    tools.each("kafka-topics", "--delete --topic with.dots", "--list", "--delete --topic t|u", "--list", "--delete --topic .*s",
         "--list --exclude-internal", "--create --topic t", "--describe --topic t")
    tools.run("kafka-get-offsets", "--topic t")


if __name__ == "__main__":
    java_tools.main("admin_tools", scenario, SETTINGS)
