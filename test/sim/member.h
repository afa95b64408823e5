// A consumer in the simulator, as the clients of Kafka behave: it joins, assigns if it leads,
// syncs, beats and commits; it tries again after what can be tried again; it crashes and comes
// back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/server.h"

namespace kelp::sim {

class SimMember {
 public:
  SimMember(World& world, Server& server, std::string name, std::string group, bool is_static);

  void start();
  const std::string& name() const { return name_; }
  const std::string& group() const { return group_; }
  /// Another process has its instance: it gave up.
  bool is_fenced() const { return is_fenced_; }
  bool owns_assignment() const { return state_ == State::working; }
  int32_t generation_id() const { return generation_id_; }
  const std::set<int32_t>& partitions() const { return partitions_; }
  const std::string& member_id() const { return member_id_; }
  int32_t rebalance_timeout_ms() const { return rebalance_timeout_ms_; }

 private:
  enum class State : uint8_t { down, joining, syncing, working };

  template <class Response, class Request>
  void call(int16_t version, Request request, void (SimMember::*on)(const Response&));
  void retry(int64_t delay_ms, void (SimMember::*what)());
  void crash();
  void join();
  void on_joined(const wire::JoinGroupResponse& response);
  void sync(const wire::JoinGroupResponse& joined);
  void on_synced(const wire::SyncGroupResponse& response);
  void beat();
  void on_beat(const wire::HeartbeatResponse& response);
  void commit();
  void on_committed(const wire::OffsetCommitResponse& response);
  void leave();
  void handle(ErrorCode error);

  World& world_;
  Server& server_;
  const std::string name_;
  const std::string group_;
  const bool is_static_;
  const int16_t join_version_;
  const int32_t session_timeout_ms_;
  const int32_t rebalance_timeout_ms_;
  const int64_t beat_ms_;
  std::vector<std::string> protocols_;

  State state_ = State::down;
  bool is_fenced_ = false;
  /// What was asked before a crash, a leave or a new join is not ours any more.
  uint64_t life_ = 0;
  std::string member_id_;
  int32_t generation_id_ = -1;
  std::string protocol_;
  std::set<int32_t> partitions_;
};

}  // namespace kelp::sim
