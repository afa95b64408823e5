#include "group/members.h"

#include <algorithm>

#include "base/assert.h"

namespace kelp::group {

Slice Member::metadata(std::string_view protocol) const {
  for (const Protocol& spoken : protocols) {
    if (spoken.name == protocol) return spoken.metadata;
  }
  return {};
}

Member* Members::find(std::string_view member_id) {
  const auto found = by_id_.find(member_id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

const Member* Members::find(std::string_view member_id) const {
  const auto found = by_id_.find(member_id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

Member* Members::with_instance(std::string_view instance_id) {
  const auto found = by_instance_.find(instance_id);
  return found == by_instance_.end() ? nullptr : &*found->second;
}

const Member* Members::with_instance(std::string_view instance_id) const {
  const auto found = by_instance_.find(instance_id);
  return found == by_instance_.end() ? nullptr : &*found->second;
}

Member& Members::add(Member member) {
  KELP_ASSERT(!by_id_.contains(member.id), member.id);
  KELP_ASSERT(!member.join && !member.sync, member.id);
  const iterator at = list_.insert(list_.end(), std::move(member));
  by_id_.emplace(at->id, at);
  if (at->instance_id) {
    const bool is_only_one = by_instance_.emplace(*at->instance_id, at).second;
    KELP_ASSERT(is_only_one, *at->instance_id);
  }
  count_protocols(*at, 1);
  return *at;
}

void Members::remove(Member& member) {
  KELP_ASSERT(!member.join && !member.sync, member.id);
  const auto found = by_id_.find(member.id);
  KELP_ASSERT(found != by_id_.end() && &*found->second == &member, member.id);
  const iterator at = found->second;
  by_id_.erase(found);
  if (member.instance_id) by_instance_.erase(*member.instance_id);
  count_protocols(member, -1);
  list_.erase(at);
}

void Members::rename(Member& member, std::string member_id) {
  const auto found = by_id_.find(member.id);
  KELP_ASSERT(found != by_id_.end() && &*found->second == &member, member.id);
  const iterator at = found->second;
  by_id_.erase(found);
  member.id = std::move(member_id);
  const bool is_only_one = by_id_.emplace(member.id, at).second;
  KELP_ASSERT(is_only_one, member.id);
}

void Members::set_protocols(Member& member, std::vector<Protocol> protocols) {
  count_protocols(member, -1);
  member.protocols = std::move(protocols);
  count_protocols(member, 1);
}

void Members::count_protocols(const Member& member, int by) {
  for (const Protocol& protocol : member.protocols) {
    const auto at = speakers_.try_emplace(protocol.name, 0).first;
    at->second += static_cast<size_t>(by);
    if (at->second == 0) speakers_.erase(at);
  }
}

void Members::park_join(Member& member, Parked parked) {
  if (!member.join) ++joining_;
  member.join = parked;
}

void Members::unpark_join(Member& member) {
  if (member.join) --joining_;
  member.join.reset();
}

bool Members::agree_on_one_of(const std::vector<Protocol>& protocols) const {
  if (empty()) return true;
  return std::ranges::any_of(protocols, [&](const Protocol& protocol) {
    const auto found = speakers_.find(protocol.name);
    return found != speakers_.end() && found->second == size();
  });
}

std::string Members::vote() const {
  std::vector<std::pair<std::string_view, size_t>> votes;  // few: what all members speak
  for (const Member& member : list_) {
    const auto choice = std::ranges::find_if(member.protocols, [&](const Protocol& protocol) {
      return speakers_.find(protocol.name)->second == size();
    });
    KELP_ASSERT(choice != member.protocols.end(), member.id);
    const std::string_view name = choice->name;
    const auto counted =
        std::ranges::find(votes, name, &std::pair<std::string_view, size_t>::first);
    if (counted == votes.end()) {
      votes.emplace_back(name, 1);
    } else {
      ++counted->second;
    }
  }
  KELP_ASSERT(!votes.empty());
  return std::string(
      std::ranges::max_element(votes, {}, &std::pair<std::string_view, size_t>::second)->first);
}

int32_t Members::rebalance_timeout_ms() const {
  int32_t longest = 0;
  for (const Member& member : list_) longest = std::max(longest, member.rebalance_timeout_ms);
  return longest;
}

void Members::check(std::string_view group_id) const {
  size_t joining = 0, instances = 0;
  std::unordered_map<std::string_view, size_t> speakers;
  for (const Member& member : list_) {
    const auto found = by_id_.find(member.id);
    KELP_ASSERT(found != by_id_.end() && &*found->second == &member, group_id, member.id);
    if (member.join) ++joining;
    if (member.instance_id) {
      ++instances;
      const auto instance = by_instance_.find(*member.instance_id);
      KELP_ASSERT(instance != by_instance_.end() && &*instance->second == &member, group_id);
    }
    for (const Protocol& protocol : member.protocols) ++speakers[protocol.name];
    KELP_ASSERT(!(member.join && member.sync), group_id, member.id);  // one call at a time
  }
  KELP_ASSERT(by_id_.size() == list_.size(), group_id);
  KELP_ASSERT(by_instance_.size() == instances, group_id);
  KELP_ASSERT(joining == joining_, group_id, joining, joining_);
  KELP_ASSERT(speakers.size() == speakers_.size(), group_id);
  for (const auto& [name, count] : speakers)
    KELP_ASSERT(speakers_.find(name)->second == count, group_id, name);
}

}  // namespace kelp::group
