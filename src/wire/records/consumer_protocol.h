// What classic consumers put in the opaque bytes of JoinGroup and SyncGroup (KIP-429, KIP-792).
// Both come behind their version as int16: decode_versioned, encode_versioned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +owned_partitions
// v2: +generation_id
// v3: +rack_id
struct ConsumerProtocolSubscription {
  static constexpr std::string_view name = "ConsumerProtocolSubscription";
  static constexpr Versions versions{0, 3}, flexible = kNever;

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<std::string> topics;
  std::optional<Slice> user_data;
  std::vector<TopicPartition> owned_partitions;
  int32_t generation_id = -1;
  std::optional<std::string> rack_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.user_data, "UserData");
    f(m.owned_partitions, "OwnedPartitions", since(1));
    f(m.generation_id, "GenerationId", since(2));
    f(m.rack_id, "RackId", since(3));
  }
};

// v1-v3: same fields
struct ConsumerProtocolAssignment {
  static constexpr std::string_view name = "ConsumerProtocolAssignment";
  static constexpr Versions versions{0, 3}, flexible = kNever;

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<TopicPartition> assigned_partitions;
  std::optional<Slice> user_data;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.assigned_partitions, "AssignedPartitions");
    f(m.user_data, "UserData");
  }
};

}  // namespace kelp::wire
