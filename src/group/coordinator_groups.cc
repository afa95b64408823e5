// DescribeGroups, ListGroups, DeleteGroups, and what goes by itself: expired offsets and groups
// that hold nothing any more.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/assert.h"
#include "base/log.h"
#include "group/coordinator.h"

namespace kelp::group {
namespace {

constexpr int16_t kSaysGroupNotFound = 6;  // DescribeGroups (KIP-1043)
constexpr std::string_view kClassic = "classic";
/// Groups looked at in one turn of a sweep: the shard has others to serve.
constexpr size_t kSweepStep = 500;

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

/// An empty filter lets all pass.
bool passes(const std::vector<std::string>& filter, std::string_view value) {
  return filter.empty() || std::ranges::any_of(filter, [&](const std::string& wanted) {
           return equals_ignoring_case(wanted, value);
         });
}

}  // namespace

wire::DescribeGroupsResponse::DescribedGroup GroupCoordinator::describe(const std::string& group_id,
                                                                        int16_t version) const {
  const ClassicGroup* group = find(group_id);
  if (group && group->state() != State::dead) return group->describe();
  wire::DescribeGroupsResponse::DescribedGroup unknown;
  unknown.group_id = group_id;
  unknown.group_state = name_of(State::dead);
  if (version >= kSaysGroupNotFound) {
    unknown.error_code = ErrorCode::group_id_not_found;
    unknown.error_message = fmt::format("Group {} not found.", group_id);
  }
  return unknown;
}

void GroupCoordinator::list(const wire::ListGroupsRequest& request,
                            std::vector<wire::ListGroupsResponse::ListedGroup>& out) const {
  if (!passes(request.types_filter, kClassic)) return;
  for (const auto& [group_id, entry] : groups_) {
    const State state = entry.group.state();
    if (state == State::dead || !passes(request.states_filter, name_of(state))) continue;
    out.emplace_back(group_id, entry.group.protocol_type().value_or(""),
                     std::string(name_of(state)), std::string(kClassic));
  }
}

Effects GroupCoordinator::on(const wire::DeleteGroupsRequest& request, const Context& context) {
  Turn turn{.at = context.at};
  wire::DeleteGroupsResponse response;
  for (const std::string& group_id : request.groups_names) {
    using Result = wire::DeleteGroupsResponse::DeletableGroupResult;
    if (std::ranges::find(response.results, group_id, &Result::group_id) != response.results.end())
      continue;  // said twice, done once
    auto& result = response.results.emplace_back(group_id);
    Entry* entry = entry_of(group_id);
    if (!entry || entry->group.state() == State::dead) {
      result.error_code = ErrorCode::group_id_not_found;
    } else if (!entry->group.is_empty()) {
      result.error_code = ErrorCode::non_empty_group;
    } else {
      erase_group(turn, *entry);
    }
  }
  turn.waiting.emplace_back(Answered{context.token, std::move(response)});
  return finish(std::move(turn));
}

/// Of an empty group, with all that it holds. Nobody may come in until the tombstones are stored.
void GroupCoordinator::erase_group(Turn& turn, Entry& entry) {
  std::vector<std::pair<std::string, int32_t>> partitions;
  for (const auto& [topic, offsets] : entry.offsets.topics()) {
    // Also what is only in flight: it will be stored before our tombstone.
    for (const auto& [partition, offset] : offsets) partitions.emplace_back(topic, partition);
  }
  const std::string& group_id = entry.group.id();
  entry.group.set_dead(true);
  erase_offsets(turn, group_id, std::move(partitions));
  turn.effects.records.push_back(group_tombstone(group_id));
  turn.waiting.emplace_back(GroupErased{group_id});
}

/// offsets.retention.minutes. A group that has members keeps what they subscribe to; an empty one
/// keeps all for that long from when it became empty. A group that never had members (or is not of
/// consumers) keeps each offset for that long from its commit.
void GroupCoordinator::expire(Turn& turn, Entry& entry) {
  const ClassicGroup& group = entry.group;
  if (group.state() == State::dead) return;
  const bool is_simple = !group.protocol_type();
  const bool may_expire = is_simple || group.is_empty() ||
                          (group.uses_consumer_protocol() && group.state() == State::stable);
  if (!may_expire) return;
  const bool has_members = !group.members().empty();
  const auto subscribed = has_members ? group.subscribed_topics() : std::set<std::string>();
  if (!subscribed) return;  // members that say what we cannot read may need all of it

  auto expired = entry.offsets.expired(
      turn.at.wall_ms, settings_.offsets_retention_ms,
      [&](const std::string& topic, const CommittedOffset& committed) -> std::optional<int64_t> {
        if (subscribed->contains(topic)) return std::nullopt;
        if (is_simple || has_members) return committed.commit_wall_ms;
        return group.state_since_wall_ms().value_or(committed.commit_wall_ms);
      });
  const bool holds_nothing = expired.size() == entry.offsets.size() && !entry.offsets.has_pending();
  if (holds_nothing && group.is_empty() && group.pending_members() == 0) {
    log_info("group {}: removed with {} offsets: nothing is left to keep", for_log(group.id()),
             expired.size());
    return erase_group(turn, entry);
  }
  erase_offsets(turn, group.id(), std::move(expired));
}

void GroupCoordinator::sweep(Turn& turn) {
  auto at = is_sweeping_ ? groups_.upper_bound(sweep_after_) : groups_.begin();
  for (size_t seen = 0; at != groups_.end() && seen < kSweepStep; ++at, ++seen) {
    sweep_after_ = at->first;
    expire(turn, at->second);
  }
  is_sweeping_ = at != groups_.end();
  next_sweep_ms_ = turn.at.now_ms + (is_sweeping_ ? 1 : settings_.retention_check_interval_ms);
}

}  // namespace kelp::group
