// WriteTxnMarkers (key 27), versions 0-2, flexible since 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: flexible
// v2: +markers.transaction_version
struct WriteTxnMarkersRequest {
  static constexpr int16_t key = 27;
  static constexpr std::string_view name = "WriteTxnMarkersRequest";
  static constexpr Versions versions{0, 2}, flexible = since(1);

  struct WritableTxnMarkerTopic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partition_indexes, "PartitionIndexes");
    }
  };

  struct WritableTxnMarker {
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool transaction_result = false;
    std::vector<WritableTxnMarkerTopic> topics;
    int32_t coordinator_epoch = 0;
    int8_t transaction_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.producer_id, "ProducerId");
      f(m.producer_epoch, "ProducerEpoch");
      f(m.transaction_result, "TransactionResult");
      f(m.topics, "Topics");
      f(m.coordinator_epoch, "CoordinatorEpoch");
      f(m.transaction_version, "TransactionVersion", since(2));
    }
  };

  std::vector<WritableTxnMarker> markers;

  static constexpr void describe(auto& m, auto&& f) { f(m.markers, "Markers"); }
};

// v1: flexible
// v2: same fields
struct WriteTxnMarkersResponse {
  static constexpr int16_t key = 27;
  static constexpr std::string_view name = "WriteTxnMarkersResponse";
  static constexpr Versions versions{0, 2}, flexible = since(1);

  struct WritableTxnMarkerPartitionResult {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct WritableTxnMarkerTopicResult {
    std::string name;
    std::vector<WritableTxnMarkerPartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  struct WritableTxnMarkerResult {
    int64_t producer_id = 0;
    std::vector<WritableTxnMarkerTopicResult> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.producer_id, "ProducerId");
      f(m.topics, "Topics");
    }
  };

  std::vector<WritableTxnMarkerResult> markers;

  static constexpr void describe(auto& m, auto&& f) { f(m.markers, "Markers"); }
};

}  // namespace kelp::wire
