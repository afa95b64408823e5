#include "fetch/session_slots.h"

#include <iterator>
#include <limits>

#include "base/assert.h"

namespace kelp::fetch {

int32_t SessionSlots::fresh_id() {
  const auto ids = static_cast<uint64_t>(
      (std::numeric_limits<int32_t>::max() - options_.remainder) / options_.owners);
  for (;;) {  // ends soon: there are far more ids than sessions
    // splitmix64: an id need not be a secret, as Kafka's is none.
    random_ += 0x9e3779b97f4a7c15;
    uint64_t mixed = random_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
    const auto id = static_cast<int32_t>(mixed % ids) * options_.owners + options_.remainder;
    if (id > 0 && !by_id_.contains(id)) return id;
  }
}

void SessionSlots::withdraw(const Worth& worth) {
  for_all_.erase(worth);
  for_privileged_.erase(worth);
}

void SessionSlots::offer(const Session& session, int64_t now_ms) {
  const bool is_old = now_ms - session.created_ms > kUnusedForMs;
  if (is_old) for_all_.insert(session.worth);
  if (is_old || !session.worth.privileged) for_privileged_.insert(session.worth);
}

void SessionSlots::close(int32_t id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  withdraw(found->second->worth);
  partitions_ -= found->second->worth.partitions;
  by_use_.erase(found->second);
  by_id_.erase(found);
}

void SessionSlots::evict(int32_t id, std::vector<int32_t>& evicted) {
  close(id);
  evicted.push_back(id);
  ++evictions_;
}

bool SessionSlots::evict_unused(int64_t now_ms, std::vector<int32_t>& evicted) {
  if (by_use_.empty() || now_ms - by_use_.front().used_ms <= kUnusedForMs) return false;
  evict(by_use_.front().worth.id, evicted);
  return true;
}

bool SessionSlots::make_room(const Worth& wanted, int64_t now_ms, std::vector<int32_t>& evicted) {
  if (evict_unused(now_ms, evicted)) return true;
  const std::set<Worth>& candidates = wanted.privileged ? for_privileged_ : for_all_;
  if (candidates.empty() || wanted < *candidates.begin()) return false;
  evict(candidates.begin()->id, evicted);
  return true;
}

SessionSlots::Opened SessionSlots::open(bool privileged, size_t partitions, int64_t now_ms) {
  Opened opened;
  while (partitions_ + partitions > options_.partitions) {
    if (!evict_unused(now_ms, opened.evicted)) return opened;
  }
  const Worth wanted{privileged, partitions, 0};
  if (by_id_.size() >= options_.sessions && !make_room(wanted, now_ms, opened.evicted)) {
    return opened;
  }
  opened.id = fresh_id();
  by_use_.push_back({{privileged, partitions, opened.id}, now_ms, now_ms});
  by_id_.emplace(opened.id, std::prev(by_use_.end()));
  partitions_ += partitions;
  offer(by_use_.back(), now_ms);
  return opened;
}

bool SessionSlots::touch(int32_t id, size_t partitions, int64_t now_ms) {
  const auto found = by_id_.find(id);
  KELP_ASSERT(found != by_id_.end(), id);
  Session& session = *found->second;
  const size_t others = partitions_ - session.worth.partitions;
  if (partitions > session.worth.partitions && others + partitions > options_.partitions) {
    close(id);
    return false;
  }
  by_use_.splice(by_use_.end(), by_use_, found->second);
  session.used_ms = now_ms;
  const bool resized = session.worth.partitions != partitions;
  if (resized) withdraw(session.worth);
  session.worth.partitions = partitions;
  partitions_ = others + partitions;
  const bool offered_to_all = for_all_.contains(session.worth);
  if (resized || !offered_to_all) offer(session, now_ms);
  return true;
}

}  // namespace kelp::fetch
