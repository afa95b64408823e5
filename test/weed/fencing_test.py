#!/usr/bin/env python3
"""Two Kelps on one folder of one SeaweedFS: fencing_test.py

The first is stopped (SIGSTOP) in the middle of its work; a second takes over; the first goes on (SIGCONT, WEED_PAUSE_S=30 is the full form) and
has to find out: from then on it answers NOT_LEADER_OR_FOLLOWER and writes nothing. The log has every acknowledged record of both, once, in
order, whoever tells it, and does not fork.
"""
import os, signal, threading, time

import confluent_kafka

from acceptance_test import consume, create, produce, settings
from kelp_process import KelpProcess, check, engine, skip, storage_of_environment

PAUSE_S = float(os.environ.get("WEED_PAUSE_S", "3"))
PATIENCE_S = 60
NOT_LEADER = confluent_kafka.KafkaError.NOT_LEADER_FOR_PARTITION


class Stream:
    """Records one after the other to one Kelp, none sent twice, until one is refused."""

    def __init__(self, kelp):
        self.acknowledged, self.errors = [], []
        self.stops = False
        # Without retries the error that Kelp answers is the one that we see.
        self.producer = confluent_kafka.Producer(settings(kelp, **{"acks": "all", "retries": 0, "linger.ms": 1, "log_level": 0,
                                                                   "request.timeout.ms": 300_000, "message.timeout.ms": 300_000,
                                                                   "max.in.flight.requests.per.connection": 2}))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        number = 0
        while not self.stops:
            if len(self.producer) < 200:
                self.producer.produce("t", b"first-%d" % number, partition=0, on_delivery=self._done)
                number += 1
            self.producer.poll(0.001)

    def _done(self, error, message):
        if error is None:
            self.acknowledged.append((message.offset(), message.value()))
        else:
            self.errors.append(error.code())

    def wait_for(self, condition, rule):
        deadline = time.monotonic() + PATIENCE_S
        while not condition(self):
            check(time.monotonic() < deadline, f"{rule}: {len(self.acknowledged)} acknowledged, errors {set(self.errors)}")
            time.sleep(0.01)

    def end(self):
        self.stops = True
        self.thread.join()
        self.producer.purge()
        self.producer.flush(1)


def log_of(kelp):
    """[(offset, value)]"""
    consumer = confluent_kafka.Consumer(settings(kelp, **{"group.id": "unused", "enable.auto.commit": False}))
    _, end = consumer.get_watermark_offsets(confluent_kafka.TopicPartition("t", 0), PATIENCE_S)
    consumer.close()
    return [(m.offset(), m.value()) for m in consume(kelp, "t", end)]


def refused(kelp, count):
    """So many records, which the Kelp that is fenced must refuse."""
    codes = []
    producer = confluent_kafka.Producer(settings(kelp, **{"acks": "all", "retries": 0, "log_level": 0, "message.timeout.ms": 20_000}))
    for n in range(count):
        producer.produce("t", b"refused-%d" % n, partition=0, on_delivery=lambda error, _: codes.append(error and error.code()))
        producer.poll(0)
    producer.flush(PATIENCE_S)
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
        stream.wait_for(lambda s: NOT_LEADER in s.errors, "the first one says that it leads no more")
        stream.end()
        codes = refused(first, 20)
        check(set(codes) == {NOT_LEADER}, f"and goes on saying so: {codes}")
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
