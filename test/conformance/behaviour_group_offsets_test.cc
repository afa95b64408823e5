// What Kafka answers to OffsetCommit, OffsetFetch and OffsetDelete.
#include "conformance/behaviour_groups.h"
#include "wire/09_offset_fetch.h"
#include "wire/47_offset_delete.h"

namespace kelp::test {
namespace {

using wire::OffsetCommitRequest;
using wire::OffsetCommitResponse;
using wire::OffsetFetchRequest;
using wire::OffsetFetchResponse;

constexpr int16_t kFirstWithGenerations = 1;
constexpr int16_t kFirstFetchOfGroups = 8;
constexpr std::initializer_list<int16_t> kCommitVersions = {0, 2, 6, 8, 9, 10};
constexpr std::initializer_list<int16_t> kFetchVersions = {0, 2, 5, 7, 8, 9, 10};

/// What is committed, as every version of OffsetFetch tells it.
struct Committed {
  int64_t offset;
  std::string metadata;
  ErrorCode error;
  friend bool operator==(const Committed&, const Committed&) = default;
};
const Committed kNothing{-1, "", ErrorCode::none};

class BehaviourOffsets : public BehaviourGroups {
 protected:
  /// All partitions of an answer for one group.
  std::vector<Committed> ask_for(const OffsetFetchRequest& request, int16_t version) {
    const auto answer = ask<OffsetFetchResponse>(request, version);
    std::vector<Committed> found;
    const auto collect = [&](const auto& topics) {
      for (const auto& topic : topics) {
        for (const auto& each : topic.partitions) {
          found.push_back({each.committed_offset, each.metadata.value_or("null"), each.error_code});
        }
      }
    };
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    if (version < kFirstFetchOfGroups) {
      collect(answer.topics);
    } else {
      EXPECT_EQ(answer.groups.at(0).error_code, ErrorCode::none);
      collect(answer.groups.at(0).topics);
    }
    return found;
  }

