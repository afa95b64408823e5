// Messages as JSON and back, in the form of Kafka's JsonConverter classes: camelCase names, bytes
// and records in Base64, uuids in their 22 characters, absent what the version lacks and tagged
// fields at their default. For tools, logs and tests, not for the way of a request.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "wire/codec.h"

namespace kelp::wire {

boost::json::value to_json_erased(const Type& type, const void* message, int16_t version);
Result<void> from_json_erased(const Type& type, void* message, int16_t version,
                              const boost::json::value& json);

/// No records may lie elsewhere. Bytes that are not UTF-8 become U+FFFD.
template <class Message>
boost::json::value to_json(const Message& message, int16_t version) {
  return to_json_erased(ops<Message>().type(), &message, version);
}

/// A field that is absent keeps its default. Errors (invalid) name the field: one that the version
/// does not have, a value of another type or out of its range, null where there is none.
template <class Message>
Result<Message> from_json(const boost::json::value& json, int16_t version) {
  Message message;
  if (auto done = from_json_erased(ops<Message>().type(), &message, version, json); !done)
    return std::unexpected(std::move(done.error()));
  return message;
}

/// boost::json::parse, but numbers with a fraction or exponent get the nearest double.
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace kelp::wire
