"""What others must not do to a client that behaves: the benches `families`, `disturbed` and `rolling` of run.py.

Each starts a server of its own. Rows as in scale.py; nothing asserts one, but equal checksums are demanded.
"""
import contextlib, hashlib, pathlib, re, signal, socket, struct, subprocess, tempfile, threading, time

import machine, scale, servers, wire, workloads

# families: values that no two records share.
VALUE_BYTES = 10_000
BIG_GB = 20
LIVE, LIVE_SECONDS = (500, 100_000), 4  # records a second and bytes of the producer that writes meanwhile: 50 MB/s
# disturbed
HEALTHY = 1_000  # records of 100 bytes a second
HEALTHY_ROUNDS = 3
LONG_POLLS = 1_000
STUCK_FETCHES, STUCK_BATCHES, STUCK_BATCH_BYTES = 50, 200, 900_000
FETCH, LONG_WAIT_MS = 1, 120_000
IDLE_SECONDS = 10
# rolling
ROLL_GB = 4
STALL_MS = 20


def _fetch(topic, max_wait_ms, max_bytes):
    return (struct.pack(">iiiibi", -1, max_wait_ms, 1, max_bytes, 0, 1), wire.text(topic),
            struct.pack(">iiqi", 1, 0, 0, max_bytes))


def _at_rate(build, server, topic, per_second, seconds, size):
    return workloads.at_rate(build, server, per_second, seconds, size, topic)


# families

_PYTHON = """
import hashlib, sys
from kafka import KafkaConsumer, TopicPartition
consumer = KafkaConsumer(bootstrap_servers=sys.argv[1], enable_auto_commit=False, fetch_max_bytes=50 << 20, max_partition_fetch_bytes=8 << 20)
consumer.assign([TopicPartition("big", 0)])
consumer.seek_to_beginning()
seen, left = hashlib.sha256(), int(sys.argv[2])
while left:
    for records in consumer.poll(1000).values():
        for record in records[:left]:
            seen.update(record.value + b"\\n")
        left -= min(left, len(records))
print(seen.hexdigest())
"""


def _families(address, records):
    yield "librdkafka (kcat)", ["kcat", "-b", address, "-C", "-t", "big", "-p", "0", "-o", "beginning", "-c", str(records), "-q",
                                "-X", "fetch.message.max.bytes=8000000"]
    yield "kafka-python", ["/usr/bin/python3", "-c", _PYTHON, address, str(records)]
    if servers.has_kafka():
        yield "Java", [str(servers.TOOLS / "kafka-reference"), "console-consumer", "--bootstrap-server", address, "--topic", "big",
                       "--partition", "0", "--offset", "earliest", "--max-messages", str(records)]


def _checksum(command):
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if command[0].endswith("python3"):
        said = child.communicate()[0].decode().strip()
    else:
        digest = hashlib.sha256()
        while piece := child.stdout.read(1 << 20):
            digest.update(piece)
        said = digest.hexdigest()
    if child.wait() != 0:
        raise SystemExit(f"bench: {command[0]} failed with {child.returncode}")
    return said


