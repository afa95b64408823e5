// StreamsGroupDescribe (key 89), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct StreamsGroupDescribeRequest {
  static constexpr int16_t key = 89;
  static constexpr std::string_view name = "StreamsGroupDescribeRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_ids, "GroupIds");
    f(m.include_authorized_operations, "IncludeAuthorizedOperations");
  }
};

struct StreamsGroupDescribeResponse {
  static constexpr int16_t key = 89;
  static constexpr std::string_view name = "StreamsGroupDescribeResponse";
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

  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<TopicInfo> repartition_source_topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.source_topics, "SourceTopics");
      f(m.repartition_sink_topics, "RepartitionSinkTopics");
      f(m.state_changelog_topics, "StateChangelogTopics");
      f(m.repartition_source_topics, "RepartitionSourceTopics");
    }
  };

  struct Topology {
    int32_t epoch = 0;
    std::optional<std::vector<Subtopology>> subtopologies;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.epoch, "Epoch");
      f(m.subtopologies, "Subtopologies");
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

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.subtopology_id, "SubtopologyId");
      f(m.partitions, "Partitions");
    }
  };

  struct Assignment {
    std::vector<TaskIds> active_tasks;
    std::vector<TaskIds> standby_tasks;
    std::vector<TaskIds> warmup_tasks;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.active_tasks, "ActiveTasks");
      f(m.standby_tasks, "StandbyTasks");
      f(m.warmup_tasks, "WarmupTasks");
    }
  };

  struct Member {
    std::string member_id;
    int32_t member_epoch = 0;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::string client_id;
    std::string client_host;
    int32_t topology_epoch = 0;
    std::string process_id;
    std::optional<Endpoint> user_endpoint;
    std::vector<KeyValue> client_tags;
    std::vector<TaskOffset> task_offsets;
    std::vector<TaskOffset> task_end_offsets;
    Assignment assignment;
    Assignment target_assignment;
    bool is_classic = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.member_epoch, "MemberEpoch");
      f(m.instance_id, "InstanceId");
      f(m.rack_id, "RackId");
      f(m.client_id, "ClientId");
      f(m.client_host, "ClientHost");
      f(m.topology_epoch, "TopologyEpoch");
      f(m.process_id, "ProcessId");
      f(m.user_endpoint, "UserEndpoint");
      f(m.client_tags, "ClientTags");
      f(m.task_offsets, "TaskOffsets");
      f(m.task_end_offsets, "TaskEndOffsets");
      f(m.assignment, "Assignment");
      f(m.target_assignment, "TargetAssignment");
      f(m.is_classic, "IsClassic");
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::optional<Topology> topology;
    std::vector<Member> members;
    int32_t authorized_operations = std::numeric_limits<int32_t>::min();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.group_id, "GroupId");
      f(m.group_state, "GroupState");
      f(m.group_epoch, "GroupEpoch");
      f(m.assignment_epoch, "AssignmentEpoch");
      f(m.topology, "Topology");
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
