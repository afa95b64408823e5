// Where everything stands below a data directory. Every part of a path is made of numbers and ids,
// never of a client's words.
//   meta  lock  catalog.log  clean  recovery-points  trash/  logs/<topic id>/<partition>/
//   in a partition: <base offset, 20 digits>.log and .index, start, snapshot
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.h"

namespace kelp::engine::disk {

inline constexpr std::string_view kLogSuffix = ".log";
inline constexpr std::string_view kIndexSuffix = ".index";
/// Bytes that recovery has cut off and kept for a person to look at.
inline constexpr std::string_view kCorruptSuffix = ".corrupt";

struct Layout {
  std::string root;

  std::string meta() const { return root + "/meta"; }
  std::string lock() const { return root + "/lock"; }
  std::string catalog() const { return root + "/catalog.log"; }
  std::string clean() const { return root + "/clean"; }
  std::string recovery_points() const { return root + "/recovery-points"; }
  std::string trash() const { return root + "/trash"; }
  std::string logs() const { return root + "/logs"; }
  std::string topic(const Uuid& id) const { return logs() + "/" + id.text(); }
  std::string partition(PartitionId id) const {
    return topic(id.topic_id) + "/" + std::to_string(id.index);
  }
};

/// "00000000000000000042.log" for 42.
std::string segment_name(Offset base, std::string_view suffix = kLogSuffix);
/// The reverse; nothing for other names.
std::optional<Offset> parse_segment_name(std::string_view name, std::string_view suffix);
/// A partition's directory name: digits without a leading zero, within int32.
std::optional<int32_t> parse_partition_name(std::string_view name);

}  // namespace kelp::engine::disk
