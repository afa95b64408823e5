#!/usr/bin/env python3
"""Whether a SeaweedMQ broker does its work: broker_ready.py HOST:PORT [TLS], run by the interpreter of build/weed.

Asks FindBrokerLeader, configures the topic _probe._ready until a leader is named, and publishes a record until it is acknowledged.
Never looks up before that: a lookup in the first second caches the empty leaders for 30 s. Exit 0, or 1 and why.
TLS: the directory that has ca.pem, cert.pem and key.pem.
Speaks protobuf by hand, so that no generated code is needed.
"""
import pathlib, sys, time

import grpc

SERVICE = "/messaging_pb.SeaweedMessaging/"
PATIENCE_S = 100  # the broker may look for its lock for 40 s after a filer came back; and the machine may be busy
LOOK_S = 0.1


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def put(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def get(data):
    """[(field number, int or bytes)]"""
    fields, at = [], 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            byte = data[at]
            at += 1
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            fields.append((tag >> 3, number()))
        else:
            size = number()
            fields.append((tag >> 3, data[at:at + size]))
            at += size
    return fields


TOPIC = put(1, b"_probe") + put(2, b"_ready")


def channel_to(address, tls):
    if tls is None:
        return grpc.insecure_channel(address)
    ca, key, cert = (pathlib.Path(tls, name).read_bytes() for name in ("ca.pem", "key.pem", "cert.pem"))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, cert))


def what_is_missing(address, tls):
    """None when a record was acknowledged."""
    with channel_to(address, tls) as channel:
        def call(name, message):
            return channel.unary_unary(SERVICE + name)(message, timeout=5)

        if not dict(get(call("FindBrokerLeader", b""))).get(1):
            return "no balancer yet"
        assigned = dict(get(call("ConfigureTopic", put(1, TOPIC) + put(2, 1)))).get(2)
        partition = dict(get(assigned)) if assigned else {}
        if not partition.get(2):
            return "no leader yet"

        def requests():
            yield put(1, put(1, TOPIC) + put(2, partition[1]) + put(5, b"ready-probe"))
            yield put(2, put(2, b"\0ready"))

        answers = [dict(get(a)) for a in channel.stream_stream(SERVICE + "PublishMessage")(requests(), timeout=10)]
        if len(answers) < 2 or any(answer.get(4) for answer in answers):  # a hello, then the acknowledgement; 4: error_code
            return f"not acknowledged: {answers}"
    return None


def main():
    deadline, why = time.monotonic() + PATIENCE_S, ""
    while time.monotonic() < deadline:
        try:
            why = what_is_missing(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
            if why is None:
                return 0
        except grpc.RpcError as error:
            why = f"{error.code()}: {error.details()}"
        time.sleep(LOOK_S)
    print("not ready:", why)
    return 1


if __name__ == "__main__":
    sys.exit(main())