  /// For these partitions of the topic.
  static OffsetFetchRequest fetch_request(const std::string& group, const Topic& topic,
                                          const std::vector<int32_t>& partitions) {
    OffsetFetchRequest request;
    request.group_id = group;
    auto& old_style = request.topics.emplace().emplace_back();
    old_style.name = topic.name;
    old_style.partition_indexes = partitions;
    auto& of_group = request.groups.emplace_back();
    of_group.group_id = group;
    auto& new_style = of_group.topics.emplace().emplace_back();
    new_style.name = topic.name;
    new_style.topic_id = topic.id;
    new_style.partition_indexes = partitions;
    return request;
  }
  Committed fetch(const std::string& group, const Topic& topic, int16_t version = 8,
                  int32_t partition = 0) {
    return ask_for(fetch_request(group, topic, {partition}), version).at(0);
  }
  /// For all topics of the group.
  static OffsetFetchRequest fetch_all_request(const std::string& group) {
    OffsetFetchRequest request;
    request.group_id = group;
    request.groups.emplace_back().group_id = group;
    return request;
  }
};

TEST_F(BehaviourOffsets, a_commit_without_a_member_makes_a_group_and_is_found) {
  const Topic topic = fresh_topic(2);
  at_versions(kCommitVersions, [&](int16_t version) {
    const std::string group = fresh_group();
    auto request = commit_request(group, topic, 7, 1);
    request.topics[0].partitions[0].committed_metadata = "hello";
    EXPECT_EQ(commit(request, version), ErrorCode::none);
    at_versions(kFetchVersions, [&](int16_t fetch_version) {
      EXPECT_EQ(fetch(group, topic, fetch_version, 1), (Committed{7, "hello", ErrorCode::none}));
      EXPECT_EQ(fetch(group, topic, fetch_version, 0), kNothing);
    });
  });
}

TEST_F(BehaviourOffsets, null_metadata_is_stored_as_empty) {
  const Topic topic = fresh_topic();
  at_versions(kCommitVersions, [&](int16_t version) {
    const std::string group = fresh_group();
    auto request = commit_request(group, topic, 7);
    request.topics[0].partitions[0].committed_metadata = std::nullopt;
    EXPECT_EQ(commit(request, version), ErrorCode::none);
    EXPECT_EQ(fetch(group, topic), (Committed{7, "", ErrorCode::none}));
  });
}

TEST_F(BehaviourOffsets, metadata_beyond_4096_bytes_is_12_on_that_partition_only) {
  const Topic topic = fresh_topic(2);
  at_versions(kCommitVersions, [&](int16_t version) {
    auto request = commit_request(fresh_group(), topic, 7);
    request.topics[0].partitions.push_back(request.topics[0].partitions[0]);
    request.topics[0].partitions[0].committed_metadata = std::string(4097, 'x');
    request.topics[0].partitions[1].committed_metadata = std::string(4096, 'x');
    request.topics[0].partitions[1].partition_index = 1;
    const auto answer = ask<OffsetCommitResponse>(request, version).topics.at(0).partitions;
    ASSERT_EQ(answer.size(), 2U);
    EXPECT_EQ(answer[0].error_code, ErrorCode::offset_metadata_too_large);
    EXPECT_EQ(answer[1].error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourOffsets, an_unknown_topic_or_partition_is_3_and_an_unknown_id_100) {
  const Topic topic = fresh_topic();
  const Topic nobodys{"nobody-made-it", kNobodysId};
  at_versions(kCommitVersions, [&](int16_t version) {
    EXPECT_EQ(commit(commit_request(fresh_group(), nobodys, 7), version),
              version >= 10 ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(commit(commit_request(fresh_group(), topic, 7, 9), version),
              ErrorCode::unknown_topic_or_partition);
  });
}

TEST_F(BehaviourOffsets, an_offset_of_minus_1_and_the_empty_group_are_fine) {
  const Topic topic = fresh_topic();
  at_versions(kCommitVersions, [&](int16_t version) {
    EXPECT_EQ(commit(commit_request(fresh_group(), topic, -1), version), ErrorCode::none);
    EXPECT_EQ(commit(commit_request("", topic, 7), version), ErrorCode::none);
    EXPECT_EQ(fetch("", topic).offset, 7);
  });
}

TEST_F(BehaviourOffsets, a_member_commits_when_stable_or_rebalancing_but_not_before_its_sync) {
  const Topic topic = fresh_topic();
  at_versions({2, 6, 8, 9, 10}, [&](int16_t version) {
    Joined member = join_alone();
    EXPECT_EQ(commit(member, topic, version), ErrorCode::rebalance_in_progress);
    EXPECT_EQ(sync(member).error_code, ErrorCode::none);
    EXPECT_EQ(commit(member, topic, version), ErrorCode::none);
    auto other = connect();
    const auto told = other.call<JoinGroupResponse>(join_request(member.group), 9);
    ASSERT_TRUE(told.has_value());
    ASSERT_TRUE(other.send(join_request(member.group, told->member_id), 9).has_value());
    await_rebalance(member);
    EXPECT_EQ(commit(member, topic, version), ErrorCode::none);
  });
}

TEST_F(BehaviourOffsets, another_generation_is_22_an_unknown_member_25) {
  const Topic topic = fresh_topic();
  const Joined member = stable_alone();
  at_versions({kFirstWithGenerations, 2, 6, 8, 9, 10}, [&](int16_t version) {
    auto request = commit_request(member.group, topic, 7);
    request.member_id = member.id;
    request.generation_id_or_member_epoch = 99;
    EXPECT_EQ(commit(request, version), ErrorCode::illegal_generation);
    request.member_id = "nobody";
    request.generation_id_or_member_epoch = 1;
    EXPECT_EQ(commit(request, version), ErrorCode::unknown_member_id);
  });
}

TEST_F(BehaviourOffsets,
       a_stranger_in_a_group_with_members_is_25_a_generation_of_no_group_22_or_69) {
  const Topic topic = fresh_topic();
  const Joined member = stable_alone();
  at_versions(kCommitVersions, [&](int16_t version) {
    EXPECT_EQ(commit(commit_request(member.group, topic, 7), version),
              ErrorCode::unknown_member_id);
    if (version < kFirstWithGenerations) return;
    auto request = commit_request("nobody-made-it", topic, 7);
    request.generation_id_or_member_epoch = 0;
    request.member_id = "nobody";
    EXPECT_EQ(commit(request, version),
              version >= 9 ? ErrorCode::group_id_not_found : ErrorCode::illegal_generation);
  });
}

TEST_F(BehaviourOffsets, a_commit_of_no_topics_is_answered_with_nothing_whatever_else_is_wrong) {
  at_versions(kCommitVersions, [&](int16_t version) {
    OffsetCommitRequest request;
    request.group_id = "nobody-made-it";
    request.generation_id_or_member_epoch = 5;
    request.member_id = "nobody";
    EXPECT_THAT(ask<OffsetCommitResponse>(request, version).topics, IsEmpty());
  });
}

TEST_F(BehaviourOffsets, what_nobody_committed_is_minus_1_without_an_error) {
  const Topic topic = fresh_topic();
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, topic, 7)), ErrorCode::none);
  at_versions(kFetchVersions, [&](int16_t version) {
    EXPECT_EQ(fetch("nobody-made-it", topic, version), kNothing);
    EXPECT_EQ(fetch(group, topic, version, 9), kNothing);
    if (version < 10) {
      EXPECT_EQ(fetch(group, {"nobody-made-it", {}}, version), kNothing);
    }
  });
}

TEST_F(BehaviourOffsets, of_null_topics_all_that_is_committed_is_told_and_of_none_nothing) {
  const Topic one = fresh_topic(), other = fresh_topic();
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, one, 7)), ErrorCode::none);
  EXPECT_EQ(commit(commit_request(group, other, 7)), ErrorCode::none);
  at_versions({2, 5, 7, 8, 9, 10}, [&](int16_t version) {
    EXPECT_EQ(ask_for(fetch_all_request(group), version).size(), 2U);
    EXPECT_THAT(ask_for(fetch_all_request("nobody-made-it"), version), IsEmpty());
    OffsetFetchRequest none = fetch_all_request(group);
    none.topics.emplace();
    none.groups[0].topics.emplace();
    EXPECT_THAT(ask_for(none, version), IsEmpty());
  });
}

