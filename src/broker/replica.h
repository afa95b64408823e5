// Replica: a partition as this process runs it: Kafka's rules (partition::Partition), its log, and
// who waits for records. Owner: the shard of shard_of(id); touched by that shard's thread only.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error_code.h"
#include "broker/cluster.h"
#include "broker/disk_account.h"
#include "broker/fetch_watch.h"
#include "config/broker_config.h"
#include "engine/engine.h"
#include "partition/partition.h"
#include "record/fault.h"
#include "record/validate.h"
#include "rt/task.h"
#include "rt/wait.h"

namespace kelp::broker {

/// What a producer asked for, besides the records.
struct ProduceTerms {
  int16_t api_version = 0;
  int16_t acks = 1;
  int64_t now_ms = 0;
  /// The broker's own records (internal topics, control batches).
  bool from_broker = false;
  /// See record::ProduceRules.
  bool open_compressed = true;
};

struct ProduceOutcome {
  ErrorCode error = ErrorCode::none;
  Offset base{-1};
  int64_t log_append_time_ms = -1;
  Offset log_start{-1};
  /// Of a refusal; empty where Kafka says nothing but the code.
  std::string message;
  std::vector<record::RecordFault> record_faults;
};

struct FetchTerms {
  Offset from;
  size_t max_bytes = 0;
  bool first_batch_always = false;
  /// What the client believes (KIP-320); negative: does not say.
  Epoch current_leader_epoch{-1};
  Epoch last_fetched_epoch{-1};
};

struct FetchOutcome {
  ErrorCode error = ErrorCode::none;
  Offset high_watermark{-1};
  Offset last_stable_offset{-1};
  Offset log_start{-1};
  rt::Fragments records;
  /// The client's log differs from ours from here on (KIP-595).
  std::optional<partition::EpochEnd> diverging;
  /// The end of what could be read: a later append begins here.
  Offset seen_end{-1};
  /// There was more than fitted.
  bool has_more = false;
};

struct TrimOutcome {
  ErrorCode error = ErrorCode::none;
  Offset low_watermark{-1};
};

struct FoundOffset {
  int64_t timestamp_ms = -1;
  Offset offset{-1};
  Epoch leader_epoch{-1};
};

/// Of a log that somebody else took over the engine tells once; clients ask on.
void log_failure(const std::string& name, const Error& error);

class Replica {
 public:
  /// Opens the log, brings the partition's state up to it from its snapshot.
  static rt::Task<Result<std::unique_ptr<Replica>>> open(engine::Engine& engine,
                                                         const config::BrokerConfig& config,
                                                         DiskRoom& room, TopicRef topic,
                                                         int32_t index);
  Replica(engine::Engine& engine, const config::BrokerConfig& config, DiskRoom& room,
          TopicRef topic, int32_t index, std::unique_ptr<engine::Log> log,
          partition::Partition state);

  /// Validates and appends one batch. What comes before its first suspension happens in the order
  /// of the calls.
  rt::Task<ProduceOutcome> produce(Slice records, ProduceTerms terms);

  rt::Task<FetchOutcome> read(FetchTerms terms);
  /// Who wants to hear of what happens here.
  FetchWatchers& watchers() { return watchers_; }
  /// Every fetch that waits looks again now.
  void release_waiting() { watchers_.changed(); }
  Offset end() const { return state_.end(); }
  /// Others write to its log too (engine::SharedTopics): it is theirs to shorten.
  bool is_shared() const { return topic_->is_shared(); }
  /// What readers may be shown: all that is in the log, unless the engine is still storing it.
  Offset high_watermark() const {
    return std::min(state_.high_watermark(), log_->bounds().readable_end);
  }

  /// ListOffsets. `is` 75 or 74 for an epoch that is not ours.
  ErrorCode check_epoch(Epoch believed) const;
  FoundOffset earliest() const;
  FoundOffset latest() const;
  rt::Task<Result<FoundOffset>> first_at_or_after(int64_t timestamp_ms);
  rt::Task<Result<FoundOffset>> largest_timestamp();
  /// Where a leader epoch ended (KIP-101). The present one has begun, with or without a batch, and
  /// ends where the log does.
  std::optional<partition::EpochEnd> end_of(Epoch epoch) const;

  /// Moves the start to `before`, -1: to the high watermark (KIP-107). Below the start nothing
  /// happens. Durable when it returns. Errors: 1 beyond the high watermark; 44 a topic that is only
  /// compacted.
  rt::Task<TrimOutcome> delete_records(int64_t before);
  std::vector<partition::ProducerState> producers() const { return state_.producer_states(); }

