// A partition of a SeaweedMQ topic as a log: records go to the broker's stream, which gives them
// their offsets, and are kept here until they have been seen in a flushed log file; what is read
// comes out of those files alone, so that no broker's crash takes back what a consumer has seen.
//   appended (tail_) -> acknowledged by the broker's memory -> flushed: readable
// A stream that breaks is opened again for as long as it takes: repair (smq_repair.h), leader,
// stream; then the broker says up to which offset it has what was sent, and the rest is sent again.
// Owner: its shard. Lives as long as a SmqLog, and whatever of it is under way.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "rt/wait.h"
#include "seaweed/smq_broker.h"
#include "seaweed/smq_pieces.h"
#include "seaweed/smq_publisher.h"
#include "seaweed/smq_watch.h"
#include "smq/entry_batch.h"
#include "smq/mapping.h"

namespace kelp::seaweed {

/// What a shared log's terms are here.
smq::MappingRules rules_of(const engine::SharedTerms& terms);

/// The folder of what we keep of a topic ourselves: where its logs begin.
EntryPath starts_of(const SeaweedOptions& options, const smq::TopicName& topic);

/// What the logs of an engine share; all of it outlives them.
struct SmqServices {
  SmqBroker& broker;
  Filer& filer;
  Volumes& volumes;
  SmqWatch& watch;
};

struct SmqLogTerms {
  int32_t partitions = 0;  // of the topic
  smq::MappingRules rules;
  Epoch epoch;  // of the batches that readers get
};

class SmqPartitionLog final : public std::enable_shared_from_this<SmqPartitionLog> {
 public:
  SmqPartitionLog(SmqServices services, SmqPartition partition, SmqLogTerms terms);

  /// Repairs the partition and learns what is stored. Once, before all else.
  Task<Result<void>> open();
  /// Streams end; who waits for an append is told `closed`. What the broker has taken, it has.
  void close();
  /// After close(): nothing of it is under way any more when it is done.
  Task<void> finished() { return busy_.close(); }

  Task<Result<Offset>> append(engine::Chunk chunk, engine::Durability durability);
  Task<Result<engine::ReadResult>> read(Offset from, engine::ReadLimits limits);
  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms);
  Task<Result<void>> replay(Offset from, std::function<void(const record::BatchHeader&)> each);
  /// Deletes the log files that lie wholly below; the start itself survives a restart too.
  Task<Result<void>> trim(Offset new_start);
  Task<Result<void>> sync();

  void on_readable(std::function<void()> told) { on_readable_ = std::move(told); }
  void set_rules(smq::MappingRules rules, Epoch epoch) {
    terms_.rules = rules;
    terms_.epoch = epoch;
  }
  Offset start() const { return Offset(start_); }
  /// One past the last offset that was given to a record of ours, or seen.
  Offset end() const { return Offset(std::max(assigned_end_, flushed_end_)); }
  Offset flushed_end() const { return Offset(flushed_end_); }
  uint64_t size_bytes() const { return pieces_.size_bytes(); }

 private:
  /// An append that somebody waits for.
  struct Append {
    size_t unacknowledged = 0, unflushed = 0;
    int64_t base = -1;
    bool until_flushed = false;
    rt::Units bytes;
    rt::Completion<Result<void>> done;
  };
  /// A record that has not been seen in a flushed file.
  struct Unflushed {
    OutgoingMessage message;
    uint64_t number = 0;  // in the order of appends, also when it is sent again
    int64_t offset = -1;  // what the broker said; -1: nothing yet
    bool acknowledged = false;
    bool was_sent = false;  // on some stream: the broker may have it
    std::shared_ptr<Append> append;
  };

  // smq_append.cc
  Result<std::vector<OutgoingMessage>> messages_of(const Slice& batches) const;
  void send(std::vector<OutgoingMessage> messages);
  void connect_if_idle();
  static Task<void> connect(std::shared_ptr<SmqPartitionLog> self);
  Task<Result<int64_t>> connect_once();
  void on_acks(const std::vector<int64_t>& offsets);
  void on_end(const Error& error);
  void acknowledge(Unflushed& record, int64_t offset);
  void send_again_from(int64_t broker_end);
  void flushed(Unflushed& record);
  void settle(const LoadedPiece& piece, int64_t up_to);

