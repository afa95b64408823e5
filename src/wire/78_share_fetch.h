// ShareFetch (key 78), versions 0-2, flexible since 0.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/records.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +max_records, +batch_size, -topics.partitions.partition_max_bytes
// v2: +share_acquire_mode, +is_renew_ack
struct ShareFetchRequest {
  static constexpr int16_t key = 78;
  static constexpr std::string_view name = "ShareFetchRequest";
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

  struct FetchPartition {
    int32_t partition_index = 0;
    int32_t partition_max_bytes = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.partition_max_bytes, "PartitionMaxBytes", until(0));
      f(m.acknowledgement_batches, "AcknowledgementBatches");
    }
  };

  struct FetchTopic {
    Uuid topic_id;
    std::vector<FetchPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct ForgottenTopic {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::optional<std::string> group_id;
  std::optional<std::string> member_id;
  int32_t share_session_epoch = 0;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = std::numeric_limits<int32_t>::max();
  int32_t max_records = 0;
  int32_t batch_size = 0;
  int8_t share_acquire_mode = 0;
  bool is_renew_ack = false;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId");
    f(m.share_session_epoch, "ShareSessionEpoch");
    f(m.max_wait_ms, "MaxWaitMs");
    f(m.min_bytes, "MinBytes");
    f(m.max_bytes, "MaxBytes");
    f(m.max_records, "MaxRecords", since(1));
    f(m.batch_size, "BatchSize", since(1));
    f(m.share_acquire_mode, "ShareAcquireMode", since(2));
    f(m.is_renew_ack, "IsRenewAck", since(2));
    f(m.topics, "Topics");
    f(m.forgotten_topics_data, "ForgottenTopicsData");
  }
};

// v1: +acquisition_lock_timeout_ms, responses.partitions.records no longer null
// v2: same fields
struct ShareFetchResponse {
  static constexpr int16_t key = 78;
  static constexpr std::string_view name = "ShareFetchResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct AcquiredRecords {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int16_t delivery_count = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.first_offset, "FirstOffset");
      f(m.last_offset, "LastOffset");
      f(m.delivery_count, "DeliveryCount");
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    ErrorCode acknowledge_error_code = ErrorCode::none;
    std::optional<std::string> acknowledge_error_message;
    LeaderIdAndEpoch current_leader;
    Records records;
    std::vector<AcquiredRecords> acquired_records;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.acknowledge_error_code, "AcknowledgeErrorCode");
      f(m.acknowledge_error_message, "AcknowledgeErrorMessage");
      f(m.current_leader, "CurrentLeader");
      f(m.records, "Records", kAlways, nullable(until(0)));
      f(m.acquired_records, "AcquiredRecords");
    }
  };

  struct ShareFetchableTopicResponse {
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
  std::vector<ShareFetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.acquisition_lock_timeout_ms, "AcquisitionLockTimeoutMs", since(1));
    f(m.responses, "Responses");
    f(m.node_endpoints, "NodeEndpoints");
  }
};

}  // namespace kelp::wire
