#!/usr/bin/env python3
"""The tools of Kafka 4.3.1 (Java): java_test.py console|perf|brokers|group"""
import shutil, subprocess, sys

from kelp_process import BUILD, KelpProcess, check, skip

CLASSPATH = BUILD.parent / "java/classpath"  # written by ./dev clients
LINES = b"".join(b"line %d\n" % i for i in range(1_000))


def java(tool, *arguments, data=None):
    ended = subprocess.run(["java", "-cp", CLASSPATH.read_text().strip(), f"org.apache.kafka.tools.{tool}", *arguments],
                           input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=55)
    check(ended.returncode == 0, f"{tool} ends with 0: {ended.stdout.decode()}")
    return ended.stdout


def console_producer(kelp):
    java("ConsoleProducer", "--bootstrap-server", kelp.bootstrap, "--topic", "t", data=LINES)


def console_consumer(kelp, *arguments):
    out = java("consumer.ConsoleConsumer", "--bootstrap-server", kelp.bootstrap, "--topic", "t", "--max-messages", "1000",
               "--timeout-ms", "20000", *arguments)
    return [line for line in out.splitlines() if line.startswith(b"line ")]


def console():
    with KelpProcess() as kelp:
        console_producer(kelp)
        back = console_consumer(kelp, "--partition", "0", "--offset", "earliest")
        check(back == LINES.splitlines(), "lines come back as they were sent")


def perf():
    with KelpProcess() as kelp:
        out = java("ProducerPerformance", "--topic", "t", "--num-records", "500000", "--record-size", "100",
                   "--throughput", "-1", "--producer-props", f"bootstrap.servers={kelp.bootstrap}",
                   "enable.idempotence=true", "acks=all")
        print(out.decode().splitlines()[-1])
        check(b"500000 records sent" in out, "every record is acknowledged")
        check(b"ERROR" not in out and b"Exception" not in out, "no error")


def brokers():
    with KelpProcess("--brokers", "3", "--set", "num.partitions=12") as kelp:
        console_producer(kelp)
        if not kelp.serves_groups():
            skip("groups are not served")
        check(sorted(console_consumer(kelp, "--from-beginning")) == sorted(LINES.splitlines()), "all lines come back")


def group():
    with KelpProcess() as kelp:
        if not kelp.serves_groups():
            skip("groups are not served")
        console_producer(kelp)
        back = console_consumer(kelp, "--from-beginning", "--group", "readers")
        check(back == LINES.splitlines(), "a group reads the lines as they were sent")


if __name__ == "__main__":
    if not shutil.which("java") or not CLASSPATH.exists():
        skip("java or Kafka's tools are not installed: ./dev clients, with java and mvn")
    {"console": console, "perf": perf, "brokers": brokers, "group": group}[sys.argv[1]]()