def _fill(address, records):
    """Produces `records` values; their SHA-256, a line each."""
    digest = hashlib.sha256()
    child = subprocess.Popen(["kcat", "-b", address, "-P", "-t", "big", "-p", "0", "-X", "acks=1", "-X", "batch.size=1000000",
                              "-X", "linger.ms=50", "-X", "queue.buffering.max.kbytes=65536"], stdin=subprocess.PIPE)
    filler = (hashlib.sha512(b"kelp").hexdigest() * (VALUE_BYTES // 128 + 1)).encode()
    for i in range(records):
        line = b"%020d" % i + filler[i % 128:][:VALUE_BYTES - 20] + b"\n"
        digest.update(line)
        child.stdin.write(line)
    child.stdin.close()
    if child.wait() != 0:
        raise SystemExit("bench: kcat could not produce")
    return digest.hexdigest()


def families(build, directory, quick):
    """Three client families read the same long topic, one after the other, while a producer writes 50 MB/s elsewhere."""
    figures = scale.Figures()
    gigabytes = BIG_GB / 20 if quick else BIG_GB
    records = int(gigabytes * 1e9) // VALUE_BYTES
    with tempfile.TemporaryDirectory(dir=directory) as parent, scale.Server(build, parent + "/kelp") as server:
        address = f"127.0.0.1:{server.port}"
        with server.connect() as client:
            client.create_topics([("big", 1), ("live", 1, {"retention.bytes": "1000000000", "segment.bytes": "100000000"})])
        expected = _fill(address, records)
        figures.note("RSS after producing", machine.memory_mib(server.pid, "VmRSS"), "MiB")
        for family, command in _families(address, records):
            _at_rate(build, server, "live", LIVE[0], LIVE_SECONDS, LIVE[1])  # not counted
            with _live_producer(build, server) as live:
                began = time.monotonic()
                same = _checksum(command) == expected
                took = time.monotonic() - began
            if not same:
                raise SystemExit(f"bench: {family} read something else than was produced")
            figures.note(f"{family}: equal checksum, read at", gigabytes * 1e3 / took, "MB of records a second")
            for p99 in live:
                figures.note(f"{family}: p99 of a producer at 50 MB/s meanwhile", p99, "ms", 5)
            figures.note(f"{family}: RSS", machine.memory_mib(server.pid, "VmRSS"), "MiB")
        server.end(signal.SIGTERM)
    return figures.rows()


@contextlib.contextmanager
def _live_producer(build, server):
    """A list that gets the p99 of each few seconds."""
    seen, ended = [], threading.Event()

    def work():
        while True:
            seen.append(_at_rate(build, server, "live", LIVE[0], LIVE_SECONDS, LIVE[1])["p99_us"] / 1e3)
            if ended.is_set():
                return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


# disturbed

@contextlib.contextmanager
def _stuck_consumer(server):
    """Asks for much, again and again, and reads nothing."""
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", server.port))
        body = b"".join(_fetch("full", 0, 50 << 20))
        request = struct.pack(">hhi", FETCH, 4, 1) + wire.text("stuck") + body
        raw.sendall((struct.pack(">i", len(request)) + request) * STUCK_FETCHES)
        yield


@contextlib.contextmanager
def _slow_loris(server):
    """Announces a megabyte and sends a byte a second."""
    ended = threading.Event()
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(struct.pack(">ihhi", 1 << 20, wire.PRODUCE, 7, 1))

        def drip():
            while not ended.wait(1):
                raw.sendall(b"\0")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


@contextlib.contextmanager
def _long_polls(server):
    with contextlib.ExitStack() as open_ones:
        for _ in range(LONG_POLLS):
            client = open_ones.enter_context(server.connect())
            client.send(FETCH, 4, *_fetch("quiet", LONG_WAIT_MS, 1 << 20))
        yield


def disturbed(build, directory, quick):
    """A healthy producer and consumer, alone and beside each kind of bad neighbour."""
    figures = scale.Figures()
    with tempfile.TemporaryDirectory(dir=directory) as parent, scale.Server(build, parent + "/kelp") as server:
        with server.connect() as client:
            client.create_topics([("full", 1), ("quiet", 1), ("healthy", 1)])
            batch = wire.large_batch(STUCK_BATCH_BYTES)
            for _ in range(STUCK_BATCHES):
                client.produce([("full", 0, batch)])
        neighbours = {"alone": contextlib.nullcontext, "beside a stuck consumer": lambda: _stuck_consumer(server),
                      "beside a slow loris": lambda: _slow_loris(server), f"beside {LONG_POLLS:,} long polls": lambda: _long_polls(server)}
        _at_rate(build, server, "healthy", HEALTHY, 4, 100)
        for _ in range(1 if quick else HEALTHY_ROUNDS):
            for name, neighbour in neighbours.items():
                before = machine.memory_mib(server.pid, "VmRSS")
                with neighbour():
                    said = _at_rate(build, server, "healthy", HEALTHY, 3 if quick else 8, 100)
                    figures.note(f"{name}: p50", said["p50_us"] / 1e3, "ms")
                    figures.note(f"{name}: p99", said["p99_us"] / 1e3, "ms")
                    figures.note(f"{name}: more RSS", machine.memory_mib(server.pid, "VmRSS") - before, "MiB")
        with _long_polls(server):
            time.sleep(1)
            began = machine.cpu_seconds(server.pid)
            time.sleep(IDLE_SECONDS)
            figures.note(f"idle with {LONG_POLLS:,} parked fetches", (machine.cpu_seconds(server.pid) - began) / IDLE_SECONDS * 100, "% of a core", 0.5)
        server.end(signal.SIGTERM)
    return figures.rows()


# rolling

def rolling(build, directory, quick):
    """Segments end and go all the time while a producer writes as fast as it can: turns of the loop that took long."""
    figures = scale.Figures()
    records = int((ROLL_GB / 10 if quick else ROLL_GB) * 1e9) // workloads.RECORD_BYTES
    load = workloads.Load(directory)
    with tempfile.TemporaryDirectory(dir=directory) as parent:
        with scale.Server(build, parent + "/kelp", "log.segment.bytes=16777216", "log.retention.bytes=100000000",
                          "log.retention.check.interval.ms=500", log_level="debug") as server:
            address = servers.Server("kelp", server.pid, server.port, None)
            load.make_topic(address)
            most, ended = [0], threading.Event()

            def watch():
                while not ended.wait(0.5):
                    most[0] = max(most[0], machine.stored_bytes(parent))

            watcher = threading.Thread(target=watch)
            watcher.start()
            lines = load.lines(200_000)
            for _ in range(max(1, records // 200_000)):
                load.produce(address, lines, ["acks=1", *workloads.BATCHES])
            ended.set()
            watcher.join()
            time.sleep(2)
            said = pathlib.Path(server.log.name).read_text()
            stalls = [int(us) / 1e3 for us in re.findall(r"a turn of the loop took (\d+) us", said)]
            figures.note("bytes that were kept at most", most[0] / 1e6, "MB")
            figures.note("bytes that are left", machine.stored_bytes(parent) / 1e6, "MB")
            figures.note(f"turns of the loop over {STALL_MS} ms", sum(ms > STALL_MS for ms in stalls), "", 0)
            figures.note("the longest turn of the loop (0: none over 5 ms)", max(stalls, default=0), "ms", STALL_MS)
            server.end(signal.SIGTERM)
    return figures.rows()


BENCHES = {"families": families, "disturbed": disturbed, "rolling": rolling}
