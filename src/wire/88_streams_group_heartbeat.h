// StreamsGroupHeartbeat (key 88), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct StreamsGroupHeartbeatRequest {
  static constexpr int16_t key = 88;
  static constexpr std::string_view name = "StreamsGroupHeartbeatRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct KeyValue {
    std::string key;
    std::string value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.value, "Value");
    }
  };

  struct TopicInfo {
    std::string name;
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<KeyValue> topic_configs;

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

  struct Topology {
    int32_t epoch = 0;
    std::vector<Subtopology> subtopologies;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.epoch, "Epoch");
      f(m.subtopologies, "Subtopologies");
    }
  };

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partitions, "Partitions");
    }
  };

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  struct TaskOffset {
    std::string subtopology_id;
    int32_t partition = 0;
    int64_t offset = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partition, "Partition");
      f(m.offset, "Offset");
    }
  };

  std::string group_id;
  std::string member_id;
  int32_t member_epoch = 0;
  int32_t endpoint_information_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  int32_t rebalance_timeout_ms = -1;
  std::optional<Topology> topology;
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  std::optional<std::string> process_id;
  std::optional<Endpoint> user_endpoint;
  std::optional<std::vector<KeyValue>> client_tags;
  std::optional<std::vector<TaskOffset>> task_offsets;
  std::optional<std::vector<TaskOffset>> task_end_offsets;
  bool shutdown_application = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
    f(m.member_epoch, "MemberEpoch");
    f(m.endpoint_information_epoch, "EndpointInformationEpoch");
    f(m.instance_id, "InstanceId");
    f(m.rack_id, "RackId");
    f(m.rebalance_timeout_ms, "RebalanceTimeoutMs");
    f(m.topology, "Topology");
    f(m.active_tasks, "ActiveTasks");
    f(m.standby_tasks, "StandbyTasks");
    f(m.warmup_tasks, "WarmupTasks");
    f(m.process_id, "ProcessId");
    f(m.user_endpoint, "UserEndpoint");
    f(m.client_tags, "ClientTags");
    f(m.task_offsets, "TaskOffsets");
    f(m.task_end_offsets, "TaskEndOffsets");
    f(m.shutdown_application, "ShutdownApplication");
  }
};

struct StreamsGroupHeartbeatResponse {
  static constexpr int16_t key = 88;
  static constexpr std::string_view name = "StreamsGroupHeartbeatResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct Status {
    int8_t status_code = 0;
    std::string status_detail;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.status_code, "StatusCode");
      f(m.status_detail, "StatusDetail");
    }
  };

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partitions, "Partitions");
    }
  };

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  struct EndpointToPartitions {
    Endpoint user_endpoint;
    std::vector<TopicPartition> active_partitions;
    std::vector<TopicPartition> standby_partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.user_endpoint, "UserEndpoint");
      f(m.active_partitions, "ActivePartitions");
      f(m.standby_partitions, "StandbyPartitions");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::string member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  int32_t acceptable_recovery_lag = 0;
  int32_t task_offset_interval_ms = 0;
  std::optional<std::vector<Status>> status;
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  int32_t endpoint_information_epoch = 0;
  std::optional<std::vector<EndpointToPartitions>> partitions_by_user_endpoint;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.member_id, "MemberId");
    f(m.member_epoch, "MemberEpoch");
    f(m.heartbeat_interval_ms, "HeartbeatIntervalMs");
    f(m.acceptable_recovery_lag, "AcceptableRecoveryLag");
    f(m.task_offset_interval_ms, "TaskOffsetIntervalMs");
    f(m.status, "Status");
    f(m.active_tasks, "ActiveTasks");
    f(m.standby_tasks, "StandbyTasks");
    f(m.warmup_tasks, "WarmupTasks");
    f(m.endpoint_information_epoch, "EndpointInformationEpoch");
    f(m.partitions_by_user_endpoint, "PartitionsByUserEndpoint");
  }
};

}  // namespace kelp::wire
