#include "partition/epoch_starts.h"

#include <algorithm>

namespace kelp::partition {

void EpochStarts::appended(Epoch epoch, Offset start) {
  if (!starts_.empty() && epoch <= starts_.back().epoch) return;
  starts_.push_back({epoch, start});
}

std::optional<EpochEnd> EpochStarts::end_of(Epoch epoch, Offset log_end) const {
  if (starts_.empty() || epoch > starts_.back().epoch) return std::nullopt;
  const auto next = std::ranges::upper_bound(starts_, epoch, {}, &EpochStart::epoch);
  if (next == starts_.begin()) return std::nullopt;
  return EpochEnd{std::prev(next)->epoch, next == starts_.end() ? log_end : next->start};
}

std::optional<Epoch> EpochStarts::newest() const {
  if (starts_.empty()) return std::nullopt;
  return starts_.back().epoch;
}

std::optional<Epoch> EpochStarts::oldest() const {
  if (starts_.empty()) return std::nullopt;
  return starts_.front().epoch;
}

void EpochStarts::trimmed(Offset start) {
  while (starts_.size() > 1 && starts_[1].start <= start) starts_.erase(starts_.begin());
  if (!starts_.empty() && starts_.front().start < start) starts_.front().start = start;
}

}  // namespace kelp::partition
