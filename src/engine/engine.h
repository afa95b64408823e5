// What stores: logs of opaque record batches, and a catalog of small documents. We assign offsets
// and epochs above this line; an engine keeps whole batches in order and says when they are
// durable. No Kafka verb appears below it, so idempotence, waiting and compaction rules exist once,
// above. A Log is called from its owner shard only; the engine and its catalog from any shard. One
// conformance suite (engine_conformance_test) is typed over all engines.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "base/strong.h"
#include "base/uuid.h"
#include "record/batch.h"
#include "rt/fragments.h"
#include "rt/task.h"

namespace kelp::engine {

using rt::Task;

struct PartitionId {
  Uuid topic_id;
  int32_t index = 0;
  friend auto operator<=>(const PartitionId&, const PartitionId&) = default;
};

/// When an append is answered: when it is ordered in memory, when a crash of this process cannot
/// lose it (page cache), or when a power loss cannot (fdatasync).
enum class Durability : uint8_t { accepted, replicated, synced };

/// Whole record batches with final offsets and epochs: `batches` holds base..last without a gap.
struct Chunk {
  Epoch epoch;
  Offset base, last;
  int64_t max_timestamp_ms = -1;
  Slice batches;
  /// Of the wall clock: what LogOptions::segment_ms goes by where records have no timestamps.
  int64_t now_ms = 0;
};

struct ReadLimits {
  size_t max_bytes = 0;
  /// Only batches that begin below this offset (high watermark, last stable offset).
  Offset before;
  /// The first batch is returned whole however large it is.
  bool first_batch_always = true;
};

struct ReadResult {
  rt::Fragments batches;  // whole batches, as stored
  Offset first;           // base offset of the first one: may lie below the wanted offset
  Offset next;            // where to read on
};

/// start: the oldest offset that may be read. end: one past the newest record. durable_end: what a
/// power loss keeps. readable_end: what the end of this process keeps, and readers may be shown;
/// behind it an engine may still be writing.
struct Bounds {
  Offset start, end, durable_end, readable_end;
};

/// How records stand in a topic that others write and read as well.
struct SharedTerms {
  int32_t partitions = 0;
  /// Keys and values as they are, and what there is no place for is refused. Otherwise it is put in
  /// front of the value.
  bool plain = false;
  record::TimestampType timestamp_type = record::TimestampType::create_time;
};

/// A partition of such a topic.
struct SharedLog {
  std::string place;  // of its topic, as SharedTopics calls it
  SharedTerms terms;
  Epoch leader_epoch;  // of the batches that readers get
};

struct LogOptions {
  size_t segment_bytes = size_t{1} << 30;
  size_t index_interval_bytes = 4096;
  /// A segment also ends before a batch that is so much newer than its first one; if that has no
  /// timestamp (-1), before what is appended so long after it was begun or, since, opened; 0:
  /// never.
  int64_t segment_ms = 0;
  /// Sync without being asked after so many records or milliseconds; 0: never (Kafka:
  /// flush.messages, flush.ms).
  int64_t flush_messages = 0;
  int64_t flush_ms = 0;
  /// Of a partition of a shared topic; an engine without shared_topics() is never given one.
  std::optional<SharedLog> shared;
};

/// A segment that is written no more, and on the disk. A rewriting may have left gaps in it.
struct SealedSegment {
  Offset base, next;
  uint64_t size_bytes = 0;
  int64_t max_timestamp_ms = -1;
};

/// What of a log may be rewritten, oldest first; and the mark that the last rewriting left (0
/// before the first one).
struct Sealed {
  std::vector<SealedSegment> segments;
  Offset mark;
};

/// Other batches for some sealed segments, written beside the log until Log::replace() puts them in
/// their place; dropped, they are gone. Any thread, one at a time; its calls block.
class Rewrite {
 public:
  virtual ~Rewrite() = default;

  /// Whole batches of the rewritten range, behind all that were added before.
  virtual Result<void> add(Slice batches) = 0;
  /// That was all; it is on the disk.
  virtual Result<void> finish() = 0;
};

/// One partition's batches.
class Log {
 public:
  virtual ~Log() = default;

  /// Call order is log order. `chunk.base` must be bounds().end, but of a shared log. Without
  /// suspension unless it has to wait for the disk: `accepted` and `replicated` appends to a page
  /// cache return finished. The offset is the chunk's base; of a shared log, where it was put.
  /// Errors: no_space, io (nothing of the chunk is readable then), closed; of a shared log invalid,
  /// before anything is accepted, for what it has no place for. After a failed sync the log is
  /// read-only: io for every append.
  virtual Task<Result<Offset>> append(Chunk chunk, Durability durability) = 0;

  /// Whole batches from the one that holds `from`. Nothing at or behind `limits.before`: an empty
  /// result with next == from. Errors: out_of_range below start or above end; io.
  virtual Task<Result<ReadResult>> read(Offset from, ReadLimits limits) = 0;

  /// The base offset of the first batch whose largest timestamp is at least `timestamp_ms`; nothing
  /// if there is none.
  virtual Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms) = 0;

  /// Calls `each` with the header of every batch from the one that holds `from` to the end, in
  /// order (rebuilding the state above from what is stored).
  virtual Task<Result<void>> replay(Offset from,
                                    std::function<void(const record::BatchHeader&)> each) = 0;

