#!/usr/bin/env python3
"""Kafka Connect 4.3.1: a file goes through a topic into another file: connect_test.py standalone|distributed"""
import json, pathlib, socket, sys, urllib.error, urllib.request

from frameworks import Program, eventually, kelp_and_tools, properties, rounds
from kelp_process import check

LINES = 100  # a round
TOPIC = "lines"
CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
FILE = "org.apache.kafka.connect.file.FileStream{}Connector"
INTERNAL = {"config": 1, "offset": 3, "status": 2}  # topics of a distributed worker, and how many partitions


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Worker:
    def __init__(self, kelp, tools, directory):
        self.kelp, self.tools, self.directory = kelp, tools, directory
        self.source, self.sink = pathlib.Path(directory, "source"), pathlib.Path(directory, "sink")
        self.source.touch()
        self.written = 0
        self.settings = {
            "bootstrap.servers": kelp.bootstrap, "key.converter": CONVERTER, "value.converter": CONVERTER,
            "offset.flush.interval.ms": 500, "plugin.discovery": "service_load", "consumer.metadata.max.age.ms": 500,
        }
        self.connectors = {
            "source": {"connector.class": FILE.format("Source"), "tasks.max": 1, "file": self.source, "topic": TOPIC},
            "sink": {"connector.class": FILE.format("Sink"), "tasks.max": 1, "file": self.sink, "topics": TOPIC},
        }
        self.start()

    def write(self):
        with self.source.open("a") as file:
            file.writelines(f"line {i}\n" for i in range(self.written, self.written + LINES))
        self.written += LINES

    def copied(self):
        eventually(lambda: self.sink.exists() and len(self.sink.read_text().splitlines()) >= self.written,
                   "all lines arrive", self.program)
        check(self.sink.read_text() == self.source.read_text(), "the lines arrive in order, each once")

    def while_it_runs(self):
        self.write()
        self.copied()

    def after_a_restart(self):
        """It goes on where it was."""
        self.program.terminate()
        self.write()
        self.start()
        self.copied()

    def after_a_crash_of_the_broker(self):
        self.kelp.kill()
        self.write()
        self.kelp.start()
        self.copied()


class Standalone(Worker):
    def start(self):
        files = [properties(self.directory, f"{name}.properties", {"name": name, **settings})
                 for name, settings in self.connectors.items()]
        worker = properties(self.directory, "worker.properties", {
            **self.settings, "offset.storage.file.filename": f"{self.directory}/offsets",
            "listeners": "http://127.0.0.1:0"})
        self.program = Program(self.directory, "org.apache.kafka.connect.cli.ConnectStandalone", worker, *files)


class Distributed(Worker):
    def start(self):
        port = free_port()
        settings = {**self.settings, "group.id": "workers", "listeners": f"http://127.0.0.1:{port}"}
        for what, partitions in INTERNAL.items():
            settings |= {f"{what}.storage.topic": f"connect-{what}", f"{what}.storage.replication.factor": 1}
            if what != "config":  # always one
                settings[f"{what}.storage.partitions"] = partitions
        self.url = f"http://127.0.0.1:{port}/connectors"
        self.program = Program(self.directory, "org.apache.kafka.connect.cli.ConnectDistributed",
                               properties(self.directory, "worker.properties", settings))
        if not self.written:
            for name, connector in self.connectors.items():
                eventually(lambda: self.configured(name, connector), f"the worker takes {name}", self.program)

    def configured(self, name, connector):
        request = urllib.request.Request(f"{self.url}/{name}/config", json.dumps(connector, default=str).encode(),
                                         {"Content-Type": "application/json"}, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=30):
                return True
        except (urllib.error.URLError, ConnectionError):  # not yet
            return False

    def internal_topics_are_compacted(self):
        for what, partitions in INTERNAL.items():
            lines = self.tools.run("kafka-topics", f"--describe --topic connect-{what}", quiet=True)
            check(any(f"PartitionCount: {partitions}\t" in line and "cleanup.policy=compact" in line for line in lines),
                  f"connect-{what} is a compacted topic of {partitions} partitions: {lines}")


if __name__ == "__main__":
    with kelp_and_tools("--set", "group.initial.rebalance.delay.ms=0") as (kelp, tools, directory):
        worker = {"standalone": Standalone, "distributed": Distributed}[sys.argv[1]](kelp, tools, directory)
        rounds(worker.while_it_runs, worker.after_a_restart, worker.after_a_crash_of_the_broker)
        if sys.argv[1] == "distributed":
            worker.internal_topics_are_compacted()
        worker.program.terminate()
