#include "smq/mapping.h"

#include <algorithm>
#include <cstring>

#include "base/varint.h"

namespace kelp::smq {
namespace {

namespace flag {
constexpr uint8_t kNullKey = 1;
constexpr uint8_t kNullValue = 2;
constexpr uint8_t kHeaders = 4;
constexpr uint8_t kAll = kNullKey | kNullValue | kHeaders;
}  // namespace flag

constexpr std::string_view kNoHeaders =
    "kelp.smq.mapping=plain stores no headers; with kelp.smq.mapping=envelope they are kept";
constexpr std::string_view kNoNullValue =
    "kelp.smq.mapping=plain stores no null value; with kelp.smq.mapping=envelope it is kept";
constexpr std::string_view kNoEmptyKey =
    "kelp.smq.mapping=plain would give an empty key back as null; with kelp.smq.mapping=envelope "
    "it is kept";

bool begins_as_envelope(Bytes value) {
  return value.size() >= kEnvelopeMagic.size() &&
         std::memcmp(value.data(), kEnvelopeMagic.data(), kEnvelopeMagic.size()) == 0;
}

/// Whether key and value alone say all that the topic promises of the record.
bool is_kept_raw(const record::NewRecord& record, MappingRules rules) {
  return rules.timestamp_type == record::TimestampType::log_append_time && record.headers.empty() &&
         record.value && (!record.key || !record.key->empty()) &&
         !begins_as_envelope(*record.value);
}

void append(std::vector<uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_varint(std::vector<uint8_t>& to, uint64_t value) {
  uint8_t bytes[kMaxVarint64Bytes];
  append(to, {bytes, store_varint(bytes, value)});
}

void wrap(const record::NewRecord& record, std::vector<uint8_t>& to) {
  const int flags = (record.key ? 0 : flag::kNullKey) | (record.value ? 0 : flag::kNullValue) |
                    (record.headers.empty() ? 0 : flag::kHeaders);
  to.assign(kEnvelopeMagic.begin(), kEnvelopeMagic.end());
  to.push_back(static_cast<uint8_t>(flags));
  append_varint(to, zigzag(record.timestamp_ms));
  if (!record.headers.empty()) {
    append_varint(to, zigzag(record.headers.size()));
    append(to, record.headers.encoded());
  }
  if (record.value) append(to, *record.value);
}

/// What wrap() made; nothing for what it cannot have made.
std::optional<record::NewRecord> unwrapped(const LogEntry& entry) {
  if (!begins_as_envelope(entry.data)) return std::nullopt;
  Bytes rest = entry.data.subspan(kEnvelopeMagic.size());
  if (rest.empty()) return std::nullopt;
  const uint8_t flags = rest[0];
  rest = rest.subspan(1);
  if ((flags & ~flag::kAll) != 0) return std::nullopt;
  if ((flags & flag::kNullKey) != 0 && !entry.key.empty()) return std::nullopt;
  const std::optional<uint64_t> timestamp_ms = take_varint64(rest);
  if (!timestamp_ms) return std::nullopt;

  record::NewRecord record;
  record.timestamp_ms = unzigzag(*timestamp_ms);
  if ((flags & flag::kHeaders) != 0) {
    const std::optional<record::Headers> headers = record::take_headers(rest);
    if (!headers || headers->empty()) return std::nullopt;
    record.headers = *headers;
  }
  if ((flags & flag::kNullValue) != 0 && !rest.empty()) return std::nullopt;
  if ((flags & flag::kNullKey) == 0) record.key = entry.key;
  if ((flags & flag::kNullValue) == 0) record.value = rest;
  return record;
}

}  // namespace

std::string_view name_of(Mapping mapping) {
  return mapping == Mapping::plain ? "plain" : "envelope";
}

std::optional<Mapping> mapping_named(std::string_view name) {
  for (const Mapping mapping : {Mapping::plain, Mapping::envelope}) {
    if (name == name_of(mapping)) return mapping;
  }
  return std::nullopt;
}

const char* fault_of(MappingRules rules) {
  if (rules.mapping == Mapping::envelope ||
      rules.timestamp_type == record::TimestampType::log_append_time) {
    return nullptr;
  }
  return "kelp.smq.mapping=plain keeps no time of the producer: it needs "
         "message.timestamp.type=LogAppendTime";
}

std::expected<Message, std::string_view> message_of(const record::NewRecord& record,
                                                    MappingRules rules,
                                                    std::vector<uint8_t>& scratch) {
  if (rules.mapping == Mapping::plain) {
    if (!record.headers.empty()) return std::unexpected(kNoHeaders);
    if (!record.value) return std::unexpected(kNoNullValue);
    if (record.key && record.key->empty()) return std::unexpected(kNoEmptyKey);
    return Message{record.key.value_or(Bytes()), *record.value};
  }
  if (is_kept_raw(record, rules)) return Message{record.key.value_or(Bytes()), *record.value};
  wrap(record, scratch);
  return Message{record.key.value_or(Bytes()), scratch};
}

record::NewRecord record_of(const LogEntry& entry, MappingRules rules) {
  if (rules.mapping == Mapping::envelope) {
    if (std::optional<record::NewRecord> record = unwrapped(entry)) {
      if (rules.timestamp_type == record::TimestampType::log_append_time) {
        record->timestamp_ms = entry.timestamp_ms();
      }
      return *record;
    }
  }
  record::NewRecord record;
  record.timestamp_ms = entry.timestamp_ms();
  if (!entry.key.empty()) record.key = entry.key;
  record.value = entry.data;
  return record;
}

}  // namespace kelp::smq
