// Writing to a SeaweedMQ partition: what is sent, what the broker said, and what is sent again.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/log.h"
#include "record/reader.h"
#include "seaweed/smq_partition.h"
#include "seaweed/smq_repair.h"

namespace kelp::seaweed {
namespace {

/// Kept until the flush is seen: a second of what one broker takes (50 MB/s, measured).
constexpr size_t kMaxUnflushedBytes = size_t{64} << 20;
/// What a record takes beside its bytes.
constexpr size_t kRecordOverhead = 128;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2000};

/// Somewhat less or more, so that many partitions do not come back at one moment.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return pause * (75 + random() % 50) / 100;
}

bool same(const OutgoingMessage& message, const smq::LogEntry& entry) {
  return message.key.text() == as_text(entry.key) && message.value.text() == as_text(entry.data);
}

}  // namespace

SmqPartitionLog::SmqPartitionLog(SmqServices services, SmqPartition partition, SmqLogTerms terms)
    : services_(services),
      partition_(std::move(partition)),
      terms_(terms),
      directory_(partition_.directory()),
      pieces_(services.filer, services.volumes, directory_),
      unflushed_bytes_(kMaxUnflushedBytes) {}

void SmqPartitionLog::close() {
  if (link_ == Link::closed) return;
  link_ = Link::closed;
  services_.watch.remove(directory_);
  publisher_.reset();
  std::deque<Unflushed> tail;
  tail.swap(tail_);
  with_offset_ = 0;
  for (Sync* waiting : std::exchange(syncing_, {})) {
    waiting->done.complete(fail(ErrorKind::closed, fmt::format("{}: closed", partition_.text())));
  }
  for (Unflushed& record : tail) {
    if (record.append->done.completed()) continue;
    record.append->done.complete(
        fail(ErrorKind::closed, fmt::format("{}: closed", partition_.text())));
  }
}

Result<std::vector<OutgoingMessage>> SmqPartitionLog::messages_of(const Slice& batches) const {
  std::vector<OutgoingMessage> messages;
  std::vector<uint8_t> scratch;
  record::BatchCursor cursor(batches.bytes());
  while (const auto batch = cursor.next()) {
    auto reader = record::RecordReader::open(*batch);
    if (!reader) return std::unexpected(std::move(reader.error()));
    for (;;) {
      const auto read = reader->next();
      if (!read) return std::unexpected(read.error());
      if (*read == nullptr) break;
      const record::Record& each = **read;
      const record::NewRecord record{each.timestamp_ms, each.key, each.value, each.headers};
      const auto message = smq::message_of(record, terms_.rules, scratch);
      if (!message) return fail(ErrorKind::invalid, std::string(message.error()));
      messages.push_back({Slice::copy_of(message->key), Slice::copy_of(message->value)});
    }
  }
  if (messages.empty()) return fail(ErrorKind::invalid, "a chunk without records");
  return messages;
}

Task<Result<Offset>> SmqPartitionLog::append(engine::Chunk chunk, engine::Durability durability) {
  const auto self = shared_from_this();
  auto messages = messages_of(chunk.batches);
  if (!messages) co_return std::unexpected(std::move(messages.error()));
  size_t bytes = 0;
  for (const OutgoingMessage& message : *messages) {
    bytes += message.key.size() + message.value.size() + kRecordOverhead;
  }
  auto append = std::make_shared<Append>();
  if (auto units = unflushed_bytes_.try_take(bytes)) {
    append->bytes = std::move(*units);
  } else {
    append->bytes = co_await unflushed_bytes_.take(bytes);
  }
  if (link_ == Link::closed) {
    co_return fail(ErrorKind::closed, fmt::format("{}: closed", partition_.text()));
  }
  append->unacknowledged = append->unflushed = messages->size();
  append->until_flushed = durability == engine::Durability::synced;
  for (const OutgoingMessage& message : *messages) {
    tail_.push_back({.message = message,
                     .number = next_number_++,
                     .was_sent = link_ == Link::open,
                     .append = append});
  }
  send(std::move(*messages));
  connect_if_idle();
  rt::Completion<Result<void>>& done = append->done;
  const Result<void> outcome = co_await done;
  if (!outcome) co_return std::unexpected(outcome.error());
  co_return Offset(append->base);
}

void SmqPartitionLog::send(std::vector<OutgoingMessage> messages) {
  // While there is no stream they wait in tail_, and go with all that is sent again.
  if (link_ == Link::open) publisher_->send(std::move(messages));
}

void SmqPartitionLog::connect_if_idle() {
  if (link_ != Link::idle) return;
  link_ = Link::connecting;
  connect(shared_from_this()).detach();
}

Task<void> SmqPartitionLog::connect(std::shared_ptr<SmqPartitionLog> self) {
  const rt::Gate::Pass pass = self->busy_.enter();
  std::chrono::milliseconds pause = kFirstPause;
  while (self->link_ == Link::connecting) {
    auto broker_end = co_await self->connect_once();
    if (self->link_ != Link::connecting) break;
    if (broker_end && self->publisher_ != nullptr) {
      self->link_ = Link::open;
      self->send_again_from(*broker_end);
      break;
    }
    log_warn("{}: no stream to the SeaweedMQ broker, tried again: {}", self->partition_.text(),
             broker_end ? "it ended at once" : broker_end.error().text());
    self->publisher_.reset();
    co_await rt::sleep_until(rt::Clock::now() + with_jitter(pause));
    pause = std::min(2 * pause, kLongestPause);
  }
  if (self->link_ == Link::closed) self->publisher_.reset();
}

