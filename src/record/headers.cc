#include "record/headers.h"

#include "base/varint.h"

namespace kelp::record {
namespace {

/// Bytes behind their length, or null for -1. The bytes have been checked before.
std::optional<Bytes> take_checked(Bytes& from) {
  const std::optional<uint32_t> raw = take_varint32(from);
  KELP_ASSERT(raw.has_value(), from.size());
  const int32_t length = unzigzag(*raw);
  if (length < 0) return std::nullopt;
  KELP_ASSERT(static_cast<size_t>(length) <= from.size(), length, from.size());
  const Bytes bytes = from.first(static_cast<size_t>(length));
  from = from.subspan(static_cast<size_t>(length));
  return bytes;
}

enum class Null : uint8_t { allowed, refused };

/// Passes over bytes behind their length. False when they are cut or the length is not allowed.
bool skip_unchecked(Bytes& from, Null null) {
  const std::optional<uint32_t> raw = take_varint32(from);
  if (!raw) return false;
  const int32_t length = unzigzag(*raw);
  if (length == -1) return null == Null::allowed;
  if (length < 0 || static_cast<size_t>(length) > from.size()) return false;
  from = from.subspan(static_cast<size_t>(length));
  return true;
}

void append_varint(std::vector<uint8_t>& to, int64_t value) {
  uint8_t bytes[kMaxVarint64Bytes];
  to.insert(to.end(), bytes, store_varint(bytes, zigzag(value)));
}

}  // namespace

Headers::Iterator& Headers::Iterator::operator++() {
  ended_ = rest_.empty();
  if (ended_) return *this;
  header_.key = as_text(take_checked(rest_).value_or(Bytes()));
  header_.value = take_checked(rest_);
  return *this;
}

std::optional<Headers> take_headers(Bytes& from) {
  Bytes rest = from;
  const std::optional<uint32_t> raw = take_varint32(rest);
  if (!raw) return std::nullopt;
  const int32_t count = unzigzag(*raw);
  const Bytes encoded = rest;
  // Each takes two bytes at least, so the loop ends with the bytes whatever the count says.
  for (int32_t i = 0; i < count; ++i) {
    if (!skip_unchecked(rest, Null::refused) || !skip_unchecked(rest, Null::allowed)) {
      return std::nullopt;
    }
  }
  if (count < 0) return std::nullopt;
  from = rest;
  return Headers(count, encoded.first(encoded.size() - rest.size()));
}

void HeaderList::add(std::string_view key, const std::optional<Bytes>& value) {
  append_varint(encoded_, static_cast<int64_t>(key.size()));
  encoded_.insert(encoded_.end(), key.begin(), key.end());
  append_varint(encoded_, value ? static_cast<int64_t>(value->size()) : -1);
  if (value) encoded_.insert(encoded_.end(), value->begin(), value->end());
  ++count_;
}

}  // namespace kelp::record
