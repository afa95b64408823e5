// DescribeGroups, ListGroups, DeleteGroups; the answers for errors.
#include <gtest/gtest.h>

#include "group/group_under_test.h"
#include "group/refusals.h"

namespace kelp::group {
namespace {

TEST(DescribeGroups, an_unknown_group_is_dead_and_since_version_6_also_an_error) {
  GroupUnderTest test;
  const auto before = test.describe(5);
  EXPECT_EQ(before.error_code, ErrorCode::none);
  EXPECT_EQ(before.group_state, "Dead");
  const auto since = test.describe(6);
  EXPECT_EQ(since.error_code, ErrorCode::group_id_not_found);
  EXPECT_EQ(since.error_message, "Group g not found.");
  EXPECT_EQ(since.group_state, "Dead");
}

TEST(DescribeGroups, shows_what_members_say_only_while_stable) {
  GroupUnderTest test;
  const auto ids = test.stable(2, {.instance = "i", .client_id = "app"});
  const auto stable = test.describe();
  EXPECT_EQ(stable.group_state, "Stable");
  EXPECT_EQ(stable.protocol_type, "consumer");
  EXPECT_EQ(stable.protocol_data, "range");
  ASSERT_EQ(stable.members.size(), 2u);
  EXPECT_EQ(stable.members[1].member_id, ids[1]);
  EXPECT_EQ(stable.members[1].group_instance_id, "i1");
  EXPECT_EQ(stable.members[1].client_id, "app");
  EXPECT_EQ(stable.members[1].client_host, "/127.0.0.1");
  EXPECT_EQ(stable.members[1].member_metadata.text(), "m");
  EXPECT_EQ(stable.members[1].member_assignment.text(), "A1");
  test.join_new();
  const auto preparing = test.describe();
  EXPECT_EQ(preparing.group_state, "PreparingRebalance");
  EXPECT_EQ(preparing.protocol_data, "");
  EXPECT_TRUE(preparing.members[1].member_metadata.empty());
  EXPECT_TRUE(preparing.members[1].member_assignment.empty());
}

TEST(ListGroups, filters_by_state_and_type_in_any_case) {
  GroupUnderTest test;
  test.stable(1);
  test.group_id = "h";
  test.commit(1);
  const struct {
    std::vector<std::string> states, types, found;
  } cases[] = {
      {{}, {}, {"g", "h"}},    {{"EMPTY"}, {}, {"h"}},
      {{"stable"}, {}, {"g"}}, {{"Empty", "Stable"}, {"Classic"}, {"g", "h"}},
      {{}, {"consumer"}, {}},  {{"nonsense"}, {}, {}},
      {{}, {"nonsense"}, {}},  {{"Dead"}, {}, {}},
  };
  for (const auto& each : cases) {
    wire::ListGroupsRequest request;
    request.states_filter = each.states;
    request.types_filter = each.types;
    std::vector<wire::ListGroupsResponse::ListedGroup> listed;
    test.coordinator->list(request, listed);
    std::vector<std::string> found;
    for (const auto& group : listed) {
      found.push_back(group.group_id);
      EXPECT_EQ(group.group_type, "classic");
      EXPECT_EQ(group.protocol_type, group.group_id == "g" ? "consumer" : "");
      EXPECT_EQ(group.group_state, group.group_id == "g" ? "Stable" : "Empty");
    }
    EXPECT_EQ(found, each.found);
  }
}

TEST(DeleteGroups, says_what_is_wrong_per_group_and_a_name_said_twice_counts_once) {
  GroupUnderTest test;
  test.stable(1);
  test.group_id = "";
  test.commit(1);
  const auto deleted = test.delete_groups({"g", "", "unknown", "g"});
  ASSERT_EQ(deleted->results.size(), 3u);
  EXPECT_EQ(deleted->results[0].error_code, ErrorCode::non_empty_group);
  EXPECT_EQ(deleted->results[1].error_code, ErrorCode::none);
  EXPECT_EQ(deleted->results[2].error_code, ErrorCode::group_id_not_found);
}

TEST(DeleteGroups, takes_the_offsets_along_for_good) {
  GroupUnderTest test;
  const auto ids = test.stable(1);
  test.commit(1, {.member_id = ids[0], .generation_id = 1});
  test.leave(ids[0]);
  EXPECT_EQ(test.delete_group(), ErrorCode::none);
  EXPECT_EQ(test.coordinator->size(), 0u);
  EXPECT_EQ(test.delete_group(), ErrorCode::group_id_not_found);
  test.restart();
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(DeleteGroups, of_a_group_with_pending_members_makes_their_ids_void) {
  GroupUnderTest test;
  const std::string id = test.join("")->member_id;
  EXPECT_EQ(test.delete_group(), ErrorCode::none);
  EXPECT_EQ(test.join(id)->error_code, ErrorCode::unknown_member_id);
}

TEST(DeleteGroups, while_it_is_on_its_way_to_the_log_nobody_may_come_in) {
  GroupUnderTest test;
  test.commit(1);
  test.hold_appends = true;
  const auto deleted = test.delete_groups({"g"});
  EXPECT_TRUE(deleted.waits());
  EXPECT_EQ(test.join("")->error_code, ErrorCode::coordinator_not_available);
  EXPECT_EQ(test.commit_error(2, {}), ErrorCode::coordinator_not_available);
  EXPECT_EQ(test.delete_offsets("t1", {0})->error_code, ErrorCode::group_id_not_found);
  EXPECT_EQ(test.describe().group_state, "Dead");
  test.finish_append();
  EXPECT_EQ(deleted->results.at(0).error_code, ErrorCode::none);
  test.hold_appends = false;
  EXPECT_EQ(test.commit_error(2, {}), ErrorCode::none);
  EXPECT_EQ(test.committed(), 2);
}

TEST(DeleteGroups, that_the_log_refuses_leaves_the_group_as_it_was) {
  GroupUnderTest test;
  test.commit(1);
  test.append_error = ErrorCode::kafka_storage_error;
  EXPECT_EQ(test.delete_group(), ErrorCode::not_coordinator);
  test.append_error = ErrorCode::none;
  EXPECT_EQ(test.committed(), 1);
  EXPECT_EQ(test.commit_error(2, {}), ErrorCode::none);
}

TEST(DeleteGroups, takes_a_commit_along_that_is_still_in_flight) {
  GroupUnderTest test;
  test.commit(1);
  test.hold_appends = true;
  const auto commit = test.commit(2, {.topic = "t2"});
  const auto deleted = test.delete_groups({"g"});
  test.finish_append();
  EXPECT_EQ(commit->topics.at(0).partitions.at(0).error_code, ErrorCode::none);
  test.finish_append();
  EXPECT_EQ(deleted->results.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(test.coordinator->size(), 0u);
  test.hold_appends = false;
  test.restart();
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(Refusals, a_heartbeat_while_the_group_is_loaded_is_fine) {
  EXPECT_EQ(refused(wire::HeartbeatRequest{}, ErrorCode::coordinator_load_in_progress).error_code,
            ErrorCode::none);
  EXPECT_EQ(refused(wire::HeartbeatRequest{}, ErrorCode::not_coordinator).error_code,
            ErrorCode::not_coordinator);
}

TEST(Refusals, an_offset_fetch_says_its_error_where_the_version_has_room_for_it) {
  wire::OffsetFetchRequest request;
  request.group_id = "g";
  auto& topic = request.topics.emplace().emplace_back();
  topic.name = "t";
  topic.partition_indexes = {4};
  const auto v1 = refused(request, 1, ErrorCode::not_coordinator);
  EXPECT_EQ(v1.topics.at(0).partitions.at(0).error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(v1.topics.at(0).partitions.at(0).committed_offset, -1);
  const auto v2 = refused(request, 2, ErrorCode::not_coordinator);
  EXPECT_EQ(v2.error_code, ErrorCode::not_coordinator);
  EXPECT_TRUE(v2.topics.empty());
  request.groups.emplace_back().group_id = "g";
  const auto v8 = refused(request, 8, ErrorCode::not_coordinator);
  EXPECT_EQ(v8.groups.at(0).error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(v8.groups.at(0).group_id, "g");
}

TEST(Refusals, name_each_thing_that_was_asked_for) {
  wire::OffsetCommitRequest commit;
  auto& topic = commit.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back(3, 9);
  const auto committed = refused(commit, ErrorCode::not_coordinator);
  EXPECT_EQ(committed.topics.at(0).name, "t");
  EXPECT_EQ(committed.topics.at(0).partitions.at(0).partition_index, 3);
  wire::DeleteGroupsRequest deletion;
  deletion.groups_names = {"a", "b"};
  EXPECT_EQ(refused(deletion, ErrorCode::not_coordinator).results.size(), 2u);
  wire::JoinGroupRequest join;
  join.member_id = "m";
  EXPECT_EQ(refused(join, ErrorCode::not_coordinator).member_id, "m");
}

}  // namespace
}  // namespace kelp::group
