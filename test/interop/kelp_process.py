"""KelpProcess: the real binary as a child of an interop test, on free ports of 127.0.0.1, with its own directory.

    with KelpProcess("--brokers", "3") as kelp:
        client(kelp.bootstrap)

A test program calls check() for each rule and ends by itself; skip() ends it with 77, which ctest shows as skipped.
"""
import json, os, pathlib, shutil, signal, socket, struct, subprocess, sys, tempfile

BUILD = pathlib.Path(os.environ.get("INTEROP_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release"))
KILLED_AFTER_S = 20


class KelpProcess:
    def __init__(self, *arguments):
        self.arguments = arguments
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
        self.process = subprocess.Popen(
            [BUILD / "kelp", "serve", "--ready-json", "--log-level", "warn", "--listen", f"127.0.0.1:{self.ports[0]}",
             "--data-dir", self.directory, *self.arguments], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"kelp ended with {self.process.wait()}")
        self.ports = json.loads(line)["ports"]

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
        with socket.create_connection(("127.0.0.1", self.ports[0]), timeout=10) as connection:
            connection.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
            stream = connection.makefile("rb")
            body = stream.read(struct.unpack(">i", stream.read(4))[0])
        _, error, count = struct.unpack_from(">ihi", body)
        check(error == 0, f"ApiVersions is answered with error {error}")
        return {struct.unpack_from(">h", body, 10 + 6 * i)[0] for i in range(count)}

    def serves_groups(self):
        return 11 in self.apis()


def check(condition, rule):
    if not condition:
        raise SystemExit(f"FAILED: {rule}")


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)
