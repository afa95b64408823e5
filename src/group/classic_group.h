// The state of one classic consumer group (KIP-62, 345, 394, 559, 800, 814): who is a member, which
// generation, who waits. Pure: an event and the time in, replies and records out. Owned by
// GroupCoordinator, on the shard of its __consumer_offsets partition. The members' calls change the
// state at once; only the assignment of a generation and a static member's new id wait until their
// record is in the log (on_stored). Invariants: check_invariants, check_members.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error_code.h"
#include "group/effects.h"
#include "group/member_ids.h"
#include "group/members.h"
#include "group/settings.h"
#include "wire/15_describe_groups.h"

namespace kelp::group {

enum class State : uint8_t { empty, preparing_rebalance, completing_rebalance, stable, dead };

/// "PreparingRebalance": Kafka's words, as DescribeGroups and ListGroups say them.
std::string_view name_of(State state);

class ClassicGroup {
 public:
  /// Both must outlive the group.
  ClassicGroup(std::string group_id, const GroupSettings& settings, MemberIds& member_ids, Now at);
  ClassicGroup(const ClassicGroup&) = delete;
  ClassicGroup& operator=(const ClassicGroup&) = delete;

  /// The request's group id and session timeout are valid. Answers at once, or parks the token.
  GroupEffects join(const wire::JoinGroupRequest& request, const Context& context);
  GroupEffects sync(const wire::SyncGroupRequest& request, const Context& context);
  ErrorCode heartbeat(const wire::HeartbeatRequest& request, Now at);
  /// In the order of the request, which is in the form of version 3. The answer waits for the
  /// stores.
  struct Left {
    std::vector<wire::LeaveGroupResponse::MemberResponse> members;
    GroupEffects effects;
  };
  Left leave(const std::vector<wire::LeaveGroupRequest::MemberIdentity>& leaving, Now at);
  /// Whether this one may commit; a commit by a member keeps it alive.
  ErrorCode validate_commit(std::string_view member_id,
                            const std::optional<std::string>& instance_id, int32_t generation_id,
                            Now at);

  /// What was asked for by Store is in the log (none), or is not.
  GroupEffects on_stored(const Stored& stored, ErrorCode error, Now at);
  /// What is due. May be called too early.
  GroupEffects on_time(Now at);
  /// Not later than the time at which on_time has something to do; kNever.
  int64_t next_deadline() const;
  /// The connection that waits for this token is gone. Whether there was such a token.
  bool forget(Token token, Now at, GroupEffects& out);
  /// Answers all that wait.
  GroupEffects abandon(ErrorCode error, Now at);

  /// Loading: replaces all of the state. on_loaded starts the members' timers.
  void replay(const wire::GroupMetadataValue& value);
  GroupEffects on_loaded(Now at);
  /// The record of a group of which nothing is known yet.
  wire::GroupMetadataValue creation_record() const;

  /// Deletion is under way: nobody may join or commit. Only of an empty group.
  void set_dead(bool dead);

  const std::string& id() const { return group_id_; }
  State state() const { return state_; }
  bool is_empty() const { return state_ == State::empty; }
  int32_t generation_id() const { return generation_id_; }
  const std::string& leader() const { return leader_; }
  const Members& members() const { return members_; }
  size_t pending_members() const { return pending_.size(); }
  const std::optional<std::string>& protocol_type() const { return protocol_type_; }
  const std::optional<std::string>& protocol() const { return protocol_; }
  /// When the state became what it is; nothing for a record from before Kafka 2.1.
  std::optional<int64_t> state_since_wall_ms() const { return state_since_wall_ms_; }
  /// Why the last rebalance began; bounded, safe to print.
  const std::string& last_reason() const { return last_reason_; }
  /// Nothing ever happened to it.
  bool is_pristine() const;

  bool uses_consumer_protocol() const { return protocol_type_ == "consumer"; }
  /// The topics that members of a group of consumers subscribe to; nothing if that is unknown.
  std::optional<std::set<std::string>> subscribed_topics() const;
  /// Unknown counts as yes. No for groups that are not of consumers.
  bool is_subscribed_to(std::string_view topic) const;

  wire::DescribeGroupsResponse::DescribedGroup describe() const;

  /// Cheap; done at the end of every event.
  void check_invariants() const;
  /// Looks at every member; done when a generation begins, and by tests after every event.
  void check_members() const;

