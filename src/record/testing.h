// Batches for tests, of this module and others: easy to make, easy to damage. Nothing that serves
// includes this.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "record/builder.h"

namespace kelp::record::testing {

inline constexpr Codec kAllCodecs[] = {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4,
                                       Codec::zstd};
inline constexpr Codec kCompressing[] = {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};

/// Keys k0, k1…, values v0, v1…, timestamps 1000, 1001….
inline Slice batch_of(int records, BatchOptions options = {}) {
  BatchBuilder builder(options);
  for (int i = 0; i < records; ++i) {
    const std::string key = "k" + std::to_string(i);
    const std::string value = "v" + std::to_string(i);
    builder.add({.timestamp_ms = 1000 + i, .key = as_bytes(key), .value = as_bytes(value)});
  }
  return std::move(*builder.build());
}

inline void fix_crc(uint8_t* batch, size_t size) {
  store_big<uint32_t>(batch + at::kCrc, BatchView(Bytes(batch, size)).computed_crc());
}

/// The batch after `change` of its bytes, with a CRC that is right again.
inline Slice changed(const Slice& batch, const std::function<void(uint8_t*)>& change) {
  Slice copy = Slice::copy_of(batch.bytes());
  change(copy.patch());
  fix_crc(copy.patch(), copy.size());
  return copy;
}

/// A batch with the header of `like`, that many records said to be in it, and this payload.
inline Slice with_payload(const Slice& like, Bytes payload, int32_t count) {
  Buffer buffer(kHeaderBytes + payload.size());
  std::copy(like.data(), like.data() + kHeaderBytes, buffer.data());
  std::copy(payload.begin(), payload.end(), buffer.data() + kHeaderBytes);
  store_big<int32_t>(buffer.data() + at::kLength,
                     static_cast<int32_t>(buffer.size() - kLogOverhead));
  store_big<int32_t>(buffer.data() + at::kRecordCount, count);
  store_big<int32_t>(buffer.data() + at::kLastOffsetDelta, count - 1);
  fix_crc(buffer.data(), buffer.size());
  return buffer.slice();
}

inline Slice joined(const std::vector<Slice>& parts) {
  std::string all;
  for (const Slice& part : parts) all += part.text();
  return Slice::copy_of(all);
}

}  // namespace kelp::record::testing
