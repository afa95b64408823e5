#!/usr/bin/env python3
"""A private SeaweedFS with SeaweedMQ on 127.0.0.1: for tests, from the command line, or as a module (class Cluster).

    weed.py start DIR [--split] [--wipe]     starts it, or goes on with what is in DIR; returns when it is ready
    weed.py env|status DIR                   the KEY=VALUE lines that start printed (also in DIR/env); what runs
    weed.py stop DIR [--hard]                SIGTERM to everything, which weed takes 15 s over; --hard: kill -9
    weed.py wipe DIR                         kill -9 everything and delete all of DIR but the logs
    weed.py kill|terminate|pause|resume|restart DIR ROLE     kill -9, SIGTERM, SIGSTOP, SIGCONT; kill -9 and start again
    weed.py wait DIR                         until everything answers again (a broker takes up to 40 s after its filer came back)
    weed.py serve DIR [--split]              a cluster that lives as long as our stdin, which takes the commands above, one a line
                                             without DIR; each is answered by lines and then `ok`, or by `failed WHY`
ROLE is server (all in one process, the default), or with --split one of master, volume, filer, broker.

Everything of a cluster is in its directory: data, logs, pid files, ports (cluster.json), env. It listens on 127.0.0.1 alone, but for the
broker, which has no flag for that; gRPC is at the port + 10000, the broker's port is gRPC itself. Only processes that this program
started are ever ended: a pid counts while the process has the start time that we noted. test/weed/README.md says more.
"""
import argparse, contextlib, ctypes, json, os, pathlib, random, shutil, signal, socket, subprocess, sys, time, urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("INTEROP_BUILD", HERE.parents[1] / "build/release"))
HOME = BUILD.parent / "weed"  # a virtual environment; ./dev clients makes it of requirements.txt
SPLIT_ROLES = ("master", "volume", "filer", "broker")
READY_S = 120       # alone on this machine 6 s; builds and other clusters run beside it
ENDS_S = 25         # `weed server` takes 15 s to obey SIGTERM
LOOK_S = 0.05       # between two looks at a process or a port
TRIES = 8           # of other ports, when somebody took one before we did
GRPC = 10_000       # what weed adds to a port for gRPC
FIRST_PORTS = range(11_000, 22_000, 10)  # with gRPC all below those that the kernel lends to clients
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    pass


