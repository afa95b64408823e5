#!/usr/bin/env python3
"""kill -9 under load: kill_test.py kelp|master|volume|filer|broker|all, on the engine of INTEROP_ENGINE (on disk only kelp)

Idempotent producers with acks=all write numbered records to every partition while one role after the other is killed and started again, and
a consumer follows. Nothing acknowledged is lost, nothing is there twice, the order is kept, a consumer never sees what is not there
afterwards, and nobody has to help: Kelp itself is only started again when it was Kelp that was killed. WEED_ROUNDS=20 is the full form.
WEED_STORAGE=smq: to a topic of SeaweedMQ.
"""
import contextlib, os, random, sys, tempfile, threading, time

import confluent_kafka

import kelp_process
from acceptance_test import create, settings
from kelp_process import KelpProcess, check, on_seaweed, skip
from weed import Cluster, weed_binary

ROUNDS = int(os.environ.get("WEED_ROUNDS", "2"))
STORAGE = os.environ.get("WEED_STORAGE")
PARTITIONS = 3
PADDING = b"." * 700
UNDER_WAY = 2_000       # records that are sent and not acknowledged, of all partitions
FURTHER = 50            # acknowledged after a restart: it works again
PATIENCE_S = 120        # for that: a broker of SeaweedMQ looks for its lock for 40 s, on an idle machine


class Load:
    """One librdkafka producer, as many records as will go; the n-th record of a partition is number n, and so is its offset."""

    def __init__(self, kelp):
        self.sent = [0] * PARTITIONS
        self.acknowledged = [0] * PARTITIONS
        self.wrong = None
        self.stops = False
        self.producer = confluent_kafka.Producer(settings(kelp, **{
            "acks": "all", "enable.idempotence": True, "message.timeout.ms": 0, "linger.ms": 2, "reconnect.backoff.max.ms": 500,
            "retry.backoff.max.ms": 500, "log_level": 0}))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stops and not self.wrong:
            for partition in range(PARTITIONS):
                if sum(self.sent) - sum(self.acknowledged) < UNDER_WAY:
                    self.producer.produce("t", b"%d" % self.sent[partition] + PADDING, partition=partition, on_delivery=self._done)
                    self.sent[partition] += 1
            self.producer.poll(0 if sum(self.sent) - sum(self.acknowledged) < UNDER_WAY else 0.1)

    def _done(self, error, message):
        partition = message.partition()
        if error is not None:
            self.wrong = self.wrong or f"a record is refused: {error}"
        elif message.offset() != self.acknowledged[partition]:
            self.wrong = self.wrong or f"partition {partition}: record {self.acknowledged[partition]} is acknowledged at {message.offset()}"
        else:
            self.acknowledged[partition] += 1

    def wait_for(self, more):
        """Seconds until every partition has so many more acknowledged."""
        start, wanted = time.monotonic(), [n + more for n in self.acknowledged]
        while any(n < w for n, w in zip(self.acknowledged, wanted)):
            check(not self.wrong, self.wrong)
            check(time.monotonic() - start < PATIENCE_S, f"goes on within {PATIENCE_S} s: {self.acknowledged} of {wanted}")
            time.sleep(0.01)
        return time.monotonic() - start

    def end(self):
        self.stops = True
        self.thread.join()
        check(self.producer.flush(PATIENCE_S) == 0, "everything is acknowledged in the end")
        check(not self.wrong, self.wrong)
        check(self.acknowledged == self.sent, f"{self.acknowledged} of {self.sent}")


class Reader:
    """Reads all partitions from the beginning; each must give the numbers from 0, densely."""

    def __init__(self, kelp):
        self.read = [0] * PARTITIONS
        self.wrong = None
        self.stops = False
        self.consumer = confluent_kafka.Consumer(settings(kelp, **{
            "group.id": "unused", "enable.auto.commit": False, "reconnect.backoff.max.ms": 500, "log_level": 0,
            "auto.offset.reset": "error"}))
        self.consumer.assign([confluent_kafka.TopicPartition("t", p, 0) for p in range(PARTITIONS)])
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stops and not self.wrong:
            message = self.consumer.poll(0.1)
            if message is None:
                continue
            if message.error() is not None:
                if message.error().code() == confluent_kafka.KafkaError._AUTO_OFFSET_RESET:
                    self.wrong = f"a consumer was where the log no longer reaches: {message.error()}"
                continue
            partition, number = message.partition(), int(message.value().partition(b".")[0])
            if (message.offset(), number) != (self.read[partition], self.read[partition]):
                self.wrong = f"partition {partition}: {number} at {message.offset()} where {self.read[partition]} is due"
            self.read[partition] += 1

    def wait_for(self, wanted):
        start = time.monotonic()
        while self.read != wanted:
            check(not self.wrong, self.wrong)
            check(time.monotonic() - start < PATIENCE_S, f"everything is read: {self.read} of {wanted}")
            time.sleep(0.01)
        time.sleep(0.5)  # nothing comes behind it
        check(not self.wrong and self.read == wanted, f"and nothing more: {self.read} of {wanted}, {self.wrong}")
        self.stops = True
        self.thread.join()
        self.consumer.close()


@contextlib.contextmanager
def world(role):
    """(Kelp, what kills the role, what starts it again)"""
    with contextlib.ExitStack() as stack:
        if kelp_process.engine() == "disk":
            check(role == "kelp", f"on disk there is no {role}")
            kelp = stack.enter_context(KelpProcess(comes_back=True))
            yield kelp, kelp.kill, kelp.start
            return
        if not weed_binary().exists():
            skip("weed is not installed: ./dev clients")
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kelp-weed-"))
        weed = stack.enter_context(Cluster(directory, split=True, dies_with_us=True))
        kelp = stack.enter_context(KelpProcess(comes_back=True, storage=on_seaweed(weed.masters)))

        def kill_all():
            kelp.kill()
            weed.kill_all()

        def start_all():
            weed.start()
            kelp.start()

        def start_one():
            weed.start_role(role)  # and no wait: Kelp has to see for itself when it works again

        if role == "kelp":
            yield kelp, kelp.kill, kelp.start
        elif role == "all":
            yield kelp, kill_all, start_all
        else:
            yield kelp, lambda: weed.kill(role), start_one


def main(role):
    seed = int(os.environ.get("WEED_SEED", random.randrange(1 << 30)))
    print("seed", seed)
    chance = random.Random(seed)
    with world(role) as (kelp, kill, start):
        create(kelp, "t", PARTITIONS, **({"kelp.storage": STORAGE} if STORAGE else {}))
        load, reader = Load(kelp), Reader(kelp)
        for number in range(ROUNDS):
            load.wait_for(chance.randrange(FURTHER, 2_000))
            kill()
            time.sleep(chance.random() * 2)  # it stays away for a while: part of what happens, waits for nothing
            start()
            print(f"round {number}: {load.wait_for(FURTHER):.2f} s after its start it goes on; {sum(load.acknowledged)} acknowledged",
                  flush=True)
        load.end()
        reader.wait_for(load.acknowledged)
        Reader(kelp).wait_for(load.acknowledged)
        if role != "all":  # what was only in somebody's memory is gone now
            kelp.kill()
            kelp.start()
            Reader(kelp).wait_for(load.acknowledged)


if __name__ == "__main__":
    main(sys.argv[1])
