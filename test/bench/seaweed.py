"""Kelp on SeaweedFS beside the gateway that SeaweedFS has itself (`weed mq.kafka.gateway`): the bench `seaweed` of run.py.

One cluster of test/weed, both gateways on it at the same time, the same clients (kcat, and requests by hand for latency), in turns. Ratios are
of one run. Machine, cluster and clients share the cores, so that rates are a floor. Rows as in scale.py; nothing asserts one.
"""
import contextlib, http.server, pathlib, socket, statistics, subprocess, sys, threading, time

import machine, scale, wire

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "weed"))
import weed

ROUNDS = 3
SMALL_BYTES, LARGE_BYTES = 100, 1024
SMALL_RECORDS, LARGE_RECORDS = 200_000, 300_000
RIVAL_SHARE = 0.05  # of the records, for whoever is so much slower; a ratio of rates does not mind
SINGLES = 500       # produce requests of one record, one after the other
RIVAL_PORT = 9093   # weed 4.48 tells clients this port, whatever it listens on
RIVAL_START_S = 60
CLIENT_S = 900
TOPIC = "_bench"    # SeaweedMQ does not unload such a topic when its stream ends; the rival asks no schema registry for it
BATCHES = ["batch.size=1000000", "batch.num.messages=1000", "linger.ms=50", "acks=all"]
SMALL_BATCHES = ["linger.ms=20", "acks=1"]
FETCHES = ["fetch.message.max.bytes=10000000", "queued.max.messages.kbytes=65536"]


class Side:
    def __init__(self, name, pid, port, share):
        self.name, self.pid, self.port, self.share = name, pid, port, share

    def kcat(self, *arguments, settings=()):
        command = ["kcat", "-b", f"127.0.0.1:{self.port}", "-p", "0"]
        for setting in settings:
            command += ["-X", setting]
        ended = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=CLIENT_S)
        if ended.returncode != 0:
            raise SystemExit(f"bench: {self.name}: kcat ends with {ended.returncode}: {ended.stderr.decode()[-500:]}")


class NoSchemas(http.server.BaseHTTPRequestHandler):
    """The rival wants a schema registry to be there."""

    def do_GET(self):
        data = b"[]" if self.path.startswith("/subjects") else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def rival(cluster):
    """The gateway as a process of the cluster, on its one port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", RIVAL_PORT))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), NoSchemas) as registry:
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        cluster.launch("gateway", [weed.weed_binary(), "-logtostderr=true", "mq.kafka.gateway", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                                   f"-port={RIVAL_PORT}", f"-master={cluster.masters}", "-default-partitions=1",
                                   f"-schema-registry-url=http://127.0.0.1:{registry.server_port}"])
        try:
            until = time.monotonic() + RIVAL_START_S
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", RIVAL_PORT), timeout=1):
                    break
                if time.monotonic() > until or cluster.pid_of("gateway") is None:
                    raise SystemExit(f"bench: the rival does not start: {cluster.told('gateway')}")
                time.sleep(0.1)
            yield Side("rival", cluster.pid_of("gateway"), RIVAL_PORT, RIVAL_SHARE)
        finally:
            cluster.kill("gateway")
            registry.shutdown()


def lines(directory, count, size):
    path = pathlib.Path(directory, f"{size}-{count}")
    if not path.exists():
        with path.open("wb") as out:
            out.writelines(b"%0*d\n" % (size, n) for n in range(count))
    return path


def used(side, work):
    """(seconds, CPU seconds of the gateway)"""
    cpu, began = machine.cpu_seconds(side.pid), time.monotonic()
    work()
    return time.monotonic() - began, machine.cpu_seconds(side.pid) - cpu


def small_records(figures, side, directory, topic, count, targets):
    """Records of SeaweedMQ's own topic, both ways."""
    count = int(count * side.share)
    file = lines(directory, count, SMALL_BYTES)
    took, cpu = used(side, lambda: side.kcat("-P", "-t", topic, "-l", file, settings=SMALL_BATCHES))
    figures.note(f"SMQ topic, {SMALL_BYTES} B: {side.name}", count / took, "records/s")
    figures.note(f"SMQ topic, {SMALL_BYTES} B: CPU of {side.name}", cpu / count * 1e6, "us a record", targets.get("cpu"))
    time.sleep(2)  # the broker flushes once a second
    took, _ = used(side, lambda: side.kcat("-C", "-t", topic, "-o", "beginning", "-c", count, "-q", settings=FETCHES))
    figures.note(f"SMQ topic, {SMALL_BYTES} B: catch-up of {side.name}", count / took, "records/s", targets.get("catch_up"))


