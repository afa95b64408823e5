#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets, test/fuzz/corpus/TARGET/, anew from the golden vectors and from what is written below.
What a target makes of its bytes is said at the head of its source. Crashes that were mended stand there too, as regress-*,
and are kept."""
import gzip
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
CORPUS = HERE / "corpus"
MAX_SEED = 1500  # bytes: larger ones slow every mutation down
SERVED = {0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 22, 23, 42, 47, 60}
TOPIC_ID = b"fuzz-topic-id-00"  # serve_fuzz.cc puts the real one in its place


def golden_lines(name):
    with gzip.open(GOLDEN / f"{name}.tsv.gz", "rt") as file:
        for line in file:
            key, message, kind, version, flexible, variant, body, _ = line.rstrip("\n").split("\t")
            yield key, message, kind, int(version), flexible == "1", variant, bytes.fromhex(body)


def batches():
    with gzip.open(GOLDEN / "record-batches.jsonl.gz", "rt") as file:
        return {entry["name"]: bytes.fromhex(entry["hex"]) for entry in map(json.loads, file)}


def text(value):
    value = value.encode()
    return struct.pack(">h", len(value)) + value


def array(*items):
    return struct.pack(">i", len(items)) + b"".join(items)


def sized(value):
    return struct.pack(">i", len(value)) + value


def request(key, version, body, flexible=False):
    header = struct.pack(">hhi", key, version, 7) + text("fuzz") + (b"\0" if flexible else b"")
    return sized(header + body)


def decode_seeds():
    newest = {}
    for key, name, kind, version, _, variant, body in golden_lines("messages-4.3.1"):
        if kind in ("request", "response") and variant == "typical" and len(body) <= MAX_SEED:
            newest[kind, int(key), name] = (version, body)
    for (kind, key, name), (version, body) in newest.items():
        yield f"{name}-{version}", struct.pack(">BHB", kind == "response", key, version) + body


def batch_seeds():
    for name, batch in batches().items():
        if len(batch) <= MAX_SEED:
            yield name, b"\0" + batch
    yield "mended", b"\1" + batches()["plain-none-m2"] if "plain-none-m2" in batches() else b"\1" + bytes(61)


def frames_seeds():
    frames = [sized((bytes(range(256)) * 20)[:n]) for n in (1, 15, 16, 200, 300, 1000, 5000)]
    for name, cuts in (("bytes", bytes(8)), ("mixed", bytes(range(0, 16, 2))), ("large", b"\xff" * 8)):
        yield f"good-{name}", cuts + b"".join(frames)
        yield f"negative-{name}", cuts + frames[1] + struct.pack(">i", -1) + frames[0]
        yield f"too-large-{name}", cuts + frames[4] + struct.pack(">i", 200_001) + frames[0]
        yield f"cut-{name}", cuts + frames[0] + frames[6][:-1]


def produce(batch):
    topic = text("fuzz") + array(struct.pack(">i", 0) + sized(batch))
    return request(0, 3, struct.pack(">hhi", -1, -1, 1000) + array(topic))


def fetch(min_bytes, wait_ms=0):
    topic = text("fuzz") + array(struct.pack(">iqi", 0, 0, 1 << 20), struct.pack(">iqi", 1, 0, 1 << 20))
    return request(1, 4, struct.pack(">iiiib", -1, wait_ms, min_bytes, 1 << 20, 0) + array(topic))


def fetch_by_id():
    partition = struct.pack(">iiqiqi", 0, -1, 0, -1, -1, 1 << 20) + b"\0"
    topics = b"\2" + TOPIC_ID + b"\2" + partition + b"\0"
    return request(1, 13, struct.pack(">iiiibii", -1, 0, 1, 1 << 20, 0, 0, -1) + topics + b"\1\1\0", True)


def produce_by_id(batch):
    size = len(batch) + 1
    assert size < 1 << 14
    records = bytes([size & 127 | 128, size >> 7]) + batch
    topics = b"\2" + TOPIC_ID + b"\2" + struct.pack(">i", 0) + records + b"\0\0"
    return request(0, 13, b"\0" + struct.pack(">hi", -1, 1000) + topics + b"\0", True)


def dialogues():
    batch = next(data for name, data in batches().items() if "m2" in name and len(data) < MAX_SEED)
    old = next(data for name, data in batches().items() if "m1" in name and len(data) < MAX_SEED)
    yield "produce-fetch", produce(batch) + fetch(1)
    yield "produce-old", produce(old) + fetch(1)
    yield "produce-fetch-by-id", produce_by_id(batch) + fetch_by_id()
    yield "fetch-parked", fetch(100, 60_000) + fetch(1, 60_000) + produce(batch)
    yield "fetch-parked-serial", fetch(100, 60_000) + request(3, 1, array(text("fuzz")))
    yield "list-offsets", produce(batch) + request(
        2, 1, struct.pack(">i", -1) + array(text("fuzz") + array(*(struct.pack(">iq", 0, t) for t in (-1, -2, -3, 0)))))
    create = text("made") + struct.pack(">ih", 3, 1) + array() + array(text("retention.ms") + text("1000"))
    yield "create-delete", (request(19, 1, array(create) + struct.pack(">i?", 1000, False)) + request(3, 1, struct.pack(">i", -1))
                            + request(20, 1, array(text("made"), text("fuzz")) + struct.pack(">i", 1000)))
    find = request(10, 0, text("g"))
    join = request(11, 1, text("g") + struct.pack(">ii", 10_000, 10_000) + text("") + text("consumer")
                   + array(text("range") + sized(b"\0\0" + array(text("fuzz")) + struct.pack(">i", -1))))
    sync = request(14, 0, text("g") + struct.pack(">i", 1) + text("m") + array(text("m") + sized(b"\0\0")))
    yield "group-join", find + join
    yield "group-sync", find + join + sync + request(12, 0, text("g") + struct.pack(">i", 1) + text("m")) + request(
        13, 0, text("g") + text("m"))
    commit = request(8, 2, text("g") + struct.pack(">i", -1) + text("") + struct.pack(">q", -1)
                     + array(text("fuzz") + array(struct.pack(">iq", 0, 5) + text("note"))))
    ask = request(9, 1, text("g") + array(text("fuzz") + array(struct.pack(">i", 0))))
    yield "group-commit", find + commit + ask + request(15, 0, array(text("g"))) + request(16, 0, b"") + request(
        42, 0, array(text("g"))) + ask
    yield "api-versions-unknown", request(18, 99, b"") + request(18, 0, b"")
    yield "producer-id", request(22, 0, struct.pack(">hi", -1, 1000))
    yield "epochs", produce(batch) + request(23, 0, array(text("fuzz") + array(struct.pack(">ii", 0, 0))))


def serve_seeds():
    yield from dialogues()
    found = {}
    for key, name, kind, version, flexible, variant, body in golden_lines("messages-4.3.1"):
        if kind == "request" and int(key) in SERVED and variant == "typical" and len(body) <= MAX_SEED:
            # ApiVersions has a flexible header like the others; only its answer is an exception.
            found.setdefault(name, {})[version] = request(int(key), version, body, flexible)
    for name, versions in found.items():
        for version in {min(versions), max(versions)}:
            yield f"{name}-{version}", versions[version]


def properties_seeds():
    yield "server", b"""# a broker
