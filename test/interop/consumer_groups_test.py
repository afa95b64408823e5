#!/usr/bin/env python3
"""kafka-consumer-groups of Kafka 4.3.1: what it prints of Kelp is what it printed of Apache Kafka 4.3.1.

    consumer_groups_test.py                     replays the scenario against Kelp, compares with recorded/consumer_groups.txt
    consumer_groups_test.py record HOST:PORT    records that file anew: the broker is a fresh Apache Kafka, node id 1, with
                                                group.initial.rebalance.delay.ms=0 and offsets.topic.num.partitions=1

Masked, because no two runs agree: uuids and ports. The rows of a table are sorted. Stack traces and the list of options,
which are the tool's alone, are left out.
"""
import contextlib, difflib, json, os, pathlib, re, subprocess, sys, tempfile, time, types

from kelp_process import BUILD, KelpProcess, check, skip
from members_test import Ledger, Program

RECORDED = pathlib.Path(__file__).resolve().parent / "recorded/consumer_groups.txt"
JAVA = BUILD.parent / "java"
TOOL = "consumer.group.ConsumerGroupCommand"
JANUARY_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
HOUR_MS = 3_600_000


class Tools:
    """One JVM with the tools in it, and the transcript of what they print."""

    def __init__(self, bootstrap, directory):
        self.bootstrap, self.directory, self.transcript = bootstrap, directory, []
        classpath = f"{JAVA}:{(JAVA / 'classpath').read_text().strip()}"
        self.process = subprocess.Popen(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", classpath, "Tools"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1, env={**os.environ, "TZ": "UTC"})

    def call(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        lines = []
        while (line := self.process.stdout.readline()) != ".\n":
            check(line, f"the tools live: {words}")
            lines.append(line.rstrip())
        return lines

    def groups(self, arguments, quiet=False):
        """kafka-consumer-groups ARGUMENTS, into the transcript. DIR is a directory for files."""
        words = arguments.replace("DIR", self.directory).split()
        lines = self.call("main", TOOL, "--bootstrap-server", self.bootstrap, *words)
        if not quiet:
            self.transcript += [f"$ kafka-consumer-groups {arguments}", *self.normal(lines), ""]
        return lines

    def normal(self, lines):
        noise = ("\tat ", " at [Source", "com.fasterxml.")
        text = "\n".join(line for line in lines if line and not line.startswith(noise)).replace(self.directory, "DIR")
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID".ljust(36, "."), text)
        text = re.sub(r"127\.0\.0\.1:\d{5}", "127.0.0.1:PORT.", text)
        text = re.sub(r"^Option +Description$.*?(?=^exit|\Z)", "(the options)\n", text, flags=re.M | re.S)
        text = re.sub(r"(?<=Valid states are: ).*", lambda names: ", ".join(sorted(names[0].split(", "))), text)
        lines, block = [], []
        for line in [*text.split("\n"), ""]:
            if line and not re.match(r"(GROUP|TOPIC) +[A-Z]|Consumer group |Error|exit|WARN", line):
                block.append(line)
                continue
            lines += [*sorted(block), line]
            block = []
        return lines[:-1]

    def end(self):
        self.process.kill()
        self.process.wait()


def scenario(tools, ledger, one, two):
    """t: a record each second of January; u: one each hour of the last ten, at half past."""
    groups = tools.groups
    for topic, partitions in (("t", 4), ("u", 2)):
        tools.call("main", "TopicCommand", "--bootstrap-server", tools.bootstrap, "--create", "--topic", topic, "--partitions",
                   partitions)
    tools.call("produce", tools.bootstrap, "t", 4, 10, JANUARY_MS, 1000)
    tools.call("produce", tools.bootstrap, "u", 2, 10, int(time.time() * 1000) - 10 * HOUR_MS + HOUR_MS // 2, HOUR_MS)
    # The first FindCoordinator makes the internal topic; until its leader stands, tools wait.
    groups("--describe --group nobody", quiet=True)

    for command in ("--list", "--list --state", "--list --type", "--describe --group g", "--describe --group g --state",
                    "--describe --group g --members", "--delete --group g", "--delete-offsets --group g --topic t",
                    "--reset-offsets --group g --topic t --to-current --dry-run",
                    "--reset-offsets --group g --topic t --to-earliest",
                    "--reset-offsets --group g --topic t --to-offset 4 --execute"):
        groups(command)
    a_group_without_members(groups)
    every_reset(tools)
    with_members(tools, ledger, one, two)
    deletions(groups)
    what_is_stored(tools)


def a_group_without_members(groups):
    for command in ("--list", "--list --state", "--list --state empty,Stable", "--list --state Stable",
                    "--list --state nonsense", "--list --type", "--list --type classic", "--list --type consumer",
                    "--list --type classic --state", "--describe --group g", "--describe --group g --offsets --verbose",
                    "--describe --group g --state", "--describe --group g --state --verbose",
                    "--describe --group g --members", "--describe --group g --members --verbose"):
        groups(command)


def every_reset(tools):
    """Each shown first, then done; what follows starts from what was done."""
    for how in ("--topic t --to-earliest", "--topic t --to-latest", "--topic t --to-offset 3", "--topic t --to-offset 99",
                "--topic t --to-offset 5", "--topic t --shift-by 2", "--topic t:0,2 --shift-by -3", "--topic t --shift-by 100",
                "--topic t --to-datetime 2024-01-01T00:00:05.000", "--topic t --to-datetime 2024-01-01T02:00:03.000+02:00",
                "--topic t --to-datetime 2030-01-01T00:00:00.000", "--topic u --by-duration PT5H",
                "--topic u --by-duration P1D", "--topic u --by-duration PT0S", "--topic t:1 --to-offset 6",
                "--all-topics --to-current", "--topic t --topic u:1 --to-current", "--all-topics --shift-by -1"):
        tools.groups(f"--reset-offsets --group g {how} --dry-run")
        tools.groups(f"--reset-offsets --group g {how} --execute")
    tools.groups("--describe --group g")
    tools.groups("--reset-offsets --group g --all-topics --to-current --export --dry-run")
    tools.groups("--reset-offsets --group g --group h --topic t --to-offset 7 --export --dry-run")
    for name, text in (("one", "t,0,1\nt,1,2\nu,1,3\n"), ("two", "g,t,0,8\nh,t,1,9\nh,u,0,1\n"), ("high", "t,0,999\n")):
        pathlib.Path(tools.directory, name).write_text(text)
    tools.groups("--reset-offsets --group g --from-file DIR/one --dry-run")
    tools.groups("--reset-offsets --group g --from-file DIR/one --execute")
    tools.groups("--reset-offsets --group g --from-file DIR/high --execute")
    tools.groups("--reset-offsets --group g --group h --from-file DIR/two --execute")
    for command in ("--describe --all-groups", "--describe --all-groups --state", "--describe --group g --group h --offsets",
                    "--reset-offsets --all-groups --all-topics --to-earliest --dry-run",
                    "--reset-offsets --group g --topic nosuch --to-earliest --dry-run",
                    "--reset-offsets --group g --topic t:7 --to-earliest --dry-run",
                    "--reset-offsets --group g --topic t --to-earliest --shift-by 1"):
        tools.groups(command)


def with_members(tools, ledger, one, two):
    """g: two members; s: static ones; c: cooperative."""
    def settled(group, names):
        return lambda: ledger.covers(group, names) and ledger.agree(group, names)

    # One after the other, so that generations and leaders are the same every time.
    one.join("g", "a", "range")
    one.join("s", "e", "roundrobin,range", "i1")
    one.join("c", "x", "cooperative-sticky")
    for group, name in ("g", "a"), ("s", "e"), ("c", "x"):
        ledger.wait(settled(group, name), "the first members have everything")
    two.join("g", "b", "range")
    two.join("c", "y", "cooperative-sticky")
    # Once a cooperative member has given something up, it is given out in the generation after the next.
    ledger.wait(lambda: settled("g", "ab")() == 2 and settled("c", "xy")() == 3, "both members have their part")
    for command in ("--list --state", "--list --state stable", "--list --type", "--describe --all-groups --state",
                    "--describe --group g", "--describe --group s",
                    "--describe --group s --offsets --verbose", "--describe --group c",
                    "--describe --group c --members --verbose", "--describe --group s --members --verbose",
                    "--describe --group g --members", "--describe --group g --members --verbose",
                    "--describe --group g --state --verbose", "--delete --group g", "--delete --group g --group h",
                    "--reset-offsets --group g --topic t --to-earliest --execute",
                    "--reset-offsets --group g --topic t --to-earliest --dry-run",
                    "--delete-offsets --group g --topic t", "--delete-offsets --group g --topic t:1 --topic u:0",
                    "--delete-offsets --group g --topic u"):
        tools.groups(command)
    one.leave("g", "a")
    one.leave("c", "x")
    ledger.wait(lambda: settled("g", "b")() == 3 and settled("c", "y")() == 4, "the others take over")
    two.leave("g", "b")
    two.leave("c", "y")
    for group in "gc":
        until_empty(tools, group)


def until_empty(tools, group):
    deadline = time.monotonic() + 10
    while not any(" Empty " in line + " " for line in tools.groups(f"--describe --group {group} --state", quiet=True)):
        check(time.monotonic() < deadline, f"{group} empties")


def deletions(groups):
    for command in ("--describe --group g", "--describe --group g --members", "--describe --group c", "--list --state",
                    "--delete-offsets --group g --topic t:0", "--delete-offsets --group g --topic t:0",
                    "--delete-offsets --group g --topic nosuch", "--delete-offsets --group g --topic t:9 --topic t:1",
                    "--describe --group g", "--delete-offsets --group g --topic t --topic u", "--describe --group g",
                    "--delete --group g", "--delete --group g", "--delete --group c --group h --group nosuch", "--list",
                    "--list --state", "--describe --group g", "--delete --all-groups"):
        groups(command)


def what_is_stored(tools):
    """The records of the internal topic, as Kafka's own formatters read them; those of a key in their order."""
    for formatter in ("OffsetsMessageFormatter", "GroupMetadataMessageFormatter"):
        out = "".join(tools.call("main", "consumer.ConsoleConsumer", "--bootstrap-server", tools.bootstrap, "--topic",
                                 "__consumer_offsets", "--partition", 0, "--offset", "earliest", "--timeout-ms", 2000,
                                 "--formatter", f"org.apache.kafka.tools.consumer.{formatter}"))
        records, decoder = [], json.JSONDecoder()
        while (start := out.find('{"key"')) >= 0:
            record, size = decoder.raw_decode(out[start:])
            records.append(record)
            out = out[start + size:]
        tools.transcript.append(f"$ kafka-console-consumer --topic __consumer_offsets --formatter {formatter}")
        for record in sorted(records, key=lambda r: json.dumps(r["key"])):
            tools.transcript += tools.normal([json.dumps(masked(record))])
        tools.transcript.append("")


def masked(record):
    data = (record["value"] or {}).get("data", {})
    for name in ("commitTimestamp", "currentStateTimestamp"):
        if data.get(name, 0) > 0:
            data[name] = "now"
    if "topicId" in data:
        data["topicId"] = "a topic's id"
    members = data.get("members", [])
    members.sort(key=lambda member: member["memberId"])
    if data.get("protocol") == "cooperative-sticky":
        for member in members:
            member["subscription"] = "tells whether it saw the generation before, which is a race"
    return record


def transcript(bootstrap):
    os.environ["AUTO_COMMIT"] = "false"
    with tempfile.TemporaryDirectory(prefix="kelp-interop-") as directory, contextlib.ExitStack() as stack:
        tools = Tools(bootstrap, directory)
        stack.callback(tools.end)
        ledger = Ledger(partitions=4)
        programs = [Program("java", types.SimpleNamespace(bootstrap=bootstrap), ledger, 30_000) for _ in range(2)]
        for program in programs:
            stack.callback(program.kill)
        scenario(tools, ledger, *programs)
        return "\n".join(tools.transcript) + "\n"


def replay():
    with KelpProcess("--set", "group.initial.rebalance.delay.ms=0", "--set", "offsets.topic.num.partitions=1") as kelp:
        now = transcript(kelp.bootstrap)
    recorded = RECORDED.read_text()
    for line in difflib.unified_diff(recorded.splitlines(), now.splitlines(), "Apache Kafka 4.3.1", "Kelp", "", "", 8, ""):
        print(line)
    check(now == recorded, "the tool prints what it prints of Apache Kafka")


if __name__ == "__main__":
    if not (JAVA / "Tools.class").exists():
        skip("Kafka's tools are not installed: ./dev clients, with javac and mvn")
    if sys.argv[1:2] == ["record"]:
        RECORDED.write_text(transcript(sys.argv[2]))
    else:
        replay()
