#!/usr/bin/env python3
"""Kafka Streams 4.3.1: its word-count example, at_least_once, with its repartition topic, its changelog and restarts."""
import collections, pathlib, shutil

from frameworks import Program, eventually, kelp_and_tools, properties, rounds
from kelp_process import check

EXAMPLE = "org.apache.kafka.streams.examples.wordcount.WordCountDemo"
INPUT, OUTPUT = "streams-plaintext-input", "streams-wordcount-output"
LINES = 200  # a round
SETTINGS = {
    "session.timeout.ms": 6000,                 # Streams does not leave its group when it ends
    "heartbeat.interval.ms": 1000,
    "commit.interval.ms": 200,
    "repartition.purge.interval.ms": 200,       # of Streams: DeleteRecords up to what is committed
    "topic.segment.ms": 300,                    # of its internal topics, so that the cleaner finds sealed segments
    "topic.min.cleanable.dirty.ratio": 0.01,
}
WORDS = "kelp is a kind of brown algae that grows in underwater forests and a log is a kind of ledger".split()


class WordCount:
    def __init__(self, kelp, tools, directory):
        self.kelp, self.tools, self.directory = kelp, tools, directory
        self.state = pathlib.Path(directory, "state")
        self.settings = properties(directory, "streams.properties", {
            **SETTINGS, "bootstrap.servers": kelp.bootstrap, "state.dir": self.state})
        for topic in INPUT, OUTPUT:
            tools.run("kafka-topics", f"--create --topic {topic} --partitions 2", quiet=True)
        self.expected = collections.Counter()
        self.sent = 0
        self.start()

    def start(self):
        self.program = Program(self.directory, EXAMPLE, self.settings)

    def send(self):
        lines = [f"{WORDS[i % len(WORDS)]} {WORDS[i * 7 % len(WORDS)]} round{i // LINES}"
                 for i in range(self.sent, self.sent + LINES)]
        self.sent += LINES
        self.expected.update(" ".join(lines).split())
        file = pathlib.Path(self.directory, "lines")
        file.write_text("\n".join(lines) + "\n")
        told = self.tools.call("send", self.kelp.bootstrap, INPUT, file)
        check(not any(told), f"the lines are sent: {told}")

    def counts(self):
        """The last of each word."""
        lines = self.tools.call("read", self.kelp.bootstrap, OUTPUT, "Long")
        return {word: int(count) for word, count in (line.split("\t") for line in lines if "\t" in line)}

    def counted(self):
        eventually(lambda: self.counts() == self.expected, "every word is counted, each once", self.program,
                   lambda: f"{sum(self.counts().values())} of {self.expected.total()}")

    def while_it_runs(self):
        self.send()
        self.counted()

    def after_a_restart(self):
        """Without its state, which it then reads from the changelog."""
        self.program.terminate()
        shutil.rmtree(self.state)
        self.send()
        self.start()
        self.counted()

    def after_a_crash_of_the_broker(self):
        self.send()
        self.kelp.kill()
        self.kelp.start()
        self.send()
        self.counted()

    def offsets(self, topic, time):
        lines = self.tools.run("kafka-get-offsets", f"--topic {topic} --time {time}", quiet=True)
        return {partition: int(offset) for partition, offset in (line.rsplit(":", 1) for line in lines if line)}

    def internal_topic(self, suffix):
        names = self.tools.run("kafka-topics", "--list", quiet=True)
        return next(name for name in names if name.endswith(suffix))

    def purged(self):
        repartition = self.internal_topic("-repartition")
        eventually(lambda: self.offsets(repartition, "earliest") == self.offsets(repartition, "latest"),
                   "the repartition topic is trimmed up to what was committed", self.program)
        check(sum(self.offsets(repartition, "earliest").values()) >= 3 * self.sent, "all records went through it")

    def compacted(self):
        changelog = self.internal_topic("-changelog")
        configs = self.tools.run("kafka-configs", f"--describe --topic {changelog}", quiet=True)
        check(any("cleanup.policy=compact " in line for line in configs), f"the changelog is compacted: {configs}")

        def kept():
            return sum("\t" in line for line in self.tools.call("read", self.kelp.bootstrap, changelog, "String"))

        def cleaned():
            self.while_it_runs()  # a segment is sealed when something follows it
            return kept() < sum(self.offsets(changelog, "latest").values()) / 2
        eventually(cleaned, "the changelog loses what is overwritten", self.program)


if __name__ == "__main__":
    with kelp_and_tools("--set", "log.cleaner.backoff.ms=200") as (kelp, tools, directory):
        count = WordCount(kelp, tools, directory)
        rounds(count.while_it_runs, count.after_a_restart, count.after_a_crash_of_the_broker)
        count.purged()
        count.compacted()
        count.program.terminate()
