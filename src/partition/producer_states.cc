#include "partition/producer_states.h"

#include <algorithm>
#include <limits>
#include <span>

#include "base/assert.h"

namespace kelp::partition {
namespace {

bool follows(int32_t last_sequence, int32_t next_sequence) {
  if (last_sequence == std::numeric_limits<int32_t>::max()) return next_sequence == 0;
  return next_sequence == last_sequence + 1;
}

bool is_same(const ProducerState& state, const ProducedBatch& batch, const ProducedBatch& other) {
  return state.epoch == other.producer_epoch && batch.first_sequence == other.first_sequence &&
         batch.last_sequence == other.last_sequence;
}

}  // namespace

SequenceVerdict ProducerStates::judge(const ProducedBatch& next) const {
  if (next.producer_epoch < 0) return {ErrorCode::invalid_producer_epoch, {}};
  const auto found = states_.find(next.producer_id);
  if (found == states_.end()) return {};
  const ProducerState& state = found->second;
  if (next.producer_epoch < state.epoch) return {ErrorCode::invalid_producer_epoch, {}};
  if (next.producer_epoch > state.epoch) {
    if (next.first_sequence == 0) return {};
    return {ErrorCode::out_of_order_sequence_number, {}};
  }
  for (size_t i = 0; i < state.kept; ++i) {
    const ProducedBatch& old = state.batches[i];
    if (old.first_sequence == next.first_sequence && old.last_sequence == next.last_sequence) {
      return {ErrorCode::none, old};
    }
  }
  const ProducedBatch* newest = state.newest();
  if (newest == nullptr || follows(newest->last_sequence, next.first_sequence)) return {};
  return {ErrorCode::out_of_order_sequence_number, {}};
}

void ProducerStates::appended(const ProducedBatch& batch) {
  if (!states_.contains(batch.producer_id)) make_room();
  ProducerState& state = states_[batch.producer_id];
  state.producer_id = batch.producer_id;
  if (batch.producer_epoch != state.epoch) {
    state.epoch = batch.producer_epoch;
    state.kept = 0;
  }
  if (state.kept == kBatchesKept) {
    std::shift_left(state.batches.begin(), state.batches.end(), 1);
    --state.kept;
  }
  state.batches[state.kept++] = batch;
  state.last_used_ms = std::max(state.last_used_ms, batch.max_timestamp_ms);
}

void ProducerStates::placed(const ProducedBatch& sent, Offset base) {
  const auto found = states_.find(sent.producer_id);
  if (found == states_.end()) return;
  for (ProducedBatch& batch : std::span(found->second.batches).first(found->second.kept)) {
    if (!is_same(found->second, batch, sent)) continue;
    batch.base = base;
    batch.last = base + (sent.last - sent.base);
  }
}

void ProducerStates::forget(const ProducedBatch& sent) {
  const auto found = states_.find(sent.producer_id);
  if (found == states_.end()) return;
  ProducerState& state = found->second;
  const auto kept = std::span(state.batches).first(state.kept);
  const auto gone = std::ranges::remove_if(
      kept, [&](const ProducedBatch& batch) { return is_same(state, batch, sent); });
  state.kept -= static_cast<size_t>(gone.size());
  if (state.kept == 0) states_.erase(found);
}

void ProducerStates::make_room() {
  if (states_.size() < kMaxProducers) return;
  const auto oldest = std::ranges::min_element(
      states_, {}, [](const auto& entry) { return entry.second.last_used_ms; });
  states_.erase(oldest);
}

void ProducerStates::expire(int64_t before_ms) {
  std::erase_if(states_, [&](const auto& entry) { return entry.second.last_used_ms < before_ms; });
}

std::vector<ProducerState> ProducerStates::all() const {
  std::vector<ProducerState> result;
  result.reserve(states_.size());
  for (const auto& [id, state] : states_) result.push_back(state);
  std::ranges::sort(result, {}, &ProducerState::producer_id);
  return result;
}

std::unordered_map<int64_t, Offset> ProducerStates::newest_offsets() const {
  std::unordered_map<int64_t, Offset> result;
  for (const auto& [id, state] : states_) {
    if (const ProducedBatch* newest = state.newest()) result.emplace(id, newest->last);
  }
  return result;
}

void ProducerStates::restore(const ProducerState& state) {
  KELP_ASSERT(state.kept <= kBatchesKept, state.producer_id);
  states_[state.producer_id] = state;
}

}  // namespace kelp::partition
