#include "record/record_format.h"

namespace kelp::record {
namespace {

constexpr const char* kCut = "the record ends in the middle of a field";
constexpr const char* kBeyond = "a field is longer than its record";
constexpr const char* kNegative = "a field has a negative length";
constexpr const char* kNullHeaderKey = "a header has no key";
constexpr const char* kHeaderCount = "the number of headers is negative or beyond the record";
constexpr const char* kLeftOver = "the record is longer than its fields";
constexpr const char* kTooShort = "the record's length is too small";
/// A header takes a length of key and a length of value at least.
constexpr uint64_t kMinHeaderBytes = 2;

/// Key, value, or a header's part: a length and that many bytes, none for -1.
const char* read_nullable(PieceReader& from, uint64_t end, std::optional<Bytes>& out) {
  int32_t length = 0;
  if (!from.take_varint(length)) return kCut;
  out.reset();
  if (length == -1) return nullptr;
  if (length < 0) return kNegative;
  if (from.position() > end || static_cast<uint64_t>(length) > end - from.position())
    return kBeyond;
  if (!from.take(static_cast<uint64_t>(length), out.emplace())) return kCut;
  return nullptr;
}

const char* read_headers(PieceReader& from, uint64_t end, RecordFields& out) {
  if (!from.take_varint(out.header_count)) return kCut;
  out.headers_at = from.position();
  if (out.header_count == 0) return nullptr;
  if (out.header_count < 0 || out.headers_at > end ||
      static_cast<uint64_t>(out.header_count) > (end - out.headers_at) / kMinHeaderBytes) {
    return kHeaderCount;
  }
  for (int32_t i = 0; i < out.header_count; ++i) {
    std::optional<Bytes> key;
    std::optional<Bytes> value;
    if (const char* fault = read_nullable(from, end, key)) return fault;
    if (!key) return kNullHeaderKey;
    if (const char* fault = read_nullable(from, end, value)) return fault;
  }
  return nullptr;
}

}  // namespace

const char* read_record_length(PieceReader& from, int32_t& body_bytes) {
  if (!from.take_varint(body_bytes)) return kCut;
  // The length itself is not part of the body.
  return body_bytes < static_cast<int32_t>(kMinRecordBytes - 1) ? kTooShort : nullptr;
}

const char* read_record_body(PieceReader& from, int32_t body_bytes, RecordFields& out) {
  const uint64_t end = from.position() + static_cast<uint64_t>(body_bytes);
  uint8_t attributes = 0;
  if (!from.take_byte(attributes) || !from.take_varint(out.timestamp_delta) ||
      !from.take_varint(out.offset_delta)) {
    return kCut;
  }
  out.attributes = static_cast<int8_t>(attributes);
  if (const char* fault = read_nullable(from, end, out.key)) return fault;
  if (const char* fault = read_nullable(from, end, out.value)) return fault;
  if (const char* fault = read_headers(from, end, out)) return fault;
  return from.position() == end ? nullptr : kLeftOver;
}

}  // namespace kelp::record