 private:
  // classic_join.cc
  bool has_room_for(std::string_view member_id) const;
  bool may_speak(const wire::JoinGroupRequest& request) const;
  void join_unknown(const wire::JoinGroupRequest& request, const Context& context,
                    GroupEffects& out);
  void join_known(const wire::JoinGroupRequest& request, const Context& context, GroupEffects& out);
  void add_member(const wire::JoinGroupRequest& request, const Context& context,
                  std::string member_id, GroupEffects& out);
  void park(Member& member, const wire::JoinGroupRequest& request, const Context& context,
            GroupEffects& out);
  wire::JoinGroupResponse joined(const Member& member) const;

  // classic_static.cc
  void replace_static_member(Member& member, const wire::JoinGroupRequest& request,
                             const Context& context, GroupEffects& out);
  void on_static_member_stored(const StaticMemberStored& stored, ErrorCode error, Now at,
                               GroupEffects& out);
  void rename_member(Member& member, std::string member_id);

  // classic_sync.cc
  ErrorCode validate_sync(const wire::SyncGroupRequest& request) const;
  void store_assignment(const wire::SyncGroupRequest& request, GroupEffects& out);
  void on_assignment_stored(const AssignmentStored& stored, ErrorCode error, Now at,
                            GroupEffects& out);
  wire::SyncGroupResponse synced(const Member& member) const;
  void answer_syncs(ErrorCode error, Now at, GroupEffects& out);
  void expire_pending_syncs(Now at, GroupEffects& out);

  // classic_rebalance.cc
  void transition(State to, Now at);
  void rebalance_or_complete_join(std::string_view reason, Now at, GroupEffects& out);
  void prepare_rebalance(std::string_view reason, Now at, GroupEffects& out);
  bool all_joined() const { return members_.joining() == members_.size() && pending_.empty(); }
  void maybe_complete_join(Now at, GroupEffects& out);
  void on_join_deadline(Now at, GroupEffects& out);
  void complete_join(Now at, GroupEffects& out);
  void begin_generation(Now at, GroupEffects& out);
  void begin_emptiness(Now at, GroupEffects& out);
  bool elect_joined_leader();
  wire::GroupMetadataValue record() const;

  // classic_group.cc
  ErrorCode validate_member(std::string_view member_id,
                            const std::optional<std::string>& instance_id) const;
  void answer_join(Member& member, wire::JoinGroupResponse response, Now at, GroupEffects& out);
  void answer_sync(Member& member, wire::SyncGroupResponse response, Now at, GroupEffects& out);
  void keep_alive(Member& member, Now at);
  void set_session_deadline(Member& member, int64_t deadline_ms);
  /// Answers what it waits for with 25 and removes it; the state of the group is the caller's.
  void drop_member(Member& member, Now at, GroupEffects& out);
  void expire_pending(Now at, GroupEffects& out);
  void expire_sessions(Now at, GroupEffects& out);
  void after_removal(std::string_view reason, Now at, GroupEffects& out);

  const std::string group_id_;
  const GroupSettings& settings_;
  MemberIds& member_ids_;

  State state_ = State::empty;
  std::optional<int64_t> state_since_wall_ms_;
  int32_t generation_id_ = 0;
  std::optional<std::string> protocol_type_;
  std::optional<std::string> protocol_;  // of the generation
  std::string leader_;                   // a member's id; empty without members
  Members members_;
  /// Got MEMBER_ID_REQUIRED and have not come back (KIP-394), each with its deadline.
  std::unordered_map<std::string, int64_t> pending_;

  int64_t join_deadline_ms_ = kNever;  // while preparing
  int64_t sync_deadline_ms_ = kNever;  // after a generation began
  /// Lower bounds: a member that is heard of does not move them.
  int64_t earliest_session_ms_ = kNever;
  int64_t earliest_pending_ms_ = kNever;

  /// Preparing, and it was empty before: the end waits for more members, not for all members.
  bool initial_rebalance_ = false;
  bool member_came_during_delay_ = false;
  int64_t delay_ms_ = 0;
  int64_t delay_remaining_ms_ = 0;
  /// The leader's assignment of this generation is on its way to the log.
  bool assignment_in_flight_ = false;
  std::string last_reason_;
};

}  // namespace kelp::group
