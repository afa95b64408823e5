"""What many partitions and long logs cost: the benches `topics`, `restart` and `compaction` of run.py.

Each starts servers of its own. Rows are {figure: {median, min, max, runs, unit, target}}; nothing asserts one.
"""
import json, os, pathlib, random, re, shutil, signal, statistics, subprocess, sys, tempfile, time

import machine, wire

PARTITIONS = 10_000
REQUEST_TOPICS = 500
ONE_BY_ONE = 200  # each waits for the disk once
# Of a restart: 20 GB over 10,000 partitions, in batches of 1 MB.
BATCH_BYTES = 1_000_000
BATCHES_EACH = 2
PARTITIONS_A_REQUEST = 8  # 8 MB in flight on each connection
# Compaction: batches of 100 records over so many keys, so that a quarter of the records stays.
CLEAN_MB = 1_000


class Server:
    """Kelp on a directory that outlives it."""

    def __init__(self, build, directory, *settings, log_level="info"):
        self.log = pathlib.Path(directory).with_suffix(".log").open("a+")
        self.began = time.monotonic()
        command = [build / "kelp", "--port", "0", "--ready-json", "--log-level", log_level, "--data-dir", directory]
        for setting in settings:
            command += ["--set", setting]
        self.child = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=self.log)
        self.pid = self.child.pid
        ready = self.child.stdout.readline()
        if not ready:
            raise SystemExit(f"bench: Kelp did not start, see {self.log.name}")
        self.ready_s = time.monotonic() - self.began
        self.port = json.loads(ready)["ports"][0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.returncode is None:
            self.end(signal.SIGKILL)

    def end(self, how):
        """Seconds until it was gone."""
        began = time.monotonic()
        self.child.send_signal(how)
        self.child.wait(300)
        self.child.stdout.close()
        self.log.close()
        return time.monotonic() - began

    def connect(self):
        return wire.Connection(self.port)

    def usage(self, figures, prefix):
        figures.note(f"{prefix}: RSS", machine.memory_mib(self.pid, "VmRSS"), "MiB", 120)
        figures.note(f"{prefix}: open files", machine.open_files(self.pid), "")


class Figures:
    def __init__(self):
        self.all = {}

    def note(self, name, value, unit, target=None):
        print(f"  {name}: {value:.3g} {unit}", file=sys.stderr, flush=True)
        self.all.setdefault(name, ([], unit, target))[0].append(value)

    def timed(self, name, target=None):
        return _Timed(self, name, target)

    def rows(self):
        return {name: {"median": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values),
                       "unit": unit, "target": target} for name, (values, unit, target) in self.all.items()}


class _Timed:
    def __init__(self, figures, name, target):
        self.figures, self.name, self.target = figures, name, target

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, kind, *_):
        if kind is None:
            self.figures.note(self.name, time.monotonic() - self.began, "s", self.target)


def shown(name, rows):
    lines = [name]
    for figure, row in rows.items():
        unit = f" {row['unit']}" if row["unit"] else ""
        better_is_more = row["unit"].endswith(("/s", " more"))
        verdict = ""
        if row["target"] is not None:
            met = row["median"] >= row["target"] if better_is_more else row["median"] <= row["target"]
            verdict = f"; target {row['target']}: {'met' if met else 'MISSED'}"
        spread = f" ({row['min']:.3g}..{row['max']:.3g}, {row['runs']} runs{verdict})"
        lines.append(f"  {figure:52} {row['median']:.3g}{unit}{spread}")
    return "\n".join(lines)


# topics

def _one_topic(server, figures):
    with server.connect() as client:
        with figures.timed(f"1 topic x {PARTITIONS:,} partitions", 2):
            client.create_topics([("wide", PARTITIONS)])
        server.usage(figures, f"1 topic x {PARTITIONS:,}")
        record = wire.batch([(b"key", b"v" * 100)])
        with figures.timed("a record to each of its partitions"):
            for first in range(0, PARTITIONS, 100):
                client.produce([("wide", partition, record) for partition in range(first, first + 100)])
        server.usage(figures, f"1 topic x {PARTITIONS:,} with a record each")
    figures.note("  its stop", server.end(signal.SIGTERM), "s")