node.id=3
listeners=PLAINTEXT://:9092,CONTROLLER://localhost:9093
advertised.listeners = PLAINTEXT://broker.example:19092
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=/tmp/a,/tmp/b
log.retention.hours:168
num.partitions 4
broker.3.log.segment.bytes=1048576
kelp.brokers=2
feature.transaction.version=1
"""
    yield "topic", b"cleanup.policy=compact,delete\nretention.ms=-1\nmin.cleanable.dirty.ratio=0.25\ncompression.type=zstd\n" \
        b"compression.zstd.level=5\nmessage.timestamp.type=LogAppendTime\npreallocate=true\nsegment.bytes=1048576\n"
    yield "escapes", b"a\\ b=c\\u00e9\\\n   d\\t\n! comment\nempty\nk\\:=\\\\\nbad=\\u00g0\n"
    yield "endpoints", b"a=PLAINTEXT://[::1]:9092\nb=SASL_SSL://:0\nc=X://h:65536\nd=://\nlisteners=A://h:1,B://h:1\n"


def snapshot_seeds():
    golden = bytes.fromhex("".join((GOLDEN / "formats/partition-snapshot.hex").read_text().split()))
    yield "golden", b"\0" + golden
    yield "mended", b"\1" + golden
    yield "cut", b"\1" + golden[:-5]
    head = bytes(10) + struct.pack(">qqqq", 5, 90, -1, 0)
    yield "epochs", b"\1" + head + array(struct.pack(">iq", 1, 5), struct.pack(">iq", 4, 60)) + array()
    batch = struct.pack(">iiqqq", 0, 4, 60, 64, 1000)
    yield "producer", b"\1" + head + array() + array(struct.pack(">qhqB", 7, 1, 1000, 2) + batch * 2)


def records_seeds():
    def record(key, value):
        top = 0x8000 if value is None else 0
        return struct.pack(">HH", len(key) | top, len(value or b"")) + key + (value or b"")

    keys, values = {}, {}
    for record_type, name, kind, version, _, variant, body in golden_lines("coordinator-records-4.3.1"):
        if name in ("OffsetCommitKey", "GroupMetadataKey") and variant in ("typical", "max"):
            keys[record_type] = struct.pack(">h", int(record_type)) + body
        if name in ("OffsetCommitValue", "GroupMetadataValue") and variant in ("typical", "max"):
            values[name, version, variant] = (record_type, struct.pack(">h", version) + body)
    for (name, version, variant), (record_type, value) in values.items():
        yield f"{name}-{version}-{variant}", record(keys[record_type], value)
        yield f"{name}-{version}-{variant}-removed", record(keys[record_type], value) + record(keys[record_type], None)
    for _, name, kind, version, _, variant, body in golden_lines("messages-4.3.1"):
        if name.startswith("ConsumerProtocol") and variant == "typical":
            yield f"{name}-{version}", record(struct.pack(">h", version) + body, None)


def smq_log_seeds():
    def varint(value):
        value &= (1 << 64) - 1
        out = b""
        while value >= 0x80:
            out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
        return out + bytes([value])

    def entry(offset, data, key=b"", ts_ms=1_795_355_318_928, extra=b""):
        body = b"\x08" + varint(ts_ms * 1_000_000) + b"\x10" + varint(-1237864070) + b"\x1a" + varint(len(data)) + data
        body += (b"\x22" + varint(len(key)) + key if key else b"") + (b"\x28" + varint(offset) if offset else b"") + extra
        return sized(body)

    plain = b"".join(entry(i, b"value-%d" % i, b"k%d" % i) for i in range(3))
    yield "plain", b"\x10" + plain
    yield "cut", b"\x03" + plain[:-5]
    yield "disorder", b"\xff" + entry(7, b"a") + entry(9, b"b") + entry(8, b"c") + entry(9, b"d") + entry(1 << 40, b"e")
    yield "unknown-fields", b"\x01" + entry(1, b"v", extra=b"\x30\x85\x01\x39" + bytes(8) + b"\x42\x02xy\x4d" + bytes(4))
    front = b"Kel\x01"
    wrapped = [(b"\x00\xac\x02value", b"k"), (b"\x01\x02value", b""), (b"\x03\x01", b""), (b"\x06\x02\x04\x02h\x02x\x02n\x01", b"k"),
               (b"\x00\x02" + front + b"\x00\x02", b""), (b"\x08\x02", b"k"), (b"\x04\x02\xfe\xff\xff\xff\x0f", b"k"), (b"", b"")]
    yield "envelopes", b"\x40" + b"".join(entry(i, front + rest, key) for i, (rest, key) in enumerate(wrapped))
    yield "hostile-length", b"\x00" + plain + b"\x02\x00\x00\x01" + plain
    yield "no-bytes", b"\x00" + plain + bytes(4) + plain


def main():
    total = count = 0
    for target, seeds in (("decode", decode_seeds), ("batch", batch_seeds), ("frames", frames_seeds), ("serve", serve_seeds),
                          ("properties", properties_seeds), ("snapshot", snapshot_seeds), ("records", records_seeds),
                          ("smq_log", smq_log_seeds)):
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("regress-"):
                old.unlink()
        for name, seed in seeds():
            (folder / name).write_bytes(seed)
            total, count = total + len(seed), count + 1
    print(f"{count} seeds, {total} bytes")


if __name__ == "__main__":
    main()