  /// The topic's configuration or place changed.
  void update(TopicRef topic);
  const engine::Log& log() const { return *log_; }
  const TopicImage& topic() const { return *topic_; }
  engine::PartitionId id() const { return topic_->partition_id(index_); }
  /// As of now: not to be kept over a suspension, for update() may replace it.
  const config::TopicConfig& config() const {
    return *topic_->partitions[static_cast<size_t>(index_)].config;
  }
  /// "orders-3", for logs and messages.
  const std::string& name() const { return name_; }

  // The log cleaner's. Who works on the log holds a pass, and leaves soon once it is closing.
  bool closing() const { return gate_.closed(); }
  rt::Gate::Pass enter() { return gate_.enter(); }
  engine::Log& log_to_clean() { return *log_; }
  Offset last_stable_offset() const {
    return std::min(state_.last_stable_offset(), high_watermark());
  }
  /// By producer id: the last offset of its newest batch.
  std::unordered_map<int64_t, Offset> newest_of_producers() const {
    return state_.newest_of_producers();
  }
  /// Batches from..to-1 are other ones now.
  void rewritten(Offset from, Offset to) {
    state_.rewritten(from, to);
    settle_share();
  }

  /// Whether its segments may go when the disk budget is used up.
  bool is_evictable() const { return config().cleanup_delete && !topic_->internal && !is_shared(); }
  /// As the partition knows it without asking the log.
  std::optional<int64_t> largest_known_timestamp_ms() const {
    const auto largest = state_.largest_timestamp();
    return largest.has_value() ? std::optional(largest->timestamp_ms) : std::nullopt;
  }
  /// What it takes of the disk budget stays taken when it goes, and is the caller's to give back.
  uint64_t leave_disk_share() { return share_.leave(); }

  /// Nobody may enter any more: waiters are woken, what is under way ends, the snapshot is saved.
  rt::Task<void> close();

 private:
  Epoch leader_epoch() const;
  engine::Durability durability_of(int16_t acks) const;
  record::ProduceRules rules_for(const ProduceTerms& terms) const;
  rt::Task<ProduceOutcome> append(record::ValidatedBatch batch, ProduceTerms terms);
  ProduceOutcome accepted_at(Offset base, const ProduceTerms& terms) const;
  rt::Task<ProduceOutcome> answer_duplicate(partition::Placement placement, int16_t acks);
  Result<record::ValidatedBatch> recompressed(record::ValidatedBatch batch,
                                              const record::ProduceRules& rules) const;
  ProduceOutcome refuse(record::BatchFault fault) const;
  ProduceOutcome refuse(ErrorCode error, std::string message = {}) const;
  /// As Kafka refuses what is too large: without the log's start.
  ProduceOutcome refuse_unseen(ErrorCode error) const;
  rt::Task<Result<FoundOffset>> first_record_from(Offset batch, int64_t timestamp_ms);
  /// Room in the disk budget, if there is some now. Internal topics need not ask: commits go on as
  /// long as the disk itself allows.
  bool takes_room_at_once(uint64_t bytes);
  void configure_log();
  /// What others write takes nothing of the disk budget.
  void settle_share() {
    if (!is_shared()) share_.settle(log_->size_bytes());
  }

  // replica_shared.cc: where the log says where batches go
  void on_log_moved();
  rt::Task<ProduceOutcome> append_shared(record::ValidatedBatch batch, ProduceTerms terms);
  rt::Task<ProduceOutcome> answer_sent_before(record::ValidatedBatch batch, ProduceTerms terms);

  // replica_snapshots.cc: saving what the partition remembers
  struct Snapshot {
    Slice bytes;
    Offset end;  // what it speaks of
  };
  void count_for_snapshot(size_t bytes);
  void take_snapshot();
  void save_snapshot_if_durable();
  rt::Task<void> save_snapshot();
  rt::Task<void> write_snapshot(Snapshot snapshot);
  rt::Task<void> save_last_snapshot();
  void arm_snapshot_timer();

  engine::Engine& engine_;
  const config::BrokerConfig& config_;
  TopicRef topic_;
  const int32_t index_;
  const std::string name_;
  DiskRoom& room_;
  DiskShare share_;
  uint64_t budget_segment_bytes_ = DiskAccount::kUnbounded;  // as the log was told
  std::unique_ptr<engine::Log> log_;
  partition::Partition state_;
  FetchWatchers watchers_;
  uint64_t bytes_since_snapshot_ = 0;
  std::optional<Snapshot> taken_snapshot_;  // is written when all that it speaks of is on the disk
  std::optional<rt::Shard::TimerKey> snapshot_timer_;
  Offset saved_end_{-1};  // what the saved snapshot speaks of
  bool saving_snapshot_ = false;
  rt::Gate gate_;
};

}  // namespace kelp::broker
