#!/usr/bin/env python3
"""A client of SeaweedMQ's own, without Kelp: smq_native.py VERB BROKER NAMESPACE TOPIC ..., run by the interpreter of build/weed.

    make N                          a topic with N partitions
    publish PARTITION PREFIX N      N messages k0=PREFIX0, k1=PREFIX1, …; prints their offsets
    subscribe PARTITION N           prints the first N messages as "key=value"; the broker sends equal keys one by one
"""
import queue, sys, time

import grpc

from broker_ready import SERVICE, get, put

PATIENCE_S = 60
EARLIEST = 5


def call(channel, name, message):
    return get(channel.unary_unary(SERVICE + name)(message, timeout=PATIENCE_S))


def of(fields, number):
    return [value for key, value in fields if key == number]


def partitions(channel, topic):
    """The messages Partition in the order of the ring."""
    assignments = of(call(channel, "GetTopicConfiguration", put(1, topic)), 3)
    return sorted((dict(get(each))[1] for each in assignments), key=lambda partition: dict(get(partition)).get(2, 0))


def make(channel, topic, count):
    """Until each partition has a leader."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assignments = of(call(channel, "ConfigureTopic", put(1, topic) + put(2, int(count))), 2)
        if assignments and all(dict(get(each)).get(2) for each in assignments):
            return
        time.sleep(0.1)
    sys.exit("no leader")


def publish(channel, topic, index, prefix, count):
    partition = partitions(channel, topic)[int(index)]

    def requests():
        yield put(1, put(1, topic) + put(2, partition) + put(5, b"native"))
        for n in range(int(count)):
            yield put(2, put(1, b"k%d" % n) + put(2, b"%s%d" % (prefix.encode(), n)))

    answers = [dict(get(a)) for a in channel.stream_stream(SERVICE + "PublishMessage")(requests(), timeout=PATIENCE_S)]
    if any(answer.get(4) for answer in answers):
        sys.exit(f"refused: {answers}")
    print(*(answer.get(5, 0) for answer in answers[1:]))  # the first one is the hello


def subscribe(channel, topic, index, count):
    partition = partitions(channel, topic)[int(index)]
    out = queue.SimpleQueue()
    group = b"group-%d" % time.time_ns()
    out.put(put(1, put(1, group) + put(2, b"native") + put(3, b"native") + put(4, topic) + put(5, put(1, partition)) + put(6, EARLIEST) +
                put(12, 1000)))
    stream = channel.stream_stream(SERVICE + "SubscribeMessage")(iter(out.get, None), timeout=PATIENCE_S)
    for _ in range(int(count)):
        message = {}
        while not message:
            message = dict(get(dict(get(next(stream))).get(2, b"")))
        print((message.get(1, b"") + b"=" + message.get(2, b"")).decode("latin-1"))
        out.put(put(2, put(1, message.get(3, 0)) + put(2, message.get(1, b""))))
    out.put(None)
    stream.cancel()


if __name__ == "__main__":
    verb, broker, space, name, *words = sys.argv[1:]
    with grpc.insecure_channel(broker) as connection:
        {"make": make, "publish": publish, "subscribe": subscribe}[verb](connection, put(1, space.encode()) + put(2, name.encode()), *words)