class Cluster:
    """One cluster in one directory. As a context: started, and killed and deleted at the end.

    split           four processes, each of which can be killed alone; otherwise one
    dies_with_us    the kernel kills its processes when this one ends, however it ends
    """

    def __init__(self, directory, split=False, flush_interval_s=1, volume_mb=256, dies_with_us=False):
        self.directory = pathlib.Path(directory).resolve()
        self.dies_with_us = dies_with_us
        self.settings = {"split": split, "flush_interval_s": flush_interval_s, "volume_mb": volume_mb, "port": None}
        if self._file("cluster.json").exists():
            self.settings = json.loads(self._file("cluster.json").read_text())

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.wipe()

    # --- the whole of it -------------------------------------------------------------------------------------------------------

    @property
    def roles(self):
        return SPLIT_ROLES if self.settings["split"] else ("server",)

    def start(self):
        """Starts what does not run; returns when all of it is ready. The first start chooses the ports, later ones keep them."""
        if not weed_binary().exists():
            raise Failed(f"no {weed_binary()}: ./dev clients")
        for tries_left in reversed(range(TRIES if self.settings["port"] is None else 1)):
            try:
                return self._start_at_its_ports()
            except Failed:
                # Whoever cannot have its port ends at once. Anything else fails the same way again, and is told then.
                if not tries_left:
                    raise
                self.wipe()
                self.settings["port"] = None

    def _start_at_its_ports(self):
        for part in ("master", "volume", "filer"):
            self._file("data", part).mkdir(parents=True, exist_ok=True)
        if self.settings["port"] is None:
            self.settings["port"] = free_ports()
        self._file("cluster.json").write_text(json.dumps(self.settings))
        for role in self.roles:  # in this order: whoever does not find the one before tries again only after seconds
            self.start_role(role)
            self.wait_role(role)
        lines = "".join(f"{key}={value}\n" for key, value in self.env().items())
        written = self._file("env.new")
        written.write_text(lines)
        written.rename(self._file("env"))

    def wait(self):
        """Until every role answers and the broker has acknowledged a record."""
        for role in self.roles:
            self.wait_role(role)

    def stop(self, hard=False):
        for role in reversed(self.roles):
            self.signal_role(role, signal.SIGKILL if hard else signal.SIGTERM)

    def kill_all(self):
        """kill -9 of all at nearly the same time, then waits for their ends."""
        pids = {role: self.pid_of(role) for role in self.roles}
        for pid in filter(None, pids.values()):
            os.kill(pid, signal.SIGKILL)
        for role in self.roles:
            self.signal_role(role, signal.SIGKILL)

    def wipe(self):
        """Kills it and deletes everything but the logs."""
        self.kill_all()
        shutil.rmtree(self._file("data"), ignore_errors=True)
        for name in ("cluster.json", "env"):
            self._file(name).unlink(missing_ok=True)
        if self.settings["port"]:
            pathlib.Path(f"/tmp/seaweedfs-filer-{self.port('filer')}.sock").unlink(missing_ok=True)

    def port(self, role):
        return self.settings["port"] + SPLIT_ROLES.index(role)

    def env(self):
        """{name: host:port}, what `start` prints."""
        def at(role, more=0):
            return f"127.0.0.1:{self.port(role) + more}"

        return {"WEED_DIR": str(self.directory),
                "WEED_MASTER": at("master"), "WEED_MASTER_GRPC": at("master", GRPC),
                "WEED_VOLUME": at("volume"), "WEED_VOLUME_GRPC": at("volume", GRPC),
                "WEED_FILER": at("filer"), "WEED_FILER_GRPC": at("filer", GRPC),
                "WEED_BROKER": at("broker")}

    @property
    def masters(self):
        return self.env()["WEED_MASTER"]

    @property
    def tls(self):
        """Where its certificates are if its gRPC is mTLS (certificates.py)."""
        return self._file("tls")

    # --- one role --------------------------------------------------------------------------------------------------------------

    def start_role(self, role):
        if self.pid_of(role) is None:
            self.launch(role, self._command(role))

    def launch(self, role, command):
        """Runs `command` as a process of this cluster, with log and pid file."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("WEED_")}  # weed reads them
        environment["WEED_MASTER_VOLUME_GROWTH_COPY_1"] = "1"  # otherwise a new collection grows seven volumes
        with self._file(f"{role}.log").open("a") as log:
            log.write(f"==== {time.strftime('%F %T')} {' '.join(map(str, command))}\n")
            log.flush()
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.directory, env=environment, start_new_session=True,
                                       preexec_fn=die_with_parent if self.dies_with_us else None)
        self._file(f"{role}.pid").write_text(f"{process.pid} {start_time(process.pid)}")
        process.returncode = 0  # it is ours by its pid file from here on; Popen is not to wait for it

    def _command(self, role):
        """The flags of each are explained in README.md."""
        port, master = self.port, f"127.0.0.1:{self.port('master')}"
        size, flush, data = self.settings["volume_mb"], self.settings["flush_interval_s"], self._file("data")
        here = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        return [weed_binary(), "-logtostderr=true"] + {
            "server": ["server", f"-dir={data}", *here,
                       f"-master.port={port('master')}", "-master.peers=none", "-master.telemetry=false",
                       f"-master.volumeSizeLimitMB={size}", f"-volume.port={port('volume')}", "-volume.max=200",
                       "-volume.preStopSeconds=0", "-filer", f"-filer.port={port('filer')}", "-filer.dirListLimit=100000",
                       "-mq.broker", f"-mq.broker.port={port('broker')}", f"-mq.broker.logFlushInterval={flush}"],
            "master": ["master", *here, f"-port={port('master')}", f"-mdir={data}/master", "-peers=none", "-telemetry=false",
                       f"-volumeSizeLimitMB={size}"],
            "volume": ["volume", *here, f"-port={port('volume')}", f"-dir={data}/volume", "-max=200", f"-master={master}",
                       "-preStopSeconds=0"],
            "filer": ["filer", *here, f"-port={port('filer')}", f"-master={master}", f"-defaultStoreDir={data}/filer",
                      "-dirListLimit=100000"],
            "broker": ["mq.broker", "-ip=127.0.0.1", f"-port={port('broker')}", f"-master={master}",
                       f"-logFlushInterval={flush}"],
        }[role]

    def wait_role(self, role):
        paths = {"master": ("master", "/readyz"), "volume": ("volume", "/healthz"), "filer": ("filer", "/healthz"),
                 "server": ("filer", "/healthz")}
        if role in paths:
            of, path = paths[role]
            self.wait_http(role, f"http://127.0.0.1:{self.port(of)}{path}")
        if role in ("server", "broker"):
            self._wait_broker(role)

    def wait_http(self, role, url):
        deadline = time.monotonic() + READY_S
        while not http_ok(url):
            self._still_there(role, deadline)
            time.sleep(LOOK_S)

    def _wait_broker(self, role):
        """By a program of its own, which has gRPC: whoever uses this module need not."""
        words = [HOME / "bin/python", "-B", HERE / "broker_ready.py", f"127.0.0.1:{self.port('broker')}"]
        if self.tls.exists():
            words.append(self.tls)
        deadline = time.monotonic() + READY_S
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as asking:
            try:
                while asking.poll() is None:
                    self._still_there(role, deadline)
                    time.sleep(LOOK_S)
            finally:
                asking.kill()
            if asking.returncode != 0:
                raise Failed(f"{asking.stdout.read()} {self.told(role)}")

    def _still_there(self, role, deadline):
        if self.pid_of(role) is None:
            raise Failed(f"{role} has ended: {self.told(role)}")
        if time.monotonic() > deadline:
            raise Failed(f"{role} is not ready after {READY_S} s: {self.told(role)}")

    def signal_role(self, role, number):
        """SIGKILL, SIGTERM: returns when it has ended. SIGSTOP, SIGCONT: at once."""
        pid = self.pid_of(role)
        if pid is None:
            if number == signal.SIGKILL:
                self._file(f"{role}.pid").unlink(missing_ok=True)
            return
        if number == signal.SIGTERM:
            os.kill(pid, signal.SIGCONT)
        os.kill(pid, number)
        if number not in (signal.SIGKILL, signal.SIGTERM):
            return
        deadline = time.monotonic() + ENDS_S
        while self.pid_of(role) is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(LOOK_S / 5)
        self._file(f"{role}.pid").unlink(missing_ok=True)

    def kill(self, role):
        self.signal_role(role, signal.SIGKILL)

    def terminate(self, role):
        self.signal_role(role, signal.SIGTERM)

    def pause(self, role):
        self.signal_role(role, signal.SIGSTOP)

    def resume(self, role):
        self.signal_role(role, signal.SIGCONT)

    def restart(self, role):
        self.kill(role)
        self.start_role(role)
        self.wait_role(role)

    def pid_of(self, role):
        """Of a role that runs (also while it is paused), otherwise None."""
        try:
            pid, started = map(int, self._file(f"{role}.pid").read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        return pid if started and start_time(pid) == started else None

    def told(self, role):
        """The end of its log."""
        return self._file(f"{role}.log").read_text(errors="replace")[-2000:]

    def shell(self, *commands, timeout_s=120):
        """What `weed shell` prints for these commands."""
        ended = subprocess.run([weed_binary(), "shell", f"-master={self.masters}"], input="\n".join(commands) + "\n", text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout_s, cwd=self.directory)
        return ended.stdout

    def _file(self, *names):
        return self.directory.joinpath(*names)


def weed_binary():
    return HOME / "bin/weed"


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start_time(pid):
    """In ticks since the machine booted, which tells a process from a later one with its pid. 0 when it has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # Its first thread may be dead while others still hold its sockets.
        if fields[0] not in "ZX" or len(os.listdir(f"/proc/{pid}/task")) > 1:
            return int(fields[19])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    with contextlib.suppress(ChildProcessError):  # somebody else's child
        os.waitpid(pid, os.WNOHANG)
    return 0


