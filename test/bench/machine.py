"""What this machine and a process on it did: CPU, memory, and whether anybody else disturbed."""
import json, os, pathlib, random, resource, statistics, subprocess, time

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# A sample is thrown away when fixed work took so much longer than it usually does, or others used so much of a core meanwhile. On a
# quiet virtual machine arithmetic varies by 5 %, copying and system calls by a third (it depends on the core), first touch by a half.
MAX_SLOWER = {"alu": 1.15, "memory": 1.4, "calls": 1.4, "touch": 2.0}
MAX_OTHERS = 0.08
FIRST_LOOKS = 5  # before the first sample, to know what is usual


def cpu_seconds(pid):
    """In ticks with the threads that have ended, or finer without them: whichever is more."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    of_threads = sum(int(task.read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return max((int(fields[11]) + int(fields[12])) * TICK_S, of_threads / 1e9)


def user_seconds(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) * TICK_S


def memory_mib(pid, which):
    """`which`: VmRSS now, VmHWM the most."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def stored_bytes(directory):
    return sum(path.stat().st_size for path in pathlib.Path(directory).rglob("*.log"))


def drop_page_cache():
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("1")


def user_seconds_of_all():
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[1]) + int(fields[2])) * TICK_S


def user_seconds_of_children():
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))


class Quiet:
    """Says whether a stretch of time was undisturbed: fixed work before and after it, and other processes' CPU during it."""

    def __init__(self, calibration):
        self.calibration, self.seen = calibration, []
        for _ in range(FIRST_LOOKS):
            self.measure()

    def measure(self):
        self.seen.append(json.loads(subprocess.run([self.calibration], check=True, stdout=subprocess.PIPE, text=True).stdout))
        return self.seen[-1]

    def usual(self):
        return {what: statistics.median(one[what] for one in self.seen) for what in self.seen[0]}

    def slow_at(self, measured):
        usual = self.usual()
        return [f"{what} {ms:.0f} ms, usually {usual[what]:.0f}" for what, ms in measured.items() if ms > usual[what] * MAX_SLOWER[what]]

    def run(self, work, server_user_seconds):
        """(what work() returned, None or why the sample counts for nothing)."""
        before, began = (user_seconds_of_all(), user_seconds_of_children(), server_user_seconds()), time.monotonic()
        result = work()
        took = time.monotonic() - began
        after = (user_seconds_of_all(), user_seconds_of_children(), server_user_seconds())
        all_of, children, server = (b - a for a, b in zip(before, after))
        others = (all_of - children - server) / took
        if others > MAX_OTHERS:
            return result, f"others used {others:.0%} of a core"
        slow = self.slow_at(self.measure())
        return result, f"the machine was slow: {', '.join(slow)}" if slow else None


def interval(values, rounds=2000):
    """The median and its 95 % bootstrap interval."""
    draw = random.Random(1)  # the same figures give the same interval
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(rounds))
    return statistics.median(values), medians[int(rounds * 0.025)], medians[int(rounds * 0.975) - 1]


def description():
    cpu = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), "unknown processor")
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Linux {os.uname().release}"
