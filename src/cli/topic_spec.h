// Which partitions a person means: `orders`, `orders:0,3`.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kelp::cli {

struct TopicSpec {
  std::string topic;
  std::set<int32_t> partitions;  // empty: all
};

/// Errors: invalid.
Result<TopicSpec> parse_topic_spec(std::string_view text);
Result<std::vector<TopicSpec>> parse_topic_specs(const std::vector<std::string>& texts);

/// A whole decimal number of the type, and nothing else. Errors: invalid.
Result<int32_t> parse_partition(std::string_view text);
Result<int64_t> parse_offset(std::string_view text);

}  // namespace kelp::cli