def _many_topics(server, figures, at_once):
    name = f"{PARTITIONS:,} topics x 1, {at_once:,} a request"
    topics = [(f"topic-{i:05}", 1) for i in range(PARTITIONS)]
    with server.connect() as client:
        with figures.timed(name, 2):
            for first in range(0, PARTITIONS, at_once):
                client.create_topics(topics[first:first + at_once])
        server.usage(figures, name)
        if at_once == PARTITIONS:
            with figures.timed(f"  {ONE_BY_ONE} more, one a request"):
                for i in range(ONE_BY_ONE):
                    client.create_topics([(f"more-{i}", 1)])
            record = wire.batch([(b"key", b"v" * 100)])
            with figures.timed("a record to each topic"):
                for first in range(0, PARTITIONS, 100):
                    client.produce([(topic, 0, record) for topic, _ in topics[first:first + 100]])
            server.usage(figures, f"{name}, with a record each")


def _some_topics(server, figures):
    with server.connect() as client, figures.timed(f"{REQUEST_TOPICS} topics in one request", 0.5):
        client.create_topics([(f"topic-{i}", 1) for i in range(REQUEST_TOPICS)])


def topics(build, directory, quick):
    figures = Figures()
    shapes = [_one_topic, _some_topics]
    for at_once in (PARTITIONS, REQUEST_TOPICS):
        shapes.append(lambda server, figures, at_once=at_once: _many_topics(server, figures, at_once))
    for _ in range(1 if quick else 5):
        for shape in shapes:
            with tempfile.TemporaryDirectory(dir=directory) as data, Server(build, data + "/kelp") as server:
                shape(server, figures)
    return figures.rows()


# restart

class Load:
    """Batches to the partitions of `logs` in turn, a few requests ahead of the answers."""
    AHEAD = 3

    def __init__(self, server, partitions):
        self.client, self.partitions = server.connect(), partitions
        self.batch, self.next, self.waiting, self.acked_bytes = wire.large_batch(BATCH_BYTES), 0, 0, 0

    def send(self):
        chosen = [(self.next + i) % self.partitions for i in range(PARTITIONS_A_REQUEST)]
        self.next += PARTITIONS_A_REQUEST
        self.client.send_produce([("logs", partition, self.batch) for partition in chosen])
        self.waiting += 1
        if self.waiting > self.AHEAD:
            self.receive()

    def receive(self):
        self.client.receive_produce()
        self.waiting -= 1
        self.acked_bytes += PARTITIONS_A_REQUEST * len(self.batch)

    def bytes(self, wanted):
        while self.acked_bytes < wanted:
            self.send()

    def seconds(self, wanted):
        until = time.monotonic() + wanted
        while time.monotonic() < until:
            self.send()


def _first_ack(build, data, figures, name, target, partitions):
    """A start, timed to its first acknowledgement, and to one from every partition."""
    server = Server(build, data)
    figures.note(f"{name}: ready", server.ready_s, "s")
    with server.connect() as client:
        client.produce([("logs", random.randrange(partitions), wire.batch([(b"k", b"first")]))])
        figures.note(f"{name}: first produce ack", time.monotonic() - server.began, "s", target)
        for first in range(0, partitions, 100):
            client.produce([("logs", partition, wire.batch([(b"k", b"all")])) for partition in range(first, first + 100)])
        figures.note(f"{name}: an ack from each partition", time.monotonic() - server.began, "s")
    server.usage(figures, name)
    return server


