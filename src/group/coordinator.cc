// The groups of a partition and what waits for the log: see coordinator.h.
#include "group/coordinator.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"
#include "group/refusals.h"

namespace kelp::group {

GroupCoordinator::GroupCoordinator(const GroupSettings& settings, const TopicNames& topics,
                                   std::function<Uuid()> random)
    : settings_(settings), topics_(topics), member_ids_(std::move(random)) {}

GroupCoordinator::Entry* GroupCoordinator::entry_of(std::string_view group_id) {
  const auto found = groups_.find(group_id);
  return found == groups_.end() ? nullptr : &found->second;
}

const ClassicGroup* GroupCoordinator::find(std::string_view group_id) const {
  const auto found = groups_.find(group_id);
  return found == groups_.end() ? nullptr : &found->second.group;
}

const Offsets* GroupCoordinator::offsets_of(std::string_view group_id) const {
  const auto found = groups_.find(group_id);
  return found == groups_.end() ? nullptr : &found->second.offsets;
}

GroupCoordinator::Entry& GroupCoordinator::create(const std::string& group_id, Now at) {
  return groups_.try_emplace(group_id, group_id, settings_, member_ids_, at).first->second;
}

void GroupCoordinator::erase(const std::string& group_id) {
  const auto found = groups_.find(group_id);
  if (found == groups_.end()) return;
  if (found->second.scheduled_ms != kNever)
    deadlines_.erase({found->second.scheduled_ms, found->first});
  groups_.erase(found);
}

void GroupCoordinator::erase_if_unused(const std::string& group_id) {
  const Entry* entry = entry_of(group_id);
  if (entry && entry->group.is_pristine() && entry->offsets.empty()) erase(group_id);
}

/// A deadline that moved away stays where it is: on_time comes too early once, and looks again. So
/// a heartbeat costs nothing here.
void GroupCoordinator::schedule(Entry& entry) {
  const int64_t deadline_ms = entry.group.next_deadline();
  if (deadline_ms >= entry.scheduled_ms) return;
  const std::string_view group_id = groups_.find(entry.group.id())->first;
  if (entry.scheduled_ms != kNever) deadlines_.erase({entry.scheduled_ms, group_id});
  entry.scheduled_ms = deadline_ms;
  deadlines_.emplace(deadline_ms, group_id);
}

Effects GroupCoordinator::finish(Turn turn) {
  if (!turn.effects.records.empty()) {
    turn.effects.append_id = ++last_append_id_;
    appends_.push_back({last_append_id_, std::move(turn.waiting)});
    return std::move(turn.effects);
  }
  for (Waiting& waiting : turn.waiting) {
    auto& answered = std::get<Answered>(waiting);  // nothing else waits without a record
    turn.effects.replies.emplace_back(answered.token, std::move(answered.response));
  }
  return std::move(turn.effects);
}

void GroupCoordinator::take(Turn& turn, Entry& entry, GroupEffects effects) {
  for (Reply& reply : effects.replies) turn.effects.replies.push_back(std::move(reply));
  for (Store& store : effects.stores) {
    turn.effects.records.push_back(group_record(entry.group.id(), store.value));
    turn.waiting.emplace_back(GroupStored{entry.group.id(), std::move(store.then)});
  }
  schedule(entry);
}

Effects GroupCoordinator::on_append(uint64_t append_id, ErrorCode error, Now at) {
  KELP_ASSERT(!appends_.empty() && appends_.front().id == append_id, append_id);
  Append append = std::move(appends_.front());
  appends_.pop_front();
  Turn turn{.at = at};
  const ErrorCode told = error == ErrorCode::none ? ErrorCode::none : coordinator_error_of(error);
  for (Waiting& waiting : append.waiting)
    std::visit([&](auto& each) { apply(turn, each, told); }, waiting);
  return finish(std::move(turn));
}

void GroupCoordinator::apply(Turn& turn, GroupStored& stored, ErrorCode error) {
  Entry* entry = entry_of(stored.group_id);
  if (!entry) return;
  take(turn, *entry, entry->group.on_stored(stored.then, error, turn.at));
}

void GroupCoordinator::apply(Turn&, OffsetsCommitted& commit, ErrorCode error) {
  Entry* entry = entry_of(commit.group_id);
  KELP_ASSERT(entry, commit.group_id);  // what is in flight keeps its group
  for (NewOffset& offset : commit.offsets) {
    std::optional<CommittedOffset> committed;
    if (error == ErrorCode::none) committed = std::move(offset.committed);
    entry->offsets.finish_commit(offset.topic, offset.partition, std::move(committed));
  }
  if (error != ErrorCode::none) erase_if_unused(commit.group_id);
}

void GroupCoordinator::apply(Turn&, OffsetsErased& erased, ErrorCode error) {
  Entry* entry = entry_of(erased.group_id);
  if (error != ErrorCode::none || !entry) return;
  for (const auto& [topic, partition] : erased.partitions) entry->offsets.erase(topic, partition);
}

void GroupCoordinator::apply(Turn&, GroupErased& erased, ErrorCode error) {
  Entry* entry = entry_of(erased.group_id);
  KELP_ASSERT(entry && entry->group.state() == State::dead, erased.group_id);
  if (error != ErrorCode::none) return entry->group.set_dead(false);
  KELP_ASSERT(entry->offsets.topics().empty(), erased.group_id);
  erase(erased.group_id);
}

void GroupCoordinator::apply(Turn& turn, Answered& answered, ErrorCode error) {
  if (error != ErrorCode::none) fail_response(answered.response, error);
  turn.effects.replies.emplace_back(answered.token, std::move(answered.response));
}

Effects GroupCoordinator::on_time(Now at) {
  Turn turn{.at = at};
  while (!deadlines_.empty() && deadlines_.begin()->first <= at.now_ms) {
    Entry& entry = *entry_of(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    entry.scheduled_ms = kNever;
    take(turn, entry, entry.group.on_time(at));
    if (entry.scheduled_ms > at.now_ms) continue;
    // Due again at once (a client asked for timeouts of 0): in the next call, so that this one
    // ends.
    deadlines_.erase({entry.scheduled_ms, entry.group.id()});
    entry.scheduled_ms = at.now_ms + 1;
    deadlines_.emplace(entry.scheduled_ms, groups_.find(entry.group.id())->first);
  }
  if (next_sweep_ms_ <= at.now_ms) sweep(turn);
  return finish(std::move(turn));
}

int64_t GroupCoordinator::next_deadline() const {
  return deadlines_.empty() ? next_sweep_ms_ : std::min(next_sweep_ms_, deadlines_.begin()->first);
}

Effects GroupCoordinator::forget(std::string_view group_id, Token token, Now at) {
  Turn turn{.at = at};
  if (Entry* entry = entry_of(group_id)) {
    GroupEffects effects;
    entry->group.forget(token, at, effects);
    take(turn, *entry, std::move(effects));
  }
  return finish(std::move(turn));
}

Result<void> GroupCoordinator::replay(const Slice& key, const std::optional<Slice>& value) {
  auto record = read_record(key, value);
  if (!record) return std::unexpected(std::move(record.error()));
  constexpr Now kUnknown{.now_ms = 0, .wall_ms = 0};
  if (auto* commit = std::get_if<ReadCommit>(&*record)) {
    const auto& [group_id, topic, partition] = commit->key;
    if (commit->committed) {
      create(group_id, kUnknown).offsets.replay(topic, partition, std::move(*commit->committed));
    } else if (Entry* entry = entry_of(group_id)) {
      entry->offsets.erase(topic, partition);
      erase_if_unused(group_id);
    }
  } else if (auto* group = std::get_if<ReadGroup>(&*record)) {
    Entry& entry = create(group->group_id, kUnknown);
    entry.group.replay(group->value.value_or(wire::GroupMetadataValue{}));
    if (!group->value) erase_if_unused(group->group_id);
  }
  return {};
}

Effects GroupCoordinator::on_loaded(Now at) {
  Turn turn{.at = at};
  for (auto& [group_id, entry] : groups_) take(turn, entry, entry.group.on_loaded(at));
  next_sweep_ms_ = at.now_ms + settings_.retention_check_interval_ms;
  return finish(std::move(turn));
}

Effects GroupCoordinator::abandon(Now at) {
  Effects effects;
  for (auto& [group_id, entry] : groups_) {
    for (Reply& reply : entry.group.abandon(ErrorCode::not_coordinator, at).replies)
      effects.replies.push_back(std::move(reply));
  }
  for (Append& append : appends_) {
    for (Waiting& waiting : append.waiting) {
      auto* answered = std::get_if<Answered>(&waiting);
      if (!answered) continue;
      fail_response(answered->response, ErrorCode::not_coordinator);
      effects.replies.emplace_back(answered->token, std::move(answered->response));
    }
  }
  appends_.clear();
  deadlines_.clear();
  next_sweep_ms_ = kNever;
  return effects;
}

void GroupCoordinator::check_invariants() const {
  size_t scheduled = 0;
  for (const auto& [group_id, entry] : groups_) {
    KELP_ASSERT(group_id == entry.group.id(), group_id);
    entry.group.check_members();
    entry.offsets.check(group_id);
    if (entry.scheduled_ms == kNever) {
      KELP_ASSERT(entry.group.next_deadline() == kNever || next_sweep_ms_ == kNever, group_id);
      continue;
    }
    ++scheduled;
    KELP_ASSERT(deadlines_.contains({entry.scheduled_ms, group_id}), group_id);
  }
  KELP_ASSERT(scheduled == deadlines_.size(), scheduled, deadlines_.size());
}

}  // namespace kelp::group
