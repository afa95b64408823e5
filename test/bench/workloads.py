"""What is measured: each workload compares two sides (Kelp with the floor, or with itself) by one figure, the server's CPU for the work
that was acknowledged, in pairs. The clients are kcat (librdkafka) and, for latency, Apache Kafka's own EndToEndLatency."""
import contextlib, json, pathlib, re, resource, socket, subprocess, time
from dataclasses import dataclass, field
from typing import Callable

import machine, servers

RECORD_BYTES = 1024
TOPIC = "bench"
# librdkafka's settings for the shapes of requests.
BATCHES = ["batch.size=1000000", "batch.num.messages=1000", "linger.ms=50"]
SINGLES = ["batch.num.messages=1", "linger.ms=0"]
SMALL_BATCHES = ["batch.size=17000", "batch.num.messages=16", "linger.ms=1000", "sticky.partitioning.linger.ms=0",
                 "queue.buffering.max.messages=200000"]
KCAT_TIMEOUT_S = 900
FETCHES = ["fetch.message.max.bytes=10000000", "queued.max.messages.kbytes=65536"]


@dataclass
class Sample:
    figure: float  # in the workload's unit
    notes: dict = field(default_factory=dict)


@dataclass
class Side:
    """One of the two that are compared."""
    label: str
    kind: str = "kelp"
    settings: tuple = ()
    partitions: int = 1
    sync: bool = False
    client: tuple = ()  # what this side's client does otherwise


@dataclass
class Workload:
    name: str
    title: str
    unit: str
    work: Callable  # (Load, Server, Side, records) -> Sample
    records: int
    sides: tuple
    target: float | None = None  # most of the first side's figure as a multiple of the second's
    kafka: bool = False  # measured beside, once
    before: Callable = lambda load, server: None  # (Load, Server), not measured


