// Reading a SeaweedMQ partition: batches of the entries in its flushed files. And its handle.
#include <fmt/format.h>

#include <algorithm>

#include "seaweed/smq_partition.h"

namespace kelp::seaweed {
namespace {

/// A batch that is larger is no use to a fetch that wants more: it gets the next one too.
constexpr size_t kMaxBatchBytes = size_t{1} << 20;
/// Of a replay's read.
constexpr size_t kReplayBytes = kMaxBatchBytes;

std::unexpected<Error> not_on_smq(std::string_view what) {
  return fail(ErrorKind::unsupported,
              fmt::format("{}: the files of a SeaweedMQ topic are its broker's", what));
}

}  // namespace

smq::MappingRules rules_of(const engine::SharedTerms& terms) {
  return {terms.plain ? smq::Mapping::plain : smq::Mapping::envelope, terms.timestamp_type};
}

Task<Result<engine::ReadResult>> SmqPartitionLog::read(Offset from, engine::ReadLimits limits) {
  const auto self = shared_from_this();
  const rt::Gate::Pass pass = busy_.enter();
  if (from < start() || from > end()) {
    co_return fail(ErrorKind::out_of_range, fmt::format("{}: offset {}, of {} to {}",
                                                        partition_.text(), from, start_, end()));
  }
  engine::ReadResult result;
  result.first = result.next = from;
  const int64_t before = std::min(limits.before.value(), flushed_end_);
  if (from.value() >= before) co_return result;
  auto number = co_await pieces_.find(from.value());
  if (!number) co_return std::unexpected(std::move(number.error()));

  const smq::BatchTerms terms{.rules = terms_.rules,
                              .leader_epoch = terms_.epoch,
                              .max_bytes = std::min(limits.max_bytes, kMaxBatchBytes)};
  smq::EntryBatch batch(terms);
  for (size_t at = *number; at < pieces_.end() && batch.empty(); ++at) {
    auto piece = co_await pieces_.load(at);
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    const auto& entries = (*piece)->entries;
    auto entry = std::ranges::lower_bound(entries, from.value(), {}, &smq::LogEntry::offset);
    while (entry != entries.end() && entry->offset < before && batch.add(*entry)) ++entry;
  }
  if (batch.empty()) {
    result.next = Offset(before);  // a gap to the end
    co_return result;
  }
  result.first = batch.base();
  const Offset next = batch.next();
  auto built = batch.build();
  if (!built) co_return std::unexpected(std::move(built.error()));
  if (built->size() > limits.max_bytes && !limits.first_batch_always) {
    result.first = from;
    co_return result;
  }
  result.next = next;
  result.batches.add(std::move(*built));
  co_return result;
}

Task<Result<std::optional<Offset>>> SmqPartitionLog::find_time(int64_t timestamp_ms) {
  const auto self = shared_from_this();
  const rt::Gate::Pass pass = busy_.enter();
  auto number = co_await pieces_.find_ms(timestamp_ms);
  if (!number) co_return std::unexpected(std::move(number.error()));
  for (size_t at = *number; at < pieces_.end(); ++at) {
    auto piece = co_await pieces_.load(at);
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    for (const smq::LogEntry& entry : (*piece)->entries) {
      if (entry.offset < start_ || entry.timestamp_ms() < timestamp_ms) continue;
      if (entry.offset >= flushed_end_) co_return std::nullopt;
      co_return Offset(entry.offset);
    }
  }
  co_return std::nullopt;
}

Task<Result<void>> SmqPartitionLog::replay(Offset from,
                                           std::function<void(const record::BatchHeader&)> each) {
  engine::ReadLimits limits;
  limits.max_bytes = kReplayBytes;
  limits.before = Offset(flushed_end_);
  Offset at = std::max(from, start());
  while (at < limits.before) {
    auto read_result = co_await read(at, limits);
    if (!read_result) co_return std::unexpected(std::move(read_result.error()));
    const auto bytes = rt::gathered(read_result->batches);
    if (!bytes) co_return std::unexpected(bytes.error());
    record::BatchCursor cursor(bytes->bytes());
    while (const auto batch = cursor.next()) each(*batch);
    at = read_result->next;
  }
  co_return Result<void>();
}

Task<Result<std::unique_ptr<engine::Log>>> SmqLog::open(SmqServices services,
                                                        SmqPartition partition, SmqLogTerms terms,
                                                        std::function<void()> ended) {
  auto opened = std::make_shared<SmqPartitionLog>(services, std::move(partition), terms);
  auto outcome = co_await opened->open();
  if (!outcome) {
    opened->close();
    co_await opened->finished();
    ended();
    co_return std::unexpected(std::move(outcome.error()));
  }
  co_return std::make_unique<SmqLog>(std::move(opened), std::move(ended));
}

SmqLog::~SmqLog() {
  partition_->close();
  end(std::move(partition_), std::move(ended_)).detach();
}

Task<void> SmqLog::end(std::shared_ptr<SmqPartitionLog> partition, std::function<void()> ended) {
  co_await partition->finished();
  ended();
}

void SmqLog::configure(const engine::LogOptions& options) {
  if (!options.shared) return;
  partition_->set_rules(rules_of(options.shared->terms), options.shared->leader_epoch);
}

Task<Result<Offset>> SmqLog::append(engine::Chunk chunk, engine::Durability durability) {
  return partition_->append(std::move(chunk), durability);
}
Task<Result<engine::ReadResult>> SmqLog::read(Offset from, engine::ReadLimits limits) {
  return partition_->read(from, limits);
}
Task<Result<std::optional<Offset>>> SmqLog::find_time(int64_t timestamp_ms) {
  return partition_->find_time(timestamp_ms);
}
Task<Result<void>> SmqLog::replay(Offset from,
                                  std::function<void(const record::BatchHeader&)> each) {
  return partition_->replay(from, std::move(each));
}
Task<Result<void>> SmqLog::trim(Offset new_start) { return partition_->trim(new_start); }
Task<Result<void>> SmqLog::sync() { return partition_->sync(); }

Task<Result<engine::Sealed>> SmqLog::sealed() { co_return not_on_smq("compaction"); }
Task<Result<std::unique_ptr<engine::Rewrite>>> SmqLog::rewrite(Offset, Offset) {
  co_return not_on_smq("compaction");
}
Task<Result<void>> SmqLog::replace(std::unique_ptr<engine::Rewrite>, Offset) {
  co_return not_on_smq("compaction");
}

engine::Bounds SmqLog::bounds() const noexcept {
  engine::Bounds bounds;
  bounds.start = partition_->start();
  bounds.end = partition_->end();
  bounds.durable_end = partition_->flushed_end();
  bounds.readable_end = partition_->flushed_end();
  return bounds;
}

}  // namespace kelp::seaweed
