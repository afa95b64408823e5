#!/usr/bin/env python3
"""./dev bench [NAMES] [--quick] [--json FILE]: Kelp's CPU and memory beside the least that the kernel must do, and beside Apache Kafka.

NAMES: start produce-batches produce-singles fetch groups (default: all). Nothing here asserts a time; it prints medians with min..max.

The client is kcat (librdkafka). A server's figure is its own CPU time (user and system) over the work that was acknowledged. The
floor is an endpoint that speaks just enough of the protocol and stores what it gets: nullbroker.cc. It is compiled from
$KELP_BENCH_TOOLS/bench, and Kafka is started by $KELP_BENCH_TOOLS/tools/kafka-reference; what is not there is left out.
"""
import argparse, contextlib, json, os, pathlib, shutil, signal, socket, statistics, struct, subprocess, sys, tempfile, time

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(os.environ.get("KELP_BENCH_TOOLS", ROOT.parent / "shared"))
RECORD_BYTES = 1024
# Client settings, records of a run (quick: a tenth), the target as a multiple of the floor's CPU.
BATCHES = ["-X", "batch.size=1000000", "-X", "batch.num.messages=1000", "-X", "linger.ms=50"]
SINGLES = ["-X", "batch.num.messages=1", "-X", "linger.ms=0"]
# Small enough that a run finds its memory warm from the one before: a first touch costs a virtual machine more than the work.
WORK = {"produce-batches": (BATCHES, 200_000, 1.5), "produce-singles": (SINGLES, 100_000, 2.0), "fetch": (BATCHES, 200_000, None)}


