#include "broker/replica.h"

#include <algorithm>

#include "base/log.h"
#include "broker/error_map.h"
#include "record/builder.h"

namespace kelp::broker {
namespace {

/// Partitions that began together shall not all begin a new segment at once: each takes another
/// part of segment.jitter.ms off segment.ms, always the same one.
int64_t roll_after_ms(const config::TopicConfig& config, const engine::PartitionId& id) {
  const int64_t jitter_ms = std::min(config.segment_jitter_ms, config.segment_ms);
  if (jitter_ms <= 0) return config.segment_ms;
  // Neighbours have neighbouring hashes: multiples of the golden ratio lie far from each other.
  constexpr uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  const uint64_t spread = (std::hash<engine::PartitionId>()(id) * kGoldenRatio) >> 32;
  const uint64_t part = spread % static_cast<uint64_t>(jitter_ms);
  return config.segment_ms - static_cast<int64_t>(part);
}

record::TimestampType timestamp_type_of(const config::TopicConfig& config) {
  return config.timestamp_type == config::TimestampType::log_append_time
             ? record::TimestampType::log_append_time
             : record::TimestampType::create_time;
}

engine::LogOptions log_options(const TopicImage& topic, int32_t index) {
  const PartitionImage& partition = topic.partitions[static_cast<size_t>(index)];
  const config::TopicConfig& config = *partition.config;
  engine::LogOptions options;
  if (topic.is_shared()) {
    engine::SharedLog& shared = options.shared.emplace();
    shared.place = topic.place;
    shared.terms.partitions = static_cast<int32_t>(topic.partitions.size());
    shared.terms.plain = config.smq_plain;
    shared.terms.timestamp_type = timestamp_type_of(config);
    shared.leader_epoch = partition.leader_epoch;
  }
  options.segment_bytes = static_cast<size_t>(config.segment_bytes);
  options.index_interval_bytes = static_cast<size_t>(config.index_interval_bytes);
  // Kafka's "never" is the largest number, the engine's is 0.
  options.flush_messages = config.flush_messages == INT64_MAX ? 0 : config.flush_messages;
  options.flush_ms = config.flush_ms == INT64_MAX ? 0 : config.flush_ms;
  // Only what is in a closed segment is compacted: it must close before it is too old.
  options.segment_ms = roll_after_ms(config, topic.partition_id(index));
  if (config.cleanup_compact) {
    options.segment_ms = std::min(options.segment_ms, config.max_compaction_lag_ms);
  }
  return options;
}

/// compression.type of a topic; no codec: as the producer has it.
struct TopicCodec {
  std::optional<record::Codec> codec;
  std::optional<int> level;
};

/// Kafka writes gzip's own default as a level of -1.
std::optional<int> gzip_level_of(const config::TopicConfig& config) {
  if (config.compression_gzip_level == -1) return std::nullopt;
  return config.compression_gzip_level;
}

TopicCodec codec_of(const config::TopicConfig& config) {
  switch (config.compression) {
    case config::TopicCompression::producer:
      return {};
    case config::TopicCompression::uncompressed:
      return {record::Codec::none, {}};
    case config::TopicCompression::gzip:
      return {record::Codec::gzip, gzip_level_of(config)};
    case config::TopicCompression::snappy:
      return {record::Codec::snappy, {}};
    case config::TopicCompression::lz4:
      return {record::Codec::lz4, config.compression_lz4_level};
    case config::TopicCompression::zstd:
      return {record::Codec::zstd, config.compression_zstd_level};
  }
  return {};
}

/// The state that was saved, if it is of this log: a crash may have taken what it speaks of.
partition::Partition restored(const std::optional<Slice>& snapshot, const engine::Bounds& bounds,
                              const std::string& name) {
  partition::Partition empty(bounds.start);
  if (!snapshot.has_value()) return empty;
  auto state = partition::Partition::decode_snapshot(snapshot->bytes());
  if (!state.has_value()) {
    log_warn("{}: {}: its state is rebuilt from the log", name, state.error().text());
    return empty;
  }
  if (state->end() > bounds.end || state->end() < bounds.start) return empty;
  return *std::move(state);
}

}  // namespace

void log_failure(const std::string& name, const Error& error) {
  if (error.kind != ErrorKind::fenced) log_error("{}: {}", name, error.text());
}

Replica::Replica(engine::Engine& engine, const config::BrokerConfig& config, DiskRoom& room,
                 TopicRef topic, int32_t index, std::unique_ptr<engine::Log> log,
                 partition::Partition state)
    : engine_(engine),
      config_(config),
      topic_(std::move(topic)),
      index_(index),
      name_(fmt::format("{}-{}", topic_->name, index)),
      room_(room),
      share_(room.account()),
      log_(std::move(log)),
      state_(std::move(state)) {
  settle_share();
  log_->on_readable([this] { on_log_moved(); });
  if (is_shared()) state_.extend_to(log_->bounds().end);  // what came while we were made
}

rt::Task<Result<std::unique_ptr<Replica>>> Replica::open(engine::Engine& engine,
                                                         const config::BrokerConfig& config,
                                                         DiskRoom& room, TopicRef topic,
                                                         int32_t index) {
  const engine::PartitionId id = topic->partition_id(index);
  auto log = co_await engine.open(id, log_options(*topic, index));
  if (!log.has_value()) co_return std::unexpected(std::move(log.error()));
  const engine::Bounds bounds = (*log)->bounds();
  partition::Partition state(bounds.start);
  Offset saved_end = bounds.end == Offset(0) ? bounds.end : Offset(-1);
  if (bounds.end > Offset(0)) {
    auto snapshot = co_await engine.load(id);
    if (!snapshot.has_value()) co_return std::unexpected(std::move(snapshot.error()));
    state = restored(*snapshot, bounds, fmt::format("{}-{}", topic->name, index));
    // What others keep says nothing of producers; and of an older state nothing can be believed.
    const bool is_shared = topic->is_shared();
    if (is_shared && state.end() != bounds.end) state = partition::Partition(bounds.start);
    if (snapshot->has_value()) saved_end = state.end();
    if (state.end() < bounds.end && !is_shared) {
      std::function<void(const record::BatchHeader&)> each =
          [&state](const record::BatchHeader& batch) {
            if (batch.base_offset() >= state.end()) state.appended(batch);
          };
      auto replayed = co_await (*log)->replay(state.end(), each);
      if (!replayed.has_value()) co_return std::unexpected(std::move(replayed.error()));
    }
    state.trimmed(bounds.start);
    state.extend_to(bounds.end);
  }
  auto replica = std::make_unique<Replica>(engine, config, room, std::move(topic), index,
                                           *std::move(log), std::move(state));
  replica->saved_end_ = saved_end;
  co_return replica;
}

engine::Durability Replica::durability_of(int16_t acks) const {
  if (acks == 0) return engine::Durability::accepted;
  const bool synced = acks == -1 && config_.flush_acks_all;
  return synced ? engine::Durability::synced : engine::Durability::replicated;
}

Epoch Replica::leader_epoch() const {
  return topic_->partitions[static_cast<size_t>(index_)].leader_epoch;
}

void Replica::update(TopicRef topic) {
  const auto index = static_cast<size_t>(index_);
  const PartitionImage before = topic_->partitions[index];
  topic_ = std::move(topic);
  const PartitionImage& now = topic_->partitions[index];
  if (now.leader != before.leader || now.leader_epoch != before.leader_epoch) release_waiting();
  configure_log();
}

void Replica::configure_log() {
  engine::LogOptions options = log_options(*topic_, index_);
  budget_segment_bytes_ = room_.account().segment_bytes();
  if (is_evictable() && options.segment_bytes > budget_segment_bytes_) {
    options.segment_bytes = static_cast<size_t>(budget_segment_bytes_);
  }
  log_->configure(options);
}

record::ProduceRules Replica::rules_for(const ProduceTerms& terms) const {
  const config::TopicConfig& config = this->config();
  record::ProduceRules rules;
  rules.now_ms = terms.now_ms;
  rules.api_version = terms.api_version;
  rules.max_message_bytes = config.max_message_bytes;
  rules.timestamp_type = timestamp_type_of(config);
  rules.timestamp_before_max_ms = config.timestamp_before_max_ms;
  rules.timestamp_after_max_ms = config.timestamp_after_max_ms;
  rules.compacted = config.cleanup_compact;
  rules.topic_partition = name_;
  rules.control_allowed = terms.from_broker;
  // What is compressed anew is decompressed in any case.
  rules.open_compressed =
      terms.open_compressed || config.compression != config::TopicCompression::producer;
  if (terms.from_broker) rules.max_message_bytes = std::numeric_limits<int32_t>::max();
  return rules;
}

ProduceOutcome Replica::refuse(ErrorCode error, std::string message) const {
  ProduceOutcome outcome;
  outcome.error = error;
  outcome.message = std::move(message);
  outcome.log_start = state_.start();
  return outcome;
}

ProduceOutcome Replica::refuse_unseen(ErrorCode error) const {
  ProduceOutcome outcome = refuse(error);
  outcome.log_start = Offset(-1);
  return outcome;
}

/// Kafka tells the log's start when the log refuses a batch, not when it looked at the bytes alone;
/// it passes words on for bytes that cannot be a batch, and with records that it lists.
ProduceOutcome Replica::refuse(record::BatchFault fault) const {
  ProduceOutcome outcome = refuse(fault.code);
  const bool corrupt = fault.code == ErrorCode::corrupt_message;
  if (fault.of_request || corrupt || fault.code == ErrorCode::message_too_large) {
    outcome.log_start = Offset(-1);
  }
  if (!fault.records.empty() || (fault.of_request && corrupt)) {
    outcome.message = std::move(fault.message);
  }
  outcome.record_faults = std::move(fault.records);
  return outcome;
}

rt::Task<ProduceOutcome> Replica::produce(Slice records, ProduceTerms terms) {
  if (gate_.closed()) co_return refuse(ErrorCode::unknown_topic_or_partition);
  const rt::Gate::Pass pass = gate_.enter();
  const auto& replicas = topic_->partitions[static_cast<size_t>(index_)].replicas;
  if (terms.acks == -1 && std::cmp_greater(config().min_insync_replicas, replicas.size())) {
    co_return refuse(ErrorCode::not_enough_replicas);
  }
  const record::ProduceRules rules = rules_for(terms);
  auto batch = record::validate_produced(records, rules);
  if (!batch.has_value()) co_return refuse(std::move(batch.error()));
  record::settle_timestamps(*batch, rules);
  auto stored = recompressed(*std::move(batch), rules);
  if (!stored.has_value()) {
    log_error("{}: cannot be recompressed: {}", name(), stored.error().text());
    co_return refuse(ErrorCode::invalid_record, std::move(stored.error().what));
  }
  const uint64_t bytes = stored->batch.size();
  // The topic's codec may have made it larger.
  if (std::cmp_greater(bytes, rules.max_message_bytes)) {
    co_return refuse_unseen(ErrorCode::message_too_large);
  }
  if (!terms.from_broker && std::cmp_greater(bytes, config().segment_bytes)) {
    co_return refuse_unseen(ErrorCode::record_list_too_large);
  }
  if (is_shared()) co_return co_await append_shared(*std::move(stored), terms);
  bool has_room = takes_room_at_once(bytes);
  if (!has_room) has_room = co_await room_.take(bytes);
  if (!has_room) {
    co_return refuse(ErrorCode::kafka_storage_error,
                     "The disk budget is used up, and nothing may be deleted for it.");
  }
  share_.taken(bytes);
  co_return co_await append(*std::move(stored), terms);
}

bool Replica::takes_room_at_once(uint64_t bytes) {
  DiskAccount& account = room_.account();
  if (account.segment_bytes() != budget_segment_bytes_) configure_log();
  if (!topic_->internal) return room_.try_take(bytes);
  account.add(bytes);
  return true;
}

Result<record::ValidatedBatch> Replica::recompressed(record::ValidatedBatch batch,
                                                     const record::ProduceRules& rules) const {
  const TopicCodec wanted = codec_of(config());
  const auto codec = batch.view().codec();
  const bool as_it_is = !wanted.codec.has_value() || codec == wanted.codec;
  // Offsets that a producer counted wrong inside of a batch are mended as well, or consumers would
  // see them.
  if (as_it_is && batch.has_dense_offsets) return batch;
  auto bytes = as_it_is ? record::recompress(batch.view(), *codec)
                        : record::recompress(batch.view(), *wanted.codec, wanted.level);
  if (!bytes.has_value()) return std::unexpected(std::move(bytes.error()));
  batch.batch = *std::move(bytes);
  record::settle_timestamps(batch, rules);
  return batch;
}

rt::Task<ProduceOutcome> Replica::append(record::ValidatedBatch batch, ProduceTerms terms) {
  const partition::Placement placement = state_.place(batch.view());
  if (placement.error != ErrorCode::none || placement.duplicate) {
    share_.give_back(batch.batch.size());
    if (placement.duplicate) co_return co_await answer_duplicate(placement, terms.acks);
    co_return refuse(placement.error);
  }

  record::set_base_offset(batch.batch.patch(), placement.base);
  record::set_leader_epoch(batch.batch.patch(), leader_epoch());
  const record::BatchView view = batch.view();
  engine::Chunk chunk;
  chunk.epoch = leader_epoch();
  chunk.base = placement.base;
  chunk.last = view.last_offset();
  chunk.max_timestamp_ms = batch.max_timestamp_ms;
  chunk.batches = batch.batch;
  chunk.now_ms = terms.now_ms;
  rt::Task<Result<Offset>> appending = log_->append(std::move(chunk), durability_of(terms.acks));
  // Accepted, though perhaps not yet durable: the next append goes behind it, and readers may have
  // it.
  if (log_->bounds().end > placement.base) {
    state_.appended(view);
    if (log_->bounds().readable_end > placement.base) watchers_.appended(batch.batch.size());
    count_for_snapshot(batch.batch.size());
  } else {
    share_.give_back(batch.batch.size());
  }
  const Result<Offset> appended = co_await appending;
  if (!appended.has_value()) {
    log_failure(name(), appended.error());
    co_return refuse(kafka_error(appended.error().kind), "The log could not store the records.");
  }
  co_return accepted_at(*appended, terms);
}

ProduceOutcome Replica::accepted_at(Offset base, const ProduceTerms& terms) const {
  ProduceOutcome outcome;
  outcome.base = base;
  outcome.log_start = state_.start();
  if (config().timestamp_type == config::TimestampType::log_append_time) {
    outcome.log_append_time_ms = terms.now_ms;
  }
  return outcome;
}

rt::Task<ProduceOutcome> Replica::answer_duplicate(partition::Placement placement, int16_t acks) {
  // The first attempt may still wait for the disk: its promise is this one's too.
  if (durability_of(acks) == engine::Durability::synced) {
    const Result<void> synced = co_await log_->sync();
    if (!synced.has_value()) co_return refuse(kafka_error(synced.error().kind));
  }
  ProduceOutcome outcome;
  outcome.base = placement.base;
  outcome.log_append_time_ms = placement.duplicate_timestamp_ms;
  outcome.log_start = state_.start();
  co_return outcome;
}

ErrorCode Replica::check_epoch(Epoch believed) const {
  if (believed < Epoch(0) || believed == leader_epoch()) return ErrorCode::none;
  return believed < leader_epoch() ? ErrorCode::fenced_leader_epoch
                                   : ErrorCode::unknown_leader_epoch;
}

rt::Task<FetchOutcome> Replica::read(FetchTerms terms) {
  FetchOutcome outcome;
  if (gate_.closed()) {
    outcome.error = ErrorCode::unknown_topic_or_partition;
    co_return outcome;
  }
  const rt::Gate::Pass pass = gate_.enter();
  outcome.error = check_epoch(terms.current_leader_epoch);
  if (outcome.error != ErrorCode::none) co_return outcome;
  outcome.high_watermark = high_watermark();
  outcome.last_stable_offset = last_stable_offset();
  outcome.log_start = state_.start();
  outcome.seen_end = high_watermark();
  if (terms.last_fetched_epoch >= Epoch(0)) {
    const auto end = end_of(terms.last_fetched_epoch);
    if (!end.has_value()) {
      FetchOutcome unknown_epoch;
      unknown_epoch.error = ErrorCode::offset_out_of_range;
      co_return unknown_epoch;
    }
    if (end->epoch < terms.last_fetched_epoch || end->end < terms.from) {
      outcome.diverging = end;
      co_return outcome;
    }
  }
  if (terms.from < state_.start() || terms.from > state_.end()) {
    FetchOutcome out_of_range;
    out_of_range.error = ErrorCode::offset_out_of_range;
    co_return out_of_range;
  }
  if (terms.from >= outcome.high_watermark) co_return outcome;
  outcome.has_more = true;
  if (terms.max_bytes == 0 && !terms.first_batch_always) co_return outcome;
  engine::ReadLimits limits;
  limits.max_bytes = terms.max_bytes;
  limits.before = outcome.high_watermark;
  limits.first_batch_always = terms.first_batch_always;
  auto read = co_await log_->read(terms.from, limits);
  if (!read.has_value()) {
    log_failure(name(), read.error());
    FetchOutcome failed;
    failed.error = kafka_error(read.error().kind);
    co_return failed;
  }
  outcome.records = std::move(read->batches);
  outcome.has_more = read->next < limits.before;
  co_return outcome;
}

std::optional<partition::EpochEnd> Replica::end_of(Epoch epoch) const {
  // Readers of a shared log never see what may be taken back: whatever epoch they had it from, it
  // is good to the end.
  if (is_shared() && epoch >= Epoch(0) && epoch < leader_epoch()) {
    return partition::EpochEnd{epoch, state_.end()};
  }
  if (epoch == leader_epoch()) return partition::EpochEnd{epoch, state_.end()};
  return state_.end_of(epoch);
}

FoundOffset Replica::earliest() const {
  FoundOffset found;
  found.offset = state_.start();
  found.leader_epoch = state_.epoch_at_start().value_or(leader_epoch());
  return found;
}

FoundOffset Replica::latest() const {
  FoundOffset found;
  found.offset = high_watermark();
  found.leader_epoch = leader_epoch();
  return found;
}

rt::Task<TrimOutcome> Replica::delete_records(int64_t before) {
  TrimOutcome outcome;
  outcome.error = ErrorCode::unknown_topic_or_partition;
  if (gate_.closed()) co_return outcome;
  const rt::Gate::Pass pass = gate_.enter();
  if (config().cleanup_compact && !config().cleanup_delete) {
    outcome.error = ErrorCode::policy_violation;
    co_return outcome;
  }
  const Offset wanted = before == -1 ? high_watermark() : Offset(before);
  if (wanted < Offset(0) || wanted > high_watermark()) {
    outcome.error = ErrorCode::offset_out_of_range;
    co_return outcome;
  }
  if (wanted > state_.start()) {
    const Result<void> trimmed = co_await log_->trim(wanted);
    if (!trimmed.has_value()) {
      log_error("{}: {}", name(), trimmed.error().text());
      outcome.error = kafka_error(trimmed.error().kind);
      co_return outcome;
    }
    // Another one may have come further meanwhile.
    if (wanted > state_.start()) state_.trimmed(wanted);
    settle_share();
    release_waiting();  // who waits below the start is told so
  }
  outcome.error = ErrorCode::none;
  outcome.low_watermark = state_.start();
  co_return outcome;
}

rt::Task<void> Replica::close() {
  rt::Task<void> closing = gate_.close();
  release_waiting();
  log_->give_up();
  co_await closing;
  co_await save_last_snapshot();
  log_.reset();
}

}  // namespace kelp::broker
