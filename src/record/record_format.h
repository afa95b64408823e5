// One record inside of a batch of magic 2, field by field: the only place that knows the order.
//   length: varint | attributes: int8 | timestampDelta: varlong | offsetDelta: varint
//   | keyLength: varint, key | valueLength: varint, value
//   | headerCount: varint, [keyLength: varint, key | valueLength: varint, value]
// Lengths of -1 mean null (a header's key has none). Source: the protocol guide, "Record".
#pragma once

#include <cstdint>
#include <optional>

#include "base/slice.h"
#include "record/piece_reader.h"

namespace kelp::record {

/// A record's fields as they stand in the bytes.
struct RecordFields {
  int8_t attributes = 0;  // no bit has a meaning
  int64_t timestamp_delta = 0;
  int32_t offset_delta = 0;
  std::optional<Bytes> key;  // for its presence only, if the body was not in one row
  std::optional<Bytes> value;
  int32_t header_count = 0;
  uint64_t headers_at = 0;  // the reader's position in front of the first one; they end the body
};

/// The smallest record: seven one-byte fields.
inline constexpr size_t kMinRecordBytes = 7;

/// Reads the length in front of a record. Null, or what is wrong with it.
const char* read_record_length(PieceReader& from, int32_t& body_bytes);

/// Reads a record's body of `body_bytes` bytes, its headers too. Null, or what is wrong with it, in
/// words. With null the reader stands behind the body.
const char* read_record_body(PieceReader& from, int32_t body_bytes, RecordFields& out);

}  // namespace kelp::record
