#!/usr/bin/env python3
"""Members of groups with confluent-kafka (librdkafka); members_test.py speaks with it, see there."""
import logging, os, re

import confluent_kafka

from members_commands import GroupMember, listed, obey

BOOTSTRAP = os.environ["KELP_BOOTSTRAP"]
JOINED = re.compile(r"JoinGroup response: GenerationId (\d+)")
FENCED = confluent_kafka.KafkaError(confluent_kafka.KafkaError.FENCED_INSTANCE_ID)


class Member(GroupMember):
    def __init__(self, group, name, assignors, instance):
        super().__init__(group, name)
        # librdkafka tells the generation in its log only.
        log = logging.Logger(f"{group}.{name}", logging.DEBUG)
        log.addFilter(self.saw)
        settings = {"bootstrap.servers": BOOTSTRAP, "group.id": group, "client.id": name,
                    "auto.offset.reset": "earliest", "partition.assignment.strategy": assignors,
                    "session.timeout.ms": os.environ["SESSION_MS"], "debug": "cgrp",
                    "topic.metadata.refresh.interval.ms": os.environ["METADATA_MS"],
                    "heartbeat.interval.ms": os.environ["HEARTBEAT_MS"], "error_cb": self.failed}
        if instance != "-":
            settings["group.instance.id"] = instance
        self.consumer = confluent_kafka.Consumer(settings, logger=log)

    def saw(self, record):
        joined = JOINED.search(record.getMessage())
        if joined and int(joined[1]) > 0:
            self.say("generation", joined[1])
        return False

    def failed(self, error):
        code = error.code()
        if code == confluent_kafka.KafkaError._FATAL and FENCED.str() in error.str():
            code = FENCED.code()  # librdkafka keeps the broker's code to itself
        if code > 0:
            self.say("failed", code, error.str())

    def run(self):
        self.consumer.subscribe(["t"], on_assign=lambda _, p: self.say("assigned", listed(p)),
                                on_revoke=lambda _, p: self.say("revoked", listed(p)),
                                on_lost=lambda _, p: self.say("lost", listed(p)))
        while not self.leaves:
            message = self.consumer.poll(0.1)
            if message is None:
                continue
            if message.error() is None:
                self.say("read", message.partition())
            else:
                self.failed(message.error())
        self.consumer.close()


def produce(partitions):
    producer = confluent_kafka.Producer({"bootstrap.servers": BOOTSTRAP})
    for partition in range(partitions):
        producer.produce("t", value=b"v", partition=partition)
    if producer.flush(20) > 0:
        raise SystemExit("not produced")


if __name__ == "__main__":
    obey(Member, produce)
