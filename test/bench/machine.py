"""What this machine and a process on it did: CPU, memory, and whether anybody else disturbed."""
import json, os, pathlib, random, resource, statistics, subprocess, time

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# A sample is thrown away when fixed work took so much longer than at best, or others used so much of a core meanwhile.
MAX_SLOWER, MAX_OTHERS = 1.15, 0.08


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
        self.calibration, self.best = calibration, {}
        self.as_it_is = self.measure()

    def measure(self):
        now = json.loads(subprocess.run([self.calibration], check=True, stdout=subprocess.PIPE, text=True).stdout)
        self.best = {what: min(ms, self.best.get(what, ms)) for what, ms in now.items()}
        return now

    def is_quick(self, measured):
        return all(ms <= self.best[what] * MAX_SLOWER for what, ms in measured.items())

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
        measured = self.measure()
        return result, None if self.is_quick(measured) else f"the machine was slow: {measured} against {self.best}"


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
