#include "engine/disk/partition_state.h"

#include <cstring>

#include "engine/disk/checked_file.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/checkpoint.md
constexpr uint32_t kCleanMagic = 0x4b434c4e;     // "KCLN"
constexpr uint32_t kRecoveryMagic = 0x4b525054;  // "KRPT"
constexpr uint16_t kVersion = 1;
constexpr size_t kHeaderBytes = 16;
constexpr size_t kPartitionBytes = 64;
constexpr size_t kSegmentBytes = 32;

uint32_t magic_of(StateFile kind) {
  return kind == StateFile::clean ? kCleanMagic : kRecoveryMagic;
}

uint8_t* store_segment(uint8_t* to, const SegmentInfo& segment) {
  store_big<int64_t>(to, segment.base.value());
  store_big<int64_t>(to + 8, segment.next.value());
  store_big<uint64_t>(to + 16, segment.size_bytes);
  store_big<int64_t>(to + 24, segment.max_timestamp_ms);
  return to + kSegmentBytes;
}

SegmentInfo load_segment(const uint8_t* from) {
  return {.base = Offset(load_big<int64_t>(from)),
          .next = Offset(load_big<int64_t>(from + 8)),
          .size_bytes = load_big<uint64_t>(from + 16),
          .max_timestamp_ms = load_big<int64_t>(from + 24)};
}

uint8_t* store_partition(uint8_t* to, PartitionId id, const PartitionState& state, size_t count) {
  std::memcpy(to, id.topic_id.bytes.data(), id.topic_id.bytes.size());
  store_big<int32_t>(to + 16, id.index);
  store_big<uint32_t>(to + 20, static_cast<uint32_t>(count));
  store_big<int64_t>(to + 24, state.start.value());
  store_big<int64_t>(to + 32, state.durable.offset.value());
  store_big<int64_t>(to + 40, state.durable.segment_base.value());
  store_big<uint64_t>(to + 48, state.durable.position);
  store_big<int64_t>(to + 56, state.durable.max_timestamp_ms);
  return to + kPartitionBytes;
}

bool makes_sense(const PartitionState& state) {
  Offset next = state.segments.empty() ? state.start : state.segments.front().base;
  for (const SegmentInfo& segment : state.segments) {
    if (segment.base < next || segment.next < segment.base) return false;
    next = segment.next;
  }
  return state.start >= Offset(0) && state.start <= state.end();
}

}  // namespace

std::string encode_states(StateFile kind, const PartitionStates& states) {
  const auto segments_of = [&](const PartitionState& state) {
    return kind == StateFile::clean ? state.segments.size() : 0;
  };
  size_t size = kHeaderBytes;
  for (const auto& [id, state] : states) {
    size += kPartitionBytes + segments_of(state) * kSegmentBytes;
  }
  std::string text(size, '\0');
  auto* to = reinterpret_cast<uint8_t*>(text.data());
  store_big<uint32_t>(to + kCheckedFrom, static_cast<uint32_t>(states.size()));
  uint8_t* at = to + kHeaderBytes;
  for (const auto& [id, state] : states) {
    const size_t count = segments_of(state);
    at = store_partition(at, id, state, count);
    for (size_t i = 0; i < count; ++i) at = store_segment(at, state.segments[i]);
  }
  seal_file(text, magic_of(kind), kVersion);
  return text;
}

Result<PartitionStates> decode_states(StateFile kind, Bytes file) {
  if (!is_sealed_file(file, magic_of(kind), kVersion, kHeaderBytes)) {
    return fail(ErrorKind::malformed, "checkpoint: torn or not of this version");
  }
  PartitionStates states;
  const uint32_t partitions = load_big<uint32_t>(file.data() + kCheckedFrom);
  Bytes rest = file.subspan(kHeaderBytes);
  for (uint32_t i = 0; i < partitions; ++i) {
    if (rest.size() < kPartitionBytes) return fail(ErrorKind::malformed, "checkpoint: cut");
    const uint8_t* from = rest.data();
    const size_t segments = load_big<uint32_t>(from + 20);
    if ((rest.size() - kPartitionBytes) / kSegmentBytes < segments) {
      return fail(ErrorKind::malformed, "checkpoint: cut");
    }
    auto& [id, state] = states.emplace_back();
    std::memcpy(id.topic_id.bytes.data(), from, id.topic_id.bytes.size());
    id.index = load_big<int32_t>(from + 16);
    state.start = Offset(load_big<int64_t>(from + 24));
    state.durable = {.offset = Offset(load_big<int64_t>(from + 32)),
                     .segment_base = Offset(load_big<int64_t>(from + 40)),
                     .position = load_big<uint64_t>(from + 48),
                     .max_timestamp_ms = load_big<int64_t>(from + 56)};
    rest = rest.subspan(kPartitionBytes);
    state.segments.reserve(segments);
    for (size_t s = 0; s < segments; ++s) {
      state.segments.push_back(load_segment(rest.data()));
      rest = rest.subspan(kSegmentBytes);
    }
    if (kind == StateFile::clean && !makes_sense(state)) {
      return fail(ErrorKind::malformed, "checkpoint: segments out of order");
    }
  }
  if (!rest.empty()) return fail(ErrorKind::malformed, "checkpoint: bytes left over");
  return states;
}

}  // namespace kelp::engine::disk
