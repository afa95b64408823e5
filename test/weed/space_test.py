#!/usr/bin/env python3
"""What is deleted frees the disk: space_test.py, on the engine of INTEROP_ENGINE. WEED_MB=10000 is the full form.

DeleteRecords, retention and DeleteTopics, one after the other; each time the bytes in the volumes' files shrink, once weed's own
volume.vacuum was run, which a master does by itself only now and then.
"""
import contextlib, os, pathlib, sys, tempfile, time

import confluent_kafka
from confluent_kafka import admin as kinds

import kelp_process
from acceptance_test import create, settings
from kelp_process import KelpProcess, check, on_seaweed, skip
from weed import Cluster, weed_binary

MB = int(os.environ.get("WEED_MB", "48"))
MIB = 1 << 20
RECORD_BYTES = 10_000
PATIENCE_S = 180  # a deletion waits for a while, so that a power loss cannot bring back who names it
SETTINGS = ("--set", "log.retention.check.interval.ms=1000", "--set", "log.segment.delete.delay.ms=100")


@contextlib.contextmanager
def world():
    """(Kelp, bytes that its storage takes now)"""
    with contextlib.ExitStack() as stack:
        if kelp_process.engine() == "disk":
            kelp = stack.enter_context(KelpProcess(*SETTINGS))
            yield kelp, lambda: stored(kelp.directory, "*.log")
            return
        if not weed_binary().exists():
            skip("weed is not installed: ./dev clients")
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kelp-weed-"))
        weed = stack.enter_context(Cluster(directory, volume_mb=64, dies_with_us=True))
        kelp = stack.enter_context(KelpProcess(*SETTINGS, "--set", "seaweed.delete.delay.ms=1000",
                                               storage=on_seaweed(weed.masters)))

        def vacuumed():
            weed.shell("lock", "volume.vacuum -garbageThreshold=0.001", "unlock")
            return stored(directory, "kelp_*.dat")

        yield kelp, vacuumed


def stored(directory, pattern):
    total = 0
    for file in pathlib.Path(directory).rglob(pattern):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_blocks * 512
    return total


def shrinks(size, below, rule):
    deadline = time.monotonic() + PATIENCE_S
    while (now := size()) >= below:
        check(time.monotonic() < deadline, f"{rule}: {now / MIB:.1f} MiB, not below {below / MIB:.1f}")
        time.sleep(0.5)  # between two looks
    print(f"{rule}: {now / MIB:.1f} MiB", flush=True)


def write(kelp, megabytes):
    producer = confluent_kafka.Producer(settings(kelp, **{"acks": "all", "queue.buffering.max.messages": 5_000}))
    failures = []
    for _ in range(megabytes * 1_000_000 // RECORD_BYTES):
        while True:
            try:
                producer.produce("t", os.urandom(RECORD_BYTES), partition=0,
                                 on_delivery=lambda error, _: error and failures.append(error))
                break
            except BufferError:
                producer.poll(1)
        producer.poll(0)
    check(producer.flush(60) == 0 and not failures, f"everything is acknowledged: {failures[:1]}")
    return megabytes * 1_000_000 // RECORD_BYTES


def main():
    with world() as (kelp, size):
        admin = create(kelp, "t", **{"segment.bytes": str(2 * MIB), "retention.ms": "-1"})
        count = write(kelp, MB)
        full = size()
        check(full >= MB * 1_000_000, f"what was written is stored: {full / MIB:.1f} MiB")
        print(f"{count} records: {full / MIB:.1f} MiB", flush=True)
        trimmed = admin.delete_records([confluent_kafka.TopicPartition("t", 0, count * 3 // 4)])
        for future in trimmed.values():
            check(future.result(60).low_watermark == count * 3 // 4, "the log is trimmed")
        shrinks(size, full * 2 // 5, "DeleteRecords of three quarters")
        resource = kinds.ConfigResource(kinds.ResourceType.TOPIC, "t", incremental_configs=[
            kinds.ConfigEntry("retention.bytes", str(4 * MIB), incremental_operation=kinds.AlterConfigOpType.SET)])
        for future in admin.incremental_alter_configs([resource]).values():
            future.result(60)
        shrinks(size, 9 * MIB, "retention of 4 MiB")
        admin.delete_topics(["t"])["t"].result(60)
        shrinks(size, 2 * MIB, "the topic deleted")


if __name__ == "__main__":
    sys.exit(main())
