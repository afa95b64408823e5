// ShareAcknowledge (key 79), versions 0-2, flexible since 0.
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

// v1: same fields
// v2: +is_renew_ack
struct ShareAcknowledgeRequest {
  static constexpr int16_t key = 79;
  static constexpr std::string_view name = "ShareAcknowledgeRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct AcknowledgementBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    std::vector<int8_t> acknowledge_types;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.first_offset, "FirstOffset");
      f(m.last_offset, "LastOffset");
      f(m.acknowledge_types, "AcknowledgeTypes");
    }
  };

  struct AcknowledgePartition {
    int32_t partition_index = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.acknowledgement_batches, "AcknowledgementBatches");
    }
  };

  struct AcknowledgeTopic {
    Uuid topic_id;
    std::vector<AcknowledgePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::optional<std::string> group_id;
  std::optional<std::string> member_id;
  int32_t share_session_epoch = 0;
  bool is_renew_ack = false;
  std::vector<AcknowledgeTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
    f(m.share_session_epoch, "ShareSessionEpoch");
    f(m.is_renew_ack, "IsRenewAck", since(2));
    f(m.topics, "Topics");
  }
};

// v1: same fields
// v2: +acquisition_lock_timeout_ms
struct ShareAcknowledgeResponse {
  static constexpr int16_t key = 79;
  static constexpr std::string_view name = "ShareAcknowledgeResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.current_leader, "CurrentLeader");
    }
  };

  struct ShareAcknowledgeTopicResponse {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.node_id, "NodeId");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.rack, "Rack");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  int32_t acquisition_lock_timeout_ms = 0;
  std::vector<ShareAcknowledgeTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.acquisition_lock_timeout_ms, "AcquisitionLockTimeoutMs", since(2));
    f(m.responses, "Responses");
    f(m.node_endpoints, "NodeEndpoints");
  }
};

}  // namespace kelp::wire