Task<Result<int64_t>> SmqPartitionLog::connect_once() {
  auto repaired = co_await repair_partition(services_.filer, services_.volumes, directory_);
  if (!repaired) co_return std::unexpected(std::move(repaired.error()));
  look_again_ = true;
  absorb_soon();
  auto partitions = co_await services_.broker.configure(partition_.topic(), terms_.partitions);
  if (!partitions) co_return std::unexpected(std::move(partitions.error()));
  const auto same_slice = [&](const SmqPartition& each) {
    return each.slice() == partition_.slice() && each.unix_time_ns() == partition_.unix_time_ns();
  };
  if (std::ranges::none_of(*partitions, same_slice)) {
    co_return fail(ErrorKind::conflict,
                   fmt::format("{}: the topic's partitions are other ones now", partition_.text()));
  }
  const std::weak_ptr<SmqPartitionLog> weak = weak_from_this();
  SmqPublisher::Listener listener;
  listener.on_acks = [weak](std::vector<int64_t> offsets) {
    if (const auto self = weak.lock()) self->on_acks(offsets);
  };
  listener.on_end = [weak](Error error) {
    if (const auto self = weak.lock()) self->on_end(error);
  };
  auto publisher = co_await SmqPublisher::open(services_.broker, partition_, std::move(listener));
  if (!publisher) co_return std::unexpected(std::move(publisher.error()));
  publisher_ = std::move(*publisher);
  co_return co_await services_.broker.next_offset(partition_);
}

void SmqPartitionLog::on_end(const Error& error) {
  if (link_ == Link::closed) return;
  log_warn("{}: the stream to the SeaweedMQ broker ended, opened again: {}", partition_.text(),
           error.text());
  publisher_.reset();
  // While connecting, the attempt that is under way finds that it has none.
  if (link_ == Link::open) link_ = Link::idle;
  connect_if_idle();
}

void SmqPartitionLog::acknowledge(Unflushed& record, int64_t offset) {
  record.offset = offset;
  assigned_end_ = std::max(assigned_end_, offset + 1);
  if (record.acknowledged) return;
  record.acknowledged = true;
  Append& append = *record.append;
  if (append.base < 0) append.base = offset;
  if (--append.unacknowledged == 0 && !append.until_flushed) append.done.complete({});
}

void SmqPartitionLog::on_acks(const std::vector<int64_t>& offsets) {
  for (const int64_t offset : offsets) {
    if (link_ != Link::open || with_offset_ >= tail_.size()) return;
    if (offset <= last_ack_) {
      log_error("{}: the broker gave offset {} again after {}", partition_.text(), offset,
                last_ack_);
      on_end({ErrorKind::io, "offsets that were given before"});
      return;
    }
    last_ack_ = offset;
    acknowledge(tail_[with_offset_++], offset);
    if (offset < flushed_end_) late_ack_ = true;
  }
  if (late_ack_) absorb_soon();
}

/// The stream is new. What the broker has, in its memory or flushed, lies below `broker_end`; what
/// it was sent and lies behind, it has lost.
void SmqPartitionLog::send_again_from(int64_t broker_end) {
  last_ack_ = broker_end - 1;
  const bool none_was_sent = tail_.empty() || !tail_.front().was_sent;
  if (none_was_sent) assigned_end_ = std::max(assigned_end_, broker_end);
  int64_t expected = assigned_end_;
  std::vector<OutgoingMessage> again;
  with_offset_ = 0;
  for (Unflushed& record : tail_) {
    const int64_t offset = record.offset >= 0 ? record.offset : expected++;
    if (again.empty() && offset < broker_end && record.was_sent) {
      acknowledge(record, offset);
      if (offset < flushed_end_) late_ack_ = true;
      ++with_offset_;
      continue;
    }
    record.offset = -1;
    record.was_sent = true;
    again.push_back(record.message);
  }
  if (late_ack_) absorb_soon();
  if (!again.empty()) publisher_->send(std::move(again));
}

void SmqPartitionLog::flushed(Unflushed& record) {
  std::erase_if(syncing_, [&](Sync* waiting) {
    if (record.number >= waiting->before || --waiting->left > 0) return false;
    waiting->done.complete({});
    return true;
  });
  Append& append = *record.append;
  if (--append.unflushed > 0) return;
  append.bytes = rt::Units();
  if (append.until_flushed && !append.done.completed()) append.done.complete({});
}

/// Lets go of what lies at or below `up_to` and stands in the piece. What should and does not was
/// lost with a broker, and its place taken: it is sent once more.
void SmqPartitionLog::settle(const LoadedPiece& piece, int64_t up_to) {
  auto at = piece.entries.begin();
  while (with_offset_ > 0 && tail_.front().offset <= up_to) {
    Unflushed record = std::move(tail_.front());
    tail_.pop_front();
    --with_offset_;
    while (at != piece.entries.end() && at->offset < record.offset) ++at;
    if (at != piece.entries.end() && at->offset == record.offset && same(record.message, *at)) {
      flushed(record);
      continue;
    }
    log_error("{}: the broker has lost offset {}, which is sent again", partition_.text(),
              record.offset);
    record.offset = -1;
    record.was_sent = link_ == Link::open;
    std::vector<OutgoingMessage> again{record.message};
    tail_.push_back(std::move(record));
    send(std::move(again));
  }
}

}  // namespace kelp::seaweed