  // smq_flushes.cc
  void on_entry(const std::shared_ptr<const filer_pb::Entry>& entry);
  void absorb_soon();
  static Task<void> absorb(std::shared_ptr<SmqPartitionLog> self);
  Task<Result<void>> list_files();
  Task<Result<void>> absorb_new();
  Task<Result<void>> settle_late();
  EntryPath start_entry() const;

  const SmqServices services_;
  const SmqPartition partition_;
  SmqLogTerms terms_;
  const std::string directory_;
  SmqPieces pieces_;
  std::function<void()> on_readable_;

  int64_t start_ = 0;
  int64_t flushed_end_ = 0;
  int64_t assigned_end_ = 0;
  int64_t last_ack_ = -1;  // on the present stream; at first what the broker had before it
  size_t absorbed_ = 0;    // pieces below are known, to flushed_end_
  bool opened_ = false;
  bool absorbing_ = false;
  // Files are learned of in their order: while a list is wanted or under way, an event is only a
  // reason for another list.
  bool look_again_ = true;
  bool listing_ = false;
  bool more_to_absorb_ = false;
  bool late_ack_ = false;  // a record was flushed before its acknowledgement was here

  enum class Link : uint8_t { idle, connecting, open, closed };
  Link link_ = Link::idle;
  std::unique_ptr<SmqPublisher> publisher_;
  rt::Budget unflushed_bytes_;
  std::deque<Unflushed> tail_;  // in the order of sending; first those that have an offset
  size_t with_offset_ = 0;      // of tail_
  uint64_t next_number_ = 0;
  struct Sync {
    uint64_t before = 0;  // the records with lower numbers
    size_t left = 0;      // of which so many are unflushed
    rt::Completion<Result<void>> done;
  };
  std::vector<Sync*> syncing_;
  rt::Gate busy_;
};

/// The handle that the partition's replica has. `ended` is called when it is gone and nothing of it
/// is under way any more.
class SmqLog final : public engine::Log {
 public:
  /// Opens the partition on the calling shard.
  static Task<Result<std::unique_ptr<engine::Log>>> open(SmqServices services,
                                                         SmqPartition partition, SmqLogTerms terms,
                                                         std::function<void()> ended);
  SmqLog(std::shared_ptr<SmqPartitionLog> partition, std::function<void()> ended)
      : partition_(std::move(partition)), ended_(std::move(ended)) {}
  ~SmqLog() override;

  Task<Result<Offset>> append(engine::Chunk chunk, engine::Durability durability) override;
  Task<Result<engine::ReadResult>> read(Offset from, engine::ReadLimits limits) override;
  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms) override;
  Task<Result<void>> replay(Offset from,
                            std::function<void(const record::BatchHeader&)> each) override;
  Task<Result<void>> trim(Offset new_start) override;
  /// unsupported: the files are SeaweedMQ's.
  Task<Result<engine::Sealed>> sealed() override;
  Task<Result<std::unique_ptr<engine::Rewrite>>> rewrite(Offset from, Offset to) override;
  Task<Result<void>> replace(std::unique_ptr<engine::Rewrite> by, Offset mark) override;
  Task<Result<void>> sync() override;
  void configure(const engine::LogOptions& options) override;
  bool is_shared() const noexcept override { return true; }
  void give_up() override { partition_->close(); }
  void on_readable(std::function<void()> told) override {
    partition_->on_readable(std::move(told));
  }
  engine::Bounds bounds() const noexcept override;
  uint64_t size_bytes() const noexcept override { return partition_->size_bytes(); }

 private:
  static Task<void> end(std::shared_ptr<SmqPartitionLog> partition, std::function<void()> ended);

  std::shared_ptr<SmqPartitionLog> partition_;
  std::function<void()> ended_;
};

}  // namespace kelp::seaweed
