#!/usr/bin/env python3
"""./dev bench [NAMES] [--quick|--full] [--json FILE]: Kelp's CPU, memory and time beside the least that the kernel must do, and Apache Kafka's.

Nothing here asserts a time. A workload (workloads.py) is run in pairs, in the order A B B A; a pair in which the machine was disturbed is
thrown away and run again. What is printed: each side's median, and the median of the pairs' ratios with its 95 % interval.

  (default)  8 pairs each, Kafka once where $KELP_BENCH_TOOLS/tools/kafka-reference is there (else: beside the repository, in shared)
  --quick    under five minutes: 2 pairs of a fifth of the work, without Kafka. For a look, not for a claim
  --full     12 pairs; writes the table in docs/benchmarks.md

On request only, each with servers of its own: topics, restart (20 GB in TMPDIR), compaction (scale.py); families (20 GB), disturbed,
rolling (endurance.py); seaweed (seaweed.py: beside the gateway that SeaweedFS has itself; ./dev clients installs it).
"""
import argparse, json, pathlib, statistics, subprocess, sys, tempfile, time

import endurance, machine, report, scale, seaweed, servers, workloads

KAFKA_WARM_UP_S = 60  # the time of the JIT compiler is not the work's
TRIES = 4  # for a pair that was disturbed
STARTS = 20
RATE_ROUNDS = 3
IDLE_CONNECTIONS = 10_000
ON_REQUEST = {**scale.BENCHES, **endurance.BENCHES, "seaweed": seaweed.seaweed}
PROGRAMS = {"groups": "kelp_groups_bench", "partitions": "kelp_fetch_bench"}  # what measures and prints by itself


