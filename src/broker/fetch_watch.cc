#include "broker/fetch_watch.h"

#include <algorithm>

namespace kelp::broker {

void FetchWatchers::listen(const std::shared_ptr<FetchWatch>& watch, uint32_t slot) {
  const auto known = std::ranges::find(watchers_, watch, &Watcher::watch);
  if (known != watchers_.end()) {
    known->slot = slot;
    known->told = false;
    return;
  }
  if (watchers_.size() >= prune_at_) {
    std::erase_if(watchers_, [](const Watcher& old) { return old.watch->is_over(); });
    prune_at_ = std::max<size_t>(16, 2 * watchers_.size());
  }
  watchers_.push_back({watch, slot, false});
}

void FetchWatchers::leave(const std::shared_ptr<FetchWatch>& watch) {
  std::erase_if(watchers_, [&](const Watcher& each) { return each.watch == watch; });
}

void FetchWatchers::appended(size_t bytes) {
  bool any_over = false;
  for (Watcher& each : watchers_) {
    any_over |= each.watch->is_over();
    each.watch->appended(each.slot, !std::exchange(each.told, true), bytes);
  }
  if (any_over) {
    std::erase_if(watchers_, [](const Watcher& each) { return each.watch->is_over(); });
  }
}

void FetchWatchers::changed() {
  for (Watcher& each : watchers_) {
    each.watch->changed(each.slot, !std::exchange(each.told, true));
  }
}

}  // namespace kelp::broker
