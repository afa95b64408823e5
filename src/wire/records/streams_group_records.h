// __consumer_offsets: streams groups (KIP-1071). Keys come behind their record type, values behind
// their version, both int16: wire/coordinator_record.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/versions.h"

namespace kelp::wire {

struct StreamsGroupMetadataKey {
  static constexpr int16_t record_type = 17;
  static constexpr std::string_view name = "StreamsGroupMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct StreamsGroupMetadataValue {
  static constexpr int16_t record_type = 17;
  static constexpr std::string_view name = "StreamsGroupMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct LastAssignmentConfig {
    std::string key;
    std::string value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.value, "Value");
    }
  };

  int32_t epoch = 0;
  int64_t metadata_hash = 0;
  int32_t validated_topology_epoch = -1;
  std::optional<std::vector<LastAssignmentConfig>> last_assignment_configs =
      std::vector<LastAssignmentConfig>{};

  static constexpr void describe(auto& m, auto&& f) {
    f(m.epoch, "Epoch");
    f(m.metadata_hash, "MetadataHash");
    f(m.validated_topology_epoch, "ValidatedTopologyEpoch", kAlways, tag(0));
    f(m.last_assignment_configs, "LastAssignmentConfigs", kAlways, tag(1));
  }
};

struct StreamsGroupMemberMetadataKey {
  static constexpr int16_t record_type = 19;
  static constexpr std::string_view name = "StreamsGroupMemberMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct StreamsGroupMemberMetadataValue {
  static constexpr int16_t record_type = 19;
  static constexpr std::string_view name = "StreamsGroupMemberMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  struct KeyValue {
    std::string key;
    std::string value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.value, "Value");
    }
  };

  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  std::string client_id;
  std::string client_host;
  int32_t rebalance_timeout_ms = -1;
  int32_t topology_epoch = 0;
  std::string process_id;
  std::optional<Endpoint> user_endpoint;
  std::vector<KeyValue> client_tags;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.instance_id, "InstanceId");
    f(m.rack_id, "RackId");
    f(m.client_id, "ClientId");
    f(m.client_host, "ClientHost");
    f(m.rebalance_timeout_ms, "RebalanceTimeoutMs");
    f(m.topology_epoch, "TopologyEpoch");
    f(m.process_id, "ProcessId");
    f(m.user_endpoint, "UserEndpoint");
    f(m.client_tags, "ClientTags");
  }
};

struct StreamsGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 20;
  static constexpr std::string_view name = "StreamsGroupTargetAssignmentMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct StreamsGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 20;
  static constexpr std::string_view name = "StreamsGroupTargetAssignmentMetadataValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.assignment_epoch, "AssignmentEpoch");
    f(m.assignment_timestamp, "AssignmentTimestamp", kAlways, tag(0));
  }
};

struct StreamsGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 21;
  static constexpr std::string_view name = "StreamsGroupTargetAssignmentMemberKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct StreamsGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 21;
  static constexpr std::string_view name = "StreamsGroupTargetAssignmentMemberValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.active_tasks, "ActiveTasks");
    f(m.standby_tasks, "StandbyTasks");
    f(m.warmup_tasks, "WarmupTasks");
  }
};

struct StreamsGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 22;
  static constexpr std::string_view name = "StreamsGroupCurrentMemberAssignmentKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  std::string member_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
  }
};

struct StreamsGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 22;
  static constexpr std::string_view name = "StreamsGroupCurrentMemberAssignmentValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;
    std::optional<std::vector<int32_t>> assignment_epochs = std::vector<int32_t>{};

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partitions, "Partitions");
      f(m.assignment_epochs, "AssignmentEpochs", kAlways, tag(0));
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;
  std::vector<TaskIds> active_tasks_pending_revocation;
  std::vector<TaskIds> standby_tasks_pending_revocation;
  std::vector<TaskIds> warmup_tasks_pending_revocation;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.member_epoch, "MemberEpoch");
    f(m.previous_member_epoch, "PreviousMemberEpoch");
    f(m.state, "State");
    f(m.active_tasks, "ActiveTasks");
    f(m.standby_tasks, "StandbyTasks");
    f(m.warmup_tasks, "WarmupTasks");
    f(m.active_tasks_pending_revocation, "ActiveTasksPendingRevocation");
    f(m.standby_tasks_pending_revocation, "StandbyTasksPendingRevocation");
    f(m.warmup_tasks_pending_revocation, "WarmupTasksPendingRevocation");
  }
};

struct StreamsGroupTopologyKey {
  static constexpr int16_t record_type = 23;
  static constexpr std::string_view name = "StreamsGroupTopologyKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.group_id, "GroupId"); }
};

struct StreamsGroupTopologyValue {
  static constexpr int16_t record_type = 23;
  static constexpr std::string_view name = "StreamsGroupTopologyValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicConfig {
    std::string key;
    std::string value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "key");
      f(m.value, "value");
    }
  };

  struct TopicInfo {
    std::string name;
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<TopicConfig> topic_configs;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
      f(m.replication_factor, "ReplicationFactor");
      f(m.topic_configs, "TopicConfigs");
    }
  };

  struct CopartitionGroup {
    std::vector<int16_t> source_topics;
    std::vector<int16_t> source_topic_regex;
    std::vector<int16_t> repartition_source_topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.source_topics, "SourceTopics");
      f(m.source_topic_regex, "SourceTopicRegex");
      f(m.repartition_source_topics, "RepartitionSourceTopics");
    }
  };

  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> source_topic_regex;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> repartition_source_topics;
    std::vector<CopartitionGroup> copartition_groups;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.source_topics, "SourceTopics");
      f(m.source_topic_regex, "SourceTopicRegex");
      f(m.state_changelog_topics, "StateChangelogTopics");
      f(m.repartition_sink_topics, "RepartitionSinkTopics");
      f(m.repartition_source_topics, "RepartitionSourceTopics");
      f(m.copartition_groups, "CopartitionGroups");
    }
  };

  int32_t epoch = 0;
  std::vector<Subtopology> subtopologies;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.epoch, "Epoch");
    f(m.subtopologies, "Subtopologies");
  }
};

}  // namespace kelp::wire