def large_batches(figures, side, directory, topic, count, targets):
    count = int(count * side.share)
    file = lines(directory, count, LARGE_BYTES)
    took, cpu = used(side, lambda: side.kcat("-P", "-t", topic, "-l", file, settings=BATCHES))
    gb = count * LARGE_BYTES / 1e9
    figures.note(f"1 KiB in batches, acks=all: {side.name}", gb * 1e3 / took, "MB/s", targets.get("mb"))
    figures.note(f"1 KiB in batches, acks=all: CPU of {side.name}", cpu / gb, "s a GB", targets.get("cpu"))
    figures.note(f"1 KiB in batches, acks=all: most memory of {side.name}", machine.memory_mib(side.pid, "VmHWM"), "MiB", targets.get("rss"))


def singles(figures, side, topic, count, target):
    record = wire.batch([(b"k", b"v" * SMALL_BYTES)])
    with wire.Connection(side.port) as client:
        times = []
        for _ in range(count):
            took, _ = used(side, lambda: client.produce([(topic, 0, record)], acks=-1))
            times.append(took * 1e3)
    figures.note(f"one record, acks=all: p50 of {side.name}", statistics.median(times), "ms")
    figures.note(f"one record, acks=all: p99 of {side.name}", statistics.quantiles(times, n=100)[98], "ms", target)


def ratios(figures, ours, theirs):
    """Of the medians of this run, more is better."""
    rows = figures.rows()
    for name, row in rows.items():
        other = name.replace(ours, theirs)
        if ours in name and other in rows:
            better_is_more = row["unit"].endswith("/s")
            mine, its = row["median"], rows[other]["median"]
            wanted = 10 if name == f"SMQ topic, {SMALL_BYTES} B: {ours}" else None
            figures.note(f"{name}, as a multiple of {theirs}'s" if better_is_more else f"{name}, as a part of {theirs}'s",
                         mine / its if its else 0, "x more" if better_is_more else "x", wanted)


def seaweed(build, directory, quick):
    if not (build / "libkelp-seaweed.so").exists():
        raise SystemExit("bench: this build has no seaweed engine")
    figures, share = scale.Figures(), 0.2 if quick else 1
    smq = b"kelp.storage" in subprocess.run([build / "kelp", "--help-config"], stdout=subprocess.PIPE).stdout  # it offers such topics
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(weed.Cluster(pathlib.Path(directory, "weed"), volume_mb=1024, dies_with_us=True))
        settings = ["kelp.engine=seaweed", f"seaweed.masters={cluster.masters}"]
        server = stack.enter_context(scale.Server(build, pathlib.Path(directory, "kelp"), *settings))
        kelp = Side("kelp", server.pid, server.port, 1)
        other = stack.enter_context(rival(cluster))
        for number in range(1 if quick else ROUNDS):
            log, own = f"log{number}", f"smq{number}"
            with server.connect() as client:
                client.create_topics([(log, 1)] + ([(own, 1, {"kelp.storage": "smq"})] if smq else []))
            for side, to in (kelp, own), (other, f"{TOPIC}{number}"):
                if side is kelp and not smq:
                    continue
                small_records(figures, side, directory, to, SMALL_RECORDS * share,
                              {"cpu": 25, "catch_up": 100_000} if side is kelp else {})
            for side, to in (kelp, log), (other, f"{TOPIC}{number}"):
                large_batches(figures, side, directory, to, LARGE_RECORDS * share,
                              {"mb": 60, "cpu": 1.5, "rss": 128} if side is kelp else {})
                singles(figures, side, to, int(SINGLES * share), 25 if side is kelp else None)
    ratios(figures, "kelp", "rival")
    return figures.rows()
