"""KelpProcess: the real binary as a child of an interop test, on free ports of 127.0.0.1, with its own directory.

    with KelpProcess("--brokers", "3") as kelp:
        client(kelp.bootstrap)

INTEROP_ENGINE=seaweed in the environment: each Kelp has a folder of its own on the SeaweedFS of test/weed, instead of a directory;
INTEROP_STORAGE=smq: and all its topics are SeaweedMQ's, in a namespace of its own.
A test program calls check() for each rule and ends by itself; skip() ends it with 77, which ctest shows as skipped.
"""
import json, os, pathlib, random, shutil, signal, socket, struct, subprocess, sys, tempfile, uuid

BUILD = pathlib.Path(os.environ.get("INTEROP_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release"))
KILLED_AFTER_S = 20
PORT_TAKEN = 75  # kelp's exit code


def engine():
    return os.environ.get("INTEROP_ENGINE", "disk")


def storage_of_environment():
    if engine() == "disk":
        return []
    env = pathlib.Path(os.environ["WEED_ENV_FILE"])
    if not env.exists():
        skip("no weed runs: ./dev clients installs it, test/weed/weed.py starts it")
    storage = on_seaweed(dict(line.split("=", 1) for line in env.read_text().splitlines())["WEED_MASTER"])
    if os.environ.get("INTEROP_STORAGE") == "smq":
        storage += ["--set", "seaweed.topic.storage.default=smq", "--set", f"seaweed.smq.namespace=ns{uuid.uuid4().hex[:8]}"]
    return storage


def on_seaweed(masters, smq_visible=""):
    """A folder of its own on that cluster; of SeaweedMQ's topics it sees those of some namespaces, or what others' tests make."""
    if not (BUILD / "libkelp-seaweed.so").exists():
        skip("this build has no seaweed engine")
    return ["--engine", "seaweed", "--set", f"seaweed.masters={masters}", "--set", f"seaweed.root=/kelp-{uuid.uuid4().hex[:12]}",
            "--set", f"seaweed.smq.visible={smq_visible}"]


class KelpProcess:
    def __init__(self, *arguments, comes_back=False, storage=None):
        """comes_back: its ports lie below those that the kernel lends to clients, so that a later start finds them free.
        storage: arguments that say where its logs are, otherwise as the environment wants."""
        self.arguments = [*(storage if storage is not None else storage_of_environment()), *arguments]
        self.comes_back = comes_back
        self.directory = tempfile.mkdtemp(prefix="kelp-interop-")
        self.ports = [0]
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.terminate()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        """Returns when it listens; a later start takes the same port and directory."""
        tries = 50 if self.comes_back and self.ports == [0] else 1
        for _ in range(tries):
            # 16 ports, the most that virtual brokers take; other tests choose at the same time.
            port = 10_000 + 16 * random.randrange(1_000) if tries > 1 else self.ports[0]
            code = self._start_at(port)
            if code is None:
                return
            if code != PORT_TAKEN:
                break
        raise SystemExit(f"kelp ended with {code}")

    def _start_at(self, port):
        """None when it listens, otherwise its exit code."""
        self.process = subprocess.Popen(
            [BUILD / "kelp", "serve", "--ready-json", "--log-level", "warn", "--listen", f"127.0.0.1:{port}",
             "--data-dir", self.directory, *self.arguments], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            self.process.stdout.close()
            process, self.process = self.process, None
            return process.wait()
        self.ports = json.loads(line)["ports"]
        return None

    def kill(self):
        self._end(signal.SIGKILL)

    def terminate(self):
        code = self._end(signal.SIGTERM)
        check(code == 0, f"kelp ends with 0 on SIGTERM, not {code}")

    def _end(self, signal_number):
        process, self.process = self.process, None
        process.send_signal(signal_number)
        try:
            return process.wait(KILLED_AFTER_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            process.stdout.close()

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self.ports[0]}"

    def apis(self):
        """The keys of the advertised APIs (ApiVersions v0)."""
        body = self._call(18, 0, b"")
        error, count = struct.unpack_from(">hi", body)
        check(error == 0, f"ApiVersions is answered with error {error}")
        return {struct.unpack_from(">h", body, 6 + 6 * i)[0] for i in range(count)}

    def _call(self, key, version, body):
        """The body of the answer to one request with a header of version 1, on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.ports[0]), timeout=10) as connection:
            connection.sendall(struct.pack(">ihhih", 10 + len(body), key, version, 1, -1) + body)
            stream = connection.makefile("rb")
            return stream.read(struct.unpack(">i", stream.read(4))[0])[4:]

    def describe_group(self, group):
        """(state, protocol type, protocol, [{member, instance, client, host}]) as DescribeGroups v4 tells it."""
        name = group.encode()
        answer = self._call(15, 4, struct.pack(f">ih{len(name)}s?", 1, len(name), name, False))
        at = 8  # the throttle time and a count of 1

        def string():
            nonlocal at
            size, = struct.unpack_from(">h", answer, at)
            at += 2 + max(size, 0)
            return answer[at - size:at].decode() if size >= 0 else None

        def skip_bytes():
            nonlocal at
            at += 4 + max(struct.unpack_from(">i", answer, at)[0], 0)

        error, = struct.unpack_from(">h", answer, at)
        at += 2
        check(error == 0, f"DescribeGroups is answered with error {error}")
        string()
        state, protocol_type, protocol = string(), string(), string()
        count, = struct.unpack_from(">i", answer, at)
        at += 4
        members = []
        for _ in range(count):
            members.append({key: string() for key in ("member", "instance", "client", "host")})
            skip_bytes()
            skip_bytes()
        return state, protocol_type, protocol, members

    def grow_topic(self, topic, partitions):
        """CreatePartitions v0."""
        name = topic.encode()
        answer = self._call(37, 0, struct.pack(f">ih{len(name)}siii?", 1, len(name), name, partitions, -1, 20_000, False))
        error, = struct.unpack_from(">h", answer, 4 + 4 + 2 + len(name))
        check(error == 0, f"CreatePartitions is answered with error {error}")

    def serves_groups(self):
        return 11 in self.apis()


def check(condition, rule):
    if not condition:
        raise SystemExit(f"FAILED: {rule}")


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)
