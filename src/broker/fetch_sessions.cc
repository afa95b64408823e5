#include "broker/fetch_sessions.h"

#include <random>

namespace kelp::broker {
namespace {

fetch::SessionSlots::Options options_of(size_t most, size_t shard, size_t shards) {
  fetch::SessionSlots::Options options;
  options.sessions = most;
  options.partitions = fetch::kMostPartitions / shards;
  options.owners = static_cast<int32_t>(shards);
  options.remainder = static_cast<int32_t>(shard);
  options.seed = std::random_device()();
  return options;
}

}  // namespace

FetchSessions::FetchSessions(size_t most, size_t shard, size_t shards)
    : slots_(options_of(most, shard, shards)) {}

void FetchSessions::count() {
  counters_.sessions.add(slots_.sessions() - counters_.sessions.value());
  counters_.partitions.add(slots_.partitions() - counters_.partitions.value());
  counters_.evictions.add(slots_.evictions() - counters_.evictions.value());
}

void FetchSessions::drop(int32_t id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  found->second->closed = true;
  found->second->watch->give_up();  // who waits in it need not any more
  sessions_.erase(found);
}

int32_t FetchSessions::open(size_t partitions, bool privileged, int64_t now_ms,
                            const std::function<fetch::Session()>& make) {
  const auto opened = slots_.open(privileged, partitions, now_ms);
  for (const int32_t evicted : opened.evicted) drop(evicted);
  if (opened.id != 0) sessions_.emplace(opened.id, std::make_shared<FetchSession>(make()));
  count();
  return opened.id;
}

std::shared_ptr<FetchSession> FetchSessions::find(int32_t id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

bool FetchSessions::touch(int32_t id, int64_t now_ms) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return false;
  const bool kept = slots_.touch(id, found->second->state.size(), now_ms);
  if (!kept) drop(id);
  count();
  return kept;
}

void FetchSessions::close(int32_t id) {
  slots_.close(id);
  drop(id);
  count();
}

}  // namespace kelp::broker
