#!/usr/bin/env python3
"""kcat (librdkafka): kcat_test.py none|gzip|snappy|lz4|zstd|bytes|brokers|group|kelp"""
import hashlib, json, pathlib, shutil, subprocess, sys

from kelp_process import BUILD, KelpProcess, check, skip

LINES = 1_000_000


def kcat(kelp, *arguments, data=None, stdout=subprocess.PIPE):
    return subprocess.run(["kcat", "-b", kelp.bootstrap, *arguments], input=data, stdout=stdout, check=True,
                          timeout=180).stdout


def a_million_lines_come_back(codec):
    lines = b"".join(b"line %d of the song, with a few words to compress\n" % i for i in range(LINES))
    with KelpProcess() as kelp:
        kcat(kelp, "-P", "-t", "song", "-z", codec, data=lines)
        back = kcat(kelp, "-C", "-t", "song", "-o", "beginning", "-e", "-q")
        check(hashlib.sha256(back).digest() == hashlib.sha256(lines).digest(), f"{codec}: the same SHA-256")
        check(b'topic "song" with 1 partitions' in kcat(kelp, "-L", "-t", "song"), "-L shows the topic")
        stored = sum(file.stat().st_size for file in pathlib.Path(kelp.directory).rglob("*.log"))
        check((stored < len(lines) // 2) == (codec != "none"), f"stored as it was sent: {stored} bytes of {len(lines)}")
        print(f"{codec}: {len(lines)} bytes sent, {stored} stored")


def consumed(kelp, topic):
    """As kcat's JSON envelopes: key, payload, headers."""
    out = kcat(kelp, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J")
    return [json.loads(line) for line in out.splitlines()]


def every_byte_comes_back():
    with KelpProcess() as kelp:
        kcat(kelp, "-P", "-t", "h", "-k", "key", "-H", "a=1", "-H", "a=2", "-H", "empty=", data=b"value\n")
        record, = consumed(kelp, "h")
        check(record["headers"] == ["a", "1", "a", "2", "empty", ""], f"headers: {record['headers']}")
        check((record["key"], record["payload"]) == ("key", "value"), "key and value")

        # -Z: an empty key or value is sent as null; without it as empty.
        kcat(kelp, "-P", "-t", "nulls", "-Z", "-K:", data=b":\nk:\n:v\n")
        got = [(r["key"], r["payload"]) for r in consumed(kelp, "nulls")]
        check(got == [(None, None), ("k", None), (None, "v")], f"nulls: {got}")
        kcat(kelp, "-P", "-t", "empty", "-K:", data=b"k:\n:v\n")
        got = [(r["key"], r["payload"]) for r in consumed(kelp, "empty")]
        check(got == [("k", ""), ("", "v")], f"empty is not null: {got}")

        every_byte = bytes(range(256))
        kcat(kelp, "-P", "-t", "bytes", "-D", "<end>", data=every_byte)
        check(kcat(kelp, "-C", "-t", "bytes", "-o", "beginning", "-e", "-q", "-D", "") == every_byte, "all 256 bytes")

        large = b"0123456789" * 100_000
        kcat(kelp, "-P", "-t", "large", "-X", "message.max.bytes=2000000", data=large + b"\n")
        back = kcat(kelp, "-C", "-t", "large", "-o", "beginning", "-e", "-q", "-D", "")
        check(back == large, f"a value of 1,000,000 bytes: {len(back)} came back")


def layout(kelp):
    """Broker ids, and the leader of each partition of topic t, from -L."""
    seen = json.loads(kcat(kelp, "-L", "-J", "-t", "t"))
    topic, = seen["topics"]
    return sorted(b["id"] for b in seen["brokers"]), [p["leader"] for p in topic["partitions"]]


def three_brokers_share_the_leaders():
    with KelpProcess("--brokers", "3", "--set", "num.partitions=12", comes_back=True) as kelp:
        lines = [b"%d" % i for i in range(10_000)]
        kcat(kelp, "-P", "-t", "t", "-X", "sticky.partitioning.linger.ms=0", data=b"\n".join(lines) + b"\n")
        brokers, leaders = layout(kelp)
        check(len(brokers) == 3, f"three brokers: {brokers}")
        check(len(leaders) == 12, f"twelve partitions: {leaders}")
        check({leaders.count(b) for b in brokers} == {4}, f"leaders are spread: {leaders}")
        for end in (kelp.kill, kelp.terminate):
            end()
            kelp.start()
            check(layout(kelp) == (brokers, leaders), "a restart moves no leader")
        back = kcat(kelp, "-C", "-t", "t", "-o", "beginning", "-e", "-q").splitlines()
        check(sorted(back) == sorted(lines), "everything comes back from all partitions")


def a_group_reads_and_resumes():
    with KelpProcess() as kelp:
        if not kelp.serves_groups():
            skip("groups are not served")

        def read(count):
            # -c ends it: the group's offsets are committed on the way out.
            return kcat(kelp, "-G", "readers", "-X", "auto.offset.reset=earliest", "-q", "-c", str(count), "t").split()

        kcat(kelp, "-P", "-t", "t", data=b"1\n2\n3\n4\n")
        check(read(2) == [b"1", b"2"], "the group reads from the beginning")
        check(read(2) == [b"3", b"4"], "the group goes on where it stopped")


def ours(kelp, *arguments, data=None):
    return subprocess.run([BUILD / "kelp", *arguments, "-b", kelp.bootstrap], input=data, stdout=subprocess.PIPE,
                          check=True, timeout=180).stdout


def our_own_commands_agree_with_it():
    with KelpProcess() as kelp:
        lines = b"".join(b"line %d\n" % i for i in range(20_000))
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            ours(kelp, "produce", codec, "-z", codec, data=lines)
            check(kcat(kelp, "-C", "-t", codec, "-o", "beginning", "-e", "-q") == lines, f"{codec}: kcat reads ours")
            kcat(kelp, "-P", "-t", codec, "-z", codec, data=lines)
            check(ours(kelp, "consume", codec, "-e") == lines + lines, f"{codec}: we read kcat's")
        kcat(kelp, "-P", "-t", "t", "-Z", "-K:", "-H", "a=1", "-H", "n", data=b"k:v\n:v\nk:\n")
        ours(kelp, "produce", "t", "-K", ":", "--null", "", "-H", "a=1", "-H", "n", data=b"k:v\n:v\nk:\n")
        got = [(r["key"], r["payload"], r["headers"]) for r in consumed(kelp, "t")]
        check(got[:3] == got[3:], f"keys, nulls and headers are the same: {got}")
    with KelpProcess("--set", "num.partitions=6") as kelp:
        keys = b"".join(b"key-%d:v\n" % i for i in range(200))
        ours(kelp, "produce", "by-key", "-K", ":", data=keys)
        kcat(kelp, "-P", "-t", "by-key", "-K:", "-X", "topic.partitioner=murmur2", data=keys)
        places = {}
        for record in consumed(kelp, "by-key"):
            places.setdefault(record["key"], []).append(record["partition"])
        check(len(places) == 200 and all(len(p) == 2 and p[0] == p[1] for p in places.values()),
              "a key's partition is the one that Kafka's own clients choose")


if __name__ == "__main__":
    if not shutil.which("kcat"):
        skip("kcat is not installed")
    case = sys.argv[1]
    if case == "bytes":
        every_byte_comes_back()
    elif case == "brokers":
        three_brokers_share_the_leaders()
    elif case == "group":
        a_group_reads_and_resumes()
    elif case == "kelp":
        our_own_commands_agree_with_it()
    else:
        a_million_lines_come_back(case)
