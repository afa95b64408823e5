// AssignReplicasToDirs (key 73), version 0, flexible since 0. Between brokers and controllers:
// tests only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct AssignReplicasToDirsRequest {
  static constexpr int16_t key = 73;
  static constexpr std::string_view name = "AssignReplicasToDirsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;

    static constexpr void describe(auto& m, auto&& f) { f(m.partition_index, "PartitionIndex"); }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct DirectoryData {
    Uuid id;
    std::vector<TopicData> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.id, "Id");
      f(m.topics, "Topics");
    }
  };

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  std::vector<DirectoryData> directories;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.broker_id, "BrokerId");
    f(m.broker_epoch, "BrokerEpoch");
    f(m.directories, "Directories");
  }
};

struct AssignReplicasToDirsResponse {
  static constexpr int16_t key = 73;
  static constexpr std::string_view name = "AssignReplicasToDirsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct DirectoryData {
    Uuid id;
    std::vector<TopicData> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.id, "Id");
      f(m.topics, "Topics");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<DirectoryData> directories;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.directories, "Directories");
  }
};

}  // namespace kelp::wire
