// What has been flushed of a SeaweedMQ partition: opening it, following its files, trimming them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "seaweed/smq_partition.h"
#include "seaweed/smq_repair.h"
#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

/// A filer that is away is asked again with the watch's next word, and after this.
constexpr std::chrono::milliseconds kLookAgain{500};

}  // namespace

EntryPath starts_of(const SeaweedOptions& options, const smq::TopicName& topic) {
  return {fmt::format("{}/smq/{}", options.root, topic.space), topic.name};
}

/// Where the start of the log is kept: the files of SeaweedMQ have no place for it.
EntryPath SmqPartitionLog::start_entry() const {
  const EntryPath starts = starts_of(services_.filer.options(), partition_.topic());
  return {fmt::format("{}/{}", starts.text(), smq::generation_name(partition_.unix_time_ns())),
          smq::partition_name(partition_.slice()) + ".start"};
}

Task<Result<void>> SmqPartitionLog::open() {
  const auto self = shared_from_this();
  const rt::Gate::Pass pass = busy_.enter();
  const std::weak_ptr<SmqPartitionLog> weak = weak_from_this();
  services_.watch.add(directory_, [weak](const std::shared_ptr<const filer_pb::Entry>& entry) {
    if (const auto log = weak.lock()) log->on_entry(entry);
  });
  auto repaired = co_await repair_partition(services_.filer, services_.volumes, directory_);
  if (!repaired) co_return std::unexpected(std::move(repaired.error()));
  if (auto listed = co_await list_files(); !listed) co_return listed;
  if (pieces_.begin() < pieces_.end()) {
    auto first = co_await pieces_.load(pieces_.begin());
    if (!first) co_return std::unexpected(std::move(first.error()));
    if (!(*first)->empty()) start_ = (*first)->first();
    // Only the newest are read: all before them lies below.
    absorbed_ = pieces_.end() - 1;
    if (auto absorbed = co_await absorb_new(); !absorbed) co_return absorbed;
    flushed_end_ = std::max(flushed_end_, *repaired + 1);
  }
  auto stored = co_await services_.filer.get(start_entry());
  if (!stored) co_return std::unexpected(std::move(stored.error()));
  if (stored->has_value()) {
    const std::string& text = (*stored)->content;
    int64_t start = 0;
    std::from_chars(text.data(), text.data() + text.size(), start);
    start_ = std::max(start_, start);
  }
  flushed_end_ = std::max(flushed_end_, start_);
  opened_ = true;
  absorb_soon();
  co_return Result<void>();
}

Task<Result<void>> SmqPartitionLog::list_files() {
  look_again_ = false;
  listing_ = true;
  auto listed = co_await pieces_.list();
  listing_ = false;
  if (!listed) look_again_ = true;
  co_return listed;
}

void SmqPartitionLog::on_entry(const std::shared_ptr<const filer_pb::Entry>& entry) {
  if (link_ == Link::closed) return;
  if (entry == nullptr || look_again_ || listing_) {
    look_again_ = true;
  } else {
    const auto grew = pieces_.merge(*entry);
    if (!grew) log_error("{}: {}", directory_, grew.error().text());
    if (!grew || !*grew) return;
  }
  absorb_soon();
}

void SmqPartitionLog::absorb_soon() {
  more_to_absorb_ = true;
  if (absorbing_ || !opened_) return;
  absorbing_ = true;
  absorb(shared_from_this()).detach();
}

Task<void> SmqPartitionLog::absorb(std::shared_ptr<SmqPartitionLog> self) {
  const rt::Gate::Pass pass = self->busy_.enter();
  while (self->more_to_absorb_ && self->link_ != Link::closed) {
    self->more_to_absorb_ = false;
    Result<void> done;
    if (self->look_again_) done = co_await self->list_files();
    if (done) done = co_await self->absorb_new();
    if (done) done = co_await self->settle_late();
    if (done) continue;
    log_warn("{}: what was flushed cannot be read, tried again: {}", self->directory_,
             done.error().text());
    co_await rt::sleep_until(rt::Clock::now() + kLookAgain);
    self->more_to_absorb_ = true;
  }
  self->absorbing_ = false;
}

Task<Result<void>> SmqPartitionLog::absorb_new() {
  while (absorbed_ < pieces_.end()) {
    const size_t number = std::max(absorbed_, pieces_.begin());
    auto piece = co_await pieces_.load(number);
    if (!piece) {
      if (piece.error().kind != ErrorKind::not_found) {
        co_return std::unexpected(std::move(piece.error()));
      }
      absorbed_ = number + 1;  // it was deleted by whoever trims
      continue;
    }
    absorbed_ = number + 1;
    const LoadedPiece& loaded = **piece;
    if (loaded.empty()) continue;
    flushed_end_ = std::max(flushed_end_, loaded.last() + 1);
    settle(loaded, loaded.last());
    if (on_readable_) on_readable_();
  }
  co_return Result<void>();
}

Task<Result<void>> SmqPartitionLog::settle_late() {
  if (!late_ack_) co_return Result<void>();
  late_ack_ = false;
  while (with_offset_ > 0 && tail_.front().offset < flushed_end_) {
    const int64_t offset = tail_.front().offset;
    auto number = co_await pieces_.find(offset);
    if (!number) co_return std::unexpected(std::move(number.error()));
    auto piece = co_await pieces_.load(*number);
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    const LoadedPiece& loaded = **piece;
    settle(loaded, loaded.empty() ? offset : std::max(loaded.last(), offset));
  }
  co_return Result<void>();
}

Task<Result<void>> SmqPartitionLog::sync() {
  const auto self = shared_from_this();
  if (tail_.empty() || link_ == Link::closed) co_return Result<void>();
  Sync waiting;
  waiting.before = next_number_;
  waiting.left = tail_.size();
  syncing_.push_back(&waiting);
  const Result<void> outcome = co_await waiting.done;
  co_return outcome;
}

Task<Result<void>> SmqPartitionLog::trim(Offset new_start) {
  const auto self = shared_from_this();
  const rt::Gate::Pass pass = busy_.enter();
  const int64_t start = std::min(new_start.value(), flushed_end_);
  if (start <= start_) co_return Result<void>();
  StoredEntry entry;
  entry.content = fmt::format("{}", start);
  auto stored = co_await services_.filer.put(start_entry(), std::move(entry));
  if (!stored) co_return stored;
  start_ = std::max(start_, start);
  auto files = co_await pieces_.take_below(start_);
  if (!files) co_return std::unexpected(std::move(files.error()));
  for (std::string& file : *files) {
    EntryPath path{directory_, std::move(file)};
    auto removed = co_await services_.filer.remove(std::move(path));
    if (!removed) co_return removed;
  }
  co_return Result<void>();
}

}  // namespace kelp::seaweed
