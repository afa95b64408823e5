// What Kafka answers to Heartbeat and LeaveGroup, and to static members.
#include "conformance/behaviour_groups.h"
#include "wire/13_leave_group.h"

namespace kelp::test {
namespace {

using wire::LeaveGroupRequest;
using wire::LeaveGroupResponse;

constexpr std::initializer_list<int16_t> kHeartbeatVersions = {0, 3, 4};

class BehaviourHeartbeat : public BehaviourGroups {};

TEST_F(BehaviourHeartbeat, between_join_and_sync_and_when_stable_it_is_fine) {
  at_versions(kHeartbeatVersions, [&](int16_t version) {
    const Joined member = join_alone();
    EXPECT_EQ(heartbeat(heartbeat_request(member), version), ErrorCode::none);
    EXPECT_EQ(sync(member).error_code, ErrorCode::none);
    EXPECT_EQ(heartbeat(heartbeat_request(member), version), ErrorCode::none);
  });
}

TEST_F(BehaviourHeartbeat, another_generation_is_22_an_unknown_member_or_group_25_no_group_24) {
  const Joined member = stable_alone();
  at_versions(kHeartbeatVersions, [&](int16_t version) {
    HeartbeatRequest request = heartbeat_request(member);
    request.generation_id = 99;
    EXPECT_EQ(heartbeat(request, version), ErrorCode::illegal_generation);
    request = heartbeat_request(member);
    request.member_id = "nobody";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::unknown_member_id);
    request = heartbeat_request(member);
    request.group_id = "nobody-made-it";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::unknown_member_id);
    request.group_id = "";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::invalid_group_id);
  });
}

class BehaviourLeave : public BehaviourGroups {
 protected:
  using Leaving = std::pair<std::string, std::optional<std::string>>;  // member id, instance

  LeaveGroupResponse leave(const std::string& group, const std::vector<Leaving>& members,
                           int16_t version) {
    LeaveGroupRequest request;
    request.group_id = group;
    for (const auto& [id, instance] : members) {
      request.member_id = id;
      auto& member = request.members.emplace_back();
      member.member_id = id;
      member.group_instance_id = instance;
    }
    return ask<LeaveGroupResponse>(request, version);
  }
  static std::vector<ErrorCode> errors_in(const LeaveGroupResponse& answer) {
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    std::vector<ErrorCode> errors;
    for (const auto& member : answer.members) errors.push_back(member.error_code);
    return errors;
  }
};

TEST_F(BehaviourLeave, before_v3_the_code_is_that_of_the_one_member) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    const Joined member = stable_alone();
    const auto error = [&](const std::string& group, const std::string& id) {
      return leave(group, {{id, {}}}, version).error_code;
    };
    EXPECT_EQ(error(member.group, "nobody"), ErrorCode::unknown_member_id);
    EXPECT_EQ(error("nobody-made-it", "nobody"), ErrorCode::unknown_member_id);
    EXPECT_EQ(error("", "nobody"), ErrorCode::invalid_group_id);
    EXPECT_EQ(error(member.group, member.id), ErrorCode::none);
    EXPECT_EQ(error(member.group, member.id), ErrorCode::unknown_member_id);
  });
}

TEST_F(BehaviourLeave, from_v3_on_each_member_has_its_code_and_the_request_none) {
  at_versions({3, 4, 5}, [&](int16_t version) {
    const Joined member = stable_alone();
    EXPECT_THAT(errors_in(leave("nobody-made-it", {{"a", {}}, {"b", {}}}, version)),
                ElementsAre(ErrorCode::unknown_member_id, ErrorCode::unknown_member_id));
    EXPECT_THAT(errors_in(leave("nobody-made-it", {}, version)), IsEmpty());
    EXPECT_THAT(errors_in(leave(member.group, {}, version)), IsEmpty());
    EXPECT_EQ(leave("", {{"a", {}}}, version).error_code, ErrorCode::invalid_group_id);
    EXPECT_THAT(errors_in(leave(member.group, {{"nobody", {}}, {member.id, {}}}, version)),
                ElementsAre(ErrorCode::unknown_member_id, ErrorCode::none));
    EXPECT_EQ(heartbeat(member), ErrorCode::unknown_member_id);
  });
}

TEST_F(BehaviourLeave, a_static_member_leaves_by_its_instance_alone) {
  at_versions({3, 4, 5}, [&](int16_t version) {
    const Joined member = stable_alone("inst");
    EXPECT_THAT(errors_in(leave(member.group, {{"nobody", "inst"}}, version)),
                ElementsAre(ErrorCode::fenced_instance_id));
    EXPECT_THAT(errors_in(leave(member.group, {{member.id, "other"}}, version)),
                ElementsAre(ErrorCode::unknown_member_id));
    EXPECT_THAT(errors_in(leave(member.group, {{"", "inst"}}, version)),
                ElementsAre(ErrorCode::none));
  });
}

