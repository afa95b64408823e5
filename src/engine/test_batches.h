// For tests only: batches with a right header and CRC around any payload (an engine does not look
// into records), chunks of them, and the bytes of what a read gave.
#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "base/crc32c.h"
#include "engine/engine.h"

namespace kelp::engine {

/// One batch of `count` records from `base` on.
inline std::string batch_text(Offset base, int32_t count, int64_t timestamp_ms,
                              size_t payload_bytes = 20) {
  using namespace record::at;
  std::string text(kRecords + payload_bytes, '\0');
  auto* to = reinterpret_cast<uint8_t*>(text.data());
  store_big<int64_t>(to + kBaseOffset, base.value());
  store_big<int32_t>(to + kLength, static_cast<int32_t>(text.size() - record::kLogOverhead));
  store_big<int8_t>(to + kMagic, record::kMagic2);
  store_big<int32_t>(to + kLastOffsetDelta, count - 1);
  store_big<int64_t>(to + kBaseTimestamp, timestamp_ms);
  store_big<int64_t>(to + kMaxTimestamp, timestamp_ms);
  store_big<int64_t>(to + kProducerId, -1);
  store_big<int16_t>(to + kProducerEpoch, -1);
  store_big<int32_t>(to + kBaseSequence, -1);
  store_big<int32_t>(to + kRecordCount, count);
  for (size_t i = 0; i < payload_bytes; ++i) {
    text[kRecords + i] = static_cast<char>(base.value() * 31 + static_cast<int64_t>(i));
  }
  store_big<uint32_t>(to + kCrc, crc32c(as_bytes(text).subspan(kAttributes)));
  return text;
}

/// `batches` batches of `records` records each, as one chunk.
inline Chunk chunk_of(Offset base, int batches = 1, int32_t records = 1, int64_t timestamp_ms = 0,
                      size_t payload_bytes = 20) {
  std::string text;
  Offset next = base;
  for (int i = 0; i < batches; ++i) {
    text += batch_text(next, records, timestamp_ms, payload_bytes);
    next = next + int64_t{records};
  }
  return {.epoch = Epoch(0),
          .base = base,
          .last = next - int64_t{1},
          .max_timestamp_ms = timestamp_ms,
          .batches = Slice::copy_of(text)};
}

inline std::string bytes_of(const rt::Fragments& fragments) {
  std::string text;
  for (const rt::Fragment& part : fragments.parts()) {
    if (const auto* slice = std::get_if<Slice>(&part)) {
      text += slice->text();
      continue;
    }
    const auto& range = std::get<rt::FileRange>(part);
    std::string piece(range.size, '\0');
    const ssize_t got = ::pread(range.file->descriptor(), piece.data(), piece.size(),
                                static_cast<off_t>(range.position));
    piece.resize(got < 0 ? 0 : static_cast<size_t>(got));
    text += piece;
  }
  return text;
}

}  // namespace kelp::engine
