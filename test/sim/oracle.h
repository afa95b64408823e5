// What must be true of the coordinator's answers, whatever happens. Sees every call as it reaches
// the coordinator and every answer as it leaves; knows nothing of how the coordinator works.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "group/coordinator.h"
#include "sim/world.h"

namespace kelp::sim {

inline constexpr int32_t kPartitions = 6;
inline constexpr const char* kTopic = "t";

/// A member id without its UUID: the client's name, or its instance.
std::string name_in(const std::string& member_id);

class Oracle {
 public:
  explicit Oracle(World& world) : world_(world) {}

  void on_join(const std::string& group, const wire::JoinGroupRequest& request, int16_t version,
               const wire::JoinGroupResponse& response);
  void on_sync(const std::string& group, const wire::SyncGroupRequest& request,
               const wire::SyncGroupResponse& response);

  /// The newest generation that anybody was told of, in this life of the group and the coordinator;
  /// negative: none.
  int32_t newest_generation(const std::string& group) const;
  /// A member's commit was answered; `newest` was the newest generation told when it arrived.
  void on_commit(const std::string& group, const wire::OffsetCommitRequest& request,
                 const wire::OffsetCommitResponse& response, int32_t newest);

  /// A write of an offset, in the order in which writes reach the coordinator; none: a deletion.
  uint64_t begin_write(const std::string& group, int32_t partition, std::optional<int64_t> offset);
  void end_write(const std::string& group, int32_t partition, uint64_t write, bool succeeded);
  /// The coordinator crashed: what it was writing may be in the log or not.
  void on_crash();
  /// What the coordinator reads; none: no offset.
  void check_offsets(const std::string& group, const group::Offsets* offsets);

  /// Who is in a generation was told so: dynamic members that did not come back are not.
  void check_generations();

  /// The group began anew: generations count from 0 again.
  void on_group_gone(const std::string& group) { ++lives_[group]; }
  void on_coordinator_start() { ++starts_; }

  uint64_t synced = 0;     // successful SyncGroups seen: a run without any proves nothing
  uint64_t committed = 0;  // successful writes

 private:
  struct Write {
    std::optional<int64_t> offset;
    enum class Fate { in_flight, unknown, succeeded, failed } fate = Fate::in_flight;
  };
  struct Generation {
    std::string leader, protocol;
    std::set<std::string> told;    // members that know of it
    std::set<std::string> listed;  // dynamic members that its leader was given
  };

  World& world_;
  std::map<std::string, int> lives_;
  int starts_ = 0;
  /// By group, its life and start of the coordinator: the newest generation told.
  std::map<std::tuple<std::string, int, int>, int32_t> newest_;
  std::map<std::tuple<std::string, int, int, int32_t>, Generation> told_;
  std::map<std::tuple<std::string, int, int32_t>, std::string> nonces_;
  std::map<std::pair<std::string, int32_t>, std::vector<Write>> writes_;
};

}  // namespace kelp::sim
