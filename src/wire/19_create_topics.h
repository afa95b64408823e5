// CreateTopics (key 19), versions 0-7, flexible since 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +validate_only
// v2-v4: same fields
// v5: flexible
// v6-v7: same fields
struct CreateTopicsRequest {
  static constexpr int16_t key = 19;
  static constexpr std::string_view name = "CreateTopicsRequest";
  static constexpr Versions versions{0, 7}, flexible = since(5);

  struct CreatableReplicaAssignment {
    int32_t partition_index = 0;
    std::vector<int32_t> broker_ids;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.broker_ids, "BrokerIds");
    }
  };

  struct CreatableTopicConfig {
    std::string name;
    std::optional<std::string> value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.value, "Value");
    }
  };

  struct CreatableTopic {
    std::string name;
    int32_t num_partitions = 0;
    int16_t replication_factor = 0;
    std::vector<CreatableReplicaAssignment> assignments;
    std::vector<CreatableTopicConfig> configs;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.num_partitions, "NumPartitions");
      f(m.replication_factor, "ReplicationFactor");
      f(m.assignments, "Assignments");
      f(m.configs, "Configs");
    }
  };

  std::vector<CreatableTopic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.timeout_ms, "timeoutMs");
    f(m.validate_only, "validateOnly", since(1));
  }
};

// v1: +topics.error_message
// v2: +throttle_time_ms
// v3-v4: same fields
// v5: flexible, +topics.topic_config_error_code (tag 0), +topics.num_partitions,
//     +topics.replication_factor, +topics.configs
// v6: same fields
// v7: +topics.topic_id
struct CreateTopicsResponse {
  static constexpr int16_t key = 19;
  static constexpr std::string_view name = "CreateTopicsResponse";
  static constexpr Versions versions{0, 7}, flexible = since(5);

  struct CreatableTopicConfigs {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.value, "Value");
      f(m.read_only, "ReadOnly");
      f(m.config_source, "ConfigSource");
      f(m.is_sensitive, "IsSensitive");
    }
  };

  struct CreatableTopicResult {
    std::string name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    ErrorCode topic_config_error_code = ErrorCode::none;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::optional<std::vector<CreatableTopicConfigs>> configs;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.topic_id, "TopicId", since(7));
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage", since(1));
      f(m.num_partitions, "NumPartitions", since(5));
      f(m.replication_factor, "ReplicationFactor", since(5));
      f(m.configs, "Configs", since(5));
      f(m.topic_config_error_code, "TopicConfigErrorCode", since(5), tag(0));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(2));
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
