#include "seaweed/smq_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "smq/entry_batch.h"
#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

constexpr uint32_t kPage = 1000;
/// A consumer of the tail, one that catches up and one more; 8 MiB each when much is written.
constexpr size_t kKept = 3;

bool is_before(const LogPiece& a, const LogPiece& b) {
  return std::tie(a.file, a.position) < std::tie(b.file, b.position);
}

Result<FileId> file_of(const filer_pb::FileChunk& chunk) {
  if (!chunk.has_fid()) return parse_file_id(chunk.file_id());
  return FileId{chunk.fid().volume_id(), chunk.fid().file_key(), chunk.fid().cookie()};
}

}  // namespace

Result<std::vector<LogPiece>> pieces_of(const filer_pb::Entry& entry) {
  std::vector<LogPiece> pieces;
  if (entry.is_directory() || !smq::log_file_second(entry.name())) return pieces;
  for (const filer_pb::FileChunk& chunk : entry.chunks()) {
    auto file = file_of(chunk);
    if (!file) return std::unexpected(std::move(file.error()));
    pieces.push_back(
        {.file = entry.name(), .position = chunk.offset(), .size = chunk.size(), .data = *file});
  }
  std::ranges::sort(pieces, is_before);
  return pieces;
}

Task<Result<PieceData>> load_piece(Volumes& volumes, LogPiece piece, std::string where) {
  auto bytes = co_await volumes.read(piece.data);
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  if (!bytes->has_value()) {
    co_return fail(ErrorKind::not_found, fmt::format("{}: {} is gone", where, piece.data.text()));
  }
  auto loaded = std::make_shared<LoadedPiece>();
  loaded->bytes = std::move(**bytes);
  smq::LogFileReader reader(loaded->bytes);
  smq::LogEntry entry;
  while (reader.next(entry) == smq::LogFileReader::Step::entry) loaded->entries.push_back(entry);
  if (reader.consumed() != loaded->bytes.size()) {
    const char* fault = reader.fault() == nullptr ? "ends within an entry" : reader.fault();
    co_return fail(ErrorKind::malformed,
                   fmt::format("{} at {}: {}", where,
                               piece.position + static_cast<int64_t>(reader.consumed()), fault));
  }
  smq::put_in_order(loaded->entries);
  co_return loaded;
}

Task<Result<void>> SmqPieces::list() {
  // The newest file that is known may have grown.
  std::string after = pieces_.empty() ? "" : pieces_.back().file;
  if (!after.empty()) {
    EntryPath newest{directory_, after};
    auto entry = co_await filer_.lookup(std::move(newest));
    if (!entry) co_return std::unexpected(std::move(entry.error()));
    if (entry->has_value()) {
      if (auto merged = merge(**entry); !merged) co_return std::unexpected(merged.error());
    }
  }
  for (;;) {
    auto page = co_await filer_.list(directory_, after, kPage);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (const filer_pb::Entry& entry : *page) {
      if (auto merged = merge(entry); !merged) co_return std::unexpected(merged.error());
    }
    if (page->size() < kPage) co_return Result<void>();
    after = page->back().name();
  }
}

Result<bool> SmqPieces::merge(const filer_pb::Entry& entry) {
  auto pieces = pieces_of(entry);
  if (!pieces) return std::unexpected(std::move(pieces.error()));
  bool grew = false;
  for (LogPiece& piece : *pieces) {
    // The broker flushes in order: what is not behind all that is known, is known.
    if (!pieces_.empty() && !is_before(pieces_.back(), piece)) continue;
    size_bytes_ += piece.size;
    pieces_.push_back(std::move(piece));
    grew = true;
  }
  return grew;
}

Task<Result<std::vector<std::string>>> SmqPieces::take_below(int64_t start) {
  std::vector<std::string> files;
  while (!pieces_.empty()) {
    // The file ends where the next one begins; the newest one stays, since it may grow.
    const auto next = std::ranges::find_if(
        pieces_, [&](const LogPiece& piece) { return piece.file != pieces_.front().file; });
    if (next == pieces_.end()) break;
    const size_t number = removed_ + static_cast<size_t>(next - pieces_.begin());
    auto data = co_await load(number);
    if (!data) co_return std::unexpected(std::move(data.error()));
    if ((*data)->empty() || (*data)->first() > start) break;
    files.push_back(pieces_.front().file);
    while (pieces_.front().file == files.back()) {
      size_bytes_ -= pieces_.front().size;
      pieces_.pop_front();
      ++removed_;
    }
  }
  co_return files;
}

Task<Result<PieceData>> SmqPieces::load(size_t number) {
  for (const auto& [kept, data] : kept_) {
    if (kept == number) co_return data;
  }
  if (number < begin() || number >= end()) {
    co_return fail(ErrorKind::not_found, fmt::format("{}: no piece {}", directory_, number));
  }
  LogPiece wanted = pieces_[number - removed_];
  std::string where = directory_ + "/" + wanted.file;
  auto data = co_await load_piece(volumes_, std::move(wanted), std::move(where));
  if (!data) co_return data;
  if (number >= begin() && number < end()) {
    LogPiece& piece = pieces_[number - removed_];
    piece.was_read = true;
    if (!(*data)->empty()) {
      piece.first = (*data)->first();
      piece.first_ms = (*data)->entries.front().timestamp_ms();
    }
  }
  keep(number, *data);
  co_return data;
}

void SmqPieces::keep(size_t number, PieceData data) {
  kept_.emplace_back(number, std::move(data));
  if (kept_.size() > kKept) kept_.pop_front();
}

Task<Result<size_t>> SmqPieces::last_beginning_before(By by, int64_t value) {
  size_t low = begin();
  size_t high = end();  // pieces from here on begin at or behind the value
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (middle < begin()) {
      low = middle;  // deleted meanwhile: what is there begins later
      continue;
    }
    if (!pieces_[middle - removed_].was_read) {
      auto data = co_await load(middle);
      if (!data) co_return std::unexpected(std::move(data.error()));
      if (middle < begin()) continue;
    }
    const LogPiece& piece = pieces_[middle - removed_];
    const int64_t first = by == By::offset ? piece.first : piece.first_ms;
    (first < value ? low : high) = middle;
  }
  co_return std::max(low, begin());
}

Task<Result<size_t>> SmqPieces::find(int64_t offset) {
  return last_beginning_before(By::offset, offset + 1);
}

Task<Result<size_t>> SmqPieces::find_ms(int64_t timestamp_ms) {
  return last_beginning_before(By::time, timestamp_ms);
}

}  // namespace kelp::seaweed
