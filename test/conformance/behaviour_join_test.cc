// What Kafka answers to FindCoordinator, JoinGroup and SyncGroup of classic groups.
#include "conformance/behaviour_groups.h"
#include "wire/16_list_groups.h"

namespace kelp::test {
namespace {

using wire::FindCoordinatorRequest;
using wire::FindCoordinatorResponse;

constexpr std::initializer_list<int16_t> kJoinVersions = {0, 4, 6, 7, 9};

class BehaviourCoordinator : public Behaviour {
 protected:
  FindCoordinatorResponse find(int8_t type, std::vector<std::string> keys, int16_t version) {
    FindCoordinatorRequest request;
    request.key_type = type;
    if (!keys.empty()) request.coordinator_key = keys.front();
    request.coordinator_keys = std::move(keys);
    return ask<FindCoordinatorResponse>(request, version);
  }
};

TEST_F(BehaviourCoordinator, a_group_has_one_at_the_first_time_of_asking) {  // Kafka: 15 at first
  at_versions({0, 1, 3}, [&](int16_t version) {
    for (const char* key : {"g", ""}) {
      const auto answer = find(0, {key}, version);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.node_id, 1);
      EXPECT_EQ(answer.port, port());
    }
  });
  at_versions({4, 5, 6}, [&](int16_t version) {
    const auto answer = find(0, {"g", ""}, version);
    ASSERT_EQ(answer.coordinators.size(), 2U);
    for (const auto& each : answer.coordinators) {
      EXPECT_EQ(each.error_code, ErrorCode::none);
      EXPECT_EQ(each.error_message, "");
      EXPECT_EQ(each.node_id, 1);
      EXPECT_EQ(each.port, port());
    }
  });
}

TEST_F(BehaviourCoordinator, a_transactional_id_has_one_also_the_empty_one) {
  at_versions({1, 3}, [&](int16_t version) {
    EXPECT_EQ(find(1, {""}, version).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourCoordinator, an_unknown_key_type_is_42_and_so_are_share_groups_before_v6) {
  for (const int8_t type : {int8_t{9}, int8_t{-1}, int8_t{2}}) {
    at_versions({1, 3}, [&](int16_t version) {
      const auto answer = find(type, {"a"}, version);
      EXPECT_EQ(answer.error_code, ErrorCode::invalid_request);
      EXPECT_EQ(answer.node_id, -1);
      EXPECT_EQ(answer.host, "");
      EXPECT_EQ(answer.port, -1);
    });
    at_versions({4, 5}, [&](int16_t version) {
      const auto answer = find(type, {"a", "b"}, version);
      ASSERT_EQ(answer.coordinators.size(), 2U);
      for (const auto& each : answer.coordinators) {
        EXPECT_EQ(each.error_code, ErrorCode::invalid_request);
        EXPECT_EQ(each.node_id, -1);
      }
    });
  }
}

TEST_F(BehaviourCoordinator, no_keys_are_answered_with_nothing) {
  at_versions({4, 6}, [&](int16_t version) {
    for (const int8_t type : {int8_t{0}, int8_t{9}}) {
      EXPECT_THAT(find(type, {}, version).coordinators, IsEmpty());
    }
  });
}

class BehaviourJoin : public BehaviourGroups {
 protected:
  /// A refused join: the code, and otherwise nothing but the member id that it came with.
  void expect_refused(const JoinGroupRequest& request, ErrorCode error) {
    at_versions(kJoinVersions, [&](int16_t version) {
      const auto answer = ask<JoinGroupResponse>(request, version);
      EXPECT_EQ(answer.error_code, error);
      EXPECT_EQ(answer.generation_id, -1);
      EXPECT_EQ(answer.leader, "");
      EXPECT_EQ(answer.member_id, request.member_id);
      EXPECT_THAT(answer.members, IsEmpty());
      EXPECT_EQ(answer.protocol_type, std::nullopt);
      if (version >= 7) {
        EXPECT_EQ(answer.protocol_name, std::nullopt);
      } else {
        EXPECT_EQ(answer.protocol_name, "");
      }
    });
  }
};

TEST_F(BehaviourJoin, without_a_group_id_it_is_24) {
  expect_refused(join_request(""), ErrorCode::invalid_group_id);
}

TEST_F(BehaviourJoin, a_session_timeout_out_of_range_is_26) {
  for (const int32_t timeout_ms : {5'999, 1'800'001, 0, -1}) {
    JoinGroupRequest request = join_request(fresh_group());
    request.session_timeout_ms = timeout_ms;
    expect_refused(request, ErrorCode::invalid_session_timeout);
  }
}

TEST_F(BehaviourJoin, an_unknown_member_is_25_in_any_group) {
  const Joined member = stable_alone();
  expect_refused(join_request(member.group, "nobody"), ErrorCode::unknown_member_id);
  expect_refused(join_request(fresh_group(), "nobody"), ErrorCode::unknown_member_id);
}

TEST_F(BehaviourJoin, protocols_that_do_not_fit_are_23) {
  JoinGroupRequest no_type = join_request(fresh_group());
  no_type.protocol_type.clear();
  expect_refused(no_type, ErrorCode::inconsistent_group_protocol);
  JoinGroupRequest no_protocols = join_request(fresh_group());
  no_protocols.protocols.clear();
  expect_refused(no_protocols, ErrorCode::inconsistent_group_protocol);

  const Joined member = stable_alone();
  JoinGroupRequest other_type = join_request(member.group);
  other_type.protocol_type = "connect";
  expect_refused(other_type, ErrorCode::inconsistent_group_protocol);
  JoinGroupRequest none_in_common = join_request(member.group);
  none_in_common.protocols[0].name = "roundrobin";
  expect_refused(none_in_common, ErrorCode::inconsistent_group_protocol);
}

TEST_F(BehaviourJoin, before_v4_a_new_member_joins_at_once) {
  at_versions({0, 1, 3}, [&](int16_t version) {
    const auto answer = ask<JoinGroupResponse>(join_request(fresh_group()), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.generation_id, 1);
    EXPECT_EQ(answer.protocol_name, "range");
    EXPECT_EQ(answer.leader, answer.member_id);
    ASSERT_EQ(answer.members.size(), 1U);
    EXPECT_EQ(answer.members[0].metadata.text(), "subscription");
  });
}

TEST_F(BehaviourJoin, from_v4_on_a_new_member_is_told_its_id_first_and_the_group_exists_as_empty) {
  at_versions({4, 6, 9}, [&](int16_t version) {
    JoinGroupRequest request = join_request(fresh_group());
    const auto told = ask<JoinGroupResponse>(request, version);
    EXPECT_EQ(told.error_code, ErrorCode::member_id_required);
    EXPECT_EQ(told.generation_id, -1);
    EXPECT_THAT(told.member_id, testing::MatchesRegex("test-[0-9a-f-]+"));
    EXPECT_EQ(told.member_id.size(), std::string("test-").size() + 36);
    wire::ListGroupsRequest empty;
    empty.states_filter = {"Empty"};
    const auto listed = ask<wire::ListGroupsResponse>(empty, 4);
    const auto ours = std::ranges::find(listed.groups, request.group_id,
                                        &wire::ListGroupsResponse::ListedGroup::group_id);
    ASSERT_NE(ours, listed.groups.end());
    EXPECT_EQ(ours->protocol_type, "");
    request.member_id = told.member_id;
    EXPECT_EQ(ask<JoinGroupResponse>(request, version).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourJoin, a_new_static_member_joins_at_once_under_its_instances_name) {
  at_versions({5, 7, 9}, [&](int16_t version) {
    JoinGroupRequest request = join_request(fresh_group());
    request.group_instance_id = "inst";
    const auto answer = ask<JoinGroupResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_THAT(answer.member_id, testing::StartsWith("inst-"));
    EXPECT_FALSE(answer.skip_assignment);
    ASSERT_EQ(answer.members.size(), 1U);
    EXPECT_EQ(answer.members[0].group_instance_id, "inst");
  });
}

TEST_F(BehaviourJoin, a_second_member_makes_the_first_rejoin_and_only_the_leader_sees_members) {
  at_versions({4, 6, 9}, [&](int16_t version) {
    const Joined first = stable_alone();
    auto other = connect();
    const auto told = other.call<JoinGroupResponse>(join_request(first.group), version);
    ASSERT_TRUE(told.has_value());
    const auto joining = other.send(join_request(first.group, told->member_id), version);
    ASSERT_TRUE(joining.has_value());
    await_rebalance(first);
    SyncGroupRequest meanwhile = sync_request(first);
    EXPECT_EQ(ask<SyncGroupResponse>(meanwhile, 5).error_code, ErrorCode::rebalance_in_progress);
    const auto rejoined = ask<JoinGroupResponse>(join_request(first.group, first.id), version);
    const auto joined = other.receive<JoinGroupResponse>(version, *joining);
    ASSERT_TRUE(joined.has_value()) << joined.error().text();
    EXPECT_EQ(rejoined.generation_id, 2);
    EXPECT_EQ(joined->generation_id, 2);
    EXPECT_EQ(rejoined.leader, first.id);
    EXPECT_EQ(joined->leader, first.id);
    EXPECT_EQ(rejoined.members.size(), 2U);
    EXPECT_THAT(joined->members, IsEmpty());

    // The follower's sync waits for the leader's; one that the leader leaves out gets nothing.
    Joined follower{first.group, joined->member_id, 2, {}};
    const auto syncing = other.send(sync_request(follower), 5);
    ASSERT_TRUE(syncing.has_value());
    EXPECT_EQ(sync({first.group, first.id, 2, {}}).assignment.text(), "assigned");
    const auto synced = other.receive<SyncGroupResponse>(5, *syncing);
    ASSERT_TRUE(synced.has_value()) << synced.error().text();
    EXPECT_EQ(synced->error_code, ErrorCode::none);
    EXPECT_EQ(synced->assignment.size(), 0U);

    // A follower that rejoins unchanged stays in its generation, the leader begins a new one.
    const auto again = ask<JoinGroupResponse>(join_request(first.group, follower.id), version);
    EXPECT_EQ(again.generation_id, 2);
    EXPECT_THAT(again.members, IsEmpty());
    const auto leading = client.send(join_request(first.group, first.id), version);
    ASSERT_TRUE(leading.has_value());
    const auto following =
        other.call<JoinGroupResponse>(join_request(first.group, follower.id), version);
    ASSERT_TRUE(following.has_value());
    const auto led = client.receive<JoinGroupResponse>(version, *leading);
    ASSERT_TRUE(led.has_value());
    EXPECT_EQ(led->generation_id, 3);
  });
}

TEST_F(BehaviourJoin, a_member_that_does_not_rejoin_in_time_is_removed) {
  JoinGroupRequest slow = join_request(fresh_group());
  slow.rebalance_timeout_ms = 50;
  const auto joined = join(slow);
  const Joined member{slow.group_id, joined.member_id, joined.generation_id, {}};
  EXPECT_EQ(sync(member).error_code, ErrorCode::none);
  auto other = connect();
  JoinGroupRequest request = join_request(slow.group_id);
  request.rebalance_timeout_ms = 50;
  request.member_id = other.call<JoinGroupResponse>(request, 9)->member_id;
  const auto second = other.call<JoinGroupResponse>(request, 9);
  ASSERT_TRUE(second.has_value()) << second.error().text();
  EXPECT_EQ(second->generation_id, 2);
  EXPECT_EQ(second->members.size(), 1U);
  EXPECT_EQ(heartbeat(member), ErrorCode::unknown_member_id);
}

class BehaviourSync : public BehaviourGroups {
 protected:
  ErrorCode error_of(const SyncGroupRequest& request, int16_t version) {
    const auto answer = ask<SyncGroupResponse>(request, version);
    EXPECT_EQ(answer.assignment.size(), 0U);
    return answer.error_code;
  }
};

TEST_F(BehaviourSync, from_v5_on_protocols_that_are_null_or_others_are_23_before_anything_else) {
  const Joined member = join_alone();
  for (const std::optional<std::string>& wrong : {std::optional<std::string>(), {"x"}}) {
    SyncGroupRequest request = sync_request(member);
    request.protocol_type = wrong;
    EXPECT_EQ(error_of(request, 5), ErrorCode::inconsistent_group_protocol);
    request = sync_request(member);
    request.protocol_name = wrong;
    EXPECT_EQ(error_of(request, 5), ErrorCode::inconsistent_group_protocol);
  }
  SyncGroupRequest null_and_old = sync_request(member);
  null_and_old.protocol_name = std::nullopt;
  null_and_old.generation_id = 99;
  EXPECT_EQ(error_of(null_and_old, 5), ErrorCode::inconsistent_group_protocol);
}

TEST_F(BehaviourSync, another_generation_is_22_an_unknown_member_or_group_25_and_no_group_24) {
  const Joined member = join_alone();
  at_versions({0, 3, 4, 5}, [&](int16_t version) {
    SyncGroupRequest request = sync_request(member);
    request.generation_id = 99;
    EXPECT_EQ(error_of(request, version), ErrorCode::illegal_generation);
    request = sync_request(member);
    request.member_id = "nobody";
    EXPECT_EQ(error_of(request, version), ErrorCode::unknown_member_id);
    request = sync_request(member);
    request.group_id = "nobody-made-it";
    EXPECT_EQ(error_of(request, version), ErrorCode::unknown_member_id);
    request.group_id = "";
    EXPECT_EQ(error_of(request, version), ErrorCode::invalid_group_id);
  });
}

TEST_F(BehaviourSync, a_stable_group_gives_the_same_assignment_again) {
  at_versions({0, 3, 4, 5}, [&](int16_t version) {
    const Joined member = join_alone();
    EXPECT_EQ(sync(member, version).assignment.text(), "assigned");
    const auto again = ask<SyncGroupResponse>(sync_request(member), version);
    EXPECT_EQ(again.error_code, ErrorCode::none);
    EXPECT_EQ(again.assignment.text(), "assigned");
  });
}

}  // namespace
}  // namespace kelp::test
