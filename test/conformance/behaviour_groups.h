// BehaviourGroups: a suite about classic groups: joins, syncs and commits as a member does. The
// first join of a group is answered at once (group.initial.rebalance.delay.ms=0).
#pragma once

#include "conformance/behaviour.h"
#include "wire/08_offset_commit.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/14_sync_group.h"

namespace kelp::test {

using wire::HeartbeatRequest;
using wire::HeartbeatResponse;
using wire::JoinGroupRequest;
using wire::JoinGroupResponse;
using wire::SyncGroupRequest;
using wire::SyncGroupResponse;

/// A member as its group knows it.
struct Joined {
  std::string group, id;
  int32_t generation = -1;
  std::optional<std::string> instance;
};

class BehaviourGroups : public Behaviour {
 protected:
  static void SetUpTestSuite() { start({"--set", "group.initial.rebalance.delay.ms=0"}); }

  void SetUp() override {  // which makes the internal topic
    wire::FindCoordinatorRequest request;
    request.coordinator_key = "g";
    ASSERT_EQ(ask<wire::FindCoordinatorResponse>(request, 1).error_code, ErrorCode::none);
  }

  static std::string fresh_group() { return fresh_name("group"); }

  static JoinGroupRequest join_request(const std::string& group, const std::string& member = "") {
    JoinGroupRequest request;
    request.group_id = group;
    request.member_id = member;
    request.session_timeout_ms = 30'000;
    request.rebalance_timeout_ms = 30'000;
    request.protocol_type = "consumer";
    add_protocol(request, "range");
    return request;
  }
  static void add_protocol(JoinGroupRequest& request, const std::string& name,
                           std::string_view metadata = "subscription") {
    auto& protocol = request.protocols.emplace_back();
    protocol.name = name;
    protocol.metadata = Slice::copy_of(metadata);
  }

  /// Joins to the end: with the id that a first join is told to use.
  JoinGroupResponse join(JoinGroupRequest request, int16_t version = 9) {
    auto answer = ask<JoinGroupResponse>(request, version);
    if (answer.error_code != ErrorCode::member_id_required) return answer;
    request.member_id = answer.member_id;
    return ask<JoinGroupResponse>(request, version);
  }
  /// The only member of a new group, which has not synced yet.
  Joined join_alone(const std::optional<std::string>& instance = std::nullopt) {
    Joined member;
    member.group = fresh_group();
    member.instance = instance;
    JoinGroupRequest request = join_request(member.group);
    request.group_instance_id = instance;
    const auto answer = join(std::move(request));
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    member.id = answer.member_id;
    member.generation = answer.generation_id;
    return member;
  }

  static SyncGroupRequest sync_request(const Joined& member) {
    SyncGroupRequest request;
    request.group_id = member.group;
    request.member_id = member.id;
    request.generation_id = member.generation;
    request.protocol_type = "consumer";
    request.protocol_name = "range";
    return request;
  }
  /// As the leader, for itself.
  SyncGroupResponse sync(const Joined& member, int16_t version = 5) {
    SyncGroupRequest request = sync_request(member);
    auto& assignment = request.assignments.emplace_back();
    assignment.member_id = member.id;
    assignment.assignment = Slice::copy_of("assigned");
    return ask<SyncGroupResponse>(request, version);
  }
  /// The only member of a new group that is Stable.
  Joined stable_alone(const std::optional<std::string>& instance = std::nullopt) {
    const Joined member = join_alone(instance);
    EXPECT_EQ(sync(member).error_code, ErrorCode::none);
    return member;
  }

  static HeartbeatRequest heartbeat_request(const Joined& member) {
    HeartbeatRequest request;
    request.group_id = member.group;
    request.generation_id = member.generation;
    request.member_id = member.id;
    return request;
  }
  ErrorCode heartbeat(const HeartbeatRequest& request, int16_t version = 4) {
    return ask<HeartbeatResponse>(request, version).error_code;
  }
  ErrorCode heartbeat(const Joined& member) { return heartbeat(heartbeat_request(member)); }

  /// Asks until the member is told to rejoin, as another's join takes its way.
  void await_rebalance(const Joined& member) {
    const Deadline deadline = patience();
    while (heartbeat(member) == ErrorCode::none) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
    EXPECT_EQ(heartbeat(member), ErrorCode::rebalance_in_progress);
  }

  static wire::OffsetCommitRequest commit_request(const std::string& group, const Topic& topic,
                                                  int64_t offset, int32_t partition = 0) {
    wire::OffsetCommitRequest request;
    request.group_id = group;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    wanted.topic_id = topic.id;
    auto& each = wanted.partitions.emplace_back();
    each.partition_index = partition;
    each.committed_offset = offset;
    each.committed_metadata = "";
    return request;
  }
  ErrorCode commit(const wire::OffsetCommitRequest& request, int16_t version = 8) {
    const auto answer = ask<wire::OffsetCommitResponse>(request, version);
    return answer.topics.at(0).partitions.at(0).error_code;
  }
  /// As a member.
  ErrorCode commit(const Joined& member, const Topic& topic, int16_t version = 8) {
    auto request = commit_request(member.group, topic, 1);
    request.member_id = member.id;
    request.generation_id_or_member_epoch = member.generation;
    request.group_instance_id = member.instance;
    return commit(request, version);
  }
};

}  // namespace kelp::test