class Load:
    """Drives clients; keeps the files that they send."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def lines(self, count, words=False):
        """`count` lines of RECORD_BYTES; `words`: text that compresses as text does."""
        path = self.directory / f"{'words' if words else 'numbers'}-{count}"
        if not path.exists():
            with path.open("wb") as out:
                for i in range(count):
                    out.write((self.text(i) if words else b"%0*d" % (RECORD_BYTES, i)) + b"\n")
        return path

    @staticmethod
    def text(seed):
        words, state = [], seed * 2654435761 + 1
        while len(words) < RECORD_BYTES // 8:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            words.append(b"%07x" % ((state >> 40) % 5000 * 48271))
        return b" ".join(words)[:RECORD_BYTES]

    def kcat(self, server, *arguments, settings=()):
        command = ["kcat", "-b", server.address, "-t", TOPIC]
        for setting in settings:
            command += ["-X", setting]
        return subprocess.Popen(command + [str(a) for a in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def finish(self, *clients):
        for client in clients:
            if client.wait(KCAT_TIMEOUT_S) != 0:
                raise SystemExit(f"bench: {' '.join(client.args)} failed with {client.returncode}")

    def produce(self, server, lines, settings, partition=0):
        where = [] if partition is None else ["-p", partition]
        self.finish(self.kcat(server, "-P", *where, "-l", lines, settings=settings))

    def make_topic(self, server):
        self.produce(server, self.lines(10), ["acks=1"], partition=0)


def produce(settings, words=False, partition=0, acks=1):
    def work(load, server, side, records):
        lines = load.lines(records, words)
        before, stored = machine.cpu_seconds(server.pid), machine.stored_bytes(server.directory)
        load.produce(server, lines, [f"acks={acks}", *settings, *side.client], partition)
        cpu = machine.cpu_seconds(server.pid) - before
        stored = machine.stored_bytes(server.directory) - stored
        return Sample(cpu / stored * 1e9, {"us_per_record": cpu / records * 1e6, "stored_gb": stored / 1e9})
    return work


def requests(connections, acks=1):
    """One record a request; every connection its share of the records."""
    def work(load, server, side, records):
        lines = load.lines(records // connections)
        settings = [f"acks={acks}", *SINGLES, *(["max.in.flight=1"] if acks == -1 else []), *side.client]
        before, began = machine.cpu_seconds(server.pid), time.monotonic()
        load.finish(*[load.kcat(server, "-P", "-p", "0", "-l", lines, settings=settings) for _ in range(connections)])
        took = time.monotonic() - began
        return Sample((machine.cpu_seconds(server.pid) - before) / records * 1e6, {"requests_per_s": records / took})
    return work


def catch_up(cold=False):
    def work(load, server, side, records):
        load.produce(server, load.lines(records), ["acks=1", *BATCHES])
        if cold:
            machine.drop_page_cache()
        before, began = machine.cpu_seconds(server.pid), time.monotonic()
        load.finish(load.kcat(server, "-C", "-p", "0", "-o", "beginning", "-c", records, "-q", settings=FETCHES))
        took = time.monotonic() - began
        gb = records * RECORD_BYTES / 1e9
        return Sample((machine.cpu_seconds(server.pid) - before) / gb, {"mb_per_s": gb * 1e3 / took})
    return work


def fan_out(consumers):
    def work(load, server, side, records):
        before = machine.cpu_seconds(server.pid)
        readers = [load.kcat(server, "-C", "-p", "0", "-o", "beginning", "-c", records, "-q", settings=FETCHES) for _ in range(consumers)]
        load.produce(server, load.lines(records), ["acks=1", *BATCHES])
        load.finish(*readers)
        return Sample((machine.cpu_seconds(server.pid) - before) / (consumers * records * RECORD_BYTES / 1e9))
    return work


def touch_all_partitions(load, server):
    """A first record costs a partition two directories and a file: that is not what its batches cost."""
    load.produce(server, load.lines(100_000), ["acks=1", *SMALL_BATCHES], partition=None)


def with_floor(**sides):
    return Side("kelp", **sides), Side("floor", "floor", **sides)


WORKLOADS = [
    Workload("produce-batches", "W1 batches of 1 MB, acks=1", "CPU-s/GB", produce(BATCHES), 200_000, with_floor(), 1.15, kafka=True),
    Workload("produce-singles", "W2 one record a request, 1 connection", "us CPU a request", requests(1), 100_000, with_floor(), 1.3,
             kafka=True),
    Workload("produce-singles-64", "W2 the same, 64 connections", "us CPU a request", requests(64), 128_000, with_floor(), 1.3,
             kafka=True),
    Workload("partitions-1000", "W3 batches of 16 KiB, 1,000 partitions beside one", "CPU-s/GB", produce(SMALL_BATCHES, partition=None),
             200_000, (Side("1,000 partitions", partitions=1000), Side("one partition")), 1.15, before=touch_all_partitions),
    Workload("partitions-1000-floor", "W3 the same beside the floor", "CPU-s/GB", produce(SMALL_BATCHES, partition=None), 200_000,
             with_floor(partitions=1000), before=touch_all_partitions),
    Workload("fetch", "W5 catch-up from the page cache", "CPU-s/GB", catch_up(), 200_000, with_floor(), 1.15, kafka=True),
    Workload("fetch-cold", "W5 catch-up from the disk", "CPU-s/GB", catch_up(cold=True), 1_000_000, with_floor()),
    Workload("fan-out", "W6 one producer, 8 consumers", "CPU-s/GB delivered", fan_out(8), 100_000, with_floor(), 1.3),
    Workload("synced-16", "W13 acks=all, synced, 16 producers", "us CPU a request", requests(16, acks=-1), 32_000,
             with_floor(sync=True), kafka=True),
    Workload("synced-64", "W13 acks=all, synced, 64 producers", "us CPU a request", requests(64, acks=-1), 64_000,
             with_floor(sync=True), kafka=True),
    *[Workload(f"produce-{codec}", f"W14 batches in {codec} beside uncompressed ones, of what is stored", "CPU-s/GB",
               produce(BATCHES, words=True), 200_000, (Side(codec, client=(f"compression.codec={codec}",)), Side("none")), 1.1)
      for codec in ("zstd", "lz4")],
    Workload("produce-idempotent", "W16 idempotent producer beside a plain one", "CPU-s/GB", produce(BATCHES, acks=-1), 200_000,
             (Side("idempotent", settings=("kelp.flush.acks.all=false",), client=("enable.idempotence=true",)),
              Side("plain", settings=("kelp.flush.acks.all=false",))), 1.03),
]


def latency(load, server, messages=10_000, size=100):
    """{percentile: ms} that Kafka's EndToEndLatency saw: one record at a time, acks=1; it counts whole milliseconds."""
    said = servers.kafka_tool("e2e-latency", server.address, TOPIC, messages, "1", size)
    mean, percentiles = re.search(r"Avg latency: ([\d.]+) ms", said), re.search(r"50th = (\d+), 99th = (\d+), 99.9th = (\d+)", said)
    return {"mean": float(mean.group(1)), **{name: int(ms) for name, ms in zip(("p50", "p99", "p99.9"), percentiles.groups())}}


RATES = (1_000, 10_000)  # records a second
RATE_SECONDS = 8


def at_rate(build, server, per_second, seconds=RATE_SECONDS, size=100, topic=TOPIC):
    """What kelp_latency_bench saw, and the server's CPU."""
    before = machine.cpu_seconds(server.pid)
    said = subprocess.run([build / "kelp_latency_bench", str(server.port), topic, str(per_second), str(seconds), str(size)], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return {**json.loads(said), "server_us_per_record": round((machine.cpu_seconds(server.pid) - before) / (per_second * seconds) * 1e6, 1)}


@contextlib.contextmanager
def idle_connections(server, count):
    """`count` connections that have asked for the versions and say nothing more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 1000)), hard))
    with contextlib.ExitStack() as open_ones:
        for _ in range(count):
            connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            connection.sendall(servers.ASK_FOR_VERSIONS)
            connection.recv(4096)
        yield
