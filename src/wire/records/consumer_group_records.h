// __consumer_offsets: groups of the consumer protocol (KIP-848). Keys come behind their record
// type, values behind their version, both int16: wire/coordinator_record.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/slice.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct ConsumerGroupMetadataKey {
  static constexpr int16_t record_type = 3;
  static constexpr std::string_view name = "ConsumerGroupMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ConsumerGroupMetadataValue {
  static constexpr int16_t record_type = 3;
  static constexpr std::string_view name = "ConsumerGroupMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t epoch = 0;
  int64_t metadata_hash = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.epoch, "Epoch");
    f(m.metadata_hash, "MetadataHash", kAlways, tag(0));
  }
};

struct ConsumerGroupPartitionMetadataKey {
  static constexpr int16_t record_type = 4;
  static constexpr std::string_view name = "ConsumerGroupPartitionMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ConsumerGroupPartitionMetadataValue {
  static constexpr int16_t record_type = 4;
  static constexpr std::string_view name = "ConsumerGroupPartitionMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct PartitionMetadata {
    int32_t partition = 0;
    std::vector<std::string> racks;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.racks, "Racks");
    }
  };

  struct TopicMetadata {
    Uuid topic_id;
    std::string topic_name;
    int32_t num_partitions = 0;
    std::vector<PartitionMetadata> partition_metadata;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.topic_name, "TopicName");
      f(m.num_partitions, "NumPartitions");
      f(m.partition_metadata, "PartitionMetadata");
    }
  };

  std::vector<TopicMetadata> topics;

  static constexpr void describe(auto& m, auto&& f) { f(m.topics, "Topics"); }
};

struct ConsumerGroupMemberMetadataKey {
  static constexpr int16_t record_type = 5;
  static constexpr std::string_view name = "ConsumerGroupMemberMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ConsumerGroupMemberMetadataValue {
  static constexpr int16_t record_type = 5;
  static constexpr std::string_view name = "ConsumerGroupMemberMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct ClassicProtocol {
    std::string name;
    Slice metadata;

    friend bool operator==(const ClassicProtocol&, const ClassicProtocol&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.metadata, "Metadata");
    }
  };

  struct ClassicMemberMetadata {
    int32_t session_timeout_ms = 0;
    std::vector<ClassicProtocol> supported_protocols;

    friend bool operator==(const ClassicMemberMetadata&, const ClassicMemberMetadata&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.session_timeout_ms, "SessionTimeoutMs");
      f(m.supported_protocols, "SupportedProtocols");
    }
  };

  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex;
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::string> server_assignor;
  // Kafka's default is not null: set null for a member of the new protocol, which is then written.
  std::optional<ClassicMemberMetadata> classic_member_metadata = ClassicMemberMetadata{};

  static constexpr void describe(auto& m, auto&& f) {
    f(m.instance_id, "InstanceId");
    f(m.rack_id, "RackId");
    f(m.client_id, "ClientId");
    f(m.client_host, "ClientHost");
    f(m.subscribed_topic_names, "SubscribedTopicNames");
    f(m.subscribed_topic_regex, "SubscribedTopicRegex");
    f(m.rebalance_timeout_ms, "RebalanceTimeoutMs");
    f(m.server_assignor, "ServerAssignor");
    f(m.classic_member_metadata, "ClassicMemberMetadata", kAlways, tag(0));
  }
};

struct ConsumerGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 6;
  static constexpr std::string_view name = "ConsumerGroupTargetAssignmentMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct ConsumerGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 6;
  static constexpr std::string_view name = "ConsumerGroupTargetAssignmentMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.assignment_epoch, "AssignmentEpoch");
    f(m.assignment_timestamp, "AssignmentTimestamp", kAlways, tag(0));
  }
};

struct ConsumerGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 7;
  static constexpr std::string_view name = "ConsumerGroupTargetAssignmentMemberKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ConsumerGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 7;
  static constexpr std::string_view name = "ConsumerGroupTargetAssignmentMemberValue";
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

struct ConsumerGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 8;
  static constexpr std::string_view name = "ConsumerGroupCurrentMemberAssignmentKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct ConsumerGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 8;
  static constexpr std::string_view name = "ConsumerGroupCurrentMemberAssignmentValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;
    std::optional<std::vector<int32_t>> assignment_epochs = std::vector<int32_t>{};

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
      f(m.assignment_epochs, "AssignmentEpochs", kAlways, tag(0));
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions;
  std::vector<TopicPartitions> partitions_pending_revocation;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.member_epoch, "MemberEpoch");
    f(m.previous_member_epoch, "PreviousMemberEpoch");
    f(m.state, "State");
    f(m.assigned_partitions, "AssignedPartitions");
    f(m.partitions_pending_revocation, "PartitionsPendingRevocation");
  }
};

struct ConsumerGroupRegularExpressionKey {
  static constexpr int16_t record_type = 16;
  static constexpr std::string_view name = "ConsumerGroupRegularExpressionKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string regular_expression;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.regular_expression, "RegularExpression");
  }
};

struct ConsumerGroupRegularExpressionValue {
  static constexpr int16_t record_type = 16;
  static constexpr std::string_view name = "ConsumerGroupRegularExpressionValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::vector<std::string> topics;
  int64_t version = 0;
  int64_t timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.version, "Version");
    f(m.timestamp, "Timestamp");
  }
};

}  // namespace kelp::wire
