// For tests: a coordinator with its shell played by the test. Time stands still until advance();
// the log is a list; an append succeeds at once unless the test holds it back or makes it fail.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "group/coordinator.h"

namespace kelp::group {

struct TestTopics : TopicNames {
  struct Topic {
    Uuid id;
    int32_t partitions = 0;
  };
  std::map<std::string, Topic, std::less<>> topics;

  void add(const std::string& name, int32_t partitions) {
    Topic topic{.partitions = partitions};
    topic.id.bytes[15] = static_cast<uint8_t>(topics.size() + 1);
    topics[name] = topic;
  }
  std::optional<Uuid> id_of(std::string_view name) const override {
    const auto found = topics.find(name);
    return found == topics.end() ? std::nullopt : std::optional(found->second.id);
  }
  std::optional<std::string> name_of(const Uuid& id) const override {
    for (const auto& [name, topic] : topics) {
      if (topic.id == id) return name;
    }
    return std::nullopt;
  }
  int32_t partitions_of(std::string_view name) const override {
    const auto found = topics.find(name);
    return found == topics.end() ? 0 : found->second.partitions;
  }
};

/// What a call got, or the knowledge that it waits.
template <class T>
class Answer {
 public:
  Answer(const std::map<Token, Response>& replies, Token token)
      : replies_(&replies), token_(token) {}

  bool waits() const { return !replies_->contains(token_); }
  const T* operator->() const { return &**this; }
  const T& operator*() const {
    static const T nothing{};
    const auto found = replies_->find(token_);
    if (found != replies_->end()) return std::get<T>(found->second);
    ADD_FAILURE() << "the call still waits for its answer";
    return nothing;
  }
  Token token() const { return token_; }

 private:
  const std::map<Token, Response>* replies_;
  Token token_;
};

using Joined = Answer<wire::JoinGroupResponse>;
using Synced = Answer<wire::SyncGroupResponse>;
using Assignments = std::vector<std::pair<std::string, std::string>>;

struct JoinAs {
  std::optional<std::string> instance;
  std::vector<std::pair<std::string, std::string>> protocols = {{"range", "m"}};
  int16_t version = 9;
  std::string type = "consumer";
  int32_t session_ms = 10'000;
  int32_t rebalance_ms = 60'000;
  std::string client_id = "app";
  std::optional<std::string> reason;
};

struct Saying {
  std::optional<std::string> instance;
  int16_t version = 3;
  std::optional<std::string> type;
  std::optional<std::string> protocol;
};

class GroupUnderTest {
 public:
  GroupSettings settings;
  TestTopics topics;
  Now now{.now_ms = 1'000'000, .wall_ms = 1'700'000'000'000};
  std::string group_id = "g";
  std::string client_host = "/127.0.0.1";
  std::deque<Effects> held;  // appends under way, the oldest first
  bool hold_appends = false;
  ErrorCode append_error = ErrorCode::none;
  std::vector<Record> log;
  std::map<Token, Response> replies;

  GroupUnderTest() : GroupUnderTest(GroupSettings{}) {}
  explicit GroupUnderTest(GroupSettings with) : settings(with) {
    topics.add("t1", 4);
    topics.add("t2", 2);
    restart();
  }

  /// Forgets all but the log, and loads it.
  void restart() {
    held.clear();
    coordinator.emplace(settings, topics, [this] { return next_uuid(); });
    for (const Record& record : log) EXPECT_TRUE(coordinator->replay(record.key, record.value));
    run(coordinator->on_loaded(now));
  }

  Joined join(const std::string& member_id, const JoinAs& as = {}) {
    wire::JoinGroupRequest request;
    request.group_id = group_id;
    request.member_id = member_id;
    request.group_instance_id = as.instance;
    request.protocol_type = as.type;
    request.session_timeout_ms = as.session_ms;
    request.rebalance_timeout_ms = as.rebalance_ms;
    request.reason = as.reason;
    for (const auto& [name, metadata] : as.protocols)
      request.protocols.emplace_back(name, Slice::copy_of(metadata));
    return call<wire::JoinGroupResponse>(request, as.version, as.client_id);
  }
  /// Both calls of a new dynamic member (KIP-394).
  Joined join_new(const JoinAs& as = {}) { return join(join("", as)->member_id, as); }