  /// Moves the start forward (retention, DeleteRecords). Whole segments below it are deleted.
  /// Survives a restart.
  virtual Task<Result<void>> trim(Offset new_start) = 0;

  virtual Task<Result<Sealed>> sealed() = 0;
  /// Begins to rewrite what is from the beginning of one sealed segment to the end of one. One at a
  /// time. conflict: there are no such segments (any more).
  virtual Task<Result<std::unique_ptr<Rewrite>>> rewrite(Offset from, Offset to) = 0;
  /// Puts a finished rewriting in its place, wholly or (also over a crash) not at all, and with it
  /// the caller's mark; null: the mark alone. Who reads the old batches goes on reading them. Start
  /// and end stay. conflict: a trim took some of it.
  virtual Task<Result<void>> replace(std::unique_ptr<Rewrite> by, Offset mark) = 0;

  /// Everything appended so far is durable when it returns.
  virtual Task<Result<void>> sync() = 0;

  virtual void configure(const LogOptions& options) = 0;
  /// `told` is called, on the owner shard, whenever readable_end has moved without an append's call
  /// having returned, and when the log has failed for good. An engine whose readable_end is its end
  /// never calls it.
  virtual void on_readable(std::function<void()> told) { (void)told; }
  /// Others write to it too: append() says where a chunk went, the end moves by itself (told to
  /// on_readable), and nothing above is rebuilt from what is stored.
  virtual bool is_shared() const noexcept { return false; }
  /// It will be destroyed soon: no append is taken any more, and who waits for one, or for a sync,
  /// that depends on others is told `closed`.
  virtual void give_up() {}
  virtual Bounds bounds() const noexcept = 0;
  /// Bytes stored.
  virtual uint64_t size_bytes() const noexcept = 0;
};

struct Document {
  uint64_t version = 0;  // 1 when created, +1 with each change
  std::string body;
};

/// One step of a commit. No body: the document is removed.
struct Change {
  std::string key;
  uint64_t expected_version = 0;  // 0: must not exist
  std::optional<std::string> body;
};

/// Small versioned documents with compare-and-set: topics, configs, ids. Keys are paths like
/// "topics/<name>".
class Catalog {
 public:
  virtual ~Catalog() = default;
  virtual Task<Result<std::optional<Document>>> get(std::string key) = 0;
  virtual Task<Result<std::vector<std::pair<std::string, Document>>>> list(std::string prefix) = 0;
  /// All or nothing, durable when it returns. `conflict` names the first key whose version was
  /// another one.
  virtual Task<Result<void>> commit(std::vector<Change> changes) = 0;
};

struct Traits {
  std::string_view name;
  bool durable = false;  // survives the process
};

/// A topic that is there, whoever made it.
struct SharedTopic {
  std::string name;   // Kafka's
  std::string place;  // the engine's name of it: never another topic's
  int32_t partitions = 0;
};

/// Topics that the engine's cluster keeps in a form of its own, for others as well, who write to
/// them, read them and make some (docs/adr/0022). Their logs are opened as all are, with
/// LogOptions::shared. Any shard.
class SharedTopics {
 public:
  virtual ~SharedTopics() = default;

  /// Whether a topic can be so. invalid, with words for who configures it.
  virtual Result<void> check(const SharedTerms& terms) const = 0;
  virtual int32_t max_partitions() const = 0;
  /// Makes a topic that holds nothing, at a place that never was one before. Its place. Errors: io,
  /// timed_out: who keeps them is not there; invalid, too_large: the name.
  virtual Task<Result<std::string>> create(std::string name, int32_t partitions) = 0;
  /// Deletes the topic and all that is in it; its logs must be closed. One that is gone is fine.
  virtual Task<Result<void>> drop(std::string place) = 0;
  /// Those that were made by others, and never dropped here.
  virtual Task<Result<std::vector<SharedTopic>>> list() = 0;
  /// `told` is called on the calling shard when others may have made a topic. Null: no more.
  virtual void on_new(std::function<void()> told) = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual Traits traits() const = 0;
  virtual Catalog& catalog() = 0;

  /// True when the last run did not end with close(): a power loss may have taken what was not
  /// synced.
  virtual bool recovered_unclean() const = 0;

  /// Opens a partition's log on the calling shard, made empty if there is none; recovers it if it
  /// was not closed cleanly.
  virtual Task<Result<std::unique_ptr<Log>>> open(PartitionId id, LogOptions options) = 0;

  /// Deletes a closed partition's log and snapshot. Gone for good when it returns, also after a
  /// crash.
  virtual Task<Result<void>> drop(PartitionId id) = 0;

  /// A partition's small state above the log (producers, epochs): replaced atomically; it may be
  /// lost or be old after a crash, never torn. Names the offset that it is of itself.
  virtual Task<Result<void>> save(PartitionId id, Slice snapshot) = 0;
  virtual Task<Result<std::optional<Slice>>> load(PartitionId id) = 0;

  /// Null: this engine has none.
  virtual SharedTopics* shared_topics() { return nullptr; }

  /// Syncs everything and leaves the clean mark. Every Log must have been destroyed.
  virtual Task<Result<void>> close() = 0;
};

}  // namespace kelp::engine

template <>
struct std::hash<kelp::engine::PartitionId> {
  size_t operator()(const kelp::engine::PartitionId& id) const noexcept {
    return std::hash<kelp::Uuid>()(id.topic_id) * 31 + static_cast<size_t>(id.index);
  }
};
