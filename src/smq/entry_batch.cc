#include "smq/entry_batch.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/assert.h"

namespace kelp::smq {
namespace {

constexpr int64_t kMaxOffsetDelta = std::numeric_limits<int32_t>::max() - 1;

}  // namespace

size_t put_in_order(std::vector<LogEntry>& entries) {
  const auto is_before = [](const LogEntry& a, const LogEntry& b) {
    return std::tie(a.offset, a.ts_ns) < std::tie(b.offset, b.ts_ns);
  };
  const auto has_same = [](const LogEntry& a, const LogEntry& b) { return a.offset == b.offset; };
  if (!std::ranges::is_sorted(entries, is_before)) std::ranges::sort(entries, is_before);
  const auto taken_out = std::ranges::unique(entries, has_same);
  const auto count = static_cast<size_t>(taken_out.size());
  entries.erase(taken_out.begin(), taken_out.end());
  return count;
}

bool EntryBatch::add(const LogEntry& entry) {
  KELP_ASSERT(entry.offset >= 0, entry.offset);
  const record::NewRecord record = record_of(entry, terms_.rules);
  if (empty()) {
    base_ = entry.offset;
  } else {
    KELP_ASSERT(entry.offset >= next_, entry.offset, next_);
    const size_t bytes = builder_.plain_bytes() + record::BatchBuilder::max_record_bytes(record);
    if (bytes > terms_.max_bytes || entry.offset - base_ > kMaxOffsetDelta) return false;
  }
  builder_.add_at(static_cast<int32_t>(entry.offset - base_), record);
  next_ = entry.offset + 1;
  return true;
}

Result<Slice> EntryBatch::build() {
  if (empty()) return fail(ErrorKind::invalid, "a batch of no entries");
  Result<Slice> batch = builder_.build();
  if (!batch) return batch;
  record::set_base_offset(batch->patch(), base());
  record::set_leader_epoch(batch->patch(), terms_.leader_epoch);
  return batch;
}

}  // namespace kelp::smq
