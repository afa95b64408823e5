// One open object log: what is accepted and not yet stored, the manifest, what reads need. Several
// chunks become one object, written to its file with fsync; then the manifest names it, by
// compare-and-set; then they are answered. It outlives its Log until what was accepted is stored.
// Owner: the engine; the partition's shard only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "rt/wait.h"
#include "seaweed/manifest_entry.h"
#include "seaweed/object_format.h"
#include "seaweed/store.h"

namespace kelp::seaweed {

class ObjectPartition : public std::enable_shared_from_this<ObjectPartition> {
 public:
  ObjectPartition(std::shared_ptr<Store> store, engine::PartitionId id,
                  const engine::LogOptions& options);

  const engine::PartitionId& id() const { return id_; }

  /// Takes the log over: nobody else writes to it from now on.
  Task<Result<void>> open();

  Task<Result<Offset>> append(engine::Chunk chunk, engine::Durability durability);
  Task<Result<engine::ReadResult>> read(Offset from, engine::ReadLimits limits);
  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms);
  Task<Result<void>> replay(Offset from, std::function<void(const record::BatchHeader&)> each);
  Task<Result<void>> trim(Offset new_start);
  Task<Result<engine::Sealed>> sealed();
  Task<Result<std::unique_ptr<engine::Rewrite>>> rewrite(Offset from, Offset to);
  Task<Result<void>> replace(std::unique_ptr<engine::Rewrite> by, Offset mark);
  /// Everything that was accepted is stored.
  Task<Result<void>> flush();

  void configure(const engine::LogOptions& options) { options_ = options; }
  engine::Bounds bounds() const noexcept { return {start_, end_, stored_end_, stored_end_}; }
  uint64_t size_bytes() const noexcept { return stored_bytes_ + pending_bytes_; }
  void on_readable(std::function<void()> told) { told_ = std::move(told); }

  /// The Log is gone: what was accepted is stored still. Done when nothing is under way any more.
  Task<void> finish();

 private:
  struct Pending {
    engine::Chunk chunk;
    bool begins_segment = false;
  };
  struct Flushing {
    Offset upto;
    rt::Completion<Result<void>> done;
  };
  using Objects = std::shared_ptr<const std::vector<stored::Object>>;

  // object_recovery.cc
  Task<Result<void>> recover(stored::Manifest& manifest);
  Task<Result<bool>> adopt_next(stored::Manifest& manifest, std::optional<Offset> limit);
  Task<Result<std::optional<stored::Successor>>> successor_of(const stored::FileIds& run);

  // object_write.cc
  void start_writing();
  static Task<void> write_loop(std::shared_ptr<ObjectPartition> self);
  Task<Result<void>> write_one();
  NewObject gathered();
  Task<Result<FileId>> write_object(NewObject& object);
  Task<Result<void>> make_room_in_run();
  Task<Result<void>> switch_run();
  Task<Result<stored::FileIds>> assign_run();
  Task<Result<void>> name_in_manifest(const NewObject& object, const FileId& file);
  void on_stored(Offset upto);
  void fail_all(const Error& error);
  void take_bounds();
  void begin_segment_if_due(Pending& pending);
  Task<Result<void>> wait_until_stored(Offset upto);

  // object_read.cc
  Task<Result<Objects>> objects_of(stored::Segment segment);
  Task<Result<Slice>> batches_of(stored::Object object);
  static Task<void> read_ahead(std::shared_ptr<ObjectPartition> self, stored::Object object);
  void read_on_behind(const std::vector<stored::Object>& objects, size_t at);
  /// Calls `each` with batches from the one that holds `from`, until it says false.
  Task<Result<void>> walk(Offset from, std::function<bool(const record::BatchHeader&, Slice)> each);

  // object_tidy.cc: merging small objects, indexes of their own, deleting what is garbage
  void tidy_if_due();
  static Task<void> tidy(std::shared_ptr<ObjectPartition> self);
  Task<Result<bool>> merge_some();
  Task<Result<bool>> index_some();
  void arm_collection();
  static Task<void> collect(std::shared_ptr<ObjectPartition> self);

  std::shared_ptr<Store> store_;
  const engine::PartitionId id_;
  const std::string topic_;
  engine::LogOptions options_;
  ManifestEntry manifest_;

  Offset start_, end_, stored_end_;
  uint64_t stored_bytes_ = 0;
  uint64_t pending_bytes_ = 0;
  std::deque<Pending> pending_;
  std::deque<Flushing*> flushing_;
  bool writing_ = false;
  std::optional<Error> failed_;  // fenced or closed: for good
  std::function<void()> told_;

  // The segment that a chunk accepted now would go to.
  bool has_segment_ = false;
  uint64_t segment_bytes_ = 0;
  int64_t segment_begun_ms_ = -1;            // the largest time of its first chunk
  std::optional<int64_t> segment_since_ms_;  // by the clock: begun, or opened and first written to

  // Where the next object goes: the run of the manifest, or one that no manifest has yet.
  std::optional<stored::FileIds> run_, next_run_;
  uint32_t used_files_ = 0;
  std::optional<stored::FileIds> merge_run_;
  uint32_t used_merge_files_ = 0;

  std::map<FileId, std::vector<rt::Completion<rt::Done>*>> reading_;
  std::map<std::string, Objects> indexes_;
  Offset read_next_{-1};  // where the last read ended: who goes on there gets read-ahead
  bool tidying_ = false;
  std::optional<rt::Shard::TimerKey> collection_;
  rt::Gate gate_;
};

/// Puts these files among what is to be deleted; neighbours become one entry.
void add_garbage(stored::Manifest& manifest, const stored::Object& object, int64_t now_ms);
void add_garbage(stored::Manifest& manifest, const stored::FileIds& files, int64_t now_ms);
void add_garbage(stored::Manifest& manifest, const stored::Segment& segment, int64_t now_ms);
/// Behind all that the manifest has.
void add_object(stored::Manifest& manifest, const NewObject& object, const FileId& file);

}  // namespace kelp::seaweed
