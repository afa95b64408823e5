// __share_group_state: what the share coordinator remembers (KIP-932). Keys come behind their
// record type, values behind their version, both int16: wire/coordinator_record.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct ShareSnapshotKey {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "ShareSnapshotKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  Uuid topic_id;
  int32_t partition = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topic_id, "TopicId");
    f(m.partition, "Partition");
  }
};

struct ShareSnapshotValue {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "ShareSnapshotValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.first_offset, "FirstOffset");
      f(m.last_offset, "LastOffset");
      f(m.delivery_state, "DeliveryState");
      f(m.delivery_count, "DeliveryCount");
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t state_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int32_t delivery_complete_count = -1;
  int64_t create_timestamp = 0;
  int64_t write_timestamp = 0;
  std::vector<StateBatch> state_batches;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.snapshot_epoch, "SnapshotEpoch");
    f(m.state_epoch, "StateEpoch");
    f(m.leader_epoch, "LeaderEpoch");
    f(m.start_offset, "StartOffset");
    f(m.create_timestamp, "CreateTimestamp");
    f(m.write_timestamp, "WriteTimestamp");
    f(m.state_batches, "StateBatches");
    f(m.delivery_complete_count, "DeliveryCompleteCount", kAlways, tag(0));
  }
};

struct ShareUpdateKey {
  static constexpr int16_t record_type = 1;
  static constexpr std::string_view name = "ShareUpdateKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group_id;
  Uuid topic_id;
  int32_t partition = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topic_id, "TopicId");
    f(m.partition, "Partition");
  }
};

struct ShareUpdateValue {
  static constexpr int16_t record_type = 1;
  static constexpr std::string_view name = "ShareUpdateValue";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.first_offset, "FirstOffset");
      f(m.last_offset, "LastOffset");
      f(m.delivery_state, "DeliveryState");
      f(m.delivery_count, "DeliveryCount");
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int32_t delivery_complete_count = -1;
  std::vector<StateBatch> state_batches;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.snapshot_epoch, "SnapshotEpoch");
    f(m.leader_epoch, "LeaderEpoch");
    f(m.start_offset, "StartOffset");
    f(m.state_batches, "StateBatches");
    f(m.delivery_complete_count, "DeliveryCompleteCount", kAlways, tag(0));
  }
};

}  // namespace kelp::wire
