#include "broker/hosted_groups.h"

#include "base/log.h"
#include "broker/shard_state.h"
#include "group/refusals.h"
#include "record/builder.h"
#include "record/reader.h"

namespace kelp::broker {
namespace {

/// Bytes of the log that are replayed in one turn of the loop while groups are loaded: well below
/// what stalls it.
constexpr size_t kReplayBytes = 256 << 10;

group::GroupSettings settings_of(const config::BrokerConfig& config) {
  group::GroupSettings settings;
  settings.min_session_timeout_ms = config.group_min_session_timeout_ms;
  settings.max_session_timeout_ms = config.group_max_session_timeout_ms;
  settings.initial_rebalance_delay_ms = config.group_initial_rebalance_delay_ms;
  settings.max_size = config.group_max_size;
  settings.offsets_retention_ms = int64_t{config.offsets_retention_minutes} * 60'000;
  settings.retention_check_interval_ms = config.offsets_retention_check_interval_ms;
  settings.offset_metadata_max_size = config.offset_metadata_max_bytes;
  return settings;
}

int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(rt::Clock::now().time_since_epoch())
      .count();
}

std::optional<Slice> owned(const std::optional<Bytes>& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return Slice::copy_of(*bytes);
}

Result<Slice> batch_of(const std::vector<group::Record>& records, int64_t now_ms) {
  record::BatchBuilder builder;
  for (const group::Record& record : records) {
    record::NewRecord entry;
    entry.timestamp_ms = now_ms;
    entry.key = record.key.bytes();
    if (record.value.has_value()) entry.value = record.value->bytes();
    builder.add(entry);
  }
  return builder.build();
}

}  // namespace

std::optional<Uuid> TopicsOfImage::id_of(std::string_view topic) const {
  const TopicRef found = state_.image()->find(topic);
  return found == nullptr ? std::nullopt : std::optional(found->id);
}

std::optional<std::string> TopicsOfImage::name_of(const Uuid& id) const {
  const TopicRef found = state_.image()->find(id);
  return found == nullptr ? std::nullopt : std::optional(found->name);
}

int32_t TopicsOfImage::partitions_of(std::string_view topic) const {
  const TopicRef found = state_.image()->find(topic);
  return found == nullptr ? 0 : static_cast<int32_t>(found->partitions.size());
}

HostedGroups::HostedGroups(const ShardState& state, std::shared_ptr<Replica> replica,
                           const config::BrokerConfig& config)
    : settings_(settings_of(config)),
      topics_(state),
      replica_(std::move(replica)),
      coordinator_(settings_, topics_) {}

group::Now HostedGroups::now() {
  group::Now at;
  at.now_ms = monotonic_ms();
  at.wall_ms = rt::wall_clock_ms();
  return at;
}

ErrorCode HostedGroups::refusal() const {
  if (abandoned_) return ErrorCode::not_coordinator;
  return loading_ ? ErrorCode::coordinator_load_in_progress : ErrorCode::none;
}

rt::Task<void> HostedGroups::load() {
  const auto self = shared_from_this();
  const Result<void> replayed = co_await replay_all();
  if (abandoned_) co_return;
  if (!replayed.has_value()) {
    // Better no coordinator than one that has forgotten commits: clients are told to try again.
    log_error("{}: groups cannot be loaded: {}", replica_->name(), replayed.error().text());
    co_return;
  }
  loading_ = false;
  carry_out(coordinator_.on_loaded(now()));
}

rt::Task<Result<void>> HostedGroups::replay_all() {
  Offset from = replica_->earliest().offset;
  const Offset end = replica_->latest().offset;
  while (from < end && !abandoned_) {
    FetchTerms terms;
    terms.from = from;
    terms.max_bytes = kReplayBytes;
    terms.first_batch_always = true;
    const FetchOutcome read = co_await replica_->read(terms);
    if (read.error != ErrorCode::none) {
      co_return fail(ErrorKind::io, std::string(name_of(read.error)));
    }
    const Result<Slice> bytes = rt::gathered(read.records);
    if (!bytes.has_value()) co_return std::unexpected(bytes.error());
    Offset next = from;
    record::BatchCursor batches(bytes->bytes());
    while (const auto batch = batches.next()) next = batch->next_offset();
    if (bytes->empty()) break;  // a cleaner dropped the last records
    if (next <= from) co_return fail(ErrorKind::malformed, fmt::format("at offset {}", from));
    auto replayed = replay_batches(bytes->bytes());
    if (!replayed.has_value()) co_return replayed;
    from = next;
    co_await rt::sleep_until(rt::Clock::now());  // others have their turn
  }
  co_return Result<void>();
}

