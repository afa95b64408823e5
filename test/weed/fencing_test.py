#!/usr/bin/env python3
"""Two Kelps on one folder of one SeaweedFS: fencing_test.py

The first is stopped (SIGSTOP) in the middle of its work; a second takes over; the first goes on (SIGCONT, WEED_PAUSE_S=30 is the full form) and
has to find out: from then on it answers NOT_LEADER_OR_FOLLOWER and writes nothing. The log has every acknowledged record of both, once, in
order, whoever tells it, and does not fork.
"""
import collections, os, pathlib, signal, struct, sys, threading, time

import confluent_kafka

from acceptance_test import consume, create, produce, settings
from kelp_process import KelpProcess, check, engine, skip, storage_of_environment

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import wire

PAUSE_S = float(os.environ.get("WEED_PAUSE_S", "3"))
PATIENCE_S = 60
IN_FLIGHT = 5
NOT_LEADER = 6


class Producer:
    """Requests by hand: librdkafka would send what is refused again, and never tell."""

    def __init__(self, kelp):
        self.connection = wire.Connection(kelp.ports[0])

    def send(self, value):
        self.connection.send_produce([("t", 0, wire.batch([(b"k", value)]))], acks=-1)

    def receive(self):
        """(error code, offset)"""
        return struct.unpack_from(">hq", self.connection.receive(), 4 + 2 + len("t") + 4 + 4)


class Stream:
    """Records one after the other to one Kelp, none sent twice, until one is refused."""

    def __init__(self, kelp):
        self.acknowledged, self.refused_with = [], None
        self.producer = Producer(kelp)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        number, under_way = 0, collections.deque()
        while not self.refused_with:
            while len(under_way) < IN_FLIGHT:
                under_way.append(b"first-%d" % number)
                self.producer.send(under_way[-1])
                number += 1
            error, offset = self.producer.receive()
            value = under_way.popleft()
            if error:
                self.refused_with = error
            else:
                self.acknowledged.append((offset, value))

    def wait_for(self, condition, rule):
        deadline = time.monotonic() + PATIENCE_S
        while not condition(self):
            check(time.monotonic() < deadline, f"{rule}: {len(self.acknowledged)} acknowledged, error {self.refused_with}")
            time.sleep(0.01)


def log_of(kelp):
    """[(offset, value)]"""
    consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "unused", "enable.auto.commit": False}))
    _, end = consumer.get_watermark_offsets(confluent_kafka.TopicPartition("t", 0), PATIENCE_S)
    consumer.close()
    return [(m.offset(), m.value()) for m in consume(kelp, "t", end)]


def refused(kelp, count):
    """The errors of so many records."""
    producer = Producer(kelp)
    codes = set()
    for n in range(count):
        producer.send(b"refused-%d" % n)
        codes.add(producer.receive()[0])
    return codes


def main():
    if engine() == "disk":
        skip("a directory has one Kelp, which locks it")
    storage = storage_of_environment()
    with KelpProcess(storage=storage, comes_back=True) as first, KelpProcess(storage=storage, comes_back=True) as second:
        second.terminate()  # that nothing of a start is left to do but to take over
        first.kill()
        first.start()
        create(first, "t")
        stream = Stream(first)
        stream.wait_for(lambda s: len(s.acknowledged) > 200, "the first one works")
        stopped = time.monotonic()
        first.process.send_signal(signal.SIGSTOP)
        second.start()
        took_over = time.monotonic() - stopped
        before = len(log_of(second))
        mine = [b"second-%d" % n for n in range(100)]
        offsets = produce(second, "t", [{"value": value} for value in mine])
        check(offsets == list(range(before, before + 100)), f"the second one goes on at the end: {before}, {offsets[:3]}")
        time.sleep(max(0, PAUSE_S - (time.monotonic() - stopped)))  # how long it is stopped is what is tested
        first.process.send_signal(signal.SIGCONT)
        stream.wait_for(lambda s: s.refused_with, "the first one notices")
        check(stream.refused_with == NOT_LEADER, f"the first one says that it leads no more: {stream.refused_with}")
        codes = refused(first, 20)
        check(codes == {NOT_LEADER}, f"and goes on saying so: {codes}")
        check(log_of(second)[-1] == (offsets[-1], mine[-1]), "it has written nothing more")
        more = produce(second, "t", [{"value": b"more-%d" % n} for n in range(100)])
        check(more[0] == offsets[-1] + 1, "the second one does not notice")

        log = log_of(second)
        check([offset for offset, _ in log] == list(range(len(log))), "the offsets are dense")
        check(set(stream.acknowledged) <= set(log), "every record that the first one acknowledged is where it said")
        values = [value for _, value in log]
        check(len(set(values)) == len(values), "nothing is there twice")
        firsts = [int(value[6:]) for value in values if value.startswith(b"first-")]
        check(firsts == sorted(firsts), "the order is kept")
        for each in first, second:
            each.kill()
        first.start()
        check(log_of(first) == log, "whoever opens it tells the same log")
        print(f"taken over in {took_over:.1f} s; {len(stream.acknowledged)} of the first one's records, {len(log)} in all")


if __name__ == "__main__":
    main()
