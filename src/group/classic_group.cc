#include "group/classic_group.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"
#include "group/consumer_protocol.h"

namespace kelp::group {

std::string_view name_of(State state) {
  switch (state) {
    case State::empty:
      return "Empty";
    case State::preparing_rebalance:
      return "PreparingRebalance";
    case State::completing_rebalance:
      return "CompletingRebalance";
    case State::stable:
      return "Stable";
    case State::dead:
      return "Dead";
  }
  return "Unknown";
}

ClassicGroup::ClassicGroup(std::string group_id, const GroupSettings& settings,
                           MemberIds& member_ids, Now at)
    : group_id_(std::move(group_id)),
      settings_(settings),
      member_ids_(member_ids),
      state_since_wall_ms_(at.wall_ms) {}

bool ClassicGroup::is_pristine() const {
  return state_ == State::empty && generation_id_ == 0 && !protocol_type_ && pending_.empty();
}

ErrorCode ClassicGroup::heartbeat(const wire::HeartbeatRequest& request, Now at) {
  if (state_ == State::dead) return ErrorCode::coordinator_not_available;
  if (const ErrorCode error = validate_member(request.member_id, request.group_instance_id);
      error != ErrorCode::none)
    return error;
  if (request.generation_id != generation_id_) return ErrorCode::illegal_generation;
  keep_alive(*members_.find(request.member_id), at);
  check_invariants();
  return state_ == State::preparing_rebalance ? ErrorCode::rebalance_in_progress : ErrorCode::none;
}

ErrorCode ClassicGroup::validate_commit(std::string_view member_id,
                                        const std::optional<std::string>& instance_id,
                                        int32_t generation_id, Now at) {
  if (state_ == State::dead) return ErrorCode::coordinator_not_available;
  // An administrator, or a consumer that assigns partitions to itself.
  if (generation_id < 0 && state_ == State::empty) return ErrorCode::none;
  if (generation_id < 0 && member_id.empty() && !instance_id)
    return ErrorCode::unknown_member_id;  // only members commit into a group that has some
  if (const ErrorCode error = validate_member(member_id, instance_id); error != ErrorCode::none)
    return error;
  if (generation_id != generation_id_) return ErrorCode::illegal_generation;
  // It knows the generation, so it joined; it has to sync before it may own what it commits.
  if (state_ == State::completing_rebalance) return ErrorCode::rebalance_in_progress;
  keep_alive(*members_.find(member_id), at);
  check_invariants();
  return ErrorCode::none;
}

ErrorCode ClassicGroup::validate_member(std::string_view member_id,
                                        const std::optional<std::string>& instance_id) const {
  const Member* member = members_.find(member_id);
  if (instance_id) {
    const Member* owner = members_.with_instance(*instance_id);
    if (!owner) return ErrorCode::unknown_member_id;
    if (owner != member) return ErrorCode::fenced_instance_id;
  }
  return member ? ErrorCode::none : ErrorCode::unknown_member_id;
}

void ClassicGroup::keep_alive(Member& member, Now at) {
  set_session_deadline(member, at.now_ms + member.session_timeout_ms);
}

void ClassicGroup::set_session_deadline(Member& member, int64_t deadline_ms) {
  member.session_deadline_ms = deadline_ms;
  earliest_session_ms_ = std::min(earliest_session_ms_, deadline_ms);
}

void ClassicGroup::answer_join(Member& member, wire::JoinGroupResponse response, Now at,
                               GroupEffects& out) {
  if (!member.join) return;
  out.replies.emplace_back(member.join->token, std::move(response));
  members_.unpark_join(member);
  member.is_new = false;
  member.unaware = false;
  keep_alive(member, at);
}

void ClassicGroup::answer_sync(Member& member, wire::SyncGroupResponse response, Now at,
                               GroupEffects& out) {
  if (!member.sync) return;
  out.replies.emplace_back(member.sync->token, std::move(response));
  member.sync.reset();
  keep_alive(member, at);
}

void ClassicGroup::drop_member(Member& member, Now at, GroupEffects& out) {
  // It may be alive and only slow: it is told, so that it joins anew.
  wire::JoinGroupResponse join;
  join.error_code = ErrorCode::unknown_member_id;
  answer_join(member, std::move(join), at, out);
  wire::SyncGroupResponse sync;
  sync.error_code = ErrorCode::unknown_member_id;
  answer_sync(member, std::move(sync), at, out);
  const bool was_leader = member.id == leader_;
  members_.remove(member);
  if (was_leader) leader_ = members_.empty() ? std::string() : members_.begin()->id;
}

void ClassicGroup::after_removal(std::string_view reason, Now at, GroupEffects& out) {
  switch (state_) {
    case State::stable:
    case State::completing_rebalance:
      return prepare_rebalance(reason, at, out);
    case State::preparing_rebalance:
      return maybe_complete_join(at, out);
    case State::empty:
    case State::dead:
      return;
  }
}

GroupEffects ClassicGroup::on_time(Now at) {
  GroupEffects out;
  if (earliest_pending_ms_ <= at.now_ms) expire_pending(at, out);
  if (earliest_session_ms_ <= at.now_ms) expire_sessions(at, out);
  if (join_deadline_ms_ <= at.now_ms) on_join_deadline(at, out);
  if (sync_deadline_ms_ <= at.now_ms) expire_pending_syncs(at, out);
  check_invariants();
  return out;
}

int64_t ClassicGroup::next_deadline() const {
  return std::min(std::min(earliest_session_ms_, earliest_pending_ms_),
                  std::min(join_deadline_ms_, sync_deadline_ms_));
}

void ClassicGroup::expire_pending(Now at, GroupEffects& out) {
  std::erase_if(pending_, [&](const auto& member) { return member.second <= at.now_ms; });
  earliest_pending_ms_ = kNever;
  for (const auto& [id, deadline_ms] : pending_)
    earliest_pending_ms_ = std::min(earliest_pending_ms_, deadline_ms);
  if (state_ == State::preparing_rebalance) maybe_complete_join(at, out);
}

void ClassicGroup::expire_sessions(Now at, GroupEffects& out) {
  std::vector<Member*> silent;
  for (Member& member : members_) {
    if (!member.lives(at.now_ms)) silent.push_back(&member);
  }
  for (Member* member : silent) {
    log_info("group {}: member {} is removed: silent for {} ms", for_log(group_id_),
             for_log(member->id), member->session_timeout_ms);
    drop_member(*member, at, out);
  }
  earliest_session_ms_ = kNever;
  for (const Member& member : members_)
    earliest_session_ms_ = std::min(earliest_session_ms_, member.deadline_ms());
  if (!silent.empty()) after_removal("a member's session expired", at, out);
}

bool ClassicGroup::forget(Token token, Now at, GroupEffects& out) {
  const auto waits = std::ranges::find_if(members_, [&](const Member& member) {
    return (member.join && member.join->token == token) ||
           (member.sync && member.sync->token == token);
  });
  if (waits == members_.end()) return false;
  Member& member = *waits;
  if (member.sync) {
    member.sync.reset();
    member.pending_sync = true;
    keep_alive(member, at);
  } else {
    const bool unaware = member.unaware && !member.is_static();
    members_.unpark_join(member);
    if (unaware) {
      drop_member(member, at, out);  // nobody knows its id: it cannot come back
      after_removal("a member's connection closed before it was told its id", at, out);
    } else {
      member.is_new = false;
      keep_alive(member, at);
    }
  }
  check_invariants();
  return true;
}

GroupEffects ClassicGroup::abandon(ErrorCode error, Now at) {
  GroupEffects out;
  for (Member& member : members_) {
    wire::JoinGroupResponse join;
    join.error_code = error;
    join.member_id = member.id;
    answer_join(member, std::move(join), at, out);
    wire::SyncGroupResponse sync;
    sync.error_code = error;
    answer_sync(member, std::move(sync), at, out);
  }
  return out;
}

GroupEffects ClassicGroup::on_stored(const Stored& stored, ErrorCode error, Now at) {
  GroupEffects out;
  if (const auto* assignment = std::get_if<AssignmentStored>(&stored)) {
    on_assignment_stored(*assignment, error, at, out);
  } else if (const auto* member = std::get_if<StaticMemberStored>(&stored)) {
    on_static_member_stored(*member, error, at, out);
  } else if (error != ErrorCode::none) {
    // Not worse than a crash here: the record before it says that there are members, which expire.
    log_warn("group {}: its record could not be stored: {}", for_log(group_id_), name_of(error));
  }
  check_invariants();
  return out;
}

void ClassicGroup::set_dead(bool dead) {
  KELP_ASSERT(state_ == (dead ? State::empty : State::dead), group_id_);
  state_ = dead ? State::dead : State::empty;
  if (dead) {
    pending_.clear();
    earliest_pending_ms_ = kNever;
  }
  check_invariants();
}

std::optional<std::set<std::string>> ClassicGroup::subscribed_topics() const {
  std::set<std::string> topics;
  if (members_.empty()) return topics;
  if (!uses_consumer_protocol() || !protocol_) return std::nullopt;
  for (const Member& member : members_) {
    auto subscription = decode_subscription(member.metadata(*protocol_));
    if (!subscription) return std::nullopt;
    topics.insert(subscription->topics.begin(), subscription->topics.end());
  }
  return topics;
}

bool ClassicGroup::is_subscribed_to(std::string_view topic) const {
  if (!uses_consumer_protocol()) return false;
  const auto topics = subscribed_topics();
  return !topics || topics->contains(std::string(topic));
}

wire::DescribeGroupsResponse::DescribedGroup ClassicGroup::describe() const {
  wire::DescribeGroupsResponse::DescribedGroup described;
  described.group_id = group_id_;
  described.group_state = name_of(state_);
  described.protocol_type = protocol_type_.value_or("");
  const bool is_stable = state_ == State::stable;
  if (is_stable) described.protocol_data = protocol_.value_or("");
  for (const Member& member : members_) {
    auto& shown = described.members.emplace_back();
    shown.member_id = member.id;
    shown.group_instance_id = member.instance_id;
    shown.client_id = member.client_id;
    shown.client_host = member.client_host;
    if (!is_stable) continue;
    shown.member_metadata = member.metadata(protocol_.value_or(""));
    shown.member_assignment = member.assignment;
  }
  return described;
}

void ClassicGroup::check_invariants() const {
  const bool has_members = !members_.empty();
  KELP_ASSERT(has_members == !leader_.empty(), group_id_, leader_);  // who joins first leads
  KELP_ASSERT(!has_members || protocol_type_, group_id_);
  KELP_ASSERT(members_.joining() <= members_.size(), group_id_);  // nobody waits twice
  switch (state_) {
    case State::empty:
    case State::dead:
      KELP_ASSERT(!has_members && !protocol_, group_id_);
      KELP_ASSERT(join_deadline_ms_ == kNever && sync_deadline_ms_ == kNever, group_id_);
      break;
    case State::preparing_rebalance:
      KELP_ASSERT(join_deadline_ms_ != kNever, group_id_);  // whoever waits gets an answer
      break;
    case State::completing_rebalance:
      KELP_ASSERT(sync_deadline_ms_ != kNever || assignment_in_flight_, group_id_);
      [[fallthrough]];
    case State::stable:
      KELP_ASSERT(has_members && protocol_, group_id_);
      KELP_ASSERT(join_deadline_ms_ == kNever, group_id_);
      break;
  }
  KELP_ASSERT(!assignment_in_flight_ || state_ == State::completing_rebalance, group_id_);
}

void ClassicGroup::check_members() const {
  check_invariants();
  members_.check(group_id_);
  KELP_ASSERT(members_.empty() || members_.find(leader_), group_id_, leader_);
  for (const Member& member : members_) {
    KELP_ASSERT(!pending_.contains(member.id), group_id_, member.id);
    KELP_ASSERT(member.deadline_ms() >= earliest_session_ms_, group_id_, member.id);
    // Syncs wait for the leader only between a generation's begin and its assignment.
    KELP_ASSERT(!member.sync || state_ == State::completing_rebalance, group_id_, member.id);
    // Joins wait while a rebalance is prepared; a static member's also for its record.
    KELP_ASSERT(!member.join || state_ == State::preparing_rebalance || member.is_static(),
                group_id_, member.id);
    KELP_ASSERT(!member.is_new || member.join, group_id_, member.id);
  }
}

}  // namespace kelp::group
