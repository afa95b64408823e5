#include "engine/memory/memory_engine.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

#include "base/assert.h"
#include "engine/documents.h"

namespace kelp::engine {
namespace {

struct StoredBatch {
  Offset base, next;
  int64_t max_timestamp_ms;
  Slice bytes;
};

/// Appends the batches; how many bytes they are: all of them.
size_t store(const Slice& bytes, std::deque<StoredBatch>& into) {
  size_t position = 0;
  record::BatchCursor cursor(bytes);
  while (const auto batch = cursor.next()) {
    const size_t size = batch->size_in_bytes();
    into.push_back({batch->base_offset(), batch->next_offset(), batch->max_timestamp(),
                    bytes.sub(position, size)});
    position += size;
  }
  KELP_ASSERT(position == bytes.size(), position, bytes.size());
  return position;
}

/// What outlives the Log.
struct Partition {
  std::deque<StoredBatch> batches;
  /// Where segments begin: nothing here needs them but who rewrites.
  std::deque<Offset> segments;
  uint64_t last_segment_bytes = 0;
  /// The largest timestamp of its first batch.
  int64_t last_segment_begun_ms = -1;
  Offset mark;
  Offset start, end;
  uint64_t bytes = 0;
  std::optional<Slice> snapshot;
};

class MemoryRewrite final : public Rewrite {
 public:
  MemoryRewrite(Offset from, Offset to) : from(from), to(to) {}

  Result<void> add(Slice bytes) override {
    store(bytes, batches);
    return {};
  }
  Result<void> finish() override { return {}; }

  const Offset from, to;
  std::deque<StoredBatch> batches;
};

class MemoryLog final : public Log {
 public:
  MemoryLog(std::shared_ptr<Partition> partition, const LogOptions& options)
      : partition_(std::move(partition)), options_(options) {}

  Task<Result<Offset>> append(Chunk chunk, Durability) override {
    KELP_ASSERT(chunk.base == partition_->end, chunk.base, partition_->end);
    begin_segment_if_due(chunk);
    partition_->bytes += store(chunk.batches, partition_->batches);
    partition_->end = chunk.last + 1;
    co_return chunk.base;
  }

  Task<Result<ReadResult>> read(Offset from, ReadLimits limits) override {
    if (from < partition_->start || from > partition_->end) {
      co_return fail(ErrorKind::out_of_range, fmt::format("offset {}", from));
    }
    ReadResult result{.first = from, .next = from};
    for (auto at = holding(from); at != partition_->batches.end(); ++at) {
      if (at->base >= limits.before) break;
      const bool first = result.batches.empty();
      const bool fits = result.batches.size() + at->bytes.size() <= limits.max_bytes;
      if (!fits && !(first && limits.first_batch_always)) break;
      if (first) result.first = at->base;
      result.batches.add(at->bytes);
      result.next = at->next;
    }
    co_return result;
  }

  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms) override {
    for (const StoredBatch& batch : partition_->batches) {
      if (batch.max_timestamp_ms >= timestamp_ms) co_return batch.base;
    }
    co_return std::nullopt;
  }

  Task<Result<void>> replay(Offset from,
                            std::function<void(const record::BatchHeader&)> each) override {
    for (auto at = holding(from); at != partition_->batches.end(); ++at) {
      each(record::BatchHeader(at->bytes));
    }
    co_return Result<void>();
  }

  Task<Result<void>> trim(Offset new_start) override {
    if (new_start > partition_->end) {
      co_return fail(ErrorKind::out_of_range, fmt::format("trim to {}", new_start));
    }
    partition_->start = std::max(partition_->start, new_start);
    while (!partition_->batches.empty() && partition_->batches.front().next <= partition_->start) {
      partition_->bytes -= partition_->batches.front().bytes.size();
      partition_->batches.pop_front();
    }
    auto& segments = partition_->segments;
    while (segments.size() > 1 && segments[1] <= partition_->start) segments.pop_front();
    co_return Result<void>();
  }

  Task<Result<Sealed>> sealed() override {
    Sealed result{.segments = {}, .mark = partition_->mark};
    const auto& bases = partition_->segments;
    auto batch = partition_->batches.begin();
    for (size_t i = 0; i + 1 < bases.size(); ++i) {
      SealedSegment& segment = result.segments.emplace_back();
      segment.base = bases[i];
      segment.next = bases[i + 1];
      for (; batch != partition_->batches.end() && batch->base < segment.next; ++batch) {
        segment.size_bytes += batch->bytes.size();
        segment.max_timestamp_ms = std::max(segment.max_timestamp_ms, batch->max_timestamp_ms);
      }
    }
    co_return result;
  }

  Task<Result<std::unique_ptr<Rewrite>>> rewrite(Offset from, Offset to) override {
    if (!are_sealed(from, to)) co_return fail(ErrorKind::conflict, "no such segments");
    co_return std::make_unique<MemoryRewrite>(from, to);
  }