Result<void> HostedGroups::replay_batches(Bytes bytes) {
  record::BatchCursor batches(bytes);
  while (const auto batch = batches.next()) {
    if (batch->is_control()) continue;
    auto records = record::RecordReader::open(*batch);
    if (!records.has_value()) return std::unexpected(std::move(records.error()));
    for (;;) {
      const auto next = records->next();
      if (!next.has_value()) return std::unexpected(next.error());
      if (*next == nullptr) break;
      if (!(*next)->key.has_value()) continue;
      const Result<void> replayed =
          coordinator_.replay(Slice::copy_of(*(*next)->key), owned((*next)->value));
      if (!replayed.has_value()) {
        log_warn("{}: record at offset {} is passed over: {}", replica_->name(), (*next)->offset,
                 replayed.error().text());
      }
    }
  }
  return {};
}

void HostedGroups::carry_out(group::Effects effects) {
  for (group::Reply& reply : effects.replies) {
    const auto found = waiting_.find(reply.token);
    if (found == waiting_.end()) continue;  // its client is gone
    found->second->complete(std::move(reply.response));
    waiting_.erase(found);
  }
  if (!effects.records.empty()) {
    auto pending = std::make_shared<Append>();
    pending->id = effects.append_id;
    appends_.push_back(pending);
    append(shared_from_this(), std::move(effects.records), std::move(pending)).detach();
  }
  arm();
}

rt::Task<void> HostedGroups::append(std::shared_ptr<HostedGroups> self,
                                    std::vector<group::Record> records,
                                    std::shared_ptr<Append> pending) {
  ProduceTerms terms;
  terms.api_version = std::numeric_limits<int16_t>::max();
  terms.acks = -1;
  terms.now_ms = rt::wall_clock_ms();
  terms.from_broker = true;
  auto batch = batch_of(records, terms.now_ms);
  if (batch.has_value()) {
    const ProduceOutcome outcome = co_await replica_->produce(*std::move(batch), terms);
    pending->outcome = outcome.error;
  } else {
    pending->outcome = ErrorCode::message_too_large;
  }
  // Never inside carry_out: the coordinator is told when it is not in the middle of an event.
  co_await rt::LaterInTurn();
  self->report_appends();
}

void HostedGroups::report_appends() {
  while (!abandoned_ && !appends_.empty() && appends_.front()->outcome.has_value()) {
    const std::shared_ptr<Append> done = appends_.front();
    appends_.pop_front();
    carry_out(coordinator_.on_append(done->id, *done->outcome, now()));
  }
}

void HostedGroups::arm() {
  const int64_t deadline = abandoned_ ? group::kNever : coordinator_.next_deadline();
  if (deadline == armed_for_ms_) return;
  rt::Shard& shard = rt::Shard::current();
  if (timer_.has_value()) shard.cancel(*timer_);
  timer_.reset();
  armed_for_ms_ = deadline;
  if (deadline == group::kNever) return;
  const rt::TimePoint when{std::chrono::milliseconds(deadline)};
  timer_ = shard.call_at(when, [self = shared_from_this()] {
    self->timer_.reset();
    self->armed_for_ms_ = group::kNever;
    if (!self->abandoned_) self->carry_out(self->coordinator_.on_time(now()));
  });
}

void HostedGroups::forget(const std::string& group_id, group::Token token,
                          group::Response last_words) {
  const auto found = waiting_.find(token);
  if (found == waiting_.end() || abandoned_) return;
  found->second->complete(std::move(last_words));
  waiting_.erase(found);
  carry_out(coordinator_.forget(group_id, token, now()));
}

void HostedGroups::topic_deleted(std::string_view topic) {
  if (refusal() == ErrorCode::none) carry_out(coordinator_.on_topic_deleted(topic, now()));
}

void HostedGroups::abandon() {
  if (abandoned_) return;
  const bool was_loading = loading_;
  group::Effects last = was_loading ? group::Effects() : coordinator_.abandon(now());
  abandoned_ = true;
  last.records.clear();
  carry_out(std::move(last));
}

}  // namespace kelp::broker
