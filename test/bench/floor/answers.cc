// What the floor answers to each of its five APIs.
#include <algorithm>
#include <cstdio>

#include "bench/floor/endpoint.h"

namespace kelp::floor {
namespace {

enum ApiKey : int16_t { kProduce = 0, kFetch = 1, kListOffsets = 2, kMetadata = 3, kVersions = 18 };

struct Served {
  int16_t key, version;
};
constexpr Served kServed[] = {
    {kProduce, 3}, {kFetch, 4}, {kListOffsets, 1}, {kMetadata, 1}, {kVersions, 0}};

constexpr int16_t kNoError = 0, kCorruptMessage = 2, kUnsupportedVersion = 35;
constexpr int64_t kEarliest = -2;
constexpr int32_t kNode = 0;

}  // namespace

void Endpoint::handle(Client& client, std::span<uint8_t> bytes) {
  Fields request(bytes);
  const int16_t key = request.int16();
  const int16_t version = request.int16();
  const int32_t correlation_id = request.int32();
  request.string();  // client id
  Reply reply(correlation_id);
  switch (key) {
    case kProduce:
      return produce(client, std::move(reply), request);
    case kFetch:
      return fetch(client, correlation_id, request);
    case kListOffsets:
      return list_offsets(client, std::move(reply), request);
    case kMetadata:
      return metadata(client, std::move(reply), request);
    case kVersions:
      return api_versions(client, std::move(reply), version);
    default:
      std::fprintf(stderr, "floor: API %d is not served\n", key);
  }
}

void Endpoint::api_versions(Client& client, Reply reply, int16_t version) {
  reply.int16(version == 0 ? kNoError : kUnsupportedVersion).int32(std::size(kServed));
  for (const Served& api : kServed) reply.int16(api.key).int16(api.version).int16(api.version);
  reply_with(client, std::move(reply).frame());
}

void Endpoint::metadata(Client& client, Reply reply, Fields request) {
  const int32_t count = request.int32();
  reply.int32(1).int32(kNode).string("127.0.0.1").int32(port_).int16(-1);  // no rack
  reply.int32(kNode).int32(std::max(0, count));
  for (int32_t i = 0; i < count; ++i) {
    reply.int16(kNoError).string(request.string()).int8(0);
    reply.int32(options_.partitions);
    for (int32_t partition = 0; partition < options_.partitions; ++partition) {
      reply.int16(kNoError).int32(partition).int32(kNode);
      reply.int32(1).int32(kNode).int32(1).int32(kNode);  // replicas, in sync
    }
  }
  reply_with(client, std::move(reply).frame());
}

void Endpoint::list_offsets(Client& client, Reply reply, Fields request) {
  request.int32();  // replica id
  const int32_t topics = request.int32();
  reply.int32(topics);
  for (int32_t topic = 0; topic < topics; ++topic) {
    reply.string(request.string());
    const int32_t count = request.int32();
    reply.int32(count);
    for (int32_t i = 0; i < count; ++i) {
      const int32_t partition = request.int32();
      const int64_t timestamp = request.int64();
      const LogFile& log = partitions_.at(static_cast<size_t>(partition));
      reply.int32(partition).int16(kNoError).int64(-1);
      reply.int64(timestamp == kEarliest ? 0 : log.next_offset());
    }
  }
  reply_with(client, std::move(reply).frame());
}

void Endpoint::produce(Client& client, Reply reply, Fields request) {
  request.string();  // transactional id
  const int16_t acks = request.int16();
  request.int32();  // timeout
  const int32_t topics = request.int32();
  reply.int32(topics);
  for (int32_t topic = 0; topic < topics; ++topic) {
    reply.string(request.string());
    const int32_t count = request.int32();
    reply.int32(count);
    for (int32_t i = 0; i < count; ++i) {
      const int32_t partition = request.int32();
      const auto index = static_cast<size_t>(partition);
      const int64_t base = partitions_.at(index).append(request.bytes());
      dirty_[index] = true;
      reply.int32(partition).int16(base < 0 ? kCorruptMessage : kNoError).int64(base).int64(-1);
    }
  }
  reply.int32(0);  // throttle time
  appended_ = true;
  if (acks == 0) return;
  if (options_.sync) {
    unsynced_.push_back({&client, std::move(reply).frame()});
  } else {
    reply_with(client, std::move(reply).frame());
  }
}

void Endpoint::fetch(Client& client, int32_t correlation_id, Fields request) {
  WaitingFetch wanted;
  wanted.correlation_id = correlation_id;
  request.int32();  // replica id
  const int32_t max_wait_ms = request.int32();
  wanted.min_bytes = static_cast<size_t>(request.int32());
  const int32_t max_bytes = request.int32();
  request.number<int8_t>();  // isolation level
  // The first partition that has something, else the first.
  bool found = false;
  const int32_t topics = request.int32();
  for (int32_t topic = 0; topic < topics; ++topic) {
    const std::string_view name = request.string();
    const int32_t count = request.int32();
    for (int32_t i = 0; i < count; ++i) {
      const int32_t partition = request.int32();
      const int64_t offset = request.int64();
      const int32_t of_partition = request.int32();
      const bool has_more = partitions_.at(static_cast<size_t>(partition)).next_offset() > offset;
      if (found || (!has_more && !wanted.topic.empty())) continue;
      found = has_more;
      wanted.topic = name;
      wanted.partition = partition;
      wanted.offset = offset;
      wanted.max_bytes = static_cast<size_t>(std::min(of_partition, max_bytes));
    }
  }
  if (wanted.topic.empty()) {
    return reply_with(client, std::move(Reply(correlation_id).int32(0).int32(0)).frame());
  }
  if (answer_fetch(client, wanted, max_wait_ms == 0)) return;
  wanted.deadline_ms = now_ms() + max_wait_ms;
  client.waiting = std::make_unique<WaitingFetch>(std::move(wanted));
}

bool Endpoint::answer_fetch(Client& client, const WaitingFetch& fetch, bool now) {
  const LogFile& log = partitions_.at(static_cast<size_t>(fetch.partition));
  const LogFile::Range range = log.from(fetch.offset, fetch.max_bytes);
  if (range.bytes < fetch.min_bytes && !now) return false;
  Reply reply(fetch.correlation_id);
  reply.int32(0).int32(1).string(fetch.topic);  // throttle time, one topic
  reply.int32(1).int32(fetch.partition).int16(kNoError);
  reply.int64(log.next_offset()).int64(log.next_offset());  // high watermark, last stable offset
  reply.int32(-1);                                          // aborted transactions
  reply.int32(static_cast<int32_t>(range.bytes));
  Outgoing& outgoing = client.outgoing.emplace_back();
  outgoing.head = std::move(reply).frame(range.bytes);
  outgoing.fd = log.fd();
  outgoing.position = range.position;
  outgoing.file_bytes = range.bytes;
  return true;
}

}  // namespace kelp::floor
