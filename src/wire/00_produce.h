// Produce (key 0), versions 0-13, flexible since 9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/records.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: +transactional_id
// v4-v8: same fields
// v9: flexible
// v10-v12: same fields
// v13: -topic_data.name, +topic_data.topic_id
struct ProduceRequest {
  static constexpr int16_t key = 0;
  static constexpr std::string_view name = "ProduceRequest";
  static constexpr Versions versions{0, 13}, flexible = since(9);

  struct PartitionProduceData {
    int32_t index = 0;
    Records records;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.index, "Index");
      f(m.records, "Records");
    }
  };

  struct TopicProduceData {
    std::string name;
    Uuid topic_id;
    std::vector<PartitionProduceData> partition_data;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(12));
      f(m.topic_id, "TopicId", since(13));
      f(m.partition_data, "PartitionData");
    }
  };

  std::optional<std::string> transactional_id;
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactional_id, "TransactionalId", since(3));
    f(m.acks, "Acks");
    f(m.timeout_ms, "TimeoutMs");
    f(m.topic_data, "TopicData");
  }
};

// v1: +throttle_time_ms
// v2: +responses.partition_responses.log_append_time_ms
// v3-v4: same fields
// v5: +responses.partition_responses.log_start_offset
// v6-v7: same fields
// v8: +responses.partition_responses.record_errors, +responses.partition_responses.error_message
// v9: flexible
// v10: +responses.partition_responses.current_leader (tag 0), +node_endpoints (tag 0)
// v11-v12: same fields
// v13: -responses.name, +responses.topic_id
struct ProduceResponse {
  static constexpr int16_t key = 0;
  static constexpr std::string_view name = "ProduceResponse";
  static constexpr Versions versions{0, 13}, flexible = since(9);

  struct BatchIndexAndErrorMessage {
    int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.batch_index, "BatchIndex");
      f(m.batch_index_error_message, "BatchIndexErrorMessage");
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct PartitionProduceResponse {
    int32_t index = 0;
    ErrorCode error_code = ErrorCode::none;
    int64_t base_offset = 0;
    int64_t log_append_time_ms = -1;
    int64_t log_start_offset = -1;
    std::vector<BatchIndexAndErrorMessage> record_errors;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.index, "Index");
      f(m.error_code, "ErrorCode");
      f(m.base_offset, "BaseOffset");
      f(m.log_append_time_ms, "LogAppendTimeMs", since(2));
      f(m.log_start_offset, "LogStartOffset", since(5));
      f(m.record_errors, "RecordErrors", since(8));
      f(m.error_message, "ErrorMessage", since(8));
      f(m.current_leader, "CurrentLeader", since(10), tag(0));
    }
  };

  struct TopicProduceResponse {
    std::string name;
    Uuid topic_id;
    std::vector<PartitionProduceResponse> partition_responses;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(12));
      f(m.topic_id, "TopicId", since(13));
      f(m.partition_responses, "PartitionResponses");
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

  std::vector<TopicProduceResponse> responses;
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.responses, "Responses");
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.node_endpoints, "NodeEndpoints", since(10), tag(0));
  }
};

}  // namespace kelp::wire
