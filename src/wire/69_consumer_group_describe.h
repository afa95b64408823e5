// ConsumerGroupDescribe (key 69), versions 0-1, flexible since 0.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
struct ConsumerGroupDescribeRequest {
  static constexpr int16_t key = 69;
  static constexpr std::string_view name = "ConsumerGroupDescribeRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_ids, "GroupIds");
    f(m.include_authorized_operations, "IncludeAuthorizedOperations");
  }
};

// v1: +groups.members.member_type
struct ConsumerGroupDescribeResponse {
  static constexpr int16_t key = 69;
  static constexpr std::string_view name = "ConsumerGroupDescribeResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct TopicPartitions {
    Uuid topic_id;
    std::string topic_name;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    static constexpr void describe(auto& m, auto&& f) { f(m.topic_partitions, "TopicPartitions"); }
  };

  struct Member {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    int32_t member_epoch = 0;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topic_names;
    std::optional<std::string> subscribed_topic_regex;
    Assignment assignment;
    Assignment target_assignment;
    int8_t member_type = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.instance_id, "InstanceId");
      f(m.rack_id, "RackId");
      f(m.member_epoch, "MemberEpoch");
      f(m.client_id, "ClientId");
      f(m.client_host, "ClientHost");
      f(m.subscribed_topic_names, "SubscribedTopicNames");
      f(m.subscribed_topic_regex, "SubscribedTopicRegex");
      f(m.assignment, "Assignment");
      f(m.target_assignment, "TargetAssignment");
      f(m.member_type, "MemberType", since(1));
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::string assignor_name;
    std::vector<Member> members;
    int32_t authorized_operations = std::numeric_limits<int32_t>::min();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.group_id, "GroupId");
      f(m.group_state, "GroupState");
      f(m.group_epoch, "GroupEpoch");
      f(m.assignment_epoch, "AssignmentEpoch");
      f(m.assignor_name, "AssignorName");
      f(m.members, "Members");
      f(m.authorized_operations, "AuthorizedOperations");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.groups, "Groups");
  }
};

}  // namespace kelp::wire