def wait_for(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: no {what} after {seconds} s")
        time.sleep(0.01)


def answers_api_versions(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
            return len(connection.recv(4)) == 4
    except ConnectionError:
        return False


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid):
    """In ticks with the threads that have ended, or finer without them: whichever is more."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    of_threads = sum(int(task.read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return max((int(fields[11]) + int(fields[12])) * TICK_S, of_threads / 1e9)


def memory_mib(pid, which):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024


@contextlib.contextmanager
def process(command):
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
        child.stdout.close()


@contextlib.contextmanager
def kelp(build, directory):
    """(pid, port) of a fresh Kelp."""
    with process([build / "kelp", "--port", "0", "--ready-json", "--data-dir", directory]) as child:
        yield child.pid, json.loads(child.stdout.readline())["ports"][0]


@contextlib.contextmanager
def floor(build, directory):
    port = free_port()
    with process([build / "bench/nullbroker", port, "-p", "1", "-d", directory]) as child:
        wait_for(lambda: answers_api_versions(port), "floor")
        yield child.pid, port


@contextlib.contextmanager
def kafka(_, directory):
    tool = TOOLS / "tools/kafka-reference"
    where = subprocess.run([tool, "start", "--port", "0", "--dir", directory, "--heap", "2g", "--jvm", "-XX:+AlwaysPreTouch"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        pid = int(next(pathlib.Path(directory).rglob("*pid*")).read_text().split()[0])
        yield pid, int(where.rpartition(":")[2])
    finally:
        subprocess.run([tool, "stop", "--dir", directory, "--wipe"], check=True, stdout=subprocess.DEVNULL)


SERVERS = {"kelp": kelp, "floor": floor, "kafka": kafka}


class Bench:
    def __init__(self, options, directory):
        self.build, self.directory = options.build.resolve(), pathlib.Path(directory)
        self.share = 0.1 if options.quick else 1
        self.rounds = 1 if options.quick else 4  # of A B B A: two pairs each
        self.kinds = ["kelp"]
        source = TOOLS / "bench/nullbroker.cc"
        if source.exists():
            (self.build / "bench").mkdir(exist_ok=True)
            subprocess.run(["g++", "-std=c++20", "-O2", "-march=native", "-pthread", "-o", self.build / "bench/nullbroker", source],
                           check=True)
            self.kinds.append("floor")
        self.has_kafka = (TOOLS / "tools/kafka-reference").exists() and not options.no_kafka

    def records(self, name):
        return int(WORK[name][1] * self.share)

    def lines(self, count):
        path = self.directory / f"{count}.lines"
        if not path.exists():
            with path.open("wb") as out:
                for i in range(count):
                    out.write(b"%0*d\n" % (RECORD_BYTES, i))
        return path

    def kcat(self, port, *arguments):
        subprocess.run(["kcat", "-b", f"127.0.0.1:{port}", "-t", "bench", "-p", "0", *map(str, arguments)], check=True, timeout=600,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def produce(self, port, name, count):
        self.kcat(port, "-P", "-X", "acks=1", *WORK[name][0], "-l", self.lines(count))

    def work(self, pid, port, name):
        """CPU seconds that the server needed."""
        if name == "fetch":
            self.produce(port, name, self.records(name))
        before = cpu_seconds(pid)
        if name == "fetch":
            self.kcat(port, "-C", "-o", "beginning", "-c", self.records(name), "-q")
        else:
            self.produce(port, name, self.records(name))
        return cpu_seconds(pid) - before

    def once(self, kind, name):
        """(CPU seconds per million records, most RSS in MiB) of a run on a fresh server."""
        with tempfile.TemporaryDirectory(dir=self.directory) as data, SERVERS[kind](self.build, data) as (pid, port):
            self.produce(port, name, 10)  # makes the topic
            if kind == "kafka":  # the JIT compiler's time is not the work's
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline:
                    self.produce(port, name, self.records(name))
            return self.work(pid, port, name) / self.records(name) * 1e6, memory_mib(pid, "VmHWM")

    def compare(self, name):
        figures, memory, ratios = {kind: [] for kind in self.kinds}, [], []
        for kind in self.kinds:
            self.once(kind, name)  # not counted: touches memory
        for i in range(self.rounds * 2):
            for kind in self.kinds if i % 2 == 0 else reversed(self.kinds):
                cpu, most = self.once(kind, name)
                figures[kind].append(cpu)
                if kind == "kelp":
                    memory.append(most)
            if "floor" in figures:
                # The clock has ticks: a figure below one is no figure.
                ratios.append(figures["kelp"][-1] / max(figures["floor"][-1], TICK_S / self.records(name) * 1e6))
        if self.has_kafka:
            figures["kafka"] = [self.once("kafka", name)[0]]
        row = {"records": self.records(name), "rss_mib": statistics.median(memory), "target": WORK[name][2]}
        for kind, values in figures.items():
            cpu = statistics.median(values)
            row[kind] = {"cpu_s_per_million": cpu, "cpu_s_per_gb": cpu * 1e3 / RECORD_BYTES}
        if ratios:
            row["ratio"] = {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios), "pairs": len(ratios)}
        return row

    def start(self, runs=20):
        times, idle = [], []
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=self.directory) as data:
                began = time.monotonic()
                with kelp(self.build, data) as (pid, port):
                    answers_api_versions(port)
                    times.append((time.monotonic() - began) * 1e3)
                    idle.append(memory_mib(pid, "VmRSS"))
        return {"start_ms": statistics.median(times), "min": min(times), "max": max(times), "rss_mib": statistics.median(idle)}


def shown(name, row):
    if name == "start":
        return f"{row['start_ms']:.1f} ms ({row['min']:.1f}..{row['max']:.1f}, 20 starts; target 30)  idle RSS {row['rss_mib']:.1f} MiB"
    parts = [f"{kind} {row[kind]['cpu_s_per_gb']:.2f} CPU-s/GB, {row[kind]['cpu_s_per_million']:.2f}/million"
             for kind in ("kelp", "floor", "kafka") if kind in row]
    if "ratio" in row:
        ratio, target = row["ratio"], f"; target {row['target']}" if row["target"] else ""
        parts.append(f"kelp/floor {ratio['median']:.2f} ({ratio['min']:.2f}..{ratio['max']:.2f}, {ratio['pairs']} pairs{target})")
        if "kafka" in row:
            parts.append(f"kafka/floor {row['kafka']['cpu_s_per_gb'] / row['floor']['cpu_s_per_gb']:.2f}")
    return "  ".join([*parts, f"most RSS {row['rss_mib']:.1f} MiB"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="what to measure")
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, two pairs: for a look, not for a claim")
    parser.add_argument("--no-kafka", action="store_true")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    names = options.names or ["start", *WORK]
    for name in names:
        if name not in ("start", "groups", *WORK):
            parser.error(f"{name} is none of start, groups, {', '.join(WORK)}")
    if "groups" in names or not options.names:
        subprocess.run([options.build / "kelp_groups_bench"], check=True)
        names = [name for name in names if name != "groups"]
    results = {}
    with tempfile.TemporaryDirectory(prefix="kelp-bench-") as directory:
        bench = Bench(options, directory)
        if "floor" not in bench.kinds:
            print(f"no floor: {TOOLS}/bench/nullbroker.cc is not there (KELP_BENCH_TOOLS names another place)")
        for name in names:
            row = results[name] = bench.start() if name == "start" else bench.compare(name)
            print(f"{name:16} {shown(name, row)}", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    sys.exit(main())