  Synced sync(const std::string& member_id, int32_t generation_id, const Assignments& given = {},
              const Saying& saying = {}) {
    wire::SyncGroupRequest request;
    request.group_id = group_id;
    request.member_id = member_id;
    request.generation_id = generation_id;
    request.group_instance_id = saying.instance;
    request.protocol_type = saying.type;
    request.protocol_name = saying.protocol;
    for (const auto& [id, assignment] : given)
      request.assignments.emplace_back(id, Slice::copy_of(assignment));
    return call<wire::SyncGroupResponse>(request, saying.version);
  }

  ErrorCode heartbeat(const std::string& member_id, int32_t generation_id,
                      std::optional<std::string> instance = std::nullopt) {
    wire::HeartbeatRequest request;
    request.group_id = group_id;
    request.member_id = member_id;
    request.generation_id = generation_id;
    request.group_instance_id = instance;
    return call<wire::HeartbeatResponse>(request, 4)->error_code;
  }

  using Leaving = wire::LeaveGroupRequest::MemberIdentity;
  Answer<wire::LeaveGroupResponse> leave_all(std::vector<Leaving> members) {
    wire::LeaveGroupRequest request;
    request.group_id = group_id;
    request.members = std::move(members);
    return call<wire::LeaveGroupResponse>(request, 5);
  }
  ErrorCode leave(const std::string& member_id, int16_t version = 2) {
    wire::LeaveGroupRequest request;
    request.group_id = group_id;
    request.member_id = member_id;
    return call<wire::LeaveGroupResponse>(request, version)->error_code;
  }

  struct CommitAs {
    std::string member_id;
    int32_t generation_id = -1;
    std::optional<std::string> instance;
    int16_t version = 8;
    std::string topic = "t1";
    int32_t partition = 0;
    std::optional<std::string> metadata;
    int64_t retention_ms = -1;
  };
  Answer<wire::OffsetCommitResponse> commit(int64_t offset, const CommitAs& as) {
    wire::OffsetCommitRequest request;
    request.group_id = group_id;
    request.member_id = as.member_id;
    request.generation_id_or_member_epoch = as.generation_id;
    request.group_instance_id = as.instance;
    request.retention_time_ms = as.retention_ms;
    auto& topic = request.topics.emplace_back();
    topic.name = as.topic;
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = as.partition;
    partition.committed_offset = offset;
    partition.committed_metadata = as.metadata;
    return commit(request, as.version);
  }
  Answer<wire::OffsetCommitResponse> commit(int64_t offset) { return commit(offset, CommitAs{}); }
  Answer<wire::OffsetCommitResponse> commit(const wire::OffsetCommitRequest& request,
                                            int16_t version) {
    return call<wire::OffsetCommitResponse>(request, version);
  }
  ErrorCode commit_error(int64_t offset, const CommitAs& as) {
    return commit(offset, as)->topics.at(0).partitions.at(0).error_code;
  }

  /// -1: none.
  int64_t committed(const std::string& topic = "t1", int32_t partition = 0) {
    GroupCoordinator::AskedGroup asked;
    asked.group_id = group_id;
    auto& wanted = asked.topics.emplace().emplace_back();
    wanted.name = topic;
    wanted.partition_indexes = {partition};
    return coordinator->fetch(asked, 8, false).topics.at(0).partitions.at(0).committed_offset;
  }

  Answer<wire::OffsetDeleteResponse> delete_offsets(const std::string& topic,
                                                    std::vector<int32_t> partitions) {
    wire::OffsetDeleteRequest request;
    request.group_id = group_id;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic;
    for (const int32_t partition : partitions) wanted.partitions.emplace_back(partition);
    return call<wire::OffsetDeleteResponse>(request, 0);
  }
  Answer<wire::DeleteGroupsResponse> delete_groups(std::vector<std::string> group_ids) {
    wire::DeleteGroupsRequest request;
    request.groups_names = std::move(group_ids);
    return call<wire::DeleteGroupsResponse>(request, 2);
  }
  ErrorCode delete_group() { return delete_groups({group_id})->results.at(0).error_code; }

