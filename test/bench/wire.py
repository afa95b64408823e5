"""Just enough of the protocol for the benches that make many topics: one connection, whole requests, answers looked at for errors."""
import os, socket, struct

CREATE_TOPICS, PRODUCE, LIST_OFFSETS = 19, 0, 2


def _crc32c_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = (i >> 1) ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)
    return table


_TABLE = _crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def varint(value):
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def batch(records, timestamp_ms=1_700_000_000_000):
    """A record batch of magic 2 with these (key, value), not compressed."""
    body = bytearray()
    for delta, (key, value) in enumerate(records):
        record = b"\0" + varint(0) + varint(delta) + varint(len(key)) + key + varint(len(value)) + value + varint(0)
        body += varint(len(record)) + record
    checked = struct.pack(">hiqqqhii", 0, len(records) - 1, timestamp_ms, timestamp_ms, -1, -1, -1, len(records)) + body
    return struct.pack(">qiibI", 0, len(checked) + 9, -1, 2, crc32c(checked)) + checked


def large_batch(size_bytes):
    """One record whose value cannot be compressed."""
    return batch([(b"k", os.urandom(size_bytes))])


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, api, version, *body):
        header = struct.pack(">hhi", api, version, self.sent) + text("bench")
        self.sent += 1
        size = len(header) + sum(map(len, body))
        self.socket.sendmsg([struct.pack(">i", size) + header, b"".join(body)] if size < 1 << 16 else
                            [struct.pack(">i", size) + header])
        if size >= 1 << 16:
            for piece in body:
                self.socket.sendall(piece)

    def receive(self):
        size, = struct.unpack(">i", self._exactly(4))
        return self._exactly(size)[4:]

    def _exactly(self, size):
        parts = bytearray()
        while len(parts) < size:
            more = self.socket.recv(size - len(parts))
            if not more:
                raise ConnectionError("closed by the server")
            parts += more
        return bytes(parts)

    def create_topics(self, topics):
        """topics: (name, partitions[, configs])"""
        body = [struct.pack(">i", len(topics))]
        for name, partitions, *configs in topics:
            pairs = configs[0] if configs else {}
            body += [text(name), struct.pack(">ihii", partitions, 1, 0, len(pairs))]
            body += [text(key) + text(value) for key, value in pairs.items()]
        self.send(CREATE_TOPICS, 4, *body, struct.pack(">i?", 300_000, False))
        answer, at = self.receive(), 8
        for _ in topics:
            at += 2 + struct.unpack_from(">h", answer, at)[0]
            error, message = struct.unpack_from(">hh", answer, at)
            if error:
                raise SystemExit(f"bench: CreateTopics answered {error}: {answer[at + 4:at + 4 + max(message, 0)]}")
            at += 4 + max(message, 0)

    def send_produce(self, pairs, acks=1):
        """pairs: (topic, partition, batch), those of a topic next to each other."""
        topics = {}
        for topic, partition, records in pairs:
            topics.setdefault(topic, []).append((partition, records))
        body = [struct.pack(">hhii", -1, acks, 300_000, len(topics))]
        for topic, partitions in topics.items():
            body.append(text(topic) + struct.pack(">i", len(partitions)))
            for partition, records in partitions:
                body += [struct.pack(">ii", partition, len(records)), records]
        self.send(PRODUCE, 7, *body)

    def receive_produce(self):
        """Waits for the acknowledgement; the bench is over if it is not one."""
        answer, at = self.receive(), 4
        for _ in range(struct.unpack_from(">i", answer)[0]):
            at += 2 + struct.unpack_from(">h", answer, at)[0]
            count, = struct.unpack_from(">i", answer, at)
            at += 4
            for _ in range(count):
                error, = struct.unpack_from(">h", answer, at + 4)
                if error:
                    raise SystemExit(f"bench: Produce answered {error}")
                at += 30

    def produce(self, pairs, acks=1):
        self.send_produce(pairs, acks)
        self.receive_produce()

    def end_offset(self, topic, partition):
        self.send(LIST_OFFSETS, 1, struct.pack(">ii", -1, 1), text(topic), struct.pack(">iiq", 1, partition, -1))
        answer = self.receive()
        error, _, offset = struct.unpack_from(">hqq", answer, len(answer) - 18)
        if error:
            raise SystemExit(f"bench: ListOffsets answered {error}")
        return offset
