// __consumer_offsets: committed offsets and classic groups. Keys come behind their record type,
// values behind their version, both int16: wire/coordinator_record.h.
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

struct LegacyOffsetCommitKey {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "LegacyOffsetCommitKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group;
  std::string topic;
  int32_t partition = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group, "group");
    f(m.topic, "topic");
    f(m.partition, "partition");
  }
};

struct LegacyOffsetCommitValue {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "LegacyOffsetCommitValue";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  int64_t offset = 0;
  std::string metadata;
  int64_t commit_timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.offset, "offset");
    f(m.metadata, "metadata");
    f(m.commit_timestamp, "commitTimestamp");
  }
};

struct OffsetCommitKey {
  static constexpr int16_t record_type = 1;
  static constexpr std::string_view name = "OffsetCommitKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group;
  std::string topic;
  int32_t partition = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group, "group");
    f(m.topic, "topic");
    f(m.partition, "partition");
  }
};

// v1: +expire_timestamp
// v2: -expire_timestamp
// v3: +leader_epoch
// v4: flexible, +topic_id (tag 0)
struct OffsetCommitValue {
  static constexpr int16_t record_type = 1;
  static constexpr std::string_view name = "OffsetCommitValue";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  int64_t offset = 0;
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t commit_timestamp = 0;
  int64_t expire_timestamp = -1;
  Uuid topic_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.offset, "offset");
    f(m.leader_epoch, "leaderEpoch", since(3));
    f(m.metadata, "metadata");
    f(m.commit_timestamp, "commitTimestamp");
    f(m.expire_timestamp, "expireTimestamp", between(1, 1));
    f(m.topic_id, "topicId", since(4), tag(0));
  }
};

struct GroupMetadataKey {
  static constexpr int16_t record_type = 2;
  static constexpr std::string_view name = "GroupMetadataKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string group;

  static constexpr void describe(auto& m, auto&& f) { f(m.group, "group"); }
};

// v1: +members.rebalance_timeout
// v2: +current_state_timestamp
// v3: +members.group_instance_id
// v4: flexible
struct GroupMetadataValue {
  static constexpr int16_t record_type = 2;
  static constexpr std::string_view name = "GroupMetadataValue";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  struct MemberMetadata {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    int32_t rebalance_timeout = -1;
    int32_t session_timeout = 0;
    Slice subscription;
    Slice assignment;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "memberId");
      f(m.group_instance_id, "groupInstanceId", since(3));
      f(m.client_id, "clientId");
      f(m.client_host, "clientHost");
      f(m.rebalance_timeout, "rebalanceTimeout", since(1));
      f(m.session_timeout, "sessionTimeout");
      f(m.subscription, "subscription");
      f(m.assignment, "assignment");
    }
  };

  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  int64_t current_state_timestamp = -1;
  std::vector<MemberMetadata> members;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.protocol_type, "protocolType");
    f(m.generation, "generation");
    f(m.protocol, "protocol");
    f(m.leader, "leader");
    f(m.current_state_timestamp, "currentStateTimestamp", since(2));
    f(m.members, "members");
  }
};

}  // namespace kelp::wire
