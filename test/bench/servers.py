"""The servers that a benchmark compares: Kelp, the floor (test/bench/floor), Apache Kafka. Each starts on a directory of its own and
gives a Server; leaving its context ends it."""
import contextlib, json, os, pathlib, signal, socket, struct, subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(os.environ.get("KELP_BENCH_TOOLS", ROOT.parent / "shared")) / "tools"
# Kafka's threads: its default, and as few as this machine has cores.
KAFKA_THREADS = {"kafka": [], "kafka-tuned": ["--set", "num.network.threads=1", "--set", "num.io.threads=2"]}


ASK_FOR_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


class Server:
    def __init__(self, kind, pid, port, directory):
        self.kind, self.pid, self.port, self.directory = kind, pid, port, directory
        self.address = f"127.0.0.1:{port}"


def answers_api_versions(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(ASK_FOR_VERSIONS)
            return len(connection.recv(4)) == 4
    except ConnectionError:
        return False


@contextlib.contextmanager
def process(command):
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
        child.stdout.close()


@contextlib.contextmanager
def kelp(build, directory, settings=(), partitions=1, sync=False):
    command = [build / "kelp", "--port", "0", "--ready-json", "--data-dir", directory, "--set", f"num.partitions={partitions}"]
    for setting in settings:
        command += ["--set", setting]
    with process(command) as child:
        yield Server("kelp", child.pid, json.loads(child.stdout.readline())["ports"][0], directory)


@contextlib.contextmanager
def floor(build, directory, settings=(), partitions=1, sync=False):
    command = [build / "kelp_floor", "--dir", directory, "--partitions", partitions] + (["--sync"] if sync else [])
    with process(command) as child:
        yield Server("floor", child.pid, int(child.stdout.readline()), directory)


def has_kafka():
    return (TOOLS / "kafka-reference").exists()


def kafka_tool(*arguments, **options):
    return subprocess.run([TOOLS / "kafka-reference", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def kafka_with(kind):
    @contextlib.contextmanager
    def start(_, directory, settings=(), partitions=1, sync=False):
        where = kafka_tool("start", "--port", "0", "--dir", directory, "--heap", "2g", "--jvm", "-XX:+AlwaysPreTouch", "--set",
                           f"num.partitions={partitions}", *KAFKA_THREADS[kind])
        try:
            pid = int(next(pathlib.Path(directory).rglob("*pid*")).read_text().split()[0])
            yield Server(kind, pid, int(where.strip().rpartition(":")[2]), directory)
        finally:
            kafka_tool("stop", "--dir", directory, "--wipe")
    return start


SERVERS = {"kelp": kelp, "floor": floor, **{kind: kafka_with(kind) for kind in KAFKA_THREADS}}
