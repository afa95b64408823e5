#include "record/legacy.h"

#include <zlib.h>

#include <algorithm>

#include "base/endian.h"
#include "record/builder.h"
#include "record/compression.h"

namespace kelp::record {
namespace {

constexpr size_t kCrcAt = 12;
constexpr size_t kMagicAt = 16;  // from here on the CRC counts
constexpr size_t kAttributesAt = 17;
constexpr size_t kBodyAt = 18;
/// Behind offset and size: crc, magic, attributes, two lengths.
constexpr int32_t kMinSize = 14;

std::unexpected<BatchFault> refuse(ErrorCode code, std::string message) {
  return std::unexpected(BatchFault{code, std::move(message), {}});
}

std::unexpected<BatchFault> invalid(std::string message) {
  return refuse(ErrorCode::invalid_record, std::move(message));
}

/// Key or value: int32 length, -1 for null, and bytes. False if it is beyond what is there.
bool take_nullable(Bytes& from, std::optional<Bytes>& out) {
  if (from.size() < sizeof(int32_t)) return false;
  const auto length = load_big<int32_t>(from.data());
  from = from.subspan(sizeof(int32_t));
  out.reset();
  if (length == -1) return true;
  if (length < 0 || static_cast<size_t>(length) > from.size()) return false;
  out = from.first(static_cast<size_t>(length));
  from = from.subspan(static_cast<size_t>(length));
  return true;
}

/// Takes the message at the front of `from`: false before nothing or a cut one.
std::expected<bool, BatchFault> take_message(Bytes& from, LegacyMessage& out) {
  if (from.size() < kLogOverhead) return false;
  const auto size = load_big<int32_t>(from.data() + at::kLength);
  if (size < kMinSize) {
    return refuse(ErrorCode::corrupt_message, fmt::format("a message of {} bytes", size));
  }
  if (from.size() - kLogOverhead < static_cast<size_t>(size)) return false;
  const Bytes message = from.first(kLogOverhead + static_cast<size_t>(size));
  out.magic = load_big<int8_t>(message.data() + kMagicAt);
  if (out.magic == kMagic2) return invalid("a record batch among messages of an older format");
  if (out.magic != 0 && out.magic != 1) {
    return refuse(ErrorCode::corrupt_message,
                  fmt::format("Invalid magic found in record: {}", out.magic));
  }
  const Bytes counted = message.subspan(kMagicAt);
  const auto crc = static_cast<uint32_t>(crc32_z(0, counted.data(), counted.size()));
  if (const auto stored = load_big<uint32_t>(message.data() + kCrcAt); crc != stored) {
    return refuse(
        ErrorCode::corrupt_message,
        fmt::format("Record is corrupt (stored crc = {}, computed crc = {})", stored, crc));
  }
  const auto attributes = load_big<int8_t>(message.data() + kAttributesAt);
  const int codec = attributes & attribute::kCodecMask;
  if (codec == static_cast<int>(Codec::zstd)) {
    return refuse(ErrorCode::unsupported_compression_type,
                  "messages of magic 0 and 1 have no zstd");
  }
  if (codec > static_cast<int>(Codec::zstd)) {
    return invalid(fmt::format("unknown compression codec {}", codec));
  }
  out.codec = Codec(codec);
  out.offset = Offset(load_big<int64_t>(message.data() + at::kBaseOffset));
  out.timestamp_type = TimestampType::create_time;
  out.timestamp_ms = -1;
  Bytes body = message.subspan(kBodyAt);
  if (out.magic == 1) {
    if (body.size() < sizeof(int64_t)) return invalid("a message without its timestamp");
    out.timestamp_ms = load_big<int64_t>(body.data());
    body = body.subspan(sizeof(int64_t));
    if ((attributes & attribute::kLogAppendTime) != 0) {
      out.timestamp_type = TimestampType::log_append_time;
    }
  }
  if (!take_nullable(body, out.key) || !take_nullable(body, out.value) || !body.empty()) {
    return invalid("a message whose lengths do not add up");
  }
  from = from.subspan(message.size());
  return true;
}

/// The offset of the last message of a wrapper, by which relative offsets are counted; -1 for none.
int64_t last_offset_of(Bytes messages) {
  int64_t last = -1;
  while (messages.size() >= kLogOverhead) {
    const auto size = load_big<int32_t>(messages.data() + at::kLength);
    if (size < kMinSize || messages.size() - kLogOverhead < static_cast<size_t>(size)) break;
    last = load_big<int64_t>(messages.data() + at::kBaseOffset);
    messages = messages.subspan(kLogOverhead + static_cast<size_t>(size));
  }
  return last;
}

int64_t sum(int64_t a, int64_t b) {  // wraps around: these are a client's numbers
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

int64_t difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

}  // namespace

uint64_t max_legacy_bytes(size_t set_bytes) {
  constexpr uint64_t kFloor = uint64_t{32} << 20;
  return std::max<uint64_t>(kFloor, set_bytes);
}

MessageSetReader::MessageSetReader(Bytes set) : outer_(set), left_(max_legacy_bytes(set.size())) {}

std::expected<const LegacyMessage*, BatchFault> MessageSetReader::next() {
  if (inner_.empty()) {
    const auto taken = take_message(outer_, message_);
    if (!taken) return std::unexpected(taken.error());
    if (!*taken) return nullptr;
    if (message_.codec == Codec::none) return &message_;
    if (const auto entered = enter(message_); !entered) return std::unexpected(entered.error());
  }
  const auto taken = take_message(inner_, message_);
  if (!taken) return std::unexpected(taken.error());
  if (!*taken) return invalid("a compressed message holds a message that is cut short");
  if (message_.codec != Codec::none) return invalid("a compressed message in another one");
  if (message_.magic != wrapper_.magic) {
    return invalid(fmt::format("a message of magic {} in a compressed one of magic {}",
                               message_.magic, wrapper_.magic));
  }
  message_.codec = wrapper_.codec;
  message_.offset = Offset(sum(inner_base_, message_.offset.value()));
  if (wrapper_.timestamp_type == TimestampType::log_append_time) {
    message_.timestamp_type = wrapper_.timestamp_type;
    message_.timestamp_ms = wrapper_.timestamp_ms;
  }
  return &message_;
}

std::expected<void, BatchFault> MessageSetReader::enter(const LegacyMessage& wrapper) {
  wrapper_ = wrapper;
  if (!wrapper.value) return invalid("a compressed message without a value");
  const auto lz4_header = wrapper.magic == 0 ? Lz4Header::unchecked : Lz4Header::standard;
  Result<Slice> inside = decompress(wrapper.codec, *wrapper.value, left_, lz4_header);
  if (!inside) {
    return refuse(inside.error().kind == ErrorKind::too_large ? ErrorCode::message_too_large
                                                              : ErrorCode::invalid_record,
                  std::move(inside.error().what));
  }
  if (inside->empty()) return invalid("a compressed message without messages in it");
  left_ -= inside->size();
  inside_ = std::move(*inside);
  inner_ = inside_.bytes();
  // Magic 0 counts absolutely; in magic 1 the wrapper has the offset of its last message.
  inner_base_ = 0;
  if (wrapper.magic == 1) inner_base_ = difference(wrapper.offset.value(), last_offset_of(inner_));
  return {};
}

std::expected<Slice, BatchFault> up_convert(const Slice& message_set) {
  MessageSetReader reader(message_set.bytes());
  std::optional<BatchBuilder> builder;
  for (;;) {
    const auto message = reader.next();
    if (!message) return std::unexpected(message.error());
    if (*message == nullptr) break;
    if (!builder) builder.emplace(BatchOptions{.codec = (*message)->codec});
    builder->add({.timestamp_ms = (*message)->timestamp_ms,
                  .key = (*message)->key,
                  .value = (*message)->value});
  }
  if (!builder) return invalid("a message set without messages");
  Result<Slice> batch = builder->build();
  if (!batch) return refuse(ErrorCode::message_too_large, std::move(batch.error().what));
  return std::move(*batch);
}

}  // namespace kelp::record
