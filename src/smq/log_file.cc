#include "smq/log_file.h"

#include <cstring>
#include <limits>

#include "base/endian.h"
#include "base/varint.h"

namespace kelp::smq {
namespace {

constexpr const char* kNoBytes = "an entry of no bytes";
constexpr const char* kTooLong = "an entry longer than kMaxEntryBytes";
constexpr const char* kCutNumber = "a number that is cut or too long";
constexpr const char* kBeyond = "a field that is longer than its entry";
constexpr const char* kWireType = "a field of a wire type that proto3 does not have";
constexpr const char* kFieldZero = "a field with the number 0";
constexpr const char* kOffsetRange = "an offset that is negative or has no next one";

/// Protobuf's wire types.
enum class Wire : uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

constexpr uint64_t tag_of(uint32_t field, Wire wire) {
  return (uint64_t{field} << 3) | static_cast<uint64_t>(wire);
}
constexpr uint64_t kTsNs = tag_of(1, Wire::varint);
constexpr uint64_t kKeyHash = tag_of(2, Wire::varint);
constexpr uint64_t kData = tag_of(3, Wire::bytes);
constexpr uint64_t kKey = tag_of(4, Wire::bytes);
constexpr uint64_t kOffset = tag_of(5, Wire::varint);

/// take_varint64 on two pointers, which a loop over fields keeps in registers.
inline bool take_number(const uint8_t*& at, const uint8_t* end, uint64_t& out) {
  if (at != end && *at < 0x80) {
    out = *at++;
    return true;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < kMaxVarint64Bytes && at != end; ++i) {
    const uint8_t byte = *at++;
    if (i == kMaxVarint64Bytes - 1 && byte > 1) return false;
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      out = value;
      return true;
    }
  }
  return false;
}

inline const char* take_bytes(const uint8_t*& at, const uint8_t* end, Bytes& out) {
  uint64_t size = 0;
  if (!take_number(at, end, size)) return kCutNumber;
  if (size > static_cast<uint64_t>(end - at)) return kBeyond;
  out = {at, static_cast<size_t>(size)};
  at += size;
  return nullptr;
}

const char* skip_bytes(const uint8_t*& at, const uint8_t* end, size_t count) {
  if (count > static_cast<size_t>(end - at)) return kBeyond;
  at += count;
  return nullptr;
}

/// A field that we do not know, or that has another wire type than we know: protobuf ignores both.
const char* skip_field(const uint8_t*& at, const uint8_t* end, uint64_t tag) {
  if (tag >> 3 == 0) return kFieldZero;
  uint64_t number = 0;
  Bytes bytes;
  switch (static_cast<Wire>(tag & 7)) {
    case Wire::varint:
      return take_number(at, end, number) ? nullptr : kCutNumber;
    case Wire::fixed64:
      return skip_bytes(at, end, 8);
    case Wire::bytes:
      return take_bytes(at, end, bytes);
    case Wire::fixed32:
      return skip_bytes(at, end, 4);
  }
  return kWireType;  // groups, which proto3 has not, and the two numbers that nobody has
}

size_t number_field_size(uint64_t value) { return value == 0 ? 0 : 1 + varint_size(value); }
size_t bytes_field_size(Bytes bytes) {
  return bytes.empty() ? 0 : 1 + varint_size(bytes.size()) + bytes.size();
}

uint8_t* store_number_field(uint8_t* to, uint64_t tag, uint64_t value) {
  if (value == 0) return to;
  return store_varint(store_varint(to, tag), value);
}
uint8_t* store_bytes_field(uint8_t* to, uint64_t tag, Bytes bytes) {
  if (bytes.empty()) return to;
  to = store_varint(store_varint(to, tag), bytes.size());
  std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

}  // namespace

const char* read_entry(Bytes message, LogEntry& out) {
  out = LogEntry();
  const uint8_t* at = message.data();
  const uint8_t* const end = at + message.size();
  while (at != end) {
    uint64_t tag = 0;
    uint64_t number = 0;
    if (!take_number(at, end, tag)) return kCutNumber;
    const char* fault = nullptr;
    switch (tag) {
      case kTsNs:
        if (!take_number(at, end, number)) return kCutNumber;
        out.ts_ns = static_cast<int64_t>(number);
        break;
      case kKeyHash:
        if (!take_number(at, end, number)) return kCutNumber;
        out.partition_key_hash = static_cast<int32_t>(number);
        break;
      case kData:
        fault = take_bytes(at, end, out.data);
        break;
      case kKey:
        fault = take_bytes(at, end, out.key);
        break;
      case kOffset:
        if (!take_number(at, end, number)) return kCutNumber;
        out.offset = static_cast<int64_t>(number);
        break;
      default:
        fault = skip_field(at, end, tag);
    }
    if (fault != nullptr) return fault;
  }
  constexpr int64_t kNoNextOffset = std::numeric_limits<int64_t>::max();
  return out.offset < 0 || out.offset == kNoNextOffset ? kOffsetRange : nullptr;
}

LogFileReader::Step LogFileReader::next(LogEntry& out) {
  if (fault_ != nullptr) return Step::damaged;
  const size_t left = range_.size() - consumed_;
  if (left < kEntryLengthBytes) return need(kEntryLengthBytes);
  const uint8_t* const at = range_.data() + consumed_;
  const size_t length = load_big<uint32_t>(at);
  if (length == 0) return damaged(kNoBytes);
  if (length > kMaxEntryBytes) return damaged(kTooLong);
  if (left - kEntryLengthBytes < length) return need(kEntryLengthBytes + length);
  if (const char* fault = read_entry({at + kEntryLengthBytes, length}, out)) return damaged(fault);
  consumed_ += kEntryLengthBytes + length;
  wanted_ = kEntryLengthBytes;
  return Step::entry;
}

void append_entry(std::vector<uint8_t>& to, const LogEntry& entry) {
  const auto ts_ns = static_cast<uint64_t>(entry.ts_ns);
  // A negative int32 is written as the int64 that it is equal to: ten bytes.
  const auto hash = static_cast<uint64_t>(int64_t{entry.partition_key_hash});
  const auto offset = static_cast<uint64_t>(entry.offset);
  const size_t length = number_field_size(ts_ns) + number_field_size(hash) +
                        bytes_field_size(entry.data) + bytes_field_size(entry.key) +
                        number_field_size(offset);
  const size_t start = to.size();
  to.resize(start + kEntryLengthBytes + length);
  uint8_t* at = to.data() + start;
  store_big<uint32_t>(at, static_cast<uint32_t>(length));
  at = store_number_field(at + kEntryLengthBytes, kTsNs, ts_ns);
  at = store_number_field(at, kKeyHash, hash);
  at = store_bytes_field(at, kData, entry.data);
  at = store_bytes_field(at, kKey, entry.key);
  at = store_number_field(at, kOffset, offset);
  KELP_ASSERT(at == to.data() + to.size(), length);
}

}  // namespace kelp::smq