  Task<Result<void>> replace(std::unique_ptr<Rewrite> by, Offset mark) override {
    if (by != nullptr) {
      auto& rewrite = static_cast<MemoryRewrite&>(*by);
      if (!are_sealed(rewrite.from, rewrite.to)) co_return fail(ErrorKind::conflict, "trimmed");
      put(rewrite);
    }
    partition_->mark = mark;
    co_return Result<void>();
  }

  Task<Result<void>> sync() override { co_return Result<void>(); }
  void configure(const LogOptions& options) override { options_ = options; }
  Bounds bounds() const noexcept override {
    return {partition_->start, partition_->end, partition_->end, partition_->end};
  }
  uint64_t size_bytes() const noexcept override { return partition_->bytes; }

 private:
  /// The first batch that ends behind `offset`.
  std::deque<StoredBatch>::const_iterator holding(Offset offset) const {
    return std::ranges::upper_bound(partition_->batches, offset, {}, &StoredBatch::next);
  }

  void begin_segment_if_due(const Chunk& chunk) {
    Partition& all = *partition_;
    const size_t size = chunk.batches.size();
    const bool full = all.last_segment_bytes + size > options_.segment_bytes;
    if (!since_ms_) since_ms_ = chunk.now_ms;
    const int64_t waited_ms = all.last_segment_begun_ms >= 0
                                  ? chunk.max_timestamp_ms - all.last_segment_begun_ms
                                  : chunk.now_ms - *since_ms_;
    const bool old = options_.segment_ms > 0 && waited_ms > options_.segment_ms;
    if (all.segments.empty() || full || old) {
      all.segments.push_back(all.end);
      all.last_segment_bytes = 0;
      all.last_segment_begun_ms = chunk.max_timestamp_ms;
      since_ms_ = chunk.now_ms;
    }
    all.last_segment_bytes += size;
  }

  bool are_sealed(Offset from, Offset to) const {
    const auto& bases = partition_->segments;
    return from < to && std::ranges::binary_search(bases, from) &&
           std::ranges::binary_search(bases, to);
  }

  void put(MemoryRewrite& by) {
    auto& batches = partition_->batches;
    auto first = std::ranges::lower_bound(batches, by.from, {}, &StoredBatch::base);
    const auto last = std::ranges::lower_bound(batches, by.to, {}, &StoredBatch::base);
    for (auto at = first; at != last; ++at) partition_->bytes -= at->bytes.size();
    for (const StoredBatch& batch : by.batches) partition_->bytes += batch.bytes.size();
    first = batches.erase(first, last);
    batches.insert(first, by.batches.begin(), by.batches.end());
    std::erase_if(partition_->segments,
                  [&](Offset base) { return base > by.from && base < by.to; });
  }

  std::shared_ptr<Partition> partition_;
  LogOptions options_;
  /// When the last segment was begun, or this log first appended to it.
  std::optional<int64_t> since_ms_;
};

class MemoryCatalog final : public Catalog {
 public:
  Task<Result<std::optional<Document>>> get(std::string key) override {
    const std::scoped_lock lock(mutex_);
    co_return documents_.get(key);
  }

  Task<Result<std::vector<std::pair<std::string, Document>>>> list(std::string prefix) override {
    const std::scoped_lock lock(mutex_);
    co_return documents_.list(prefix);
  }

  Task<Result<void>> commit(std::vector<Change> changes) override {
    const std::scoped_lock lock(mutex_);
    Staged staged;
    auto fits = documents_.stage(staged, std::move(changes));
    if (fits) documents_.apply(std::move(staged));
    co_return fits;
  }

 private:
  std::mutex mutex_;
  Documents documents_;
};

class MemoryEngine final : public Engine {
 public:
  Traits traits() const override { return {.name = "memory"}; }
  Catalog& catalog() override { return catalog_; }
  bool recovered_unclean() const override { return false; }

  Task<Result<std::unique_ptr<Log>>> open(PartitionId id, LogOptions options) override {
    co_return std::make_unique<MemoryLog>(partition(id), options);
  }

  Task<Result<void>> drop(PartitionId id) override {
    const std::scoped_lock lock(mutex_);
    partitions_.erase(id);
    co_return Result<void>();
  }

  Task<Result<void>> save(PartitionId id, Slice snapshot) override {
    partition(id)->snapshot = Slice::copy_of(snapshot.bytes());
    co_return Result<void>();
  }

  Task<Result<std::optional<Slice>>> load(PartitionId id) override {
    co_return partition(id)->snapshot;
  }

  Task<Result<void>> close() override { co_return Result<void>(); }

 private:
  std::shared_ptr<Partition> partition(PartitionId id) {
    const std::scoped_lock lock(mutex_);
    auto& found = partitions_[id];
    if (!found) found = std::make_shared<Partition>();
    return found;
  }

  MemoryCatalog catalog_;
  std::mutex mutex_;
  std::map<PartitionId, std::shared_ptr<Partition>> partitions_;
};

}  // namespace

std::unique_ptr<Engine> make_memory_engine() { return std::make_unique<MemoryEngine>(); }

}  // namespace kelp::engine