  template <class T, class Request>
  Answer<T> call(const Request& request, int16_t version, std::string_view client_id = "app") {
    const Token token = ++last_token_;
    run(coordinator->on(request, Context{.at = now,
                                         .token = token,
                                         .version = version,
                                         .client_id = client_id,
                                         .client_host = client_host}));
    return {replies, token};
  }

  void forget(Token token) { run(coordinator->forget(group_id, token, now)); }

  /// Lets time pass, with on_time exactly when it is wanted.
  void advance(int64_t by_ms) {
    const int64_t until_ms = now.now_ms + by_ms;
    while (coordinator->next_deadline() <= until_ms) {
      pass(std::max<int64_t>(coordinator->next_deadline() - now.now_ms, 0));
      run(coordinator->on_time(now));
    }
    pass(until_ms - now.now_ms);
  }

  /// Gives the oldest append that is held its result.
  void finish_append(ErrorCode error = ErrorCode::none) {
    ASSERT_FALSE(held.empty());
    Effects append = std::move(held.front());
    held.pop_front();
    complete(std::move(append), error);
  }

  void run(Effects effects) {
    for (Reply& reply : effects.replies) {
      EXPECT_FALSE(replies.contains(reply.token)) << "answered twice";
      replies.emplace(reply.token, std::move(reply.response));
    }
    effects.replies.clear();
    if (effects.records.empty()) {
      EXPECT_EQ(effects.append_id, 0u);
    } else if (hold_appends) {
      held.push_back(std::move(effects));
    } else {
      complete(std::move(effects), append_error);
    }
    coordinator->check_invariants();
  }

  const ClassicGroup& group() { return *coordinator->find(group_id); }
  State state() { return group().state(); }
  int32_t generation() { return group().generation_id(); }
  wire::DescribeGroupsResponse::DescribedGroup describe(int16_t version = 5) {
    return coordinator->describe(group_id, version);
  }

  /// Members that joined, synced and got the assignment "A0", "A1", ...; the first leads.
  std::vector<std::string> stable(size_t count, const JoinAs& as = {}) {
    std::vector<Joined> joining;
    std::vector<std::string> ids;
    for (size_t i = 0; i < count; ++i) {
      JoinAs each = as;
      if (as.instance) each.instance = *as.instance + std::to_string(i);
      joining.push_back(as.instance ? join("", each) : join_new(each));
    }
    advance(2 * settings.initial_rebalance_delay_ms);
    Assignments given;
    for (size_t i = 0; i < count; ++i) {
      ids.push_back(joining[i]->member_id);
      given.emplace_back(ids.back(), "A" + std::to_string(i));
    }
    EXPECT_EQ(ids.at(0), joining.at(0)->leader);
    for (size_t i = 0; i < count; ++i) sync(ids[i], generation(), i == 0 ? given : Assignments{});
    EXPECT_EQ(state(), State::stable);
    return ids;
  }

  std::optional<GroupCoordinator> coordinator;

 private:
  void pass(int64_t by_ms) {
    now.now_ms += by_ms;
    now.wall_ms += by_ms;
  }
  void complete(Effects append, ErrorCode error) {
    if (error == ErrorCode::none)
      for (Record& record : append.records) log.push_back(std::move(record));
    run(coordinator->on_append(append.append_id, error, now));
  }
  Uuid next_uuid() {
    Uuid id;
    ++last_uuid_;
    id.bytes[14] = static_cast<uint8_t>(last_uuid_ >> 8);
    id.bytes[15] = static_cast<uint8_t>(last_uuid_);
    return id;
  }

  Token last_token_ = 0;
  uint32_t last_uuid_ = 0;
};

}  // namespace kelp::group
