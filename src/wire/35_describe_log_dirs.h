// DescribeLogDirs (key 35), versions 0-5, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
// v3-v5: same fields
struct DescribeLogDirsRequest {
  static constexpr int16_t key = 35;
  static constexpr std::string_view name = "DescribeLogDirsRequest";
  static constexpr Versions versions{0, 5}, flexible = since(2);

  struct DescribableLogDirTopic {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  std::optional<std::vector<DescribableLogDirTopic>> topics;

  static constexpr void describe(auto& m, auto&& f) { f(m.topics, "Topics"); }
};

// v1: same fields
// v2: flexible
// v3: +error_code
// v4: +results.total_bytes, +results.usable_bytes
// v5: +results.is_cordoned
struct DescribeLogDirsResponse {
  static constexpr int16_t key = 35;
  static constexpr std::string_view name = "DescribeLogDirsResponse";
  static constexpr Versions versions{0, 5}, flexible = since(2);

  struct DescribeLogDirsPartition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;
    int64_t offset_lag = 0;
    bool is_future_key = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.partition_size, "PartitionSize");
      f(m.offset_lag, "OffsetLag");
      f(m.is_future_key, "IsFutureKey");
    }
  };

  struct DescribeLogDirsTopic {
    std::string name;
    std::vector<DescribeLogDirsPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  struct DescribeLogDirsResult {
    ErrorCode error_code = ErrorCode::none;
    std::string log_dir;
    std::vector<DescribeLogDirsTopic> topics;
    int64_t total_bytes = -1;
    int64_t usable_bytes = -1;
    bool is_cordoned = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.log_dir, "LogDir");
      f(m.topics, "Topics");
      f(m.total_bytes, "TotalBytes", since(4));
      f(m.usable_bytes, "UsableBytes", since(4));
      f(m.is_cordoned, "IsCordoned", since(5));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<DescribeLogDirsResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode", since(3));
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
