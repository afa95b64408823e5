#!/usr/bin/env python3
"""kafka-consumer-groups of Kafka 4.3.1: what it prints of Kelp is what it printed of Apache Kafka 4.3.1 (java_tools.py).

Recorded of a broker with node id 1, group.initial.rebalance.delay.ms=0 and offsets.topic.num.partitions=1.
"""
import functools, json, os, time, types

import java_tools
from kelp_process import check
from members_test import Ledger, Program

JANUARY_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
HOUR_MS = 3_600_000


def scenario(tools, stack):
    """t: a record each second of January; u: one each hour of the last ten, at half past."""
    groups = functools.partial(tools.run, "kafka-consumer-groups")
    for topic, partitions in (("t", 4), ("u", 2)):
        tools.run("kafka-topics", f"--create --topic {topic} --partitions {partitions}", quiet=True)
    tools.produce("t", 4, 10, JANUARY_MS, 1000)
    tools.produce("u", 2, 10, int(time.time() * 1000) - 10 * HOUR_MS + HOUR_MS // 2, HOUR_MS)
    # The first FindCoordinator makes the internal topic; until its leader stands, tools wait.
    groups("--describe --group nobody", quiet=True)

    for command in ("--list", "--list --state", "--list --type", "--describe --group g", "--describe --group g --state",
                    "--describe --group g --members", "--delete --group g", "--delete-offsets --group g --topic t",
                    "--reset-offsets --group g --topic t --to-current --dry-run",
                    "--reset-offsets --group g --topic t --to-earliest",
                    "--reset-offsets --group g --topic t --to-offset 4 --execute"):
        groups(command)
    a_group_without_members(groups)
    every_reset(tools, groups)
    os.environ["AUTO_COMMIT"] = "false"
    ledger = Ledger(partitions=4)
    programs = [Program("java", types.SimpleNamespace(bootstrap=tools.bootstrap), ledger, 30_000) for _ in range(2)]
    for program in programs:
        stack.callback(program.kill)
    with_members(groups, ledger, *programs)
    deletions(groups)
    what_is_stored(tools)


def a_group_without_members(groups):
    for command in ("--list", "--list --state", "--list --state empty,Stable", "--list --state Stable",
                    "--list --state nonsense", "--list --type", "--list --type classic", "--list --type consumer",
                    "--list --type classic --state", "--describe --group g", "--describe --group g --offsets --verbose",
                    "--describe --group g --state", "--describe --group g --state --verbose",
                    "--describe --group g --members", "--describe --group g --members --verbose"):
        groups(command)


def every_reset(tools, groups):
    """Each shown first, then done; what follows starts from what was done."""
    for how in ("--topic t --to-earliest", "--topic t --to-latest", "--topic t --to-offset 3", "--topic t --to-offset 99",
                "--topic t --to-offset 5", "--topic t --shift-by 2", "--topic t:0,2 --shift-by -3", "--topic t --shift-by 100",
                "--topic t --to-datetime 2024-01-01T00:00:05.000", "--topic t --to-datetime 2024-01-01T02:00:03.000+02:00",
                "--topic t --to-datetime 2030-01-01T00:00:00.000", "--topic u --by-duration PT5H",
                "--topic u --by-duration P1D", "--topic u --by-duration PT0S", "--topic t:1 --to-offset 6",
                "--all-topics --to-current", "--topic t --topic u:1 --to-current", "--all-topics --shift-by -1"):
        groups(f"--reset-offsets --group g {how} --dry-run")
        groups(f"--reset-offsets --group g {how} --execute")
    groups("--describe --group g")
    groups("--reset-offsets --group g --all-topics --to-current --export --dry-run")
    groups("--reset-offsets --group g --group h --topic t --to-offset 7 --export --dry-run")
    for name, text in (("one", "t,0,1\nt,1,2\nu,1,3\n"), ("two", "g,t,0,8\nh,t,1,9\nh,u,0,1\n"), ("high", "t,0,999\n")):
        tools.file(name, text)
    groups("--reset-offsets --group g --from-file DIR/one --dry-run")
    groups("--reset-offsets --group g --from-file DIR/one --execute")
    groups("--reset-offsets --group g --from-file DIR/high --execute")
    groups("--reset-offsets --group g --group h --from-file DIR/two --execute")
    for command in ("--describe --all-groups", "--describe --all-groups --state", "--describe --group g --group h --offsets",
                    "--reset-offsets --all-groups --all-topics --to-earliest --dry-run",
                    "--reset-offsets --group g --topic nosuch --to-earliest --dry-run",
                    "--reset-offsets --group g --topic t:7 --to-earliest --dry-run",
                    "--reset-offsets --group g --topic t --to-earliest --shift-by 1"):
        groups(command)


def with_members(groups, ledger, one, two):
    """g: two members; s: static ones; c: cooperative."""
    def settled(group, names):
        return lambda: ledger.covers(group, names) and ledger.agree(group, names)

    # One after the other, so that generations and leaders are the same every time.
    one.join("g", "a", "range")
    one.join("s", "e", "roundrobin,range", "i1")
    one.join("c", "x", "cooperative-sticky")
    for group, name in ("g", "a"), ("s", "e"), ("c", "x"):
        ledger.wait(settled(group, name), "the first members have everything")
    two.join("g", "b", "range")
    two.join("c", "y", "cooperative-sticky")
    # Once a cooperative member has given something up, it is given out in the generation after the next.
    ledger.wait(lambda: settled("g", "ab")() == 2 and settled("c", "xy")() == 3, "both members have their part")
    for command in ("--list --state", "--list --state stable", "--list --type", "--describe --all-groups --state",
                    "--describe --group g", "--describe --group s",
                    "--describe --group s --offsets --verbose", "--describe --group c",
                    "--describe --group c --members --verbose", "--describe --group s --members --verbose",
                    "--describe --group g --members", "--describe --group g --members --verbose",
                    "--describe --group g --state --verbose", "--delete --group g", "--delete --group g --group h",
                    "--reset-offsets --group g --topic t --to-earliest --execute",
                    "--reset-offsets --group g --topic t --to-earliest --dry-run",
                    "--delete-offsets --group g --topic t", "--delete-offsets --group g --topic t:1 --topic u:0",
                    "--delete-offsets --group g --topic u"):
        groups(command)
    one.leave("g", "a")
    one.leave("c", "x")
    ledger.wait(lambda: settled("g", "b")() == 3 and settled("c", "y")() == 4, "the others take over")
    two.leave("g", "b")
    two.leave("c", "y")
    for group in "gc":
        until_empty(groups, group)


def until_empty(groups, group):
    deadline = time.monotonic() + 10
    while not any(" Empty " in line + " " for line in groups(f"--describe --group {group} --state", quiet=True)):
        check(time.monotonic() < deadline, f"{group} empties")


def deletions(groups):
    for command in ("--describe --group g", "--describe --group g --members", "--describe --group c", "--list --state",
                    "--delete-offsets --group g --topic t:0", "--delete-offsets --group g --topic t:0",
                    "--delete-offsets --group g --topic nosuch", "--delete-offsets --group g --topic t:9 --topic t:1",
                    "--describe --group g", "--delete-offsets --group g --topic t --topic u", "--describe --group g",
                    "--delete --group g", "--delete --group g", "--delete --group c --group h --group nosuch", "--list",
                    "--list --state", "--describe --group g", "--delete --all-groups"):
        groups(command)


def what_is_stored(tools):
    """The records of the internal topic, as Kafka's own formatters read them; those of a key in their order."""
    for formatter in ("OffsetsMessageFormatter", "GroupMetadataMessageFormatter"):
        out = "".join(tools.run("kafka-console-consumer",
                                "--topic __consumer_offsets --partition 0 --offset earliest --timeout-ms 2000 "
                                f"--formatter org.apache.kafka.tools.consumer.{formatter}", quiet=True))
        records, decoder = [], json.JSONDecoder()
        while (start := out.find('{"key"')) >= 0:
            record, size = decoder.raw_decode(out[start:])
            records.append(record)
            out = out[start + size:]
        tools.transcript.append(f"$ kafka-console-consumer --topic __consumer_offsets --formatter {formatter}")
        for record in sorted(records, key=lambda r: json.dumps(r["key"])):
            tools.transcript += tools.normal([json.dumps(masked(record))])
        tools.transcript.append("")


def masked(record):
    data = (record["value"] or {}).get("data", {})
    for name in ("commitTimestamp", "currentStateTimestamp"):
        if data.get(name, 0) > 0:
            data[name] = "now"
    if "topicId" in data:
        data["topicId"] = "a topic's id"
    members = data.get("members", [])
    members.sort(key=lambda member: member["memberId"])
    if data.get("protocol") == "cooperative-sticky":
        for member in members:
            member["subscription"] = "tells whether it saw the generation before, which is a race"
    return record


if __name__ == "__main__":
    java_tools.main("consumer_groups", scenario, {"group.initial.rebalance.delay.ms": 0, "offsets.topic.num.partitions": 1})