def restart(build, directory, quick):
    partitions, rounds = (PARTITIONS // 10, 1) if quick else (PARTITIONS, 3)
    size = partitions * BATCHES_EACH * BATCH_BYTES
    if shutil.disk_usage(directory).free < 2 * size:
        raise SystemExit(f"bench: restart needs {2 * size / 1e9:.0f} GB of free disk in {directory}")
    figures = Figures()
    with tempfile.TemporaryDirectory(dir=directory) as parent:
        data = parent + "/kelp"
        with Server(build, data) as server:
            with server.connect() as client:
                client.create_topics([("logs", partitions)])
            load, began = Load(server, partitions), time.monotonic()
            load.bytes(size)
            figures.note("produced, acks=1", size / 1e6 / (time.monotonic() - began), "MB/s")
            server.end(signal.SIGKILL)
        with _first_ack(build, data, figures, f"kill -9 just after {size / 1e9:.0f} GB", 3, partitions) as server:
            figures.note("  stop", server.end(signal.SIGTERM), "s")
        for _ in range(rounds + 2):
            with _first_ack(build, data, figures, "clean", 0.5, partitions) as server:
                figures.note("  stop", server.end(signal.SIGTERM), "s")
        for _ in range(rounds):
            with Server(build, data) as server:
                Load(server, partitions).seconds(2 if quick else 10)
                server.end(signal.SIGKILL)
            with _first_ack(build, data, figures, "kill -9 under acks=1 load", 3, partitions) as server:
                figures.note("  stop", server.end(signal.SIGTERM), "s")
        for log in (data + ".log",):
            if os.environ.get("KELP_BENCH_SHOW_LOG"):
                sys.stderr.write(pathlib.Path(log).read_text()[-4000:])
    return figures.rows()


# compaction

def _dirty_log(server, value_bytes, codec, megabytes):
    """A compacted topic with so many (uncompressed) MB of updates."""
    records, keys = 100, 5_000
    draw = random.Random(1)
    batches = [wire.batch([(b"customer-%d" % draw.randrange(keys), draw.randbytes(value_bytes // 2) + b"x" * (value_bytes // 2))
                           for _ in range(records)]) for _ in range(200)]
    with server.connect() as client:
        client.create_topics([("compacted", 1, {"cleanup.policy": "compact", "compression.type": codec, "segment.bytes": "8388608",
                                                "min.cleanable.dirty.ratio": "0.01"})])
        count, ahead = int(megabytes * 1e6 / len(batches[0])), 32
        for i in range(count + ahead):
            if i < count:
                client.send_produce([("compacted", 0, batches[i % len(batches)])])
            if i >= ahead:
                client.receive_produce()


def _end_to_end(build, directory, figures, value_bytes, codec, megabytes):
    with tempfile.TemporaryDirectory(dir=directory) as parent:
        data = parent + "/kelp"
        with Server(build, data, "log.cleaner.enable=false") as server:
            _dirty_log(server, value_bytes, codec, megabytes)
            server.end(signal.SIGTERM)
        with Server(build, data, "log.cleaner.backoff.ms=10") as server:
            before = machine.memory_mib(server.pid, "VmRSS")
            log, deadline = pathlib.Path(server.log.name), time.monotonic() + 300
            while not (said := re.search(r"compacted (\d+) records in (\d+) bytes to \d+ in \d+, ([\d.]+) s", log.read_text())):
                if time.monotonic() > deadline:
                    raise SystemExit(f"bench: nothing was compacted, see {log}")
                time.sleep(0.05)
            name = f"a log of {value_bytes}-byte values, {codec}"
            # All of the process, also its start: on one core that nobody else wants it takes no longer, but for the disk.
            figures.note(f"{name}: a second of CPU", int(said[2]) / 1e6 / machine.cpu_seconds(server.pid), "MB/s", 150)
            figures.note(f"{name}: a second", int(said[2]) / 1e6 / float(said[3]), "MB/s")
            figures.note(f"{name}: most RSS more than idle", machine.memory_mib(server.pid, "VmHWM") - before, "MiB")
            server.end(signal.SIGTERM)


def compaction(build, directory, quick):
    figures = Figures()
    program = build / "kelp_cleaner_bench"
    if program.exists():
        out = subprocess.run([program, "--benchmark_format=json", f"--benchmark_repetitions={1 if quick else 7}"], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for run in json.loads(out)["benchmarks"]:
            if run["run_type"] == "iteration":
                figures.note(f"filter alone, {run['run_name']}", run["bytes_per_second"] / 1e6, "MB/s", 150)
    for value_bytes in (100, 1024):
        for codec in ("uncompressed", "lz4", "zstd"):
            for _ in range(1 if quick else 3):
                _end_to_end(build, directory, figures, value_bytes, codec, CLEAN_MB / 10 if quick else CLEAN_MB)
    return figures.rows()


BENCHES = {"topics": topics, "restart": restart, "compaction": compaction}


def main():
    """scale.py NAME [--quick]: one of the benches alone, in the build of this repository."""
    build = pathlib.Path(__file__).resolve().parents[2] / "build/release"
    with tempfile.TemporaryDirectory(prefix="kelp-bench-") as directory:
        print(shown(sys.argv[1], BENCHES[sys.argv[1]](build, directory, "--quick" in sys.argv)))


if __name__ == "__main__":
    main()
