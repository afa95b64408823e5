// ConsumerGroupHeartbeat (key 68), versions 0-1, flexible since 0.
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

// v1: +subscribed_topic_regex
struct ConsumerGroupHeartbeatRequest {
  static constexpr int16_t key = 68;
  static constexpr std::string_view name = "ConsumerGroupHeartbeatRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::string member_id;
  int32_t member_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::vector<std::string>> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex;
  std::optional<std::string> server_assignor;
  std::optional<std::vector<TopicPartitions>> topic_partitions;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
    f(m.member_epoch, "MemberEpoch");
    f(m.instance_id, "InstanceId");
    f(m.rack_id, "RackId");
    f(m.rebalance_timeout_ms, "RebalanceTimeoutMs");
    f(m.subscribed_topic_names, "SubscribedTopicNames");
    f(m.subscribed_topic_regex, "SubscribedTopicRegex", since(1));
    f(m.server_assignor, "ServerAssignor");
    f(m.topic_partitions, "TopicPartitions");
  }
};

// v1: same fields
struct ConsumerGroupHeartbeatResponse {
  static constexpr int16_t key = 68;
  static constexpr std::string_view name = "ConsumerGroupHeartbeatResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    static constexpr void describe(auto& m, auto&& f) { f(m.topic_partitions, "TopicPartitions"); }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::optional<std::string> member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  std::optional<Assignment> assignment;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.member_id, "MemberId");
    f(m.member_epoch, "MemberEpoch");
    f(m.heartbeat_interval_ms, "HeartbeatIntervalMs");
    f(m.assignment, "Assignment");
  }
};

}  // namespace kelp::wire
