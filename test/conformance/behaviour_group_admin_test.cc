// What Kafka answers to DescribeGroups, ListGroups and DeleteGroups.
#include <set>

#include "conformance/behaviour_groups.h"
#include "wire/13_leave_group.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"
#include "wire/42_delete_groups.h"

namespace kelp::test {
namespace {

using wire::DescribeGroupsResponse;
using wire::ListGroupsRequest;
using wire::ListGroupsResponse;
using Described = DescribeGroupsResponse::DescribedGroup;

constexpr int32_t kNotAsked = std::numeric_limits<int32_t>::min();
constexpr std::initializer_list<int16_t> kDescribeVersions = {0, 3, 4, 5, 6};

class BehaviourGroupAdmin : public BehaviourGroups {
 protected:
  Described describe(const std::string& group, int16_t version) {
    wire::DescribeGroupsRequest request;
    request.groups = {group};
    return ask<DescribeGroupsResponse>(request, version).groups.at(0);
  }

  /// A group that only has commits.
  std::string simple_group() {
    const std::string group = fresh_group();
    EXPECT_EQ(commit(commit_request(group, fresh_topic(), 7)), ErrorCode::none);
    return group;
  }

  std::set<std::string> list(std::vector<std::string> states, std::vector<std::string> types,
                             int16_t version) {
    ListGroupsRequest request;
    request.states_filter = std::move(states);
    request.types_filter = std::move(types);
    const auto answer = ask<ListGroupsResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    std::set<std::string> ids;
    for (const auto& group : answer.groups) ids.insert(group.group_id);
    return ids;
  }

  std::vector<ErrorCode> remove(std::vector<std::string> groups, int16_t version) {
    wire::DeleteGroupsRequest request;
    request.groups_names = std::move(groups);
    std::vector<ErrorCode> errors;
    for (const auto& result : ask<wire::DeleteGroupsResponse>(request, version).results) {
      errors.push_back(result.error_code);
    }
    return errors;
  }
};

TEST_F(BehaviourGroupAdmin, an_unknown_group_is_described_as_dead_and_from_v6_on_is_69) {
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe("nobody-made-it", version);
    EXPECT_EQ(answer.group_id, "nobody-made-it");
    EXPECT_EQ(answer.group_state, "Dead");
    EXPECT_EQ(answer.error_code, version >= 6 ? ErrorCode::group_id_not_found : ErrorCode::none);
    if (version >= 6) {
      EXPECT_EQ(answer.error_message, "Group nobody-made-it not found.");
    }
    EXPECT_THAT(answer.members, IsEmpty());
  });
}

TEST_F(BehaviourGroupAdmin, a_group_of_commits_is_empty_without_a_protocol_type) {
  const std::string group = simple_group();
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe(group, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.group_state, "Empty");
    EXPECT_EQ(answer.protocol_type, "");
    EXPECT_EQ(answer.authorized_operations, kNotAsked);
  });
}

TEST_F(BehaviourGroupAdmin, a_group_shows_what_its_members_sent_once_it_is_stable) {
  const Joined member = join_alone("inst");
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe(member.group, version);
    EXPECT_EQ(answer.group_state, "CompletingRebalance");
    EXPECT_EQ(answer.protocol_type, "consumer");
    EXPECT_EQ(answer.protocol_data, "");
    ASSERT_EQ(answer.members.size(), 1U);
    EXPECT_EQ(answer.members[0].member_metadata.size(), 0U);
    EXPECT_EQ(answer.members[0].member_assignment.size(), 0U);
  });
  EXPECT_EQ(sync(member).error_code, ErrorCode::none);
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe(member.group, version);
    EXPECT_EQ(answer.group_state, "Stable");
    EXPECT_EQ(answer.protocol_data, "range");
    ASSERT_EQ(answer.members.size(), 1U);
    const auto& shown = answer.members[0];
    EXPECT_EQ(shown.member_id, member.id);
    EXPECT_EQ(shown.client_id, "test");
    EXPECT_EQ(shown.client_host, "/127.0.0.1");
    EXPECT_EQ(shown.member_metadata.text(), "subscription");
    EXPECT_EQ(shown.member_assignment.text(), "assigned");
    if (version >= 4) {
      EXPECT_EQ(shown.group_instance_id, "inst");
    }
  });
}

TEST_F(BehaviourGroupAdmin, filters_take_any_case_and_unknown_values_find_nothing) {
  const std::string empty = simple_group(), stable = stable_alone().group;
  using testing::Contains;
  using testing::Not;
  at_versions({0, 3, 4, 5}, [&](int16_t version) {
    EXPECT_THAT(list({}, {}, version), testing::AllOf(Contains(empty), Contains(stable)));
    if (version < 4) return;
    for (const char* state : {"Empty", "EMPTY", "empty"}) {
      const auto found = list({state}, {}, version);
      EXPECT_THAT(found, testing::AllOf(Contains(empty), Not(Contains(stable)))) << state;
    }
    EXPECT_THAT(list({"stable", "Empty"}, {}, version),
                testing::AllOf(Contains(empty), Contains(stable)));
    EXPECT_THAT(list({"bogus"}, {}, version), IsEmpty());
  });
  for (const char* type : {"classic", "Classic"}) {
    EXPECT_THAT(list({}, {type}, 5), testing::AllOf(Contains(empty), Contains(stable)));
  }
  EXPECT_THAT(list({}, {"bogus"}, 5), IsEmpty());
}

TEST_F(BehaviourGroupAdmin, a_group_with_members_is_68_an_unknown_one_69_and_the_rest_goes) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    const std::string empty = simple_group(), stable = stable_alone().group;
    EXPECT_THAT(
        remove({stable, "nobody-made-it", empty}, version),
        ElementsAre(ErrorCode::non_empty_group, ErrorCode::group_id_not_found, ErrorCode::none));
    EXPECT_THAT(remove({empty}, version), ElementsAre(ErrorCode::group_id_not_found));
    EXPECT_EQ(commit(commit_request("", fresh_topic(), 7)), ErrorCode::none);
    EXPECT_THAT(remove({""}, version), ElementsAre(ErrorCode::none));
  });
}

TEST_F(BehaviourGroupAdmin, a_group_that_is_named_twice_is_deleted_and_answered_once) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    const std::string group = simple_group();
    EXPECT_THAT(remove({group, group}, version), ElementsAre(ErrorCode::none));
  });
}

TEST_F(BehaviourGroupAdmin, a_group_whose_members_left_is_empty_and_keeps_its_protocol_type) {
  const Joined member = stable_alone();
  wire::LeaveGroupRequest leave;
  leave.group_id = member.group;
  leave.members.emplace_back().member_id = member.id;
  EXPECT_EQ(ask<wire::LeaveGroupResponse>(leave, 5).members.at(0).error_code, ErrorCode::none);
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe(member.group, version);
    EXPECT_EQ(answer.group_state, "Empty");
    EXPECT_EQ(answer.protocol_type, "consumer");
    EXPECT_THAT(answer.members, IsEmpty());
  });
}

}  // namespace
}  // namespace kelp::test
