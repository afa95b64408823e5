#!/usr/bin/env python3
"""weed.py itself: weed_test.py shared|roles|ports|pids"""
import contextlib, os, pathlib, socket, subprocess, sys, tempfile, urllib.request

import weed
from weed import Cluster


def check(condition, rule):
    if not condition:
        raise SystemExit(f"FAILED: {rule}")


@contextlib.contextmanager
def own_cluster(**settings):
    with tempfile.TemporaryDirectory(prefix="kelp-weed-") as directory:
        cluster = Cluster(directory, dies_with_us=True, **settings)
        try:
            yield cluster
        finally:
            cluster.wipe()


def write(address, path, data):
    request = urllib.request.Request(f"http://{address}{path}", data=data, method="PUT")
    with urllib.request.urlopen(request, timeout=20) as answer:
        check(answer.status in (200, 201), f"PUT {path} is answered with {answer.status}")


def read(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=20) as answer:
        return answer.read()


def shared():
    """The cluster of this ctest run is there, and its filer keeps what it is given."""
    env = dict(line.split("=", 1) for line in pathlib.Path(os.environ["WEED_ENV_FILE"]).read_text().splitlines())
    write(env["WEED_FILER"], "/weed_test/shared", b"kept")
    check(read(env["WEED_FILER"], "/weed_test/shared") == b"kept", "the filer gives back what it was given")


def roles():
    """Every process of a split cluster is killed, paused and started alone; killed together they come back with their data."""
    with own_cluster(split=True) as cluster:
        cluster.start()
        filer = cluster.env()["WEED_FILER"]
        write(filer, "/a/file", b"x" * 100_000)
        for role in cluster.roles:
            before = {each: cluster.pid_of(each) for each in cluster.roles}
            cluster.restart(role)
            after = {each: cluster.pid_of(each) for each in cluster.roles}
            check([each for each in cluster.roles if before[each] != after[each]] == [role], f"{role} alone is another process")
        cluster.pause("filer")
        check(not weed.http_ok(f"http://{filer}/healthz"), "a paused filer does not answer")
        cluster.resume("filer")
        cluster.wait()
        cluster.kill_all()
        check(not any(cluster.pid_of(role) for role in cluster.roles), "all are dead")
        again = Cluster(cluster.directory, dies_with_us=True)
        check(again.env() == cluster.env(), "another object knows the cluster by its directory")
        again.start()
        check(read(filer, "/a/file") == b"x" * 100_000, "what was written is there")
        check("volume server" in again.shell("cluster.ps").lower(), f"weed's shell answers: {again.shell('cluster.ps')}")


def ports():
    """Two clusters that choose the same ports at the same time: the second takes others."""
    chosen, free = weed.free_ports(), weed.free_ports
    with socket.socket() as taken, own_cluster() as cluster:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", chosen))
        taken.listen()
        others = iter([chosen])
        weed.free_ports = lambda: next(others, None) or free()
        cluster.start()
        check(cluster.settings["port"] != chosen, "a port that is taken is not used")


def pids():
    """A pid file that names a process of somebody else harms nobody."""
    with own_cluster() as cluster, subprocess.Popen(["sleep", "60"]) as other:
        try:
            cluster.settings["port"] = weed.free_ports()
            pathlib.Path(cluster.directory, "server.pid").write_text(f"{other.pid} {weed.start_time(other.pid) + 1}")
            check(cluster.pid_of("server") is None, "another start time is another process")
            cluster.wipe()
            check(other.poll() is None, "it lives")
        finally:
            other.kill()


if __name__ == "__main__":
    if not weed.weed_binary().exists():
        print("SKIPPED: weed is not installed: ./dev clients")
        sys.exit(77)
    {"shared": shared, "roles": roles, "ports": ports, "pids": pids}[sys.argv[1]]()
