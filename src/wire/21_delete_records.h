// DeleteRecords (key 21), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
struct DeleteRecordsRequest {
  static constexpr int16_t key = 21;
  static constexpr std::string_view name = "DeleteRecordsRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct DeleteRecordsPartition {
    int32_t partition_index = 0;
    int64_t offset = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.offset, "Offset");
    }
  };

  struct DeleteRecordsTopic {
    std::string name;
    std::vector<DeleteRecordsPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<DeleteRecordsTopic> topics;
  int32_t timeout_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.timeout_ms, "TimeoutMs");
  }
};

// v1: same fields
// v2: flexible
struct DeleteRecordsResponse {
  static constexpr int16_t key = 21;
  static constexpr std::string_view name = "DeleteRecordsResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct DeleteRecordsPartitionResult {
    int32_t partition_index = 0;
    int64_t low_watermark = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.low_watermark, "LowWatermark");
      f(m.error_code, "ErrorCode");
    }
  };

  struct DeleteRecordsTopicResult {
    std::string name;
    std::vector<DeleteRecordsPartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeleteRecordsTopicResult> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
