// The names of a record's fields in JSON, the same for `kelp consume` and `kelp produce`. Bytes
// that are no UTF-8 are in a field of the name with `_base64` behind it.
#pragma once

#include <algorithm>
#include <string_view>

namespace kelp::cli::field {

inline constexpr std::string_view kTopic = "topic";
inline constexpr std::string_view kPartition = "partition";
inline constexpr std::string_view kOffset = "offset";
inline constexpr std::string_view kTimestamp = "timestamp";
inline constexpr std::string_view kTimestampType = "timestamp_type";
inline constexpr std::string_view kHeaders = "headers";
inline constexpr std::string_view kKey = "key";
inline constexpr std::string_view kValue = "value";
inline constexpr std::string_view kBase64 = "_base64";

inline bool is_known(std::string_view name) {
  constexpr std::string_view kNames[] = {kTopic,         kPartition, kOffset, kTimestamp,
                                         kTimestampType, kHeaders,   kKey,    kValue};
  const bool is_bytes = name.starts_with(kKey) || name.starts_with(kValue);
  if (is_bytes && name.ends_with(kBase64)) name.remove_suffix(kBase64.size());
  return std::ranges::find(kNames, name) != std::end(kNames);
}

}  // namespace kelp::cli::field