class Bench:
    def __init__(self, options, directory):
        self.build, self.directory = options.build.resolve(), pathlib.Path(directory)
        self.pairs = 2 if options.quick else 12 if options.full else 8
        self.share = 0.2 if options.quick else 1
        self.with_kafka = servers.has_kafka() and not (options.quick or options.no_kafka)
        self.load = workloads.Load(directory)
        self.quiet = machine.Quiet(self.build / "kelp_calibration")

    def serving(self, side):
        """A context: a fresh server of this side."""
        data = tempfile.mkdtemp(dir=self.directory)
        start = servers.SERVERS[side.kind]
        return start(self.build, data, settings=side.settings, partitions=side.partitions, sync=side.sync)

    def sample(self, workload, side):
        """(Sample, why it counts for nothing or None, the most memory in MiB) on a fresh server."""
        records = int(workload.records * self.share)
        with self.serving(side) as server:
            self.load.make_topic(server)
            workload.before(self.load, server)
            if side.kind.startswith("kafka"):
                until = time.monotonic() + KAFKA_WARM_UP_S
                while time.monotonic() < until:
                    workload.work(self.load, server, side, records)
            work = lambda: workload.work(self.load, server, side, records)
            sample, fault = self.quiet.run(work, lambda: machine.user_seconds(server.pid))
            return sample, fault, machine.memory_mib(server.pid, "VmHWM")

    def pair(self, workload, order):
        """{label: (Sample, MiB)} of both sides, or None: never undisturbed."""
        for _ in range(TRIES):
            taken = {}
            for side in order:
                sample, fault, most = self.sample(workload, side)
                if fault:
                    print(f"  {workload.name}: thrown away: {fault}", file=sys.stderr, flush=True)
                    break
                taken[side.label] = (sample, most)
            else:
                return taken
        return None

    def compare(self, workload):
        ours, theirs = workload.sides
        for side in workload.sides:
            self.sample(workload, side)  # not counted: the first touch of memory costs a virtual machine more than the work
        pairs, lost = [], 0
        for i in range(self.pairs):
            pair = self.pair(workload, (ours, theirs) if i % 2 == 0 else (theirs, ours))
            if pair:
                pairs.append(pair)
            else:
                lost += 1
        row = {"title": workload.title, "unit": workload.unit, "target": workload.target, "pairs": len(pairs), "lost": lost, "sides": {}}
        if not pairs:
            return row
        for side in workload.sides:
            row["sides"][side.label] = self.summary([pair[side.label] for pair in pairs])
        ratios = [pair[ours.label][0].figure / pair[theirs.label][0].figure for pair in pairs]
        row["ratio"] = dict(zip(("median", "low", "high"), machine.interval(ratios)))
        if workload.kafka and self.with_kafka:
            row["sides"]["kafka"] = self.kafka(workload)
        return row

    @staticmethod
    def summary(taken):
        names = taken[0][0].notes
        return {"figure": statistics.median(sample.figure for sample, _ in taken), "rss_mib": statistics.median(most for _, most in taken),
                **{name: statistics.median(sample.notes[name] for sample, _ in taken) for name in names}}

    def kafka(self, workload):
        """Its better result with its own and with fewer threads."""
        taken = []
        for kind in servers.KAFKA_THREADS:
            sample, _, most = self.sample(workload, workloads.Side(kind, kind))
            taken.append({"figure": sample.figure, "rss_mib": most, "threads": kind, **sample.notes})
        return min(taken, key=lambda one: one["figure"])

    def start(self):
        times, idle = [], []
        for _ in range(STARTS):
            began = time.monotonic()
            with self.serving(workloads.Side("kelp")) as server:
                servers.answers_api_versions(server.port)
                times.append((time.monotonic() - began) * 1e3)
                idle.append(machine.memory_mib(server.pid, "VmRSS"))
        return {"start_ms": dict(zip(("median", "low", "high"), machine.interval(times))), "idle_rss_mib": statistics.median(idle)}

    def rates(self):
        """{server: {records a second: of each figure the median over the rounds}}; the servers take turns."""
        kinds = ["kelp", "floor"] + (["kafka"] if self.with_kafka else [])
        row = {kind: {} for kind in kinds}
        for per_second in workloads.RATES:
            taken = {kind: [] for kind in kinds}
            for i in range(RATE_ROUNDS + 1):
                for kind in kinds if i % 2 == 0 else kinds[::-1]:
                    with self.serving(workloads.Side(kind, kind)) as server:
                        self.load.make_topic(server)
                        if kind == "kafka":
                            workloads.at_rate(self.build, server, per_second, KAFKA_WARM_UP_S)
                        said = workloads.at_rate(self.build, server, per_second)
                    if i > 0:  # the first round is not counted
                        taken[kind].append(said)
            for kind in kinds:
                row[kind][per_second] = {figure: statistics.median(one[figure] for one in taken[kind]) for figure in taken[kind][0]}
        return row

    def latency(self):
        """Of Kelp, of Kelp with idle connections, of Kafka."""
        row = {}
        with self.serving(workloads.Side("kelp")) as server:
            self.load.make_topic(server)
            row["kelp"] = workloads.latency(self.load, server)
            before = machine.memory_mib(server.pid, "VmRSS")
            with workloads.idle_connections(server, IDLE_CONNECTIONS):
                row["kib_per_idle_connection"] = (machine.memory_mib(server.pid, "VmRSS") - before) * 1024 / IDLE_CONNECTIONS
                row["kelp_with_idle_connections"] = workloads.latency(self.load, server)
        if self.with_kafka:
            with self.serving(workloads.Side("kafka", "kafka")) as server:
                self.load.make_topic(server)
                workloads.latency(self.load, server)  # not counted: the JIT compiler's
                row["kafka"] = workloads.latency(self.load, server)
        return row


def main():
    by_name = {workload.name: workload for workload in workloads.WORKLOADS}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    others = ", ".join(ON_REQUEST)
    parser.add_argument("names", nargs="*", help=f"start, {', '.join(PROGRAMS)}, rates, latency, {', '.join(by_name)} (default: these), {others}")
    parser.add_argument("--build", default=servers.ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--no-kafka", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures to this file too")
    options = parser.parse_args()
    names = options.names or ["start", "rates", *(PROGRAMS if not options.quick else []), *(["latency"] if servers.has_kafka() and not options.quick else []), *by_name]
    for name in names:
        if name not in ("start", *PROGRAMS, "rates", "latency", *by_name, *ON_REQUEST):
            parser.error(f"{name} is not there: {parser.format_usage()}")
    results = {}
    with tempfile.TemporaryDirectory(prefix="kelp-bench-") as directory:
        for name in [name for name in names if name in ON_REQUEST]:
            results[name] = ON_REQUEST[name](options.build.resolve(), directory, options.quick)
            print(scale.shown(name, results[name]), flush=True)
        names = [name for name in names if name not in ON_REQUEST]
        bench = Bench(options, directory) if names else None
        for name in names:
            if name in PROGRAMS:
                subprocess.run([options.build / PROGRAMS[name]], check=True)
                continue
            row = results[name] = bench.compare(by_name[name]) if name in by_name else getattr(bench, name)()
            print(report.line(name, row), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    if options.full and names:
        of_pairs = {name: row for name, row in results.items() if name not in ON_REQUEST}
        report.write_table(of_pairs, servers.ROOT / "docs/benchmarks.md", " ".join(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
