#include "fetch/session.h"

#include <algorithm>

#include "base/assert.h"

namespace kelp::fetch {

int32_t Session::epoch_after(int32_t epoch) {
  return epoch == std::numeric_limits<int32_t>::max() ? 1 : epoch + 1;
}

void Session::advance_epoch() { epoch_ = epoch_after(epoch_); }

std::optional<uint32_t> Session::find_topic(const TopicKey& key) const {
  const auto found = topics_by_key_.find(key);
  if (found == topics_by_key_.end()) return std::nullopt;
  return found->second;
}

uint32_t Session::topic_for(const TopicKey& key) {
  if (const auto known = find_topic(key)) return *known;
  uint32_t topic = static_cast<uint32_t>(topics_.size());
  if (free_topics_.empty()) {
    topics_.emplace_back();
  } else {
    topic = free_topics_.back();
    free_topics_.pop_back();
  }
  topics_[topic].key = key;
  topics_by_key_.emplace(key, topic);
  return topic;
}

Slot Session::free_slot() {
  if (!free_.empty()) {
    const Slot slot = free_.back();
    free_.pop_back();
    return slot;
  }
  partitions_.emplace_back();
  return static_cast<Slot>(partitions_.size() - 1);
}

Slot Session::ask(const TopicKey& key, int32_t index, const Wish& wish) {
  KELP_ASSERT(std::holds_alternative<Uuid>(key) == (naming_ == Naming::by_id));
  const uint32_t topic = topic_for(key);
  const auto [place, is_new] = places_.try_emplace(place_of(topic, index), Slot{0});
  if (is_new) {
    place->second = free_slot();
    Partition& added = partitions_[place->second];
    added = Partition();
    added.topic = topic;
    added.index = index;
    added.turn = ++last_turn_;
    added.held = true;
    ++topics_[topic].partitions;
  }
  const Slot slot = place->second;
  partitions_[slot].wish = wish;
  mark_due(slot);
  return slot;
}

std::optional<Slot> Session::forget(const TopicKey& key, int32_t index) {
  const auto topic = find_topic(key);
  if (!topic) return std::nullopt;
  const auto place = places_.find(place_of(*topic, index));
  if (place == places_.end()) return std::nullopt;
  const Slot slot = place->second;
  places_.erase(place);
  partitions_[slot] = Partition();
  free_.push_back(slot);
  due_in_order_ = false;
  if (--topics_[*topic].partitions == 0) {
    topics_by_key_.erase(*topics_[*topic].key);
    topics_[*topic].key.reset();
    free_topics_.push_back(*topic);
  }
  return slot;
}

void Session::mark_due(Slot slot) {
  if (slot >= partitions_.size()) return;
  Partition& partition = partitions_[slot];
  if (!partition.held || partition.due) return;
  partition.due = true;
  due_.push_back(slot);
  due_in_order_ = false;
}

void Session::mark_all_due() {
  for (Slot slot = 0; slot < partitions_.size(); ++slot) mark_due(slot);
}

const std::vector<Slot>& Session::due() {
  if (due_in_order_) return due_;
  std::erase_if(due_, [this](Slot slot) { return !partitions_[slot].due; });
  std::ranges::sort(due_, {}, [this](Slot slot) { return partitions_[slot].turn; });
  const auto repeated = std::ranges::unique(due_);
  due_.erase(repeated.begin(), repeated.end());
  due_in_order_ = true;
  return due_;
}

void Session::told(Slot slot, const Seen& seen) {
  partitions_[slot].told_high_watermark = seen.high_watermark;
  partitions_[slot].told_log_start = seen.log_start;
}

bool Session::tell(Slot slot, const Seen& seen) {
  Partition& partition = partitions_[slot];
  KELP_ASSERT(partition.held);
  const bool failed = seen.error != ErrorCode::none;
  const bool news = failed || seen.record_bytes > 0 || seen.diverging ||
                    partition.told_high_watermark != seen.high_watermark ||
                    partition.told_log_start != seen.log_start;
  // After an error it is told again that all is well: no high watermark is -1.
  partition.told_high_watermark = failed ? Offset(-1) : seen.high_watermark;
  partition.told_log_start = seen.log_start;
  if (seen.record_bytes > 0) partition.turn = ++last_turn_;
  partition.due = failed || seen.diverging || partition.wish.from != seen.end;
  due_in_order_ = false;
  return news;
}

}  // namespace kelp::fetch
