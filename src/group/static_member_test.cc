// Static members: KIP-345, KIP-814.
#include <gtest/gtest.h>

#include "group/group_under_test.h"

namespace kelp::group {
namespace {

JoinAs as_instance(std::string instance, int16_t version = 9, std::string metadata = "m") {
  JoinAs as;
  as.instance = std::move(instance);
  as.version = version;
  as.protocols = {{"range", std::move(metadata)}};
  return as;
}

TEST(StaticMember, joins_at_once_under_an_id_made_of_its_instance) {
  GroupUnderTest test;
  const auto joined = test.join("", as_instance("pod-7"));
  test.advance(3'000);
  EXPECT_EQ(joined->member_id, "pod-7-00000000-0000-0000-0000-000000000001");
}

TEST(StaticMember, that_returns_within_its_session_causes_no_rebalance) {
  GroupUnderTest test;
  const auto ids = test.stable(2, as_instance("i"));
  test.heartbeat(ids[0], 1);
  test.advance(9'000);
  test.heartbeat(ids[0], 1);
  const auto back = test.join("", as_instance("i1"));
  EXPECT_EQ(back->error_code, ErrorCode::none);
  EXPECT_EQ(back->generation_id, 1);
  EXPECT_NE(back->member_id, ids[1]);
  EXPECT_EQ(back->leader, ids[0]);
  EXPECT_FALSE(back->skip_assignment);
  EXPECT_TRUE(back->members.empty());
  EXPECT_EQ(test.state(), State::stable);
  EXPECT_EQ(test.sync(back->member_id, 1, {}, {.instance = "i1"})->assignment.text(), "A1");
  EXPECT_EQ(test.heartbeat(ids[0], 1), ErrorCode::none);
}

TEST(StaticMember, a_leader_that_returns_is_told_to_skip_the_assignment) {
  GroupUnderTest test;
  const auto ids = test.stable(2, as_instance("i"));
  const auto back = test.join("", as_instance("i0"));
  EXPECT_EQ(back->leader, back->member_id);
  EXPECT_TRUE(back->skip_assignment);
  EXPECT_EQ(back->members.size(), 2u);
  EXPECT_EQ(test.sync(back->member_id, 1)->assignment.text(), "A0");
}

TEST(StaticMember, a_leader_that_returns_before_version_9_is_told_that_its_old_id_leads) {
  GroupUnderTest test;
  const auto ids = test.stable(1, as_instance("i"));
  const auto back = test.join("", as_instance("i0", 8));
  EXPECT_EQ(back->leader, ids[0]);
  EXPECT_TRUE(back->members.empty());
  EXPECT_FALSE(back->skip_assignment);
  EXPECT_EQ(back->generation_id, 1);
  EXPECT_EQ(test.group().leader(), back->member_id);
}

TEST(StaticMember, keeps_its_place_also_with_another_subscription_if_the_vote_is_the_same) {
  GroupUnderTest test;
  test.stable(1, as_instance("i"));
  EXPECT_EQ(test.join("", as_instance("i0", 9, "changed"))->generation_id, 1);
  EXPECT_EQ(test.describe().members.at(0).member_metadata.text(), "changed");
  EXPECT_EQ(test.describe().members.at(0).member_assignment.text(), "A0");
}

TEST(StaticMember, that_returns_with_what_changes_the_vote_begins_a_rebalance) {
  GroupUnderTest test;
  JoinAs both = as_instance("i");
  both.protocols = {{"range", ""}, {"sticky", ""}};
  test.stable(1, both);
  JoinAs other = as_instance("i0");
  other.protocols = {{"sticky", ""}, {"range", ""}};
  const auto back = test.join("", other);
  EXPECT_EQ(back->generation_id, 2);
  EXPECT_EQ(back->protocol_name, "sticky");
}

TEST(StaticMember, fences_its_predecessor_in_every_call) {
  GroupUnderTest test;
  const auto ids = test.stable(1, as_instance("i"));
  const std::string now = test.join("", as_instance("i0"))->member_id;
  const std::string& old = ids[0];
  EXPECT_EQ(test.heartbeat(old, 1, "i0"), ErrorCode::fenced_instance_id);
  EXPECT_EQ(test.join(old, as_instance("i0"))->error_code, ErrorCode::fenced_instance_id);
  EXPECT_EQ(test.sync(old, 1, {}, {.instance = "i0"})->error_code, ErrorCode::fenced_instance_id);
  EXPECT_EQ(test.commit_error(1, {.member_id = old, .generation_id = 1, .instance = "i0"}),
            ErrorCode::fenced_instance_id);
  EXPECT_EQ(test.leave_all({{old, "i0"}})->members.at(0).error_code, ErrorCode::fenced_instance_id);
  EXPECT_EQ(test.heartbeat(old, 1), ErrorCode::unknown_member_id);  // without its instance
  EXPECT_EQ(test.heartbeat(now, 1, "i0"), ErrorCode::none);
  EXPECT_EQ(test.heartbeat(now, 1), ErrorCode::none);
}

TEST(StaticMember, an_unknown_instance_is_unknown_also_with_a_good_member_id) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  EXPECT_EQ(test.heartbeat(ids[0], 1, "never seen"), ErrorCode::unknown_member_id);
}

TEST(StaticMember, that_returns_while_a_rebalance_is_prepared_answers_its_predecessors_call) {
  GroupUnderTest test;
  const auto ids = test.stable(2, as_instance("i"));
  const auto waiting = test.join(ids[0], as_instance("i0"));
  EXPECT_TRUE(waiting.waits());
  const auto back = test.join("", as_instance("i0"));
  EXPECT_EQ(waiting->error_code, ErrorCode::fenced_instance_id);
  EXPECT_TRUE(back.waits());
  test.join(ids[1], as_instance("i1"));
  EXPECT_EQ(back->generation_id, 2);
  EXPECT_EQ(back->leader, back->member_id);
}

TEST(StaticMember, that_returns_between_join_and_sync_begins_a_rebalance) {
  GroupUnderTest test;
  const auto a = test.join("", as_instance("a"));
  const auto b = test.join("", as_instance("b"));
  test.advance(6'000);
  const auto follower = test.sync(b->member_id, 1);
  const auto back = test.join("", as_instance("b"));
  EXPECT_EQ(follower->error_code, ErrorCode::fenced_instance_id);
  EXPECT_TRUE(back.waits());
  EXPECT_EQ(test.sync(a->member_id, 1)->error_code, ErrorCode::rebalance_in_progress);
}

TEST(StaticMember, keeps_its_place_through_a_rebalance_that_it_sleeps_through) {
  GroupUnderTest test;
  JoinAs patient = as_instance("i");
  patient.session_ms = 100'000;
  patient.rebalance_ms = 20'000;
  const auto ids = test.stable(2, patient);
  patient.instance = "i0";
  const auto leader = test.join(ids[0], patient);
  test.advance(20'000);
  EXPECT_EQ(leader->generation_id, 2);
  EXPECT_EQ(leader->members.size(), 2u);
}

TEST(StaticMember, a_group_of_sleepers_waits_for_their_sessions_without_spinning) {
  GroupUnderTest test;
  JoinAs sleeper = as_instance("i");
  sleeper.session_ms = 60'000;
  sleeper.rebalance_ms = 0;
  test.join("", sleeper);
  test.advance(3'000);
  int events = 0;
  while (test.coordinator->find("g")->state() != State::empty && ++events < 200)
    test.advance(test.coordinator->next_deadline() - test.now.now_ms);
  EXPECT_LT(events, 80);
}

TEST(StaticMember, survives_a_restart_of_the_coordinator_with_its_instance) {
  GroupUnderTest test;
  const auto ids = test.stable(2, as_instance("i"));
  test.restart();
  const auto back = test.join("", as_instance("i1"));
  EXPECT_EQ(back->generation_id, 1);
  EXPECT_EQ(test.sync(back->member_id, 1)->assignment.text(), "A1");
}

TEST(StaticMember, its_new_id_is_in_the_log_before_it_is_told) {
  GroupUnderTest test;
  test.stable(1, as_instance("i"));
  test.hold_appends = true;
  const auto back = test.join("", as_instance("i0"));
  EXPECT_TRUE(back.waits());
  test.finish_append();
  const std::string id = back->member_id;
  test.hold_appends = false;
  test.restart();
  EXPECT_EQ(test.heartbeat(id, 1, "i0"), ErrorCode::none);
}

TEST(StaticMember, keeps_its_old_id_when_the_new_one_cannot_be_stored) {
  GroupUnderTest test;
  const auto ids = test.stable(1, as_instance("i"));
  test.append_error = ErrorCode::kafka_storage_error;
  const auto back = test.join("", as_instance("i0", 9, "changed"));
  EXPECT_EQ(back->error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(test.heartbeat(ids[0], 1, "i0"), ErrorCode::none);
  EXPECT_EQ(test.describe().members.at(0).member_metadata.text(), "m");
}

TEST(StaticMember, a_rebalance_that_begins_before_its_id_is_stored_answers_it) {
  GroupUnderTest test;
  const auto ids = test.stable(2, as_instance("i"));
  test.hold_appends = true;
  const auto back = test.join("", as_instance("i1"));
  const auto leader = test.join(ids[0], as_instance("i0"));
  EXPECT_EQ(leader->generation_id, 2);
  EXPECT_EQ(back->generation_id, 2);
  test.finish_append();
  EXPECT_EQ(test.generation(), 2);
}

TEST(StaticMember, of_two_that_claim_an_instance_at_once_the_later_has_it) {
  GroupUnderTest test;
  test.stable(1, as_instance("i"));
  test.hold_appends = true;
  const auto one = test.join("", as_instance("i0"));
  const auto two = test.join("", as_instance("i0"));
  EXPECT_EQ(one->error_code, ErrorCode::fenced_instance_id);
  test.finish_append();
  EXPECT_TRUE(two.waits());
  test.finish_append();
  EXPECT_EQ(two->error_code, ErrorCode::none);
  EXPECT_EQ(test.heartbeat(two->member_id, 1, "i0"), ErrorCode::none);
}

TEST(StaticMember, is_removed_when_it_does_not_return_within_its_session) {
  GroupUnderTest test;
  const auto ids = test.stable(1, as_instance("i"));
  test.advance(10'000);
  EXPECT_EQ(test.state(), State::empty);
  EXPECT_EQ(test.heartbeat(ids[0], 1, "i0"), ErrorCode::unknown_member_id);
}

TEST(StaticMember, shows_the_client_that_took_the_place) {
  GroupUnderTest test;
  test.stable(1, as_instance("i"));
  JoinAs other = as_instance("i0");
  other.client_id = "new";
  test.client_host = "/10.0.0.9";
  test.join("", other);
  EXPECT_EQ(test.describe().members.at(0).client_id, "new");
  EXPECT_EQ(test.describe().members.at(0).client_host, "/10.0.0.9");
}

}  // namespace
}  // namespace kelp::group