class BehaviourStatic : public BehaviourGroups {
 protected:
  JoinGroupResponse rejoin(const Joined& member, int16_t version,
                           const std::string& metadata = "subscription") {
    JoinGroupRequest request = join_request(member.group);
    request.group_instance_id = member.instance;
    request.protocols[0].metadata = Slice::copy_of(metadata);
    return ask<JoinGroupResponse>(request, version);
  }
};

TEST_F(BehaviourStatic, an_instance_that_comes_back_unchanged_stays_in_the_generation) {
  at_versions({5, 7, 8}, [&](int16_t version) {
    const Joined member = stable_alone("inst");
    const auto answer = rejoin(member, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.generation_id, member.generation);
    EXPECT_NE(answer.member_id, member.id);
    EXPECT_EQ(answer.leader, member.id);  // so that it does not take itself for the leader
    EXPECT_THAT(answer.members, IsEmpty());
  });
  at_versions({9}, [&](int16_t version) {
    const Joined member = stable_alone("inst");
    const auto answer = rejoin(member, version);
    EXPECT_EQ(answer.generation_id, member.generation);
    EXPECT_NE(answer.member_id, member.id);
    EXPECT_EQ(answer.leader, answer.member_id);
    EXPECT_TRUE(answer.skip_assignment);
    EXPECT_EQ(answer.members.size(), 1U);
  });
}

TEST_F(BehaviourStatic, an_instance_that_comes_back_before_its_group_is_stable_renews_it) {
  at_versions({5, 7, 9}, [&](int16_t version) {
    const auto answer = rejoin(join_alone("inst"), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.generation_id, 2);
    EXPECT_EQ(answer.leader, answer.member_id);
    EXPECT_FALSE(answer.skip_assignment);
  });
}

TEST_F(BehaviourStatic, other_metadata_alone_does_not_renew_the_generation) {
  at_versions({5, 7, 9}, [&](int16_t version) {
    EXPECT_EQ(rejoin(stable_alone("inst"), version, "other topics").generation_id, 1);
  });
}

TEST_F(BehaviourStatic, the_id_that_an_instance_had_before_is_82_with_and_25_without_its_name) {
  const Topic topic = fresh_topic();
  Joined old = stable_alone("inst");
  EXPECT_EQ(rejoin(old, 9).error_code, ErrorCode::none);
  at_versions({3, 4}, [&](int16_t version) {
    HeartbeatRequest request = heartbeat_request(old);
    request.group_instance_id = "inst";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::fenced_instance_id);
    request.group_instance_id = std::nullopt;
    EXPECT_EQ(heartbeat(request, version), ErrorCode::unknown_member_id);
  });
  at_versions({3, 4, 5}, [&](int16_t version) {
    SyncGroupRequest request = sync_request(old);
    request.group_instance_id = "inst";
    EXPECT_EQ(ask<SyncGroupResponse>(request, version).error_code, ErrorCode::fenced_instance_id);
    request.group_instance_id = std::nullopt;
    EXPECT_EQ(ask<SyncGroupResponse>(request, version).error_code, ErrorCode::unknown_member_id);
  });
  at_versions({5, 7, 9}, [&](int16_t version) {
    JoinGroupRequest request = join_request(old.group, old.id);
    request.group_instance_id = "inst";
    EXPECT_EQ(ask<JoinGroupResponse>(request, version).error_code, ErrorCode::fenced_instance_id);
    request.group_instance_id = std::nullopt;
    EXPECT_EQ(ask<JoinGroupResponse>(request, version).error_code, ErrorCode::unknown_member_id);
  });
  at_versions({7, 8, 9, 10}, [&](int16_t version) {
    old.instance = "inst";
    EXPECT_EQ(commit(old, topic, version), ErrorCode::fenced_instance_id);
    old.instance = std::nullopt;
    EXPECT_EQ(commit(old, topic, version), ErrorCode::unknown_member_id);
  });
}

TEST_F(BehaviourStatic, an_unknown_instance_with_a_good_member_id_is_25) {
  const Joined member = stable_alone("inst");
  at_versions({3, 4}, [&](int16_t version) {
    HeartbeatRequest request = heartbeat_request(member);
    request.group_instance_id = "other";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::unknown_member_id);
    request.group_instance_id = "inst";
    EXPECT_EQ(heartbeat(request, version), ErrorCode::none);
  });
}

}  // namespace
}  // namespace kelp::test
