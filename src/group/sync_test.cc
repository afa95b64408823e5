// SyncGroup, Heartbeat, LeaveGroup: what members do within and after a generation.
#include <gtest/gtest.h>

#include "group/group_under_test.h"

namespace kelp::group {
namespace {

/// Two members that joined generation 1 and have not synced; `a` leads.
struct TwoJoined : GroupUnderTest {
  TwoJoined(GroupSettings with = {}) : GroupUnderTest(with) {
    const auto first = join_new();
    const auto second = join_new();
    advance(6'000);
    a = first->member_id;
    b = second->member_id;
    EXPECT_EQ(state(), State::completing_rebalance);
  }
  std::string a, b;
};

TEST(SyncGroup, says_what_is_wrong_with_group_member_and_generation) {
  GroupUnderTest test;
  EXPECT_EQ(test.sync("m", 1)->error_code, ErrorCode::unknown_member_id);
  const auto ids = test.stable(1);
  EXPECT_EQ(test.sync("m", 1)->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(test.sync(ids[0], 2)->error_code, ErrorCode::illegal_generation);
  test.group_id = "";
  EXPECT_EQ(test.sync(ids[0], 1)->error_code, ErrorCode::invalid_group_id);
}

TEST(SyncGroup, of_version_5_without_type_or_protocol_is_refused_before_anything_else) {
  GroupUnderTest test;
  test.group_id = "";
  EXPECT_EQ(test.sync("m", 1, {}, {.version = 5, .type = "consumer"})->error_code,
            ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.sync("m", 1, {}, {.version = 5, .protocol = "range"})->error_code,
            ErrorCode::inconsistent_group_protocol);
}

TEST(SyncGroup, with_another_type_or_protocol_is_refused_after_a_wrong_generation) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  const Saying wrong{.version = 5, .type = "consumer", .protocol = "sticky"};
  EXPECT_EQ(test.sync(ids[0], 1, {}, wrong)->error_code, ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.sync(ids[0], 9, {}, wrong)->error_code, ErrorCode::illegal_generation);
  const Saying connect{.version = 5, .type = "connect", .protocol = "range"};
  EXPECT_EQ(test.sync(ids[0], 1, {}, connect)->error_code, ErrorCode::inconsistent_group_protocol);
}

TEST(SyncGroup, a_follower_waits_for_the_leader) {
  TwoJoined test;
  const auto follower = test.sync(test.b, 1);
  EXPECT_TRUE(follower.waits());
  const auto leader = test.sync(test.a, 1, {{test.a, "A"}, {test.b, "B"}});
  EXPECT_EQ(leader->assignment.text(), "A");
  EXPECT_EQ(follower->assignment.text(), "B");
  EXPECT_EQ(follower->protocol_type, "consumer");
  EXPECT_EQ(follower->protocol_name, "range");
  EXPECT_EQ(test.state(), State::stable);
}

TEST(SyncGroup, a_follower_that_comes_later_and_one_that_asks_again_get_the_same) {
  TwoJoined test;
  test.sync(test.a, 1, {{test.a, "A"}, {test.b, "B"}});
  EXPECT_EQ(test.sync(test.b, 1)->assignment.text(), "B");
  EXPECT_EQ(test.sync(test.b, 1)->assignment.text(), "B");
  EXPECT_EQ(test.sync(test.a, 1, {{test.a, "other"}})->assignment.text(), "A");
}

TEST(SyncGroup, a_member_that_the_leader_leaves_out_gets_nothing_and_strangers_are_passed_over) {
  TwoJoined test;
  test.sync(test.a, 1, {{test.a, "A"}, {"stranger", "S"}});
  const auto follower = test.sync(test.b, 1);
  EXPECT_EQ(follower->error_code, ErrorCode::none);
  EXPECT_TRUE(follower->assignment.empty());
}

TEST(SyncGroup, nobody_is_answered_before_the_assignment_is_in_the_log) {
  TwoJoined test;
  test.hold_appends = true;
  const auto follower = test.sync(test.b, 1);
  const auto leader = test.sync(test.a, 1, {{test.a, "A"}, {test.b, "B"}});
  EXPECT_TRUE(leader.waits());
  EXPECT_TRUE(follower.waits());
  EXPECT_EQ(test.state(), State::completing_rebalance);
  test.finish_append();
  EXPECT_EQ(leader->assignment.text(), "A");
  EXPECT_EQ(follower->assignment.text(), "B");
}

TEST(SyncGroup, an_assignment_that_cannot_be_stored_is_told_to_all_and_begins_a_rebalance) {
  TwoJoined test;
  const auto follower = test.sync(test.b, 1);
  test.append_error = ErrorCode::not_enough_replicas;
  const auto leader = test.sync(test.a, 1, {{test.a, "A"}});
  EXPECT_EQ(leader->error_code, ErrorCode::coordinator_not_available);
  EXPECT_EQ(follower->error_code, ErrorCode::coordinator_not_available);
  EXPECT_EQ(test.state(), State::preparing_rebalance);
}

TEST(SyncGroup, an_assignment_stored_after_the_next_rebalance_began_counts_for_nothing) {
  TwoJoined test;
  test.hold_appends = true;
  const auto leader = test.sync(test.a, 1, {{test.a, "A"}});
  test.join_new();
  EXPECT_EQ(leader->error_code, ErrorCode::rebalance_in_progress);
  test.join(test.a);
  test.join(test.b);
  ASSERT_EQ(test.generation(), 2);
  test.finish_append();
  EXPECT_EQ(test.state(), State::completing_rebalance);
  EXPECT_EQ(test.generation(), 2);
}

TEST(SyncGroup, a_leader_that_asks_twice_before_the_log_answers_has_its_first_word_kept) {
  TwoJoined test;
  test.hold_appends = true;
  const auto one = test.sync(test.a, 1, {{test.a, "first"}});
  const auto two = test.sync(test.a, 1, {{test.a, "second"}});
  EXPECT_EQ(one->error_code, ErrorCode::rebalance_in_progress);
  EXPECT_EQ(test.held.size(), 1u);
  test.finish_append();
  EXPECT_EQ(two->assignment.text(), "first");
}

TEST(SyncGroup, who_waits_is_answered_when_a_rebalance_begins) {
  TwoJoined test;
  const auto follower = test.sync(test.b, 1);
  test.join_new();
  EXPECT_EQ(follower->error_code, ErrorCode::rebalance_in_progress);
}

TEST(SyncGroup, who_waits_is_answered_when_an_administrator_removes_it) {
  GroupUnderTest test;
  test.join("", {.instance = "a"});
  const auto b = test.join("", {.instance = "b"});
  test.advance(6'000);
  const auto follower = test.sync(b->member_id, 1);
  test.leave_all({{"", "b"}});
  EXPECT_EQ(follower->error_code, ErrorCode::unknown_member_id);
}

TEST(SyncGroup, who_does_not_sync_within_the_rebalance_timeout_is_removed_though_it_beats) {
  TwoJoined test;
  test.sync(test.a, 1, {{test.a, "A"}, {test.b, "B"}});
  for (int i = 0; i < 59; ++i) {
    test.advance(1'000);
    test.heartbeat(test.a, 1);
    EXPECT_EQ(test.heartbeat(test.b, 1), ErrorCode::none);
  }
  test.advance(1'000);
  EXPECT_EQ(test.heartbeat(test.b, 1), ErrorCode::unknown_member_id);
  EXPECT_EQ(test.heartbeat(test.a, 1), ErrorCode::rebalance_in_progress);
}

TEST(SyncGroup, followers_are_answered_when_the_leader_never_syncs) {
  TwoJoined test;
  const auto follower = test.sync(test.b, 1);
  for (int i = 0; i < 60; ++i) {
    test.heartbeat(test.a, 1);
    test.advance(1'000);
  }
  EXPECT_EQ(follower->error_code, ErrorCode::rebalance_in_progress);
  EXPECT_EQ(test.join(test.b)->leader, test.b);
}

TEST(SyncGroup, a_lost_connection_leaves_the_member_its_place) {
  TwoJoined test;
  const auto lost = test.sync(test.b, 1);
  test.forget(lost.token());
  test.sync(test.a, 1, {{test.a, "A"}, {test.b, "B"}});
  EXPECT_TRUE(lost.waits());
  EXPECT_EQ(test.sync(test.b, 1)->assignment.text(), "B");
}

TEST(SyncGroup, bytes_of_any_protocol_arrive_as_they_were_sent) {
  GroupUnderTest test;
  std::string opaque;
  for (int i = 0; i < 1'000; ++i) opaque += static_cast<char>(i * 7);
  const JoinAs connect{.protocols = {{"sessioned", opaque}}, .type = "connect"};
  const auto joined = test.join_new(connect);
  test.advance(3'000);
  EXPECT_EQ(joined->members.at(0).metadata.text(), opaque);
  const auto synced = test.sync(joined->member_id, 1, {{joined->member_id, opaque}});
  EXPECT_EQ(synced->assignment.text(), opaque);
  test.restart();
  EXPECT_EQ(test.sync(joined->member_id, 1)->assignment.text(), opaque);
  EXPECT_EQ(test.describe().members.at(0).member_metadata.text(), opaque);
}

TEST(Heartbeat, says_what_is_wrong_with_group_member_and_generation) {
  GroupUnderTest test;
  EXPECT_EQ(test.heartbeat("m", 1), ErrorCode::unknown_member_id);
  const auto ids = test.stable(1);
  EXPECT_EQ(test.heartbeat("m", 1), ErrorCode::unknown_member_id);
  EXPECT_EQ(test.heartbeat(ids[0], 0), ErrorCode::illegal_generation);
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::none);
  test.group_id = "";
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::invalid_group_id);
}

TEST(Heartbeat, is_fine_between_join_and_sync) {
  TwoJoined test;
  EXPECT_EQ(test.heartbeat(test.b, 1), ErrorCode::none);
}

TEST(Heartbeat, keeps_a_member_and_its_lack_removes_it_exactly_at_its_session_timeout) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  test.advance(6'000);
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::none);
  test.advance(3'999);
  EXPECT_EQ(test.group().members().size(), 2u);
  test.advance(1);
  EXPECT_EQ(test.group().members().size(), 1u);
  EXPECT_EQ(test.heartbeat(ids[1], 1), ErrorCode::unknown_member_id);
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::rebalance_in_progress);
}

TEST(Heartbeat, a_group_whose_last_member_falls_silent_is_empty_and_keeps_its_type) {
  GroupUnderTest test;
  test.stable(1);
  test.advance(10'000);
  EXPECT_EQ(test.describe().group_state, "Empty");
  EXPECT_EQ(test.describe().protocol_type, "consumer");
  EXPECT_EQ(test.generation(), 2);
}

TEST(Heartbeat, every_member_has_its_own_session_timeout) {
  GroupUnderTest test;
  const auto a = test.join_new({.session_ms = 7'000});
  const auto b = test.join_new({.session_ms = 30'000});
  test.advance(6'000);
  test.sync(a->member_id, 1, {});
  test.sync(b->member_id, 1);
  test.advance(7'000);
  EXPECT_EQ(test.heartbeat(b->member_id, 1), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(test.heartbeat(a->member_id, 1), ErrorCode::unknown_member_id);
}

TEST(LeaveGroup, says_per_member_what_is_wrong) {
  GroupUnderTest test;
  const auto ids = test.stable(1, {.instance = "i"});
  const auto left =
      test.leave_all({{"who"}, {"", std::nullopt}, {"", "nobody"}, {ids[0], "nobody"}});
  EXPECT_EQ(left->error_code, ErrorCode::none);
  ASSERT_EQ(left->members.size(), 4u);
  for (const auto& member : left->members)
    EXPECT_EQ(member.error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(left->members[3].member_id, ids[0]);
  EXPECT_EQ(left->members[3].group_instance_id, "nobody");
  EXPECT_EQ(test.state(), State::stable);
}

TEST(LeaveGroup, of_an_unknown_group_says_so_per_member_and_of_no_group_at_the_top) {
  GroupUnderTest test;
  const auto left = test.leave_all({{"who"}});
  EXPECT_EQ(left->error_code, ErrorCode::none);
  EXPECT_EQ(left->members.at(0).error_code, ErrorCode::unknown_member_id);
  EXPECT_TRUE(test.leave_all({})->members.empty());
  EXPECT_EQ(test.leave("who"), ErrorCode::unknown_member_id);
  test.group_id = "";
  EXPECT_EQ(test.leave_all({{"who"}})->error_code, ErrorCode::invalid_group_id);
}

TEST(LeaveGroup, before_version_3_the_code_is_at_the_top) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  EXPECT_EQ(test.leave("who"), ErrorCode::unknown_member_id);
  EXPECT_EQ(test.leave(ids[0]), ErrorCode::none);
  EXPECT_EQ(test.state(), State::empty);
}

TEST(LeaveGroup, several_leave_in_one_call_by_id_and_by_instance_with_one_rebalance) {
  GroupUnderTest test;
  const auto ids = test.stable(3, {.instance = "i"});
  const auto left = test.leave_all({{ids[1], "i1", "scaling down"}, {"", "i2"}});
  for (const auto& member : left->members) EXPECT_EQ(member.error_code, ErrorCode::none);
  EXPECT_EQ(left->members[1].member_id, "");
  EXPECT_EQ(left->members[1].group_instance_id, "i2");
  EXPECT_EQ(test.state(), State::preparing_rebalance);
  EXPECT_EQ(test.join(ids[0], {.instance = "i0"})->generation_id, 2);
}

TEST(LeaveGroup, the_last_member_gone_the_group_is_empty_and_the_answer_waits_for_the_log) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  test.hold_appends = true;
  const auto left = test.leave_all({{ids[0]}});
  EXPECT_TRUE(left.waits());
  test.finish_append();
  EXPECT_EQ(left->members.at(0).error_code, ErrorCode::none);
  test.restart();
  EXPECT_EQ(test.state(), State::empty);
  EXPECT_EQ(test.generation(), 2);
}

TEST(LeaveGroup, says_that_the_log_failed) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  test.append_error = ErrorCode::kafka_storage_error;
  EXPECT_EQ(test.leave_all({{ids[0]}})->error_code, ErrorCode::not_coordinator);
}

TEST(LeaveGroup, lets_a_rebalance_go_on_that_waited_for_the_one_that_left) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  const auto leader = test.join(ids[0]);
  EXPECT_TRUE(leader.waits());
  test.leave_all({{ids[1]}});
  EXPECT_EQ(leader->members.size(), 1u);
}

TEST(Restart, members_go_on_within_their_generation) {
  GroupUnderTest test;
  const auto ids = test.stable(3);
  test.restart();
  EXPECT_EQ(test.heartbeat(ids[1], 1), ErrorCode::none);
  EXPECT_EQ(test.sync(ids[2], 1)->assignment.text(), "A2");
  EXPECT_EQ(test.commit_error(5, {.member_id = ids[0], .generation_id = 1}), ErrorCode::none);
  EXPECT_EQ(test.group().leader(), ids[0]);
}

TEST(Restart, members_that_are_gone_expire_after_it) {
  GroupUnderTest test;
  test.stable(2);
  test.restart();
  test.advance(9'999);
  EXPECT_EQ(test.group().members().size(), 2u);
  test.advance(1);
  EXPECT_EQ(test.state(), State::empty);
}

TEST(Restart, in_the_middle_of_a_rebalance_falls_back_to_the_last_generation_that_was_stored) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  test.join_new();
  test.join(ids[0]);
  test.join(ids[1]);
  ASSERT_EQ(test.generation(), 2);
  test.restart();
  EXPECT_EQ(test.generation(), 1);
  EXPECT_EQ(test.heartbeat(ids[0], 2), ErrorCode::illegal_generation);
}

TEST(Abandon, answers_all_that_wait_with_not_coordinator) {
  TwoJoined test;
  const auto follower = test.sync(test.b, 1);
  test.hold_appends = true;
  test.group_id = "other";
  const auto joining = test.join("", {.version = 3});
  test.group_id = "third";
  const auto commit = test.commit(1);
  test.replies.clear();
  Effects effects = test.coordinator->abandon(test.now);
  EXPECT_EQ(effects.replies.size(), 3u);
  for (Reply& reply : effects.replies) test.replies.emplace(reply.token, reply.response);
  EXPECT_EQ(follower->error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(joining->error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(commit->topics.at(0).partitions.at(0).error_code, ErrorCode::not_coordinator);
}

}  // namespace
}  // namespace kelp::group
