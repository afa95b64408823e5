// How a Kafka record and a SeaweedMQ message stand for each other (`kelp.smq.mapping`). A message
// has a key and a value, cannot tell an absent one from an empty one, and has no headers and no
// time of its producer. `plain` keeps what is the same on both sides and refuses the rest;
// `envelope` puts what a message has no place for in front of the value. Nothing is lost silently.
// Pure; views of bytes that the caller keeps alive. Format: docs/formats/smq-envelope.md.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "base/slice.h"
#include "record/batch.h"
#include "record/builder.h"
#include "smq/log_file.h"

namespace kelp::smq {

enum class Mapping : uint8_t { plain, envelope };

/// As `kelp.smq.mapping` has them: plain, envelope.
std::string_view name_of(Mapping mapping);
std::optional<Mapping> mapping_named(std::string_view name);

/// What of a topic decides how its records are stored.
struct MappingRules {
  Mapping mapping = Mapping::envelope;
  /// message.timestamp.type. With log_append_time a record's own time is worth nothing; `plain`
  /// knows no other.
  record::TimestampType timestamp_type = record::TimestampType::create_time;
};

/// Why a topic cannot be configured so (plain keeps no time of the producer); null if it can.
const char* fault_of(MappingRules rules);

struct Message {
  Bytes key;
  Bytes value;
};

/// What stands in front of a value that is wrapped.
inline constexpr std::array<uint8_t, 4> kEnvelopeMagic = {'K', 'e', 'l', 1};

/// The message that is stored for a record. `scratch` holds the value if it had to be wrapped, and
/// is overwritten. Otherwise INVALID_RECORD's words, which name the setting.
std::expected<Message, std::string_view> message_of(const record::NewRecord& record,
                                                    MappingRules rules,
                                                    std::vector<uint8_t>& scratch);

/// The record that an entry is shown as. Never fails: a value that begins as an envelope and is
/// none was written by someone else, and is shown as it is.
record::NewRecord record_of(const LogEntry& entry, MappingRules rules);

}  // namespace kelp::smq
