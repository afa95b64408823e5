// __consumer_offsets: share groups (KIP-932). Keys come behind their record type, values behind
// their version, both int16: wire/coordinator_record.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct ShareGroupMemberMetadataKey {
  static constexpr int16_t record_type = 10;
  static constexpr std::string_view name = "ShareGroupMemberMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ShareGroupMemberMetadataValue {
  static constexpr int16_t record_type = 10;
  static constexpr std::string_view name = "ShareGroupMemberMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::optional<std::string> rack_id;
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.rack_id, "RackId");
    f(m.client_id, "ClientId");
    f(m.client_host, "ClientHost");
    f(m.subscribed_topic_names, "SubscribedTopicNames");
  }
};

struct ShareGroupMetadataKey {
  static constexpr int16_t record_type = 11;
  static constexpr std::string_view name = "ShareGroupMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ShareGroupMetadataValue {
  static constexpr int16_t record_type = 11;
  static constexpr std::string_view name = "ShareGroupMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t epoch = 0;
  int64_t metadata_hash = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.epoch, "Epoch");
    f(m.metadata_hash, "MetadataHash");
  }
};

struct ShareGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 12;
  static constexpr std::string_view name = "ShareGroupTargetAssignmentMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ShareGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 12;
  static constexpr std::string_view name = "ShareGroupTargetAssignmentMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.assignment_epoch, "AssignmentEpoch");
    f(m.assignment_timestamp, "AssignmentTimestamp", kAlways, tag(0));
  }
};

struct ShareGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 13;
  static constexpr std::string_view name = "ShareGroupTargetAssignmentMemberKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ShareGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 13;
  static constexpr std::string_view name = "ShareGroupTargetAssignmentMemberValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicPartition {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<TopicPartition> topic_partitions;

  static constexpr void describe(auto& m, auto&& f) { f(m.topic_partitions, "TopicPartitions"); }
};

struct ShareGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 14;
  static constexpr std::string_view name = "ShareGroupCurrentMemberAssignmentKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ShareGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 14;
  static constexpr std::string_view name = "ShareGroupCurrentMemberAssignmentValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.member_epoch, "MemberEpoch");
    f(m.previous_member_epoch, "PreviousMemberEpoch");
    f(m.state, "State");
    f(m.assigned_partitions, "AssignedPartitions");
  }
};

struct ShareGroupStatePartitionMetadataKey {
  static constexpr int16_t record_type = 15;
  static constexpr std::string_view name = "ShareGroupStatePartitionMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ShareGroupStatePartitionMetadataValue {
  static constexpr int16_t record_type = 15;
  static constexpr std::string_view name = "ShareGroupStatePartitionMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicPartitionsInfo {
    Uuid topic_id;
    std::string topic_name;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  struct TopicInfo {
    Uuid topic_id;
    std::string topic_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.topic_name, "TopicName");
    }
  };

  std::vector<TopicPartitionsInfo> initializing_topics;
  std::vector<TopicPartitionsInfo> initialized_topics;
  std::vector<TopicInfo> deleting_topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.initializing_topics, "InitializingTopics");
    f(m.initialized_topics, "InitializedTopics");
    f(m.deleting_topics, "DeletingTopics");
  }
};

}  // namespace kelp::wire
