// AlterReplicaLogDirs (key 34), versions 0-2, flexible since 2.
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
struct AlterReplicaLogDirsRequest {
  static constexpr int16_t key = 34;
  static constexpr std::string_view name = "AlterReplicaLogDirsRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct AlterReplicaLogDirTopic {
    std::string name;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  struct AlterReplicaLogDir {
    std::string path;
    std::vector<AlterReplicaLogDirTopic> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.path, "Path");
      f(m.topics, "Topics");
    }
  };

  std::vector<AlterReplicaLogDir> dirs;

  static constexpr void describe(auto& m, auto&& f) { f(m.dirs, "Dirs"); }
};

// v1: same fields
// v2: flexible
struct AlterReplicaLogDirsResponse {
  static constexpr int16_t key = 34;
  static constexpr std::string_view name = "AlterReplicaLogDirsResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct AlterReplicaLogDirPartitionResult {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct AlterReplicaLogDirTopicResult {
    std::string topic_name;
    std::vector<AlterReplicaLogDirPartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterReplicaLogDirTopicResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
