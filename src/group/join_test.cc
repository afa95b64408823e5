// JoinGroup: who may come in, and how a rebalance goes.
#include <gtest/gtest.h>

#include "group/group_under_test.h"

namespace kelp::group {
namespace {

TEST(JoinGroup, refuses_an_empty_group_id) {
  GroupUnderTest test;
  test.group_id = "";
  EXPECT_EQ(test.join("x")->error_code, ErrorCode::invalid_group_id);
}

TEST(JoinGroup, refuses_names_that_are_longer_than_a_record_can_hold) {
  GroupUnderTest test;
  const std::string longest(32'767, 'x');
  EXPECT_EQ(test.join("", {.instance = longest + "x"})->error_code, ErrorCode::invalid_request);
  test.group_id = longest + "x";
  EXPECT_EQ(test.join("")->error_code, ErrorCode::invalid_group_id);
  EXPECT_EQ(test.commit_error(1, {}), ErrorCode::invalid_group_id);
  test.group_id = longest;
  EXPECT_EQ(test.commit_error(1, {}), ErrorCode::none);
  EXPECT_TRUE(test.join("", {.instance = longest}).waits());
  test.restart();
  EXPECT_EQ(test.committed(), 1);
}

TEST(JoinGroup, refuses_a_session_timeout_outside_of_the_limits_and_echoes_the_member) {
  GroupUnderTest test;
  for (const int32_t session_ms : {0, 5'999, 1'800'001}) {
    const auto refused = test.join("m", {.session_ms = session_ms});
    EXPECT_EQ(refused->error_code, ErrorCode::invalid_session_timeout);
    EXPECT_EQ(refused->member_id, "m");
  }
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(JoinGroup, refuses_an_unknown_member_of_an_unknown_and_of_a_known_group) {
  GroupUnderTest test;
  for (int round = 0; round < 2; ++round) {
    const auto refused = test.join("who");
    EXPECT_EQ(refused->error_code, ErrorCode::unknown_member_id);
    EXPECT_EQ(refused->member_id, "who");
    EXPECT_EQ(refused->generation_id, -1);
    EXPECT_EQ(refused->protocol_type, std::nullopt);
    EXPECT_EQ(refused->protocol_name, std::nullopt);
    EXPECT_EQ(refused->leader, "");
    if (round == 0) test.stable(1);
  }
}

TEST(JoinGroup, refuses_what_has_no_type_or_no_protocol_and_makes_no_group_of_it) {
  GroupUnderTest test;
  EXPECT_EQ(test.join("", {.type = ""})->error_code, ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.join("", {.protocols = {}})->error_code, ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.coordinator->size(), 0u);
  EXPECT_TRUE(test.log.empty());
}

TEST(JoinGroup, refuses_another_type_and_a_member_without_a_protocol_in_common) {
  GroupUnderTest test;
  test.stable(1);
  EXPECT_EQ(test.join("", {.type = "connect"})->error_code, ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.join("", {.protocols = {{"y", ""}}})->error_code,
            ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(test.state(), State::stable);
}

TEST(JoinGroup, since_version_4_a_new_member_gets_its_id_first) {
  GroupUnderTest test;
  const auto first = test.join("", {.client_id = "billing"});
  EXPECT_EQ(first->error_code, ErrorCode::member_id_required);
  EXPECT_EQ(first->member_id, "billing-00000000-0000-0000-0000-000000000001");
  EXPECT_EQ(test.state(), State::empty);
  EXPECT_EQ(test.group().pending_members(), 1u);
  const auto second = test.join(first->member_id);
  EXPECT_TRUE(second.waits());
  test.advance(3'000);
  EXPECT_EQ(second->member_id, first->member_id);
  EXPECT_EQ(second->generation_id, 1);
}

TEST(JoinGroup, before_version_4_a_new_member_joins_at_once) {
  GroupUnderTest test;
  const auto joined = test.join("", {.version = 3});
  EXPECT_TRUE(joined.waits());
  test.advance(3'000);
  EXPECT_EQ(joined->error_code, ErrorCode::none);
  EXPECT_EQ(joined->leader, joined->member_id);
}

TEST(JoinGroup, an_id_that_was_given_out_and_not_used_is_void_after_the_session_timeout) {
  GroupUnderTest test;
  const std::string id = test.join("", {.session_ms = 10'000})->member_id;
  test.advance(10'000);
  EXPECT_EQ(test.join(id)->error_code, ErrorCode::unknown_member_id);
}

TEST(JoinGroup, a_pending_member_can_do_nothing_but_join_and_leave) {
  GroupUnderTest test;
  const std::string id = test.join("")->member_id;
  EXPECT_EQ(test.heartbeat(id, 0), ErrorCode::unknown_member_id);
  EXPECT_EQ(test.sync(id, 0)->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(test.commit_error(1, {.member_id = id, .generation_id = 0}),
            ErrorCode::unknown_member_id);
  EXPECT_EQ(test.join(id, {.instance = "i"})->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(test.leave_all({{id}})->members.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(test.join(id)->error_code, ErrorCode::unknown_member_id);
}

TEST(JoinGroup, a_group_exists_from_its_first_member_id_on_and_survives_a_restart) {
  GroupUnderTest test;
  test.join("");
  ASSERT_EQ(test.log.size(), 1u);
  test.restart();
  EXPECT_EQ(test.describe().group_state, "Empty");
  EXPECT_EQ(test.describe().protocol_type, "");
}

TEST(JoinGroup, the_first_rebalance_waits_for_the_delay) {
  GroupUnderTest test;
  const auto joined = test.join_new();
  test.advance(2'999);
  EXPECT_TRUE(joined.waits());
  EXPECT_EQ(test.state(), State::preparing_rebalance);
  test.advance(1);
  EXPECT_EQ(joined->generation_id, 1);
}

TEST(JoinGroup, without_a_delay_the_first_member_has_its_generation_at_once) {
  GroupUnderTest test(GroupSettings{.initial_rebalance_delay_ms = 0});
  EXPECT_EQ(test.join_new()->generation_id, 1);
}

TEST(JoinGroup, a_member_that_comes_during_the_delay_extends_it) {
  GroupUnderTest test;
  const auto a = test.join_new();
  test.advance(2'000);
  const auto b = test.join_new();
  test.advance(3'999);  // 1 s of the first delay, and the second
  EXPECT_TRUE(a.waits());
  test.advance(1);
  EXPECT_EQ(a->generation_id, 1);
  EXPECT_EQ(b->generation_id, 1);
  EXPECT_EQ(a->members.size(), 2u);
}

TEST(JoinGroup, the_extended_delay_ends_with_the_rebalance_timeout) {
  GroupUnderTest test;
  const auto first = test.join_new({.rebalance_ms = 8'000});
  for (int i = 0; i < 20 && first.waits(); ++i) {
    test.join_new({.rebalance_ms = 8'000});
    test.advance(1'000);
  }
  EXPECT_FALSE(first.waits());
  EXPECT_EQ(test.now.now_ms - 1'000'000, 8'000);  // 3 s + 3 s + the 2 s that were left
}

TEST(JoinGroup, only_the_leader_gets_the_members_with_what_they_say_about_the_chosen_protocol) {
  GroupUnderTest test;
  const auto a = test.join_new({.protocols = {{"range", "ra"}, {"sticky", "sa"}}});
  const auto b = test.join_new({.protocols = {{"sticky", "sb"}}});
  test.advance(6'000);
  EXPECT_EQ(a->protocol_name, "sticky");
  EXPECT_EQ(a->protocol_type, "consumer");
  EXPECT_EQ(a->leader, a->member_id);
  EXPECT_EQ(b->leader, a->member_id);
  EXPECT_TRUE(b->members.empty());
  EXPECT_FALSE(a->skip_assignment);
  ASSERT_EQ(a->members.size(), 2u);
  EXPECT_EQ(a->members[0].metadata.text(), "sa");
  EXPECT_EQ(a->members[1].member_id, b->member_id);
  EXPECT_EQ(a->members[1].metadata.text(), "sb");
}

TEST(JoinGroup, the_protocol_that_all_speak_and_most_prefer_is_chosen) {
  const std::pair<std::string, std::string> range{"range", ""}, robin{"roundrobin", ""};
  const struct {
    std::vector<std::vector<std::pair<std::string, std::string>>> members;
    std::string chosen;
  } cases[] = {
      {{{range, robin}, {robin}}, "roundrobin"},
      {{{range, robin}, {robin, range}, {robin, range}}, "roundrobin"},
      {{{range, robin}, {range, robin}, {robin, range}}, "range"},
      {{{robin, range}, {range, robin}}, "roundrobin"},  // equal: who came first
      {{{range, range, robin}, {range}}, "range"},       // a name said twice counts once
  };
  for (const auto& each : cases) {
    GroupUnderTest test;
    std::vector<Joined> joined;
    for (const auto& protocols : each.members)
      joined.push_back(test.join_new({.protocols = protocols}));
    test.advance(6'000);
    for (const auto& one : joined) EXPECT_EQ(one->protocol_name, each.chosen);
  }
}

TEST(JoinGroup, a_second_member_makes_the_first_rejoin) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  const auto second = test.join_new();
  EXPECT_TRUE(second.waits());
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(test.sync(ids[0], 1)->error_code, ErrorCode::rebalance_in_progress);
  const auto first = test.join(ids[0]);
  EXPECT_EQ(first->generation_id, 2);
  EXPECT_EQ(second->generation_id, 2);
  EXPECT_EQ(second->leader, ids[0]);
}

TEST(JoinGroup, a_member_that_does_not_rejoin_within_the_rebalance_timeout_is_removed) {
  GroupUnderTest test;
  const auto ids = test.stable(2, {.session_ms = 60'000, .rebalance_ms = 20'000});
  const auto newcomer = test.join_new({.rebalance_ms = 20'000});
  const auto first = test.join(ids[0], {.rebalance_ms = 20'000});
  test.advance(19'999);
  EXPECT_EQ(test.heartbeat(ids[1], 1), ErrorCode::rebalance_in_progress);  // alive, but late
  EXPECT_TRUE(first.waits());
  test.advance(1);
  EXPECT_EQ(first->members.size(), 2u);
  EXPECT_EQ(newcomer->generation_id, 2);
  EXPECT_EQ(test.heartbeat(ids[1], 1), ErrorCode::unknown_member_id);
}

TEST(JoinGroup, the_rebalance_timeout_of_version_0_is_the_session_timeout) {
  GroupUnderTest test;
  const auto a = test.join("", {.version = 0, .session_ms = 7'000});
  test.advance(3'000);
  test.sync(a->member_id, 1, {{a->member_id, "A"}});
  const auto b = test.join("", {.version = 0, .session_ms = 7'000});
  for (int i = 0; i < 6; ++i) {
    test.advance(1'000);
    test.heartbeat(a->member_id, 1);
  }
  EXPECT_TRUE(b.waits());
  test.advance(1'000);
  EXPECT_EQ(b->members.size(), 1u);
}

TEST(JoinGroup, another_leader_is_chosen_when_the_leader_does_not_come_back) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  const auto second = test.join(ids[1], {.protocols = {{"range", "changed"}}});
  EXPECT_TRUE(second.waits());
  test.advance(10'000);  // the leader's session
  EXPECT_EQ(second->leader, ids[1]);
  EXPECT_EQ(second->generation_id, 2);
}

TEST(JoinGroup, a_follower_that_says_the_same_again_is_told_the_generation_at_once) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  const auto again = test.join(ids[1]);
  EXPECT_EQ(again->generation_id, 1);
  EXPECT_EQ(again->leader, ids[0]);
  EXPECT_TRUE(again->members.empty());
  EXPECT_EQ(test.state(), State::stable);
}

TEST(JoinGroup, a_follower_that_says_something_else_begins_a_rebalance) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  EXPECT_TRUE(test.join(ids[1], {.protocols = {{"range", "other topics"}}}).waits());
  EXPECT_EQ(test.state(), State::preparing_rebalance);
}

TEST(JoinGroup, the_leader_that_joins_again_begins_a_rebalance) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  EXPECT_EQ(test.join(ids[0])->generation_id, 2);
}

TEST(JoinGroup,
     between_join_and_sync_an_unchanged_member_is_told_again_and_a_changed_one_rebalances) {
  GroupUnderTest test;
  const auto a = test.join_new();
  const auto b = test.join_new();
  test.advance(6'000);
  ASSERT_EQ(test.state(), State::completing_rebalance);
  const auto leader_again = test.join(a->member_id);
  EXPECT_EQ(leader_again->generation_id, 1);
  EXPECT_EQ(leader_again->members.size(), 2u);
  EXPECT_EQ(test.join(b->member_id)->generation_id, 1);
  EXPECT_TRUE(test.join(b->member_id, {.protocols = {{"range", "new"}}}).waits());
  EXPECT_EQ(test.state(), State::preparing_rebalance);
}

TEST(JoinGroup, a_rebalance_waits_for_members_that_only_have_their_id) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  const std::string pending = test.join("")->member_id;
  const auto leader = test.join(ids[0]);
  EXPECT_TRUE(leader.waits());
  const auto late = test.join(pending);
  EXPECT_EQ(leader->members.size(), 2u);
  EXPECT_EQ(late->generation_id, 2);
}

TEST(JoinGroup, a_rebalance_goes_on_when_such_a_member_never_comes) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  test.join("", {.session_ms = 7'000});
  const auto leader = test.join(ids[0]);
  test.advance(6'999);
  EXPECT_TRUE(leader.waits());
  test.advance(1);
  EXPECT_EQ(leader->members.size(), 1u);
}

TEST(JoinGroup, a_full_group_refuses_new_members_and_keeps_those_it_has) {
  GroupUnderTest test(GroupSettings{.max_size = 2});
  const auto ids = test.stable(2);
  const auto refused = test.join("");
  EXPECT_EQ(refused->error_code, ErrorCode::group_max_size_reached);
  EXPECT_EQ(refused->member_id, "");
  EXPECT_EQ(test.join("", {.version = 3})->error_code, ErrorCode::group_max_size_reached);
  EXPECT_EQ(test.join(ids[1])->error_code, ErrorCode::none);
}

TEST(JoinGroup, a_group_that_became_too_large_sheds_who_rejoins_last) {
  GroupUnderTest test;
  const auto ids = test.stable(3);
  test.settings.max_size = 2;
  const auto changed = test.join(ids[0]);
  EXPECT_TRUE(changed.waits());
  test.join(ids[1]);
  EXPECT_EQ(test.join(ids[2])->error_code, ErrorCode::group_max_size_reached);
  EXPECT_EQ(changed->members.size(), 2u);
  EXPECT_EQ(test.heartbeat(ids[2], 1), ErrorCode::unknown_member_id);
}

TEST(JoinGroup, a_loaded_group_that_is_too_large_rebalances) {
  GroupUnderTest test;
  test.stable(3);
  test.settings.max_size = 2;
  test.restart();
  EXPECT_EQ(test.state(), State::preparing_rebalance);
}

TEST(JoinGroup, the_earlier_of_two_parked_calls_of_a_member_is_answered) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  const auto earlier = test.join(ids[0]);
  const auto later = test.join(ids[0]);
  EXPECT_EQ(earlier->error_code, ErrorCode::rebalance_in_progress);
  EXPECT_TRUE(later.waits());
  test.join(ids[1]);
  EXPECT_EQ(later->generation_id, 2);
}

TEST(JoinGroup, a_new_member_that_waits_for_five_minutes_is_told_to_join_anew) {
  GroupUnderTest test;
  const auto ids = test.stable(1, {.session_ms = 1'000'000, .rebalance_ms = 1'000'000});
  const auto waiting = test.join_new({.session_ms = 10'000, .rebalance_ms = 1'000'000});
  test.advance(299'999);
  EXPECT_TRUE(waiting.waits());
  test.advance(1);
  EXPECT_EQ(waiting->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(waiting->member_id, "");
}

TEST(JoinGroup, a_known_member_that_waits_is_alive_however_long_it_takes) {
  GroupUnderTest test;
  const auto ids = test.stable(2, {.session_ms = 10'000, .rebalance_ms = 300'000});
  const auto waiting = test.join(ids[0], {.rebalance_ms = 300'000});
  for (int i = 0; i < 20; ++i) {
    test.advance(5'000);
    test.heartbeat(ids[1], 1);
  }
  EXPECT_TRUE(waiting.waits());
  test.join(ids[1]);
  EXPECT_EQ(waiting->members.size(), 2u);
}

TEST(JoinGroup, a_lost_connection_of_a_member_that_knows_its_id_leaves_it_its_place) {
  GroupUnderTest test;
  const auto ids = test.stable(2);
  const auto lost = test.join(ids[0]);
  test.forget(lost.token());
  const auto second = test.join(ids[1], {.protocols = {{"range", "x"}}});
  EXPECT_TRUE(second.waits());
  const auto back = test.join(ids[0]);
  EXPECT_EQ(back->generation_id, 2);
  EXPECT_TRUE(lost.waits());
  EXPECT_FALSE(second.waits());
}

TEST(JoinGroup, a_lost_connection_of_a_member_that_was_never_told_its_id_removes_it) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  const auto lost = test.join("", {.version = 3});
  test.forget(lost.token());
  EXPECT_EQ(test.join(ids[0])->members.size(), 1u);
}

TEST(JoinGroup,
     a_member_removed_before_the_first_generation_leaves_an_empty_group_of_generation_1) {
  GroupUnderTest test;
  const auto joined = test.join_new();
  test.leave(test.group().leader());
  EXPECT_EQ(joined->error_code, ErrorCode::unknown_member_id);
  test.advance(3'000);
  EXPECT_EQ(test.state(), State::empty);
  EXPECT_EQ(test.generation(), 1);
}

TEST(JoinGroup, the_reason_that_a_client_gives_is_kept_short_and_printable) {
  GroupUnderTest test;
  test.join_new({.reason = "config\nchange" + std::string(100'000, 'x')});
  EXPECT_NE(test.group().last_reason().find("config"), std::string::npos);
  EXPECT_EQ(test.group().last_reason().find('\n'), std::string::npos);
  EXPECT_LT(test.group().last_reason().size(), 1'000u);
}

TEST(JoinGroup, a_client_id_of_any_length_makes_a_member_id_that_fits_the_protocol) {
  GroupUnderTest test;
  std::string umlauts;
  while (umlauts.size() < 32'000) umlauts += "x\xc3\xa4";
  const std::string id = test.join("", {.client_id = umlauts})->member_id;
  EXPECT_LE(id.size(), kMaxMemberIdPrefix + 37);
  EXPECT_NE(static_cast<uint8_t>(id[id.size() - 38]), 0xc3);  // no half character before "-uuid"
}

}  // namespace
}  // namespace kelp::group
