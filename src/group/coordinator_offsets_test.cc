// OffsetCommit, OffsetFetch, OffsetDelete, and what becomes of offsets.
#include <gtest/gtest.h>

#include <limits>

#include "group/group_under_test.h"

namespace kelp::group {
namespace {

using CommitAs = GroupUnderTest::CommitAs;

constexpr int64_t kDay = 86'400'000;

TEST(OffsetCommit, of_a_member_counts_while_stable_and_while_a_rebalance_is_prepared) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  const CommitAs member{.member_id = ids[0], .generation_id = 1};
  EXPECT_EQ(test.commit_error(10, member), ErrorCode::none);
  test.join_new();
  EXPECT_EQ(test.commit_error(11, member), ErrorCode::none);
  EXPECT_EQ(test.committed(), 11);
}

TEST(OffsetCommit, between_join_and_sync_is_told_to_wait) {
  GroupUnderTest test;
  const auto joined = test.join_new();
  test.advance(3'000);
  EXPECT_EQ(test.commit_error(1, {.member_id = joined->member_id, .generation_id = 1}),
            ErrorCode::rebalance_in_progress);
}

TEST(OffsetCommit, keeps_the_member_alive) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  for (int i = 0; i < 5; ++i) {
    test.advance(9'000);
    EXPECT_EQ(test.commit_error(i, {.member_id = ids[0], .generation_id = 1}), ErrorCode::none);
  }
  EXPECT_EQ(test.state(), State::stable);
}

TEST(OffsetCommit, of_the_wrong_generation_or_member_is_refused) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  EXPECT_EQ(test.commit_error(1, {.member_id = ids[0], .generation_id = 7}),
            ErrorCode::illegal_generation);
  EXPECT_EQ(test.commit_error(1, {.member_id = ids[0], .generation_id = -1}),
            ErrorCode::illegal_generation);
  EXPECT_EQ(test.commit_error(1, {.member_id = "who", .generation_id = 1}),
            ErrorCode::unknown_member_id);
  EXPECT_EQ(test.committed(), -1);
}

TEST(OffsetCommit, without_a_member_counts_in_a_group_without_members_only) {
  GroupUnderTest test;
  EXPECT_EQ(test.commit_error(3, {}), ErrorCode::none);
  EXPECT_EQ(test.describe().group_state, "Empty");
  EXPECT_EQ(test.describe().protocol_type, "");
  const auto ids = test.stable(1);
  EXPECT_EQ(test.commit_error(4, {}), ErrorCode::unknown_member_id);
  test.leave(ids[0]);
  EXPECT_EQ(test.commit_error(5, {}), ErrorCode::none);
  EXPECT_EQ(test.committed(), 5);
}

TEST(OffsetCommit, with_a_generation_into_an_unknown_group_is_refused_in_the_words_of_its_version) {
  GroupUnderTest test;
  EXPECT_EQ(test.commit_error(1, {.member_id = "m", .generation_id = 3, .version = 8}),
            ErrorCode::illegal_generation);
  EXPECT_EQ(test.commit_error(1, {.member_id = "m", .generation_id = 3, .version = 9}),
            ErrorCode::group_id_not_found);
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(OffsetCommit, of_group_empty_string_and_of_offset_minus_1_counts) {
  GroupUnderTest test;
  test.group_id = "";
  EXPECT_EQ(test.commit_error(-1, {}), ErrorCode::none);
  ASSERT_TRUE(test.coordinator->offsets_of(""));
  EXPECT_EQ(test.coordinator->offsets_of("")->find("t1", 0)->offset, -1);
}

TEST(OffsetCommit, answers_what_does_not_exist_first_and_commits_the_rest) {
  GroupUnderTest test;
  wire::OffsetCommitRequest request;
  request.group_id = "g";
  auto& t1 = request.topics.emplace_back();
  t1.name = "t1";
  t1.partitions.emplace_back(0, 5);
  t1.partitions.emplace_back(9, 5);
  t1.partitions.emplace_back(-1, 5);
  t1.partitions.emplace_back(1, 5, -1, -1, std::string(5'000, 'y'));
  auto& unknown = request.topics.emplace_back();
  unknown.name = "zz";
  unknown.partitions.emplace_back(0, 5);
  for (const bool is_member : {false, true}) {
    if (is_member) request.generation_id_or_member_epoch = 5;
    const ErrorCode group_error = is_member ? ErrorCode::unknown_member_id : ErrorCode::none;
    const auto answer = test.commit(request, 8);
    ASSERT_EQ(answer->topics.size(), 2u);
    const auto& first = answer->topics[0].partitions;
    ASSERT_EQ(first.size(), 4u);
    EXPECT_EQ(first[0].partition_index, 9);
    EXPECT_EQ(first[0].error_code, ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(first[1].partition_index, -1);
    EXPECT_EQ(first[2].partition_index, 0);
    EXPECT_EQ(first[2].error_code, group_error);
    EXPECT_EQ(first[3].error_code, is_member ? group_error : ErrorCode::offset_metadata_too_large);
    EXPECT_EQ(answer->topics[1].name, "zz");
    EXPECT_EQ(answer->topics[1].partitions.at(0).error_code, ErrorCode::unknown_topic_or_partition);
  }
  EXPECT_EQ(test.committed("t1", 0), 5);
  EXPECT_EQ(test.committed("t1", 1), -1);
}

TEST(OffsetCommit, without_topics_is_fine_whatever_else_is_wrong) {
  GroupUnderTest test;
  wire::OffsetCommitRequest request;
  request.generation_id_or_member_epoch = 9;
  EXPECT_TRUE(test.commit(request, 8)->topics.empty());
}

TEST(OffsetCommit, of_version_10_names_topics_by_their_id) {
  GroupUnderTest test;
  wire::OffsetCommitRequest request;
  request.group_id = "g";
  auto& known = request.topics.emplace_back();
  known.topic_id = *test.topics.id_of("t2");
  known.partitions.emplace_back(1, 7);
  auto& unknown = request.topics.emplace_back();
  unknown.topic_id.bytes[0] = 99;
  unknown.partitions.emplace_back(0, 7);
  const auto answer = test.commit(request, 10);
  EXPECT_EQ(answer->topics[0].topic_id, unknown.topic_id);
  EXPECT_EQ(answer->topics[0].partitions.at(0).error_code, ErrorCode::unknown_topic_id);
  EXPECT_EQ(answer->topics[1].partitions.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(test.committed("t2", 1), 7);
}

TEST(OffsetCommit, metadata_is_kept_up_to_its_limit_in_utf16_units_and_null_is_empty) {
  GroupUnderTest test;
  std::string umlauts;
  for (int i = 0; i < 4'096; ++i) umlauts += "\xc3\xa4";
  EXPECT_EQ(test.commit_error(1, {.metadata = umlauts}), ErrorCode::none);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 0)->metadata, umlauts);
  EXPECT_EQ(test.commit_error(2, {.metadata = umlauts + "x"}),
            ErrorCode::offset_metadata_too_large);
  EXPECT_EQ(test.committed(), 1);
  test.commit(3);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 0)->metadata, "");
}

TEST(OffsetCommit, is_answered_and_can_be_read_only_when_it_is_in_the_log) {
  GroupUnderTest test;
  test.commit(1);
  test.hold_appends = true;
  const auto two = test.commit(2);
  const auto three = test.commit(3);
  EXPECT_TRUE(two.waits());
  EXPECT_EQ(test.committed(), 1);
  test.finish_append();
  EXPECT_FALSE(two.waits());
  EXPECT_TRUE(three.waits());
  EXPECT_EQ(test.committed(), 2);
  test.finish_append(ErrorCode::kafka_storage_error);
  EXPECT_EQ(three->topics.at(0).partitions.at(0).error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(test.committed(), 2);
}

TEST(OffsetCommit, that_fails_in_a_new_group_leaves_no_group) {
  GroupUnderTest test;
  test.append_error = ErrorCode::kafka_storage_error;
  test.commit(1);
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(OffsetCommit, of_version_1_may_say_when_it_was) {
  GroupUnderTest test;
  wire::OffsetCommitRequest request;
  request.group_id = "g";
  auto& topic = request.topics.emplace_back();
  topic.name = "t1";
  topic.partitions.emplace_back(0, 5, -1, 1'234);
  test.commit(request, 1);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 0)->commit_wall_ms, 1'234);
  topic.partitions[0].commit_timestamp = -1;
  test.commit(request, 1);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 0)->commit_wall_ms, test.now.wall_ms);
}

TEST(OffsetCommit, a_retention_time_beyond_all_time_is_kept) {
  GroupUnderTest test;
  test.commit(1, {.version = 4, .retention_ms = std::numeric_limits<int64_t>::max()});
  test.advance(30 * kDay);
  EXPECT_EQ(test.committed(), 1);
}

TEST(OffsetCommit, survives_a_restart) {
  GroupUnderTest test;
  test.commit(41, {.metadata = "why"});
  test.commit(42, {.metadata = "because"});
  test.commit(7, {.topic = "t2", .partition = 1});
  test.restart();
  EXPECT_EQ(test.committed(), 42);
  EXPECT_EQ(test.committed("t2", 1), 7);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 0)->metadata, "because");
}

TEST(OffsetFetch, says_minus_1_for_what_is_not_there) {
  GroupUnderTest test;
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "nobody";
  auto& topic = asked.topics.emplace().emplace_back();
  topic.name = "no such topic";
  topic.partition_indexes = {3};
  for (const bool exists : {false, true}) {
    if (exists) test.commit(1);
    const auto answer = test.coordinator->fetch(asked, 8, false);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    const auto& partition = answer.topics.at(0).partitions.at(0);
    EXPECT_EQ(partition.committed_offset, -1);
    EXPECT_EQ(partition.committed_leader_epoch, -1);
    EXPECT_EQ(partition.metadata, "");
    EXPECT_EQ(partition.error_code, ErrorCode::none);
    asked.group_id = "g";
  }
}

TEST(OffsetFetch, null_topics_are_all_and_no_topics_are_none) {
  GroupUnderTest test;
  test.commit(1, {.partition = 2});
  test.commit(2, {.topic = "t2"});
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "g";
  const auto all = test.coordinator->fetch(asked, 8, false);
  ASSERT_EQ(all.topics.size(), 2u);
  EXPECT_EQ(all.topics[0].partitions.at(0).partition_index, 2);
  EXPECT_EQ(all.topics[1].partitions.at(0).committed_offset, 2);
  asked.topics.emplace();
  EXPECT_TRUE(test.coordinator->fetch(asked, 8, false).topics.empty());
  asked.topics.reset();
  asked.group_id = "nobody";
  EXPECT_TRUE(test.coordinator->fetch(asked, 8, false).topics.empty());
}

TEST(OffsetFetch, all_does_not_show_what_is_only_in_flight) {
  GroupUnderTest test;
  test.hold_appends = true;
  test.commit(1);
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "g";
  EXPECT_TRUE(test.coordinator->fetch(asked, 8, false).topics.empty());
}

TEST(OffsetFetch, an_unknown_member_of_a_classic_group_may_read) {
  GroupUnderTest test;
  test.commit(1);
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "g";
  asked.member_id = "who";
  asked.member_epoch = 99;
  EXPECT_EQ(test.coordinator->fetch(asked, 9, false).topics.size(), 1u);
}

TEST(OffsetFetch, of_version_10_goes_by_topic_id) {
  GroupUnderTest test;
  test.commit(6);
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "g";
  auto& topics = asked.topics.emplace(2);
  topics[0].topic_id = *test.topics.id_of("t1");
  topics[0].partition_indexes = {0};
  topics[1].topic_id.bytes[0] = 77;
  topics[1].partition_indexes = {0};
  const auto answer = test.coordinator->fetch(asked, 10, false);
  EXPECT_EQ(answer.topics[0].topic_id, topics[0].topic_id);
  EXPECT_EQ(answer.topics[0].partitions.at(0).committed_offset, 6);
  EXPECT_EQ(answer.topics[1].partitions.at(0).error_code, ErrorCode::unknown_topic_id);
  EXPECT_EQ(answer.topics[1].partitions.at(0).committed_offset, -1);
}

TEST(OffsetFetch, of_version_10_gives_no_offset_of_a_topic_that_was_made_anew) {
  GroupUnderTest test;
  test.commit(6);
  test.topics.topics["t1"].id.bytes[0] = 1;
  GroupCoordinator::AskedGroup asked;
  asked.group_id = "g";
  EXPECT_TRUE(test.coordinator->fetch(asked, 10, false).topics.empty());
  EXPECT_EQ(test.coordinator->fetch(asked, 9, false).topics.size(), 1u);
}

TEST(OffsetFetch, the_form_of_one_group_before_version_8_is_that_of_a_list) {
  wire::OffsetFetchRequest request;
  request.group_id = "g";
  auto& topic = request.topics.emplace().emplace_back();
  topic.name = "t1";
  topic.partition_indexes = {0, 1};
  const auto groups = groups_of(request, 7);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].group_id, "g");
  EXPECT_EQ(groups[0].topics->at(0).partition_indexes.size(), 2u);
  request.topics.reset();
  EXPECT_FALSE(groups_of(request, 7)[0].topics);

  GroupUnderTest test;
  test.commit(8);
  const auto response = response_of({test.coordinator->fetch(groups[0], 7, false)}, 7);
  ASSERT_EQ(response.topics.size(), 1u);
  EXPECT_EQ(response.topics[0].partitions.at(0).committed_offset, 8);
  EXPECT_EQ(response_of({test.coordinator->fetch(groups[0], 8, false)}, 8).groups.size(), 1u);
}

