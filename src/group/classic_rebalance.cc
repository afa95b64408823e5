// The rebalance itself: waiting for the members, then a new generation, or none left.
#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "base/log.h"
#include "group/classic_group.h"

namespace kelp::group {
namespace {

/// Where only static members are left and none of them came back, we look again after the
/// rebalance timeout; a client may have asked for a timeout of 0, which must not become a spin.
constexpr int64_t kMinPostponementMs = 1'000;

/// Negative ones have a meaning of their own (-1: no generation): the last is followed by the
/// first.
int32_t generation_after(int32_t generation_id) {
  return generation_id == std::numeric_limits<int32_t>::max() ? 1 : generation_id + 1;
}

}  // namespace

void ClassicGroup::transition(State to, Now at) {
  state_ = to;
  state_since_wall_ms_ = at.wall_ms;
  if (to != State::completing_rebalance) assignment_in_flight_ = false;
  if (to != State::preparing_rebalance) initial_rebalance_ = false;
}

void ClassicGroup::rebalance_or_complete_join(std::string_view reason, Now at, GroupEffects& out) {
  if (state_ == State::preparing_rebalance) return maybe_complete_join(at, out);
  prepare_rebalance(reason, at, out);
}

void ClassicGroup::prepare_rebalance(std::string_view reason, Now at, GroupEffects& out) {
  KELP_ASSERT(state_ != State::preparing_rebalance && state_ != State::dead, group_id_);
  if (state_ == State::completing_rebalance) {
    for (Member& member : members_) member.assignment = {};
    answer_syncs(ErrorCode::rebalance_in_progress, at, out);
  }
  sync_deadline_ms_ = kNever;
  last_reason_ = reason;
  log_info("group {}: a rebalance begins in state {} with generation {}, {} members: {}",
           for_log(group_id_), name_of(state_), generation_id_, members_.size(), reason);

  const bool was_empty = state_ == State::empty;
  transition(State::preparing_rebalance, at);
  if (was_empty) {
    // Members of an application start one by one: wait, so that they do not rebalance one by one.
    initial_rebalance_ = true;
    member_came_during_delay_ = false;
    delay_ms_ = std::max(settings_.initial_rebalance_delay_ms, 0);
    delay_remaining_ms_ = std::max<int64_t>(members_.rebalance_timeout_ms() - delay_ms_, 0);
    join_deadline_ms_ = at.now_ms + delay_ms_;
    if (delay_ms_ == 0) complete_join(at, out);
    return;
  }
  join_deadline_ms_ = at.now_ms + members_.rebalance_timeout_ms();
  maybe_complete_join(at, out);
}

void ClassicGroup::maybe_complete_join(Now at, GroupEffects& out) {
  if (!initial_rebalance_ && all_joined()) complete_join(at, out);
}

void ClassicGroup::on_join_deadline(Now at, GroupEffects& out) {
  if (initial_rebalance_ && member_came_during_delay_ && delay_remaining_ms_ > 0) {
    // More came: wait once more, but all in all not longer than the rebalance timeout.
    member_came_during_delay_ = false;
    const int64_t passed_ms = delay_ms_;
    delay_ms_ = std::min<int64_t>(settings_.initial_rebalance_delay_ms, delay_remaining_ms_);
    delay_remaining_ms_ = std::max<int64_t>(delay_remaining_ms_ - passed_ms, 0);
    join_deadline_ms_ = at.now_ms + delay_ms_;
    return;
  }
  complete_join(at, out);
}

void ClassicGroup::complete_join(Now at, GroupEffects& out) {
  join_deadline_ms_ = kNever;
  std::vector<Member*> absent;
  for (Member& member : members_) {
    if (!member.join && !member.is_static()) absent.push_back(&member);
  }
  for (Member* member : absent) {
    log_info("group {}: member {} is removed: it did not join generation {} in time",
             for_log(group_id_), for_log(member->id), generation_after(generation_id_));
    drop_member(*member, at, out);
  }
  if (!members_.empty() && !elect_joined_leader()) {
    // Static members keep their place until their session expires; until then nobody is here to
    // lead.
    join_deadline_ms_ =
        at.now_ms + std::max<int64_t>(members_.rebalance_timeout_ms(), kMinPostponementMs);
    return;
  }
  generation_id_ = generation_after(generation_id_);
  if (members_.empty()) return begin_emptiness(at, out);
  begin_generation(at, out);
}

bool ClassicGroup::elect_joined_leader() {
  if (members_.find(leader_)->join) return true;
  for (const Member& member : members_) {
    if (!member.join) continue;
    leader_ = member.id;
    return true;
  }
  return false;
}

void ClassicGroup::begin_generation(Now at, GroupEffects& out) {
  protocol_ = members_.vote();
  transition(State::completing_rebalance, at);
  sync_deadline_ms_ = at.now_ms + members_.rebalance_timeout_ms();
  log_info("group {}: generation {} of {} members, protocol {}, leader {}", for_log(group_id_),
           generation_id_, members_.size(), for_log(*protocol_), for_log(leader_));
  for (Member& member : members_) {
    member.pending_sync = true;
    if (member.join) answer_join(member, joined(member), at, out);
  }
  check_members();
}

void ClassicGroup::begin_emptiness(Now at, GroupEffects& out) {
  protocol_.reset();
  transition(State::empty, at);
  log_info("group {}: empty at generation {}", for_log(group_id_), generation_id_);
  out.stores.emplace_back(record(), NothingStored{});
}

wire::GroupMetadataValue ClassicGroup::creation_record() const {
  wire::GroupMetadataValue value;
  value.current_state_timestamp = state_since_wall_ms_.value_or(-1);
  return value;
}

wire::GroupMetadataValue ClassicGroup::record() const {
  wire::GroupMetadataValue value;
  value.protocol_type = protocol_type_.value_or("");
  value.generation = generation_id_;
  value.protocol = protocol_;
  if (!leader_.empty()) value.leader = leader_;
  value.current_state_timestamp = state_since_wall_ms_.value_or(-1);
  value.members.reserve(members_.size());
  for (const Member& member : members_) {
    auto& stored = value.members.emplace_back();
    stored.member_id = member.id;
    stored.group_instance_id = member.instance_id;
    stored.client_id = member.client_id;
    stored.client_host = member.client_host;
    stored.rebalance_timeout = member.rebalance_timeout_ms;
    stored.session_timeout = member.session_timeout_ms;
    stored.subscription = member.metadata(protocol_.value_or(""));
    stored.assignment = member.assignment;
  }
  return value;
}

void ClassicGroup::replay(const wire::GroupMetadataValue& value) {
  std::vector<Member*> before;
  for (Member& member : members_) before.push_back(&member);
  for (Member* member : before) members_.remove(*member);
  pending_.clear();
  protocol_type_.reset();
  if (!value.protocol_type.empty()) protocol_type_ = value.protocol_type;
  generation_id_ = value.generation;
  protocol_ = value.protocol;
  leader_ = value.leader.value_or("");
  state_since_wall_ms_.reset();
  if (value.current_state_timestamp >= 0) state_since_wall_ms_ = value.current_state_timestamp;
  for (const auto& stored : value.members) {
    // The log may be foreign or damaged: what does not fit together is left out.
    if (members_.find(stored.member_id) || stored.member_id.empty()) continue;
    if (stored.group_instance_id && members_.with_instance(*stored.group_instance_id)) continue;
    Member member;
    member.id = stored.member_id;
    member.instance_id = stored.group_instance_id;
    member.client_id = stored.client_id;
    member.client_host = stored.client_host;
    member.session_timeout_ms = stored.session_timeout;
    member.rebalance_timeout_ms =
        stored.rebalance_timeout < 0 ? stored.session_timeout : stored.rebalance_timeout;
    member.protocols.emplace_back(value.protocol.value_or(""),
                                  Slice::copy_of(stored.subscription.bytes()));
    member.assignment = Slice::copy_of(stored.assignment.bytes());
    members_.add(std::move(member));
  }
  if (members_.empty()) {
    protocol_.reset();
    leader_.clear();
  } else {
    if (!protocol_) protocol_ = "";
    if (!protocol_type_) protocol_type_ = "";
    if (!members_.find(leader_)) leader_ = members_.begin()->id;
  }
  state_ = members_.empty() ? State::empty : State::stable;
  check_members();
}

GroupEffects ClassicGroup::on_loaded(Now at) {
  GroupEffects out;
  for (Member& member : members_) keep_alive(member, at);
  if (members_.size() > static_cast<size_t>(std::max(settings_.max_size, 0)))
    prepare_rebalance("loaded with more members than group.max.size", at, out);
  check_members();
  return out;
}

}  // namespace kelp::group
