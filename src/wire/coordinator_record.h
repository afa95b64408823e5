// Keys and values of records as they stand in internal topics and control batches, behind an int16:
// a key behind its record type, a value behind its version. The same form has what classic
// consumers put in the opaque bytes of JoinGroup and SyncGroup.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/endian.h"
#include "base/result.h"
#include "wire/codec.h"

namespace kelp::wire {

/// The int16 at the front of a record's key or value, and what follows it.
struct Prefixed {
  int16_t prefix;
  Slice rest;
};
Result<Prefixed> split_prefix(const Slice& bytes);

template <class Message>
Buffer encode_prefixed(int16_t prefix, const Message& message, int16_t version) {
  std::array<uint8_t, sizeof prefix> bytes;
  store_big<int16_t>(bytes.data(), prefix);
  return encode_erased(ops<Message>(), &message, version, bytes);
}

/// A key of an internal topic: its record type, then its only version, 0.
template <class Key>
Buffer encode_record_key(const Key& key) {
  static_assert(Key::versions == Versions{0, 0});
  return encode_prefixed(Key::record_type, key, 0);
}

/// Decodes a key after split_prefix() has told its record type.
template <class Key>
Result<Key> decode_record_key(const Prefixed& key) {
  KELP_ASSERT(key.prefix == Key::record_type, key.prefix, Key::name);
  return decode<Key>(key.rest, 0);
}

template <class Message>
Buffer encode_versioned(const Message& message, int16_t version) {
  return encode_prefixed(version, message, version);
}

/// Errors: unsupported for a version that is newer than ours.
template <class Message>
Result<Message> decode_versioned(const Slice& bytes) {
  const auto split = split_prefix(bytes);
  if (!split) return std::unexpected(split.error());
  return decode<Message>(split->rest, split->prefix);
}

/// A newer version is read as the newest that we know, as Kafka does with subscriptions and
/// assignments: what is new comes behind what is old.
template <class Message>
Result<Message> decode_versioned_or_newest(const Slice& bytes) {
  const auto split = split_prefix(bytes);
  if (!split) return std::unexpected(split.error());
  return decode<Message>(split->rest, std::min(split->prefix, Message::versions.max));
}

}  // namespace kelp::wire
