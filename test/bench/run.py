#!/usr/bin/env python3
"""./dev bench [NAMES] [--quick] [--json FILE]: server CPU of Kelp against the floor (kelp_null_endpoint), in ABBA pairs.

NAMES: start w1 fetch w2-1 w2-64 acks-all-16 (default: all). Nothing here asserts a time; it prints medians with min..max.
"""
import argparse, json, os, pathlib, shutil, signal, socket, statistics, struct, subprocess, sys, tempfile, time

TICK = os.sysconf("SC_CLK_TCK")
# Where the optional tools are; the default is a directory beside the repository.
SHARED = pathlib.Path(os.environ.get("KELP_BENCH_TOOLS", pathlib.Path(__file__).resolve().parents[3] / "shared/tools"))
WORK = ["start", "w1", "fetch", "w2-1", "w2-64", "acks-all-16"]


class Server:
    """A server in its own temporary directory, ready when the block begins, gone with its data when it ends."""

    def __init__(self, command, directory_flag):
        self.command, self.flag = command, directory_flag

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="kelp-bench-")
        self.began = time.monotonic()
        self.process = subprocess.Popen([*self.command, *self.flag, self.dir], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.port = json.loads(self.process.stdout.readline())["ports"][0]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.dir, ignore_errors=True)

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def rss_mib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024


def answers_api_versions(port):
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
        return len(s.recv(4)) == 4


def quiet(command):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=300)


class Bench:
    def __init__(self, options):
        build = pathlib.Path(options.build)
        self.load = build / "test/kelp_load"
        self.perf = SHARED / "librdkafka"
        self.servers = {"kelp": ([build / "kelp", "--port", "0", "--ready-json"], ["--data-dir"]),
                        "floor": ([build / "test/kelp_null_endpoint"], [])}
        self.records = 200_000 if options.quick else 1_000_000
        self.requests = 10_000 if options.quick else 50_000
        self.pairs = 1 if options.quick else 4

    def rdkafka(self, server, *arguments):
        quiet([self.perf, "perf", "-b", f"127.0.0.1:{server.port}", "-t", "bench", "-p", "0", "-q", *arguments])

    def w1(self, server):
        self.rdkafka(server, "-P", "-s", 1024, "-c", self.records, "-a", 1, "-X", "batch.size=1000000",
                     "-X", "linger.ms=50", "-X", "batch.num.messages=1000")

    def once(self, kind, name):
        """(CPU seconds, RSS in MiB after the work) of one run on a fresh server."""
        with Server(*self.servers[kind]) as server:
            quiet([self.load, server.port, "bench", 0, 0, 0, 0])
            if name == "fetch":
                self.w1(server)
            before = server.cpu()
            if name == "w1":
                self.w1(server)
            elif name == "fetch":
                self.rdkafka(server, "-C", "-o", "beginning", "-c", self.records)
            else:
                connections, acks = {"w2-1": (1, 1), "w2-64": (64, 1), "acks-all-16": (16, -1)}[name]
                quiet([self.load, server.port, "bench", connections, self.requests, 1024, acks])
            return server.cpu() - before, server.rss_mib()

    def compare(self, name):
        scale, unit = ((1e9 / (self.records * 1024), "CPU-s/GB") if name in ("w1", "fetch")
                       else (1e6 / self.requests, "us CPU/request"))
        figures, memory, ratios = {"kelp": [], "floor": []}, [], []
        for pair in range(self.pairs * 2):
            for kind in ("kelp", "floor") if pair % 2 == 0 else ("floor", "kelp"):
                cpu, rss = self.once(kind, name)
                figures[kind].append(cpu * scale)
                if kind == "kelp":
                    memory.append(rss)
            ratios.append(figures["kelp"][-1] / max(figures["floor"][-1], scale / TICK))
        return {"unit": unit, "kelp": statistics.median(figures["kelp"]), "floor": statistics.median(figures["floor"]),
                "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
                "pairs": len(ratios), "rss_mib": statistics.median(memory)}

    def start(self, runs=20):
        times, idle = [], []
        for _ in range(runs):
            with Server(*self.servers["kelp"]) as server:
                answers_api_versions(server.port)
                times.append((time.monotonic() - server.began) * 1e3)
                idle.append(server.rss_mib())
        return {"unit": "ms", "kelp": statistics.median(times), "min": min(times), "max": max(times),
                "rss_mib": statistics.median(idle)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=" ".join(WORK))
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    bench, results = Bench(options), {}
    for name in options.names or WORK:
        if name not in WORK:
            parser.error(f"{name} is none of {' '.join(WORK)}")
        if name != "start" and not (bench.load.exists() and bench.servers["floor"][0][0].exists()):
            print(f"{name}: skipped, the floor (kelp_null_endpoint) and kelp_load are not built")
            continue
        if name in ("w1", "fetch") and not bench.perf.exists():
            print(f"{name}: skipped, no rdkafka_performance")
            continue
        row = results[name] = bench.start() if name == "start" else bench.compare(name)
        floor = (f"  floor {row['floor']:.3f}  ratio {row['ratio']:.2f} ({row['ratio_min']:.2f}..{row['ratio_max']:.2f},"
                 f" {row['pairs']} pairs)" if "ratio" in row else f"  ({row['min']:.1f}..{row['max']:.1f}, 20 runs)")
        print(f"{name:12} kelp {row['kelp']:.3f} {row['unit']}{floor}  RSS {row['rss_mib']:.1f} MiB", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    sys.exit(main())
