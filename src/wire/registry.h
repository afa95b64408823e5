// Every message by key or name, with its type erased: for tools, raw clients, golden tests and
// fuzzers. Derived from the lists in wire/messages.h.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/codec.h"
#include "wire/random.h"

namespace kelp::wire {

enum class MessageKind : uint8_t { request, response, record_key, record_value, data };

struct MessageInfo {
  MessageKind kind;
  int16_t key;  // of the API; of records the record type; of data -1
  const MessageOps* ops;
};

/// What we speak: requests, responses, headers, records of internal topics, consumer protocol.
std::span<const MessageInfo> messages();
/// Messages between brokers and controllers of a Kafka cluster; not spoken here.
std::span<const MessageInfo> internal_messages();

/// Among both; null when there is none. A record type needs its kind and is not unique over the
/// internal topics: the first one is found (of __consumer_offsets).
const MessageInfo* find_message(MessageKind kind, int16_t key);
const MessageInfo* find_message(std::string_view name);

/// A message of a type that is chosen at run time.
class AnyMessage {
 public:
  explicit AnyMessage(const MessageOps& ops) : ops_(&ops), message_(ops.create()) {}
  ~AnyMessage() { ops_->destroy(message_); }
  AnyMessage(const AnyMessage&) = delete;
  AnyMessage& operator=(const AnyMessage&) = delete;

  /// As decode_exactly, encode, from_json, to_json and random_message. Once per object.
  Result<void> decode_exactly(const Slice& body, int16_t version);
  Result<void> from_json(const boost::json::value& json, int16_t version);
  void fill_randomly(RandomSource& random, int16_t version);

  Buffer encode(int16_t version) const { return encode_erased(*ops_, message_, version); }
  boost::json::value to_json(int16_t version) const;
  size_t size_of(int16_t version) const { return size_of_erased(*ops_, message_, version); }

 private:
  const MessageOps* ops_;
  void* message_;
};

}  // namespace kelp::wire