TEST_F(BehaviourOffsets, from_v8_on_each_group_is_answered_and_no_groups_with_nothing) {
  const Topic topic = fresh_topic();
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, topic, 7)), ErrorCode::none);
  at_versions({8, 9, 10}, [&](int16_t version) {
    OffsetFetchRequest request = fetch_request(group, topic, {0});
    request.groups.push_back(fetch_all_request("nobody-made-it").groups[0]);
    const auto answer = ask<OffsetFetchResponse>(request, version);
    ASSERT_EQ(answer.groups.size(), 2U);
    EXPECT_EQ(answer.groups[0].group_id, group);
    EXPECT_EQ(answer.groups[0].topics.at(0).partitions.at(0).committed_offset, 7);
    EXPECT_EQ(answer.groups[1].group_id, "nobody-made-it");
    EXPECT_EQ(answer.groups[1].error_code, ErrorCode::none);
    EXPECT_THAT(answer.groups[1].topics, IsEmpty());
    EXPECT_THAT(ask<OffsetFetchResponse>(OffsetFetchRequest(), version).groups, IsEmpty());
  });
}

TEST_F(BehaviourOffsets, members_of_a_classic_group_are_not_looked_at_by_a_fetch) {
  const Topic topic = fresh_topic();
  const Joined member = stable_alone();
  EXPECT_EQ(commit(member, topic), ErrorCode::none);
  at_versions({9, 10}, [&](int16_t version) {
    OffsetFetchRequest request = fetch_request(member.group, topic, {0});
    request.groups[0].member_id = "nobody";
    request.groups[0].member_epoch = 7;
    EXPECT_EQ(ask_for(request, version).at(0).offset, 1);
  });
}

