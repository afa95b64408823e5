"""Kafka's command-line tools, all in one JVM, and what they print: recorded of Apache Kafka 4.3.1, compared with Kelp.

A test has a scenario, which runs commands by Tools.run(), and calls main(). Then
    TEST.py                     runs it against Kelp and compares with recorded/NAME.txt
    TEST.py record HOST:PORT    records that file anew, of a fresh Apache Kafka with the settings that the test names
    TEST.py show HOST:PORT      prints what it would record
What Kelp prints otherwise on purpose stands in recorded/NAME.differences: per command the lines that it lacks (-) and has
instead (+), each with its reason (#).

Masked, because no two runs agree: uuids, ids, ports and directories. The rows of a table are sorted. Stack traces and the lists
of options, which are the tool's alone, are left out.
"""
import contextlib, difflib, json, os, pathlib, re, subprocess, sys, tempfile

from kelp_process import BUILD, KelpProcess, check, skip

RECORDED = pathlib.Path(__file__).resolve().parent / "recorded"
JAVA = BUILD.parent / "java"
CLASSES = {
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
    "kafka-client-compatibility": "org.apache.kafka.tools.ClientCompatibilityTest",
    "kafka-client-metrics": "org.apache.kafka.tools.ClientMetricsCommand",
    "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-features": "org.apache.kafka.tools.FeatureCommand",
    "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-groups": "org.apache.kafka.tools.GroupsCommand",
    "kafka-leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "kafka-reassign-partitions": "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-transactions": "org.apache.kafka.tools.TransactionsCommand",
}
JVM = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # the least that a start costs
# Kafka 4 sets min.insync.replicas for the whole cluster when it is made; Kelp does not (docs/differences.md).
MADE_WITH_KAFKA = r" min\.insync\.replicas=1$|(?<=Configs: )min\.insync\.replicas=1,|" \
    r"^  min\.insync\.replicas=1 sensitive=false synonyms=\{DYNAMIC_DEFAULT_BROKER_CONFIG:min\.insync\.replicas=1\}\n|" \
    r"DYNAMIC_DEFAULT_BROKER_CONFIG:min\.insync\.replicas=1, "
ID = "[A-Za-z0-9_-]{22}"


def classpath():
    """Of Kafka 4.3.1 and what ./dev clients compiled; ends the test where that is not there."""
    if not (JAVA / "Tools.class").exists():
        skip("Kafka's tools are not installed: ./dev clients, with javac and mvn")
    return f"{JAVA}:{(JAVA / 'classpath').read_text().strip()}"


class Tools:
    """One JVM with the tools in it, and the transcript of what they print."""

    def __init__(self, bootstrap, directory):
        self.bootstrap, self.directory, self.transcript = bootstrap, directory, []
        self.masks = []  # (regular expression, what to say instead)
        self.process = subprocess.Popen(
            [*JVM, "-cp", classpath(), "Tools"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, bufsize=1, env={**os.environ, "TZ": "UTC"})

    def call(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        lines = []
        while (line := self.process.stdout.readline()) != ".\n":
            check(line, f"the tools live: {words}")
            lines.append(line.rstrip())
        return lines

    def produce(self, topic, partitions, count, first_ms, step_ms):
        """COUNT records of 1 byte into each of the first partitions."""
        return self.call("produce", self.bootstrap, topic, partitions, count, first_ms, step_ms)

    def run(self, tool, arguments, quiet=False):
        """TOOL ARGUMENTS, into the transcript. DIR is a directory for files."""
        words = arguments.replace("DIR", self.directory).split()
        server = ["--bootstrap-server", self.bootstrap]
        words = [*words, *server] if tool == "kafka-cluster" else [*server, *words]
        lines = self.call("main", CLASSES[tool], *words)
        if not quiet:
            self.told(f"{tool} {arguments}", lines)
        return lines

    def each(self, tool, *commands):
        for command in commands:
            self.run(tool, command)

    def file(self, name, content):
        """A file of a text, or of JSON; as commands say it."""
        pathlib.Path(self.directory, name).write_text(content if isinstance(content, str) else json.dumps(content))
        return f"DIR/{name}"

    def told(self, command, lines):
        self.transcript += [f"$ {command}", *self.normal(lines), ""]

    def normal(self, lines):
        noise = ("\tat ", " at [Source", "com.fasterxml.", "SLF4J: ")
        text = "\n".join(line for line in lines if line and not line.startswith(noise)).replace(self.directory, "DIR")
        for expression, instead in [(MADE_WITH_KAFKA, ""), *self.masks]:
            text = re.sub(expression, instead, text, flags=re.M)
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID".ljust(36, "."), text)
        text = re.sub(rf"(?<=TopicId: ){ID}", "ID".ljust(22, "."), text)
        text = re.sub(r"127\.0\.0\.1:\d{5}", "127.0.0.1:PORT.", text)
        text = re.sub(r"^Option +Description$.*?(?=^exit|\Z)", "(the options)\n", text, flags=re.M | re.S)
        text = re.sub(r"(?<=Valid states are: ).*", lambda names: ", ".join(sorted(names[0].split(", "))), text)
        lines, block = [], []
        for line in [*text.split("\n"), ""]:
            if line.startswith('{"'):
                line = json.dumps(ordered(json.loads(line)))
            if line and not re.match(r"(GROUP|TOPIC) +[A-Z]|Consumer group |Error|exit|WARN", line):
                block.append(line)
                continue
            lines += [*sorted(block), line]
            block = []
        return lines[:-1]

    def end(self):
        self.process.kill()
        self.process.wait()


def ordered(value):
    """JSON without the order of its lists."""
    if isinstance(value, dict):
        return {name: ordered(inner) for name, inner in value.items()}
    return sorted(map(ordered, value), key=json.dumps) if isinstance(value, list) else value


def transcript(bootstrap, scenario):
    with tempfile.TemporaryDirectory(prefix="kelp-interop-") as directory, contextlib.ExitStack() as stack:
        tools = Tools(bootstrap, directory)
        stack.callback(tools.end)
        scenario(tools, stack)
        return "\n".join(tools.transcript) + "\n"


def commands(text):
    """[(command, its lines)]"""
    return [(part.split("\n")[0], part.split("\n")[1:]) for part in ("\n" + text).split("\n$ ")[1:]]


def differences(kafka, kelp):
    """Per command what Kelp lacks (-) and has instead (+)."""
    told = []
    for (command, before), (also, now) in zip(commands(kafka), commands(kelp), strict=True):
        check(command == also, f"the same commands were recorded: {command}, {also}")
        lines = [line for line in difflib.ndiff(before, now) if line[0] in "+-" and line[1:].strip()]
        if lines:
            told += [f"$ {command}", *lines]
    return told


def intended(path):
    """What differences() is to give, without the reasons."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def main(name, scenario, settings, *arguments):
    classpath()
    recorded = RECORDED / f"{name}.txt"
    if sys.argv[1:2] == ["record"]:
        recorded.write_text(transcript(sys.argv[2], scenario))
        return
    if sys.argv[1:2] == ["show"]:
        print(transcript(sys.argv[2], scenario))
        return
    settings = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    with KelpProcess(*settings, *arguments) as kelp:
        now = differences(recorded.read_text(), transcript(kelp.bootstrap, scenario))
    expected = intended(RECORDED / f"{name}.differences")
    for line in difflib.unified_diff(expected, now, "intended", "now", "", "", 8, ""):
        print(line)
    check(now == expected, "the tools print what they print of Apache Kafka")