TEST(OffsetDelete, says_what_is_wrong_with_the_group) {
  GroupUnderTest test;
  EXPECT_EQ(test.delete_offsets("t1", {0})->error_code, ErrorCode::group_id_not_found);
  EXPECT_TRUE(test.delete_offsets("t1", {0})->topics.empty());
  test.group_id = "";
  EXPECT_EQ(test.delete_offsets("t1", {0})->error_code, ErrorCode::invalid_group_id);
}

TEST(OffsetDelete, deletes_for_good_and_what_is_not_there_is_fine) {
  GroupUnderTest test;
  test.commit(1);
  const auto deleted = test.delete_offsets("t1", {0, 1, 8});
  EXPECT_EQ(deleted->error_code, ErrorCode::none);
  const auto& partitions = deleted->topics.at(0).partitions;
  EXPECT_EQ(partitions[0].error_code, ErrorCode::none);
  EXPECT_EQ(partitions[1].error_code, ErrorCode::none);
  EXPECT_EQ(partitions[2].error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(test.committed(), -1);
  test.restart();
  EXPECT_EQ(test.committed(), -1);
  EXPECT_EQ(test.delete_offsets("zz", {0})->error_code, ErrorCode::group_id_not_found);
}

/// ConsumerProtocolSubscription version 0 of one topic.
std::string subscription_to(const std::string& topic) {
  std::string bytes("\0\0\0\0\0\1\0", 7);
  bytes += static_cast<char>(topic.size());
  return bytes + topic + std::string("\xff\xff\xff\xff", 4);
}

TEST(OffsetDelete, spares_topics_that_a_member_subscribes_to) {
  GroupUnderTest test;
  const auto ids = test.stable(1, {.protocols = {{"range", subscription_to("t1")}}});
  const CommitAs member{.member_id = ids[0], .generation_id = 1};
  test.commit(1, member);
  test.commit(1, {.member_id = ids[0], .generation_id = 1, .topic = "t2"});
  EXPECT_EQ(test.delete_offsets("t1", {0})->topics.at(0).partitions.at(0).error_code,
            ErrorCode::group_subscribed_to_topic);
  EXPECT_EQ(test.delete_offsets("t2", {0})->topics.at(0).partitions.at(0).error_code,
            ErrorCode::none);
  EXPECT_EQ(test.committed("t1"), 1);
  EXPECT_EQ(test.committed("t2"), -1);
}

TEST(OffsetDelete, spares_all_when_the_subscription_cannot_be_read) {
  GroupUnderTest test;
  const auto ids = test.stable(1, {.protocols = {{"range", "\x01garbage"}}});
  test.commit(1, {.member_id = ids[0], .generation_id = 1});
  EXPECT_EQ(test.delete_offsets("t1", {0})->topics.at(0).partitions.at(0).error_code,
            ErrorCode::group_subscribed_to_topic);
}

TEST(OffsetDelete, refuses_a_group_with_members_that_are_not_consumers) {
  GroupUnderTest test;
  test.stable(1, {.type = "connect"});
  EXPECT_EQ(test.delete_offsets("t1", {0})->error_code, ErrorCode::non_empty_group);
}

TEST(OffsetDelete, that_the_log_refuses_deletes_nothing) {
  GroupUnderTest test;
  test.commit(1);
  test.append_error = ErrorCode::request_timed_out;
  EXPECT_EQ(test.delete_offsets("t1", {0})->error_code, ErrorCode::coordinator_not_available);
  EXPECT_EQ(test.committed(), 1);
}

TEST(DeletedTopic, takes_its_offsets_of_all_groups_along) {
  GroupUnderTest test;
  test.commit(1);
  test.commit(2, {.topic = "t2"});
  test.group_id = "h";
  test.commit(3, {.partition = 1});
  test.run(test.coordinator->on_topic_deleted("t1", test.now));
  EXPECT_EQ(test.committed("t1", 1), -1);
  test.group_id = "g";
  EXPECT_EQ(test.committed("t1"), -1);
  EXPECT_EQ(test.committed("t2"), 2);
  test.restart();
  EXPECT_EQ(test.committed("t1"), -1);
}

TEST(DeletedTopic, takes_a_commit_along_that_is_still_in_flight) {
  GroupUnderTest test;
  test.hold_appends = true;
  test.commit(1);
  test.run(test.coordinator->on_topic_deleted("t1", test.now));
  test.finish_append();
  test.finish_append();
  EXPECT_EQ(test.committed("t1"), -1);
}

TEST(Expiry, an_empty_group_keeps_its_offsets_for_the_retention_from_when_it_became_empty) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  test.commit(1, {.member_id = ids[0], .generation_id = 1});
  for (int i = 0; i < 10'000; ++i) {  // 25 hours of work after the commit
    test.advance(9'000);
    test.heartbeat(ids[0], 1);
  }
  test.leave(ids[0]);
  test.advance(7 * kDay - 600'000);
  EXPECT_EQ(test.committed(), 1);
  test.advance(1'200'000);
  EXPECT_EQ(test.committed(), -1);
  EXPECT_EQ(test.coordinator->size(), 0u);
  test.restart();
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(Expiry, a_group_that_only_stores_offsets_keeps_each_for_the_retention_from_its_commit) {
  GroupUnderTest test;
  test.commit(1);
  test.advance(3 * kDay);
  test.commit(2, {.topic = "t2"});
  test.advance(4 * kDay + 600'000);
  EXPECT_EQ(test.committed("t1"), -1);
  EXPECT_EQ(test.committed("t2"), 2);
  test.advance(3 * kDay);
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(Expiry, a_group_with_members_loses_only_offsets_of_topics_that_nobody_reads) {
  GroupUnderTest test(GroupSettings{.offsets_retention_ms = 3'600'000});
  const auto ids = test.stable(1, {.protocols = {{"range", subscription_to("t1")}}});
  test.commit(1, {.member_id = ids[0], .generation_id = 1});
  test.commit(1, {.member_id = ids[0], .generation_id = 1, .topic = "t2"});
  for (int i = 0; i < 500; ++i) {
    test.advance(9'000);
    test.heartbeat(ids[0], 1);
  }
  EXPECT_EQ(test.committed("t1"), 1);
  EXPECT_EQ(test.committed("t2"), -1);
  EXPECT_EQ(test.state(), State::stable);
}

TEST(Expiry, the_retention_that_a_client_asked_for_goes_before_the_settings) {
  GroupUnderTest test;
  test.commit(1, {.version = 4, .retention_ms = 1'000'000});
  test.commit(2, {.version = 4, .topic = "t2", .retention_ms = 30 * kDay});
  test.restart();
  test.advance(1'200'000);
  EXPECT_EQ(test.committed("t1"), -1);
  test.advance(20 * kDay);
  EXPECT_EQ(test.committed("t2"), 2);
}

TEST(Expiry, leaves_a_partition_alone_that_has_a_commit_in_flight) {
  GroupUnderTest test;
  test.commit(1);
  test.advance(7 * kDay - 600'000);
  test.hold_appends = true;
  test.commit(2);
  test.advance(1'200'000);
  EXPECT_EQ(test.held.size(), 1u);
  test.finish_append();
  EXPECT_EQ(test.committed(), 2);
}

TEST(Expiry, removes_a_group_that_never_had_a_member_that_stayed_nor_an_offset) {
  GroupUnderTest test;
  test.join("");
  test.advance(600'000);
  EXPECT_EQ(test.coordinator->size(), 0u);
  test.restart();
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(Expiry, of_many_groups_goes_on_in_steps_until_all_are_seen) {
  GroupUnderTest test;
  for (int i = 0; i < 1'700; ++i) {
    test.group_id = "g" + std::to_string(i);
    test.commit(1);
  }
  test.advance(8 * kDay);
  EXPECT_EQ(test.coordinator->size(), 0u);
}

}  // namespace
}  // namespace kelp::group
