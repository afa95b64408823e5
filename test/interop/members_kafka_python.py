#!/usr/bin/env python3
"""Members of groups with kafka-python; members_test.py speaks with it, see there."""
import os

import kafka
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from members_commands import GroupMember, listed, obey

BOOTSTRAP = os.environ["KELP_BOOTSTRAP"]
ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor,
             "sticky": StickyPartitionAssignor, "cooperative-sticky": CooperativeStickyAssignor}


class Member(GroupMember, kafka.ConsumerRebalanceListener):
    def __init__(self, group, name, assignors, _):
        super().__init__(group, name)
        self.consumer = kafka.KafkaConsumer(
            bootstrap_servers=BOOTSTRAP, group_id=group, client_id=name, auto_offset_reset="earliest",
            metadata_max_age_ms=int(os.environ["METADATA_MS"]),
            session_timeout_ms=int(os.environ["SESSION_MS"]), heartbeat_interval_ms=int(os.environ["HEARTBEAT_MS"]),
            partition_assignment_strategy=[ASSIGNORS[a] for a in assignors.split(",")])

    def on_partitions_assigned(self, assigned):
        self.say("assigned", listed(assigned))

    def on_partitions_revoked(self, revoked):
        self.say("revoked", listed(revoked))

    def on_partitions_lost(self, lost):
        self.say("lost", listed(lost))

    def run(self):
        self.consumer.subscribe(["t"], listener=self)
        while not self.leaves:
            for records in self.consumer.poll(timeout_ms=100).values():
                for record in records:
                    self.say("read", record.partition)
        self.consumer.close()


def produce(partitions):
    producer = kafka.KafkaProducer(bootstrap_servers=BOOTSTRAP)
    for partition in range(partitions):
        producer.send("t", value=b"v", partition=partition).get(timeout=20)
    producer.close()


if __name__ == "__main__":
    obey(Member, produce)
