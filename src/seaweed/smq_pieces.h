// The log files of one SeaweedMQ partition, as the chunks that its broker flushed: which there are,
// in order, and what is in them. A chunk (at most a second or 8 MiB of records) is read whole and
// walked once; entries never cross chunks. Owner: the partition's log, on its shard.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "seaweed/filer.h"
#include "seaweed/volumes.h"
#include "smq/log_file.h"

namespace kelp::seaweed {

/// The entries of a chunk in the order of their offsets, and the bytes that they view.
struct LoadedPiece {
  Slice bytes;
  std::vector<smq::LogEntry> entries;

  bool empty() const { return entries.empty(); }
  int64_t first() const { return entries.front().offset; }
  int64_t last() const { return entries.back().offset; }
};
using PieceData = std::shared_ptr<const LoadedPiece>;

struct LogPiece {
  std::string file;  // of the partition's directory
  int64_t position = 0;
  uint64_t size = 0;
  FileId data;
  int64_t first = -1;  // offset; -1: not read yet, or nothing in it
  int64_t first_ms = -1;
  bool was_read = false;
};

/// The chunks of a log file in order; nothing for what is no log file. malformed: file ids.
Result<std::vector<LogPiece>> pieces_of(const filer_pb::Entry& entry);

/// Reads a chunk. `where` is for the words of an error. malformed: not a log file's; not_found: it
/// was deleted; io, timed_out, too_large.
Task<Result<PieceData>> load_piece(Volumes& volumes, LogPiece piece, std::string where);

class SmqPieces {
 public:
  SmqPieces(Filer& filer, Volumes& volumes, std::string directory)
      : filer_(filer), volumes_(volumes), directory_(std::move(directory)) {}

  /// Learns of every file that there is (again: of those that are new or grew).
  Task<Result<void>> list();
  /// What the filer said of one entry of the directory. True: there is a new piece.
  Result<bool> merge(const filer_pb::Entry& entry);
  /// Forgets the files that lie wholly below `start`; answers their names.
  Task<Result<std::vector<std::string>>> take_below(int64_t start);

  /// Pieces are counted from the first that there ever was, so that a number stays one piece's.
  size_t begin() const { return removed_; }
  size_t end() const { return removed_ + pieces_.size(); }
  uint64_t size_bytes() const { return size_bytes_; }

  /// not_found: it has been deleted.
  Task<Result<PieceData>> load(size_t number);
  /// The piece to begin with for `offset`: the last one that begins at or below it, else the first.
  Task<Result<size_t>> find(int64_t offset);
  /// The last piece that begins before this time, else the first.
  Task<Result<size_t>> find_ms(int64_t timestamp_ms);

 private:
  enum class By : uint8_t { offset, time };
  Task<Result<size_t>> last_beginning_before(By by, int64_t value);
  void keep(size_t number, PieceData data);

  Filer& filer_;
  Volumes& volumes_;
  const std::string directory_;
  std::deque<LogPiece> pieces_;
  size_t removed_ = 0;
  uint64_t size_bytes_ = 0;
  std::deque<std::pair<size_t, PieceData>> kept_;  // those that were read last
};

}  // namespace kelp::seaweed
