#!/usr/bin/env python3
"""Every codec of every family of clients, to the last bit, on the engine of INTEROP_ENGINE

WEED_RECORDS records (100000 is the full form) with each of five codecs are written by one family and read by all: the SHA-256 over partition,
offset, key, value, headers and timestamp is the same on all sides, and the offsets have no gaps. Then Kelp is killed, and all is read again.
"""
import os, pathlib, subprocess, sys, time

from acceptance_test import create
from kelp_process import BUILD, KelpProcess, check

RECORDS = int(os.environ.get("WEED_RECORDS", "2000"))
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
HERE = pathlib.Path(__file__).resolve().parent
JAVA, GO = BUILD.parent / "java", BUILD.parent / "go/digest"
COMMANDS = {"confluent": [sys.executable, "-B", HERE / "digest_confluent.py"]}
if (JAVA / "Digest.class").exists():
    COMMANDS["java"] = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{JAVA}:{(JAVA / 'classpath').read_text().strip()}", "Digest"]
if GO.exists():
    COMMANDS["franz_go"] = [GO]


def digests(kelp, family, verb, topics):
    """{topic: digest}"""
    begun = time.monotonic()
    ended = subprocess.run([*COMMANDS[family], verb, str(RECORDS), *topics], stdout=subprocess.PIPE, text=True,
                           env={**os.environ, "KELP_BOOTSTRAP": kelp.bootstrap})
    check(ended.returncode == 0, f"{family} {verb} ends with 0")
    print(f"{family} {verb}: {time.monotonic() - begun:.1f} s", flush=True)
    return dict(line.split() for line in ended.stdout.splitlines())


def main():
    print("families:", *COMMANDS)
    with KelpProcess() as kelp:
        sent = {}
        for family in COMMANDS:
            for codec in CODECS:
                create(kelp, f"{family}-{codec}", 3, **{"retention.ms": "-1"})  # the records are of long ago
            sent |= digests(kelp, family, "produce", [f"{family}-{codec}:{codec}" for codec in CODECS])
        check(len(sent) == len(CODECS) * len(COMMANDS), f"a digest of every topic: {sent}")
        check(len(set(sent.values())) == 1, f"all families sent the same: {sent}")
        for family in COMMANDS:
            check(digests(kelp, family, "consume", sent) == sent, f"{family} reads what was sent")
        kelp.kill()
        kelp.start()
        check(digests(kelp, "confluent", "consume", sent) == sent, "and so it is after kill -9")
        print(f"{len(sent)} topics of {RECORDS} records: {set(sent.values())}")


if __name__ == "__main__":
    main()
