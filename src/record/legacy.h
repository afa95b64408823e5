// Message sets of magic 0 and 1, which Produce versions 0 to 2 carry, and their conversion into one
// batch of magic 2. Nothing else of Kelp knows these formats: the log holds magic 2 only. Pure.
//   offset: int64 | size: int32 | crc: uint32 (CRC-32 of what follows) | magic: int8
//   | attributes: int8 | timestamp: int64 (magic 1) | key: int32 + bytes | value: int32 + bytes
// A compressed message (a wrapper) has such messages, compressed, as its value.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/slice.h"
#include "record/batch.h"
#include "record/fault.h"

namespace kelp::record {

/// What the wrappers of one set may decompress to: 32 MiB (old producers fill batches of 1 MB
/// before they compress), or as much as the set itself. All of it is in memory while it is
/// converted.
uint64_t max_legacy_bytes(size_t set_bytes);

struct LegacyMessage {
  int8_t magic = 0;
  Codec codec = Codec::none;  // of the wrapper it came in
  TimestampType timestamp_type = TimestampType::create_time;
  Offset offset;              // absolute, also inside of a wrapper
  int64_t timestamp_ms = -1;  // magic 0 has none; the wrapper's, if that is the time of its append
  std::optional<Bytes> key;
  std::optional<Bytes> value;
};

/// Walks the messages of a set, those inside of wrappers too.
class MessageSetReader {
 public:
  /// `set` must outlive the reader.
  explicit MessageSetReader(Bytes set);

  /// The next message, valid until the next call; null at the end and before a cut tail. A fault
  /// ends the walk.
  ///   2  CORRUPT_MESSAGE   a CRC-32, an impossible size, an unknown magic
  ///   10 MESSAGE_TOO_LARGE decompresses beyond max_legacy_bytes()
  ///   76 UNSUPPORTED_COMPRESSION_TYPE zstd, which these formats do not have
  ///   87 INVALID_RECORD    magic 2, wrappers that are empty, nested, cut, or not what they claim
  std::expected<const LegacyMessage*, BatchFault> next();

 private:
  std::expected<void, BatchFault> enter(const LegacyMessage& wrapper);

  Bytes outer_;
  uint64_t left_;  // of the bound
  Slice inside_;   // the messages of the wrapper being read
  Bytes inner_;
  LegacyMessage wrapper_;
  int64_t inner_base_ = 0;
  LegacyMessage message_;
};

/// All messages of the set as one batch of magic 2, offsets from 0, in the codec of the first
/// wrapper. validate_produced() then applies the topic's rules to it. Faults as the reader's; a set
/// without messages is 87.
std::expected<Slice, BatchFault> up_convert(const Slice& message_set);

}  // namespace kelp::record