def free_ports():
    """The first of a block of ports that nobody listens on now. Other tests choose at the same time: a start may still fail."""
    for _ in range(1_000):
        first = random.choice(FIRST_PORTS)
        wanted = [("127.0.0.1", first + n) for n in (0, 1, 2, GRPC, GRPC + 1, GRPC + 2)] + [("0.0.0.0", first + 3)]
        if all(map(is_free, wanted)):
            return first
    raise Failed("no free ports")


def is_free(address):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
        return True


def http_ok(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


# --- the command line ------------------------------------------------------------------------------------------------------------

def serve(cluster):
    """Commands from stdin until its end."""
    def one(verb, *words):
        if verb in ("kill", "terminate", "pause", "resume", "restart", "start_role", "wait_role"):
            role, = words
            if role not in cluster.roles:
                raise Failed(f"no role {role}: {', '.join(cluster.roles)}")
            getattr(cluster, verb)(role)
        elif verb in ("start", "wait", "kill_all") and not words:
            getattr(cluster, verb)()
        elif verb == "env":
            print_env(cluster)
        else:
            raise Failed(f"unknown command {verb}")

    def answer(*words):
        try:
            one(*words)
            print("ok", flush=True)
        except (Failed, TypeError, ValueError) as error:
            print("failed", " ".join(str(error).split()), flush=True)

    try:
        answer("start")
        answer("env")
        for line in sys.stdin:
            answer(*line.split())
    finally:
        cluster.wipe()


def print_env(cluster):
    for key, value in cluster.env().items():
        print(f"{key}={value}")


def status(cluster):
    down = 0
    for role in cluster.roles:
        pid = cluster.pid_of(role)
        down += pid is None
        print(role, f"runs, pid {pid}" if pid else "does not run")
    return 1 if down else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["start", "env", "status", "stop", "wipe", "wait", "kill", "terminate", "pause",
                                            "resume", "restart", "serve"])
    parser.add_argument("directory", metavar="DIR")
    parser.add_argument("role", nargs="?")
    parser.add_argument("--split", action="store_true", help="four processes instead of one")
    parser.add_argument("--wipe", action="store_true", help="start: away with what was there")
    parser.add_argument("--hard", action="store_true", help="stop: by kill -9")
    parser.add_argument("--flush-interval", type=int, default=1, metavar="S", help="of the broker, in seconds")
    parser.add_argument("--volume-mb", type=int, default=256, help="at which size a volume is full")
    given = parser.parse_args()

    def cluster():
        return Cluster(given.directory, given.split, given.flush_interval, given.volume_mb, given.command == "serve")

    if given.command in ("start", "serve") and not weed_binary().exists():
        print(f"SKIPPED: {weed_binary()} is not there: ./dev clients")
        return 77
    if given.command == "serve":
        return serve(cluster())
    if given.command == "start":
        if given.wipe:
            cluster().wipe()
        cluster().start()
        return print_env(cluster())
    known = cluster()
    if known.settings["port"] is None:
        if given.command in ("stop", "wipe"):
            return 0
        raise Failed(f"no cluster in {given.directory}: weed.py start")
    if given.command == "status":
        return status(known)
    if given.command == "env":
        return print_env(known)
    if given.command == "stop":
        return known.stop(given.hard)
    if given.command in ("wipe", "wait"):
        return getattr(known, given.command)()
    if given.role not in known.roles:
        raise Failed(f"no role {given.role}: {', '.join(known.roles)}")
    return getattr(known, given.command)(given.role)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        sys.exit(f"weed.py: {error}")
