#!/usr/bin/env python3
"""What a request costs in numbers that no busy machine disturbs: system calls, bytes written, allocations, switches of context.

    counters_test.py BUILD [--update]     compares with expected.json (--update: writes it)

A scripted load (scripted_load.cc) sends requests one after the other on one connection; strace counts the server's system calls, a
preloaded library its allocations, /proc the rest. More than a tenth above what is expected fails, with the numbers; who has made something
cheaper writes the new numbers with --update and commits them.
"""
import json, os, pathlib, re, signal, struct, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "expected.json"
REQUESTS = 1000
LOADS = ("produce", "synced", "fetch", "metadata")
MOST_OF_EXPECTED = 1.10
# Per request: what timers do beside the load; whether a thread sleeps before its work comes is the scheduler's.
SLACK = {"system_calls": 0.1, "bytes_written": 16, "allocations": 0.3, "context_switches": 1.0}
SKIPPED = 77


def of_threads(pid, what):
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        total += int(re.search(rf"^{what}:\s+(\d+)", status.read_text(), re.M).group(1))
    return total


def bytes_written(pid):
    return int(re.search(r"^wchar: (\d+)", pathlib.Path(f"/proc/{pid}/io").read_text(), re.M).group(1))


class Traced:
    """strace's count of the system calls of a process, from its making to total()."""

    def __init__(self, pid, directory):
        self.summary = pathlib.Path(directory) / "strace"
        self.strace = subprocess.Popen(["strace", "-f", "-c", "-U", "calls,name", "-o", self.summary, "-p", str(pid)],
                                       stderr=subprocess.PIPE, text=True)
        said = self.strace.stderr.readline()  # "strace: Process N attached …"
        if "attached" not in said:
            self.strace.wait()
            print(f"skipped: strace cannot attach: {said}")
            sys.exit(SKIPPED)

    def total(self):
        self.strace.send_signal(signal.SIGINT)
        self.strace.communicate()
        rows = [line.split() for line in self.summary.read_text().splitlines()]
        return {row[1]: int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit() and row[1] != "total"}


def measured(build, load, directory):
    allocations = pathlib.Path(directory) / "allocations"
    allocations.write_bytes(bytes(8))
    environment = {**os.environ, "LD_PRELOAD": str(build / "libkelp_allocations.so"), "COUNT_ALLOCATIONS_IN": str(allocations)}
    server = subprocess.Popen([build / "kelp", "--port", "0", "--ready-json", "--log-level", "warn", "--data-dir", f"{directory}/data"],
                              stdout=subprocess.PIPE, env=environment)
    try:
        port = json.loads(server.stdout.readline())["ports"][0]
        client = subprocess.Popen([build / "kelp_scripted_load", str(port), load, str(REQUESTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        assert client.stdout.readline() == "ready\n", "the load could not begin"

        def send_all():
            client.stdin.write("go\n")
            client.stdin.flush()
            assert client.stdout.readline() == "done\n", "the load failed"

        counters = {"bytes_written": lambda: bytes_written(server.pid),
                    "allocations": lambda: struct.unpack("=Q", allocations.read_bytes())[0],
                    "context_switches": lambda: of_threads(server.pid, "voluntary_ctxt_switches")}
        before = {name: read() for name, read in counters.items()}
        send_all()
        after = {name: read() for name, read in counters.items()}
        traced = Traced(server.pid, directory)  # stops the server at each call: a switch of context
        send_all()
        calls = traced.total()
        client.stdin.close()
        assert client.wait(20) == 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        server.stdout.close()
    per_request = {name: round((after[name] - before[name]) / REQUESTS, 2) for name in counters}
    return {"system_calls": round(sum(calls.values()) / REQUESTS, 2), **per_request}, calls


def main():
    build, update = pathlib.Path(sys.argv[1]).resolve(), "--update" in sys.argv[2:]
    expected = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    failed, found = False, {}
    for load in LOADS:
        with tempfile.TemporaryDirectory(prefix="kelp-counters-") as directory:
            found[load], calls = measured(build, load, directory)
        print(f"{load}: {found[load]}  calls {dict(sorted(calls.items(), key=lambda one: -one[1])[:6])}")
        for name, value in found[load].items():
            most = expected.get(load, {}).get(name, 0) * MOST_OF_EXPECTED + SLACK[name]
            if value > most and not update:
                failed = True
                print(f"  FAILED: {name} {value} a request, expected {expected.get(load, {}).get(name)} (at most {most:.2f})")
    if update:
        EXPECTED.write_text(json.dumps(found, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
