// The shell in the simulator: a coordinator, its log, and the network to it. The log takes its
// time, fails, and keeps a part of what was on its way when the coordinator crashes.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "group/coordinator.h"
#include "sim/oracle.h"
#include "sim/world.h"

namespace kelp::sim {

struct OneTopic : group::TopicNames {
  std::optional<Uuid> id_of(std::string_view topic) const override;
  std::optional<std::string> name_of(const Uuid& id) const override;
  int32_t partitions_of(std::string_view topic) const override;
};

using Request =
    std::variant<wire::JoinGroupRequest, wire::SyncGroupRequest, wire::HeartbeatRequest,
                 wire::LeaveGroupRequest, wire::OffsetCommitRequest, wire::DeleteGroupsRequest>;

class Server {
 public:
  /// Nothing: the connection broke.
  using OnReply = std::function<void(const group::Response*)>;

  Server(World& world, group::GroupSettings settings, std::set<std::string> groups);

  /// Over a network that may be slow, may repeat the call and may lose the answer.
  void call(const std::string& client_id, int16_t version, Request request, OnReply on_reply);
  void crash_and_restart();
  /// Everything that must be true at any time.
  void check();

  World& world;
  Oracle oracle;
  group::GroupSettings settings;
  int64_t longest_rebalance_ms = 0;
  std::optional<group::GroupCoordinator> coordinator;

 private:
  struct Call {
    Request request;
    int16_t version = 0;
    int64_t at_ms = 0;
    int32_t newest_generation = -1;  // that anybody had been told of when it came
    OnReply on_reply;
    std::vector<uint64_t> writes;  // of the oracle, in the order of the request's partitions
  };
  struct Append {
    group::Effects effects;
    int64_t done_ms = 0;
  };

  group::Now now() const;
  void start();
  void receive(int start, const std::string& client_id, int16_t version, Request request,
               OnReply on_reply);
  void begin_writes(Call& call);
  void run(group::Effects effects);
  void answer(group::Reply& reply);
  void observe(const Call& call, const group::Response& response);
  void finish_append(int start);
  void wake();
  void tick();
  void set_offset(const std::string& group_id);
  void note_gone_groups();

  OneTopic topic_;
  std::set<std::string> groups_;
  std::set<std::string> known_groups_;
  std::vector<group::Record> log_;
  std::deque<Append> appends_;
  std::map<group::Token, Call> calls_;
  group::Token last_token_ = 0;
  int start_ = 0;  // how often it was started: what belongs to an earlier start is dropped
  int64_t wake_ms_ = group::kNever;
};

}  // namespace kelp::sim