TEST_F(BehaviourOffsets, an_unknown_id_is_100_on_the_partition) {
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, fresh_topic(), 7)), ErrorCode::none);
  const Committed unknown = fetch(group, {"", kNobodysId}, 10);
  EXPECT_EQ(unknown.error, ErrorCode::unknown_topic_id);
  EXPECT_EQ(unknown.offset, -1);
}

TEST_F(BehaviourOffsets, require_stable_changes_nothing_without_transactions) {
  const Topic topic = fresh_topic();
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, topic, 7)), ErrorCode::none);
  at_versions({7, 8, 10}, [&](int16_t version) {
    OffsetFetchRequest request = fetch_request(group, topic, {0});
    request.require_stable = true;
    EXPECT_EQ(ask_for(request, version).at(0).offset, 7);
  });
}

class BehaviourOffsetDelete : public BehaviourOffsets {
 protected:
  wire::OffsetDeleteResponse remove(const std::string& group, const Topic& topic,
                                    const std::vector<int32_t>& partitions) {
    wire::OffsetDeleteRequest request;
    request.group_id = group;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    for (const int32_t index : partitions) {
      wanted.partitions.emplace_back().partition_index = index;
    }
    return ask<wire::OffsetDeleteResponse>(request, 0);
  }
  ErrorCode error_of(const std::string& group, const Topic& topic, int32_t partition = 0) {
    const auto answer = remove(group, topic, {partition});
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    return answer.topics.at(0).partitions.at(0).error_code;
  }
};

TEST_F(BehaviourOffsetDelete, a_deleted_offset_is_gone_and_deleting_it_again_is_fine) {
  const Topic topic = fresh_topic(2);
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, topic, 7)), ErrorCode::none);
  EXPECT_EQ(commit(commit_request(group, topic, 8, 1)), ErrorCode::none);
  EXPECT_EQ(error_of(group, topic), ErrorCode::none);
  EXPECT_EQ(fetch(group, topic), kNothing);
  EXPECT_EQ(error_of(group, topic), ErrorCode::none);
  EXPECT_EQ(fetch(group, topic, 8, 1).offset, 8);
}

TEST_F(BehaviourOffsetDelete, an_unknown_group_is_69_and_an_unknown_topic_or_partition_3) {
  const Topic topic = fresh_topic();
  EXPECT_EQ(remove("nobody-made-it", topic, {0}).error_code, ErrorCode::group_id_not_found);
  const std::string group = fresh_group();
  EXPECT_EQ(commit(commit_request(group, topic, 7)), ErrorCode::none);
  EXPECT_EQ(error_of(group, {"nobody-made-it", {}}), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(error_of(group, topic, 9), ErrorCode::unknown_topic_or_partition);
}

TEST_F(BehaviourOffsetDelete, a_topic_that_a_member_subscribes_to_is_86) {
  const Topic topic = fresh_topic(), other = fresh_topic();
  // A subscription of version 0: one topic, no user data.
  std::string subscription("\0\0\0\0\0\1\0", 7);
  subscription += static_cast<char>(topic.name.size());
  subscription += topic.name + "\xff\xff\xff\xff";
  JoinGroupRequest request = join_request(fresh_group());
  request.protocols[0].metadata = Slice::copy_of(subscription);
  const auto joined = join(request);
  const Joined member{request.group_id, joined.member_id, joined.generation_id, {}};
  EXPECT_EQ(sync(member).error_code, ErrorCode::none);
  EXPECT_EQ(commit(member, topic), ErrorCode::none);
  EXPECT_EQ(commit(member, other), ErrorCode::none);
  EXPECT_EQ(error_of(member.group, topic), ErrorCode::group_subscribed_to_topic);
  EXPECT_EQ(error_of(member.group, other), ErrorCode::none);
  EXPECT_EQ(fetch(member.group, topic).offset, 1);
}

}  // namespace
}  // namespace kelp::test
