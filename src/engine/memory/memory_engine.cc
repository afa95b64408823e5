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

/// What outlives the Log.
struct Partition {
  std::deque<StoredBatch> batches;
  Offset start, end;
  uint64_t bytes = 0;
  std::optional<Slice> snapshot;
};

class MemoryLog final : public Log {
 public:
  explicit MemoryLog(std::shared_ptr<Partition> partition) : partition_(std::move(partition)) {}

  Task<Result<Offset>> append(Chunk chunk, Durability) override {
    KELP_ASSERT(chunk.base == partition_->end, chunk.base, partition_->end);
    size_t position = 0;
    record::BatchCursor cursor(chunk.batches);
    while (const auto batch = cursor.next()) {
      const size_t size = batch->size_in_bytes();
      partition_->batches.push_back({batch->base_offset(), batch->next_offset(),
                                     batch->max_timestamp(), chunk.batches.sub(position, size)});
      position += size;
    }
    KELP_ASSERT(position == chunk.batches.size(), position, chunk.batches.size());
    partition_->end = chunk.last + 1;
    partition_->bytes += position;
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
    co_return Result<void>();
  }

  Task<Result<void>> sync() override { co_return Result<void>(); }
  void configure(const LogOptions&) override {}
  Bounds bounds() const noexcept override {
    return {partition_->start, partition_->end, partition_->end};
  }
  uint64_t size_bytes() const noexcept override { return partition_->bytes; }

 private:
  /// The first batch that ends behind `offset`.
  std::deque<StoredBatch>::const_iterator holding(Offset offset) const {
    return std::ranges::upper_bound(partition_->batches, offset, {}, &StoredBatch::next);
  }

  std::shared_ptr<Partition> partition_;
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

  Task<Result<std::unique_ptr<Log>>> open(PartitionId id, LogOptions) override {
    co_return std::make_unique<MemoryLog>(partition(id));
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
