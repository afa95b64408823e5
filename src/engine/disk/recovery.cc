#include "engine/disk/recovery.h"

#include <algorithm>

#include "base/log.h"
#include "engine/disk/layout.h"
#include "engine/disk/rewrite_mark.h"
#include "engine/disk/start_file.h"
#include "record/batch.h"

namespace kelp::engine::disk {
namespace {

/// A scan reads this much at a time: few calls of the system, little memory. A larger batch grows
/// it.
constexpr size_t kScanBytes = size_t{1} << 20;

struct Scanned {
  uint64_t good_until = 0;  // the file is good up to here
  Offset next;
  int64_t max_timestamp_ms = kNoTimestamp;
};

/// Whole batches of a file, read in large pieces and checked with their CRC.
class Scan {
 public:
  Scan(rt::FileSystem& files, const rt::OpenFile& file, uint64_t position, uint64_t end)
      : files_(files), file_(file), position_(position), end_(end) {}

  uint64_t position() const { return position_; }
  /// The batch at position(); nothing at the end and where none that is good stands.
  Result<std::optional<record::BatchView>> next() {
    for (;;) {
      const Bytes rest = loaded_.bytes().subspan(used_);
      const auto batch = record::first_batch(rest);
      if (batch) {
        if (!batch->crc_is_right()) return std::nullopt;
        used_ += batch->size_in_bytes();
        position_ += batch->size_in_bytes();
        return *batch;
      }
      if (batch.error().kind != ErrorKind::out_of_range) return std::nullopt;
      size_t wanted = kScanBytes;
      if (const auto header = record::read_header(rest)) {
        wanted = std::max(wanted, header->size_in_bytes());
        if (header->size_in_bytes() > end_ - position_) return std::nullopt;
      }
      const auto more = load(wanted);
      if (!more) return std::unexpected(more.error());
      if (!*more) return std::nullopt;
    }
  }

 private:
  /// False when there is no more than was there.
  Result<bool> load(size_t wanted) {
    const auto available = static_cast<size_t>(std::min<uint64_t>(wanted, end_ - position_));
    if (available <= loaded_.size() - used_) return false;
    Buffer buffer(available);
    const auto got = files_.read(file_, position_, buffer.bytes());
    if (!got) return std::unexpected(got.error());
    const bool grew = *got > loaded_.size() - used_;
    loaded_ = buffer.slice(0, *got);
    used_ = 0;
    return grew;
  }

  rt::FileSystem& files_;
  const rt::OpenFile& file_;
  uint64_t position_;
  const uint64_t end_;
  Slice loaded_;  // the file from position_ - used_ on
  size_t used_ = 0;
};

/// Whether a good batch stands anywhere behind a bad one, as far as the lengths lead.
bool holds_good_batches(rt::FileSystem& files, const rt::OpenFile& file, uint64_t from,
                        uint64_t end) {
  std::array<uint8_t, record::kHeaderBytes> bytes;
  while (from + record::kHeaderBytes <= end) {
    const auto got = files.read(file, from, bytes);
    if (!got || *got < bytes.size()) return false;
    const uint64_t size = record::kLogOverhead + load_big<uint32_t>(&bytes[record::at::kLength]);
    if (size < record::kHeaderBytes || size > end - from) return false;
    from += size;
    Scan scan(files, file, from, end);
    if (const auto batch = scan.next(); batch && *batch) return true;
  }
  return false;
}

class Recovery {
 public:
  Recovery(rt::FileSystem& files, const std::string& directory, size_t index_interval_bytes)
      : files_(files), directory_(directory), interval_(index_interval_bytes) {}

  Result<RecoveredPartition> run(const RecoveryPoint* point);

 private:
  std::string path_of(Offset base, std::string_view suffix = kLogSuffix) const {
    return directory_ + "/" + segment_name(base, suffix);
  }
  Result<void> list();
  /// Carries out what a crash left of a rewriting, or drops it.
  Result<void> finish_rewrite(const std::vector<std::string>& names);
  bool has_all(const RewriteMark& mark, const std::vector<std::string>& names) const;
  /// Whether a batch or segment may begin here when what is before it ends at `next`.
  bool follows(Offset base, Offset next) const {
    return base == next || (base > next && base <= gaps_below_);
  }
  /// Takes `bases_[i]` as it is.
  Result<void> believe(size_t i);
  /// Scans `bases_[i]` from `from` on; false when the log ends in it.
  Result<bool> scan(size_t i, const RecoveryPoint& from);
  Result<Scanned> scan_batches(const rt::OpenFile& file, uint64_t size, const RecoveryPoint& from);
  Result<void> cut(const rt::OpenFile& file, Offset base, uint64_t good_until, uint64_t size);
  Result<void> set_aside(size_t from);
  void remove_segment(Offset base);
  void remove_trimmed();
  /// Where the scan begins.
  Result<RecoveryPoint> believe_until(const RecoveryPoint* point);
  Result<void> scan_rest(RecoveryPoint from);

  rt::FileSystem& files_;
  const std::string& directory_;
  const size_t interval_;
  std::vector<Offset> bases_;
  Offset gaps_below_;
  RecoveredPartition found_;
};

Result<void> Recovery::list() {
  const auto entries = files_.list(directory_);
  if (!entries) return std::unexpected(entries.error());
  std::vector<std::string> names;
  for (const rt::DirectoryEntry& entry : *entries) {
    names.push_back(entry.name);
    if (const auto base = parse_segment_name(entry.name, kLogSuffix)) bases_.push_back(*base);
    if (entry.name.ends_with(".tmp")) (void)files_.remove_file(directory_ + "/" + entry.name);
  }
  std::ranges::sort(bases_);
  return finish_rewrite(names);
}

bool Recovery::has_all(const RewriteMark& mark, const std::vector<std::string>& names) const {
  return std::ranges::all_of(mark.files, [&](const RewriteMark::File& file) {
    const std::string fresh = new_file_name(file.base, mark.sequence);
    const bool is_fresh = std::ranges::find(names, fresh) != names.end();
    const auto size = files_.size(is_fresh ? directory_ + "/" + fresh : path_of(file.base));
    return size && *size == file.size_bytes;
  });
}

Result<void> Recovery::finish_rewrite(const std::vector<std::string>& names) {
  std::optional<RewriteMark> mark;
  if (std::ranges::find(names, kRewrittenName) != names.end()) {
    auto read = read_mark(files_, directory_);
    if (!read && read.error().kind != ErrorKind::malformed) return std::unexpected(read.error());
    if (!read) log_error("{}: {}", directory_, read.error().text());
    if (read) mark = *std::move(read);
  }
  if (mark) gaps_below_ = mark->gaps_below;
  // A trim may have taken what a rewriting of long ago had left.
  if (mark && has_all(*mark, names)) {
    if (const auto done = carry_out(files_, directory_, *mark, bases_); !done) return done;
    std::erase_if(bases_, [&](Offset base) { return base >= mark->from && base < mark->to; });
    for (const RewriteMark::File& file : mark->files) bases_.push_back(file.base);
    std::ranges::sort(bases_);
  }
  for (const std::string& name : names) {
    if (name.ends_with(kNewSuffix)) (void)files_.remove_file(directory_ + "/" + name);
  }
  return {};
}

Result<void> Recovery::believe(size_t i) {
  const auto size = files_.size(path_of(bases_[i]));
  if (!size) return std::unexpected(size.error());
  const Offset next = i + 1 < bases_.size() ? bases_[i + 1] : bases_[i];
  found_.state.segments.push_back({.base = bases_[i], .next = next, .size_bytes = *size});
  return {};
}

Result<Scanned> Recovery::scan_batches(const rt::OpenFile& file, uint64_t size,
                                       const RecoveryPoint& from) {
  Scanned scanned{from.position, from.offset, from.max_timestamp_ms};
  Scan scan(files_, file, from.position, size);
  found_.tail_index = SparseIndex();
  const Offset base = from.segment_base;
  if (from.position > 0) {
    // The entry that all walks into the believed part stop at.
    found_.tail_index.learn({{static_cast<uint32_t>(from.offset - base),
                              static_cast<uint32_t>(from.position), from.max_timestamp_ms}});
  }
  for (;;) {
    const auto batch = scan.next();
    if (!batch) return std::unexpected(batch.error());
    // Offsets are dense behind the recovery point, where there is one: only a cleaner makes gaps.
    if (!*batch || !follows((*batch)->base_offset(), scanned.next)) return scanned;
    const IndexEntry entry{static_cast<uint32_t>((*batch)->base_offset() - base),
                           static_cast<uint32_t>(scanned.good_until), scanned.max_timestamp_ms};
    found_.tail_index.add(entry, interval_);
    scanned.next = (*batch)->next_offset();
    scanned.max_timestamp_ms = std::max(scanned.max_timestamp_ms, (*batch)->max_timestamp());
    scanned.good_until = scan.position();
  }
}

Result<void> Recovery::cut(const rt::OpenFile& file, Offset base, uint64_t good_until,
                           uint64_t size) {
  const uint64_t dropped = size - good_until;
  if (holds_good_batches(files_, file, good_until, size)) {
    const std::string aside =
        path_of(base, fmt::format("{}.{}{}", kLogSuffix, good_until, kCorruptSuffix));
    log_error("{}: bytes {} to {} are damaged and good batches follow: {} bytes are kept in {}",
              path_of(base), good_until, size, dropped, aside);
    const auto copy = files_.open(aside, rt::OpenMode::create);
    if (!copy) return std::unexpected(copy.error());
    for (uint64_t at = good_until; at < size;) {
      Buffer buffer(static_cast<size_t>(std::min<uint64_t>(kScanBytes, size - at)));
      const auto got = files_.read(file, at, buffer.bytes());
      if (!got) return std::unexpected(got.error());
      if (*got == 0) break;
      const auto done = files_.write(**copy, at - good_until, buffer.slice(0, *got));
      if (!done) return done;
      at += *got;
    }
    if (const auto done = files_.sync(**copy); !done) return done;
  } else {
    log_warn("{}: the last {} bytes are torn and dropped", path_of(base), dropped);
  }
  return files_.truncate(file, good_until);
}

Result<void> Recovery::set_aside(size_t from) {
  for (size_t i = from; i < bases_.size(); ++i) {
    const std::string path = path_of(bases_[i]);
    (void)files_.remove_file(path_of(bases_[i], kIndexSuffix));
    const auto size = files_.size(path);
    const bool empty = size && *size == 0;
    if (!empty) {
      log_error("{}: {} bytes do not follow what is before them: kept as {}{}", path,
                size.value_or(0), path, kCorruptSuffix);
    }
    const auto done =
        empty ? files_.remove_file(path) : files_.rename(path, path + std::string(kCorruptSuffix));
    if (!done) return done;
  }
  bases_.resize(from);
  return {};
}

Result<bool> Recovery::scan(size_t i, const RecoveryPoint& from) {
  const auto file = files_.open(path_of(bases_[i]), rt::OpenMode::write);
  if (!file) return std::unexpected(file.error());
  const auto size = files_.size(**file);
  if (!size) return std::unexpected(size.error());
  const auto scanned = scan_batches(**file, *size, from);
  if (!scanned) return std::unexpected(scanned.error());
  found_.state.segments.push_back({.base = bases_[i],
                                   .next = scanned->next,
                                   .size_bytes = scanned->good_until,
                                   .max_timestamp_ms = scanned->max_timestamp_ms});
  // It may describe bytes that are cut, or that a later append puts others in the place of.
  (void)files_.remove_file(path_of(bases_[i], kIndexSuffix));
  if (scanned->good_until == *size) return true;
  const auto done = cut(**file, bases_[i], scanned->good_until, *size);
  if (!done) return std::unexpected(done.error());
  return false;
}

void Recovery::remove_segment(Offset base) {
  (void)files_.remove_file(path_of(base));
  (void)files_.remove_file(path_of(base, kIndexSuffix));
}

/// What is wholly below the start is no part of the log any more, and need not be whole: a trim had
/// no time to remove it.
void Recovery::remove_trimmed() {
  size_t below = 0;
  while (below + 1 < bases_.size() && bases_[below + 1] <= found_.state.start) {
    remove_segment(bases_[below++]);
  }
  bases_.erase(bases_.begin(), bases_.begin() + static_cast<ptrdiff_t>(below));
}

Result<RecoveryPoint> Recovery::believe_until(const RecoveryPoint* point) {
  if (point != nullptr && std::ranges::binary_search(bases_, point->segment_base)) {
    for (size_t i = 0; bases_[i] < point->segment_base; ++i) {
      if (const auto done = believe(i); !done) return std::unexpected(done.error());
    }
    const auto size = files_.size(path_of(point->segment_base));
    if (!size) return std::unexpected(size.error());
    if (*size >= point->position) return *point;
    log_error("{}: {} bytes where {} were synced", path_of(point->segment_base), *size,
              point->position);
    return RecoveryPoint{.offset = point->segment_base, .segment_base = point->segment_base};
  }
  // Nothing is known of it: its first segment must reach down to the start.
  if (!bases_.empty() && bases_.front() > found_.state.start) {
    if (const auto done = set_aside(0); !done) return std::unexpected(done.error());
  }
  const Offset first = bases_.empty() ? found_.state.start : bases_.front();
  return RecoveryPoint{.offset = first, .segment_base = first};
}

Result<void> Recovery::scan_rest(RecoveryPoint from) {
  PartitionState& state = found_.state;
  for (size_t i = state.segments.size(); i < bases_.size(); ++i) {
    const auto whole = scan(i, from);
    if (!whole) return std::unexpected(whole.error());
    Offset& next = state.segments.back().next;
    const bool more = i + 1 < bases_.size();
    if (more && (!*whole || !follows(bases_[i + 1], next))) return set_aside(i + 1);
    // Offsets that a cleaner dropped at the end of a segment are not given again.
    if (*whole) next = more ? bases_[i + 1] : std::max(next, gaps_below_);
    from = {.offset = next, .segment_base = next};
  }
  return {};
}

Result<RecoveredPartition> Recovery::run(const RecoveryPoint* point) {
  if (const auto listed = list(); !listed) return std::unexpected(listed.error());
  const auto start = read_start(files_, directory_);
  if (!start) return std::unexpected(start.error());
  PartitionState& state = found_.state;
  state.start = start->value_or(Offset(0));
  remove_trimmed();
  const auto from = believe_until(point);
  if (!from) return std::unexpected(from.error());
  state.durable = *from;
  if (const auto done = scan_rest(*from); !done) return std::unexpected(done.error());
  if (state.end() <= state.start) {
    // All of it was trimmed; or what was trimmed had not reached the disk, but the trim had.
    for (const SegmentInfo& segment : state.segments) remove_segment(segment.base);
    state.segments.clear();
    state.durable = {.offset = state.start, .segment_base = state.start};
    found_.tail_index = SparseIndex();
  }
  return std::move(found_);
}

}  // namespace

Result<RecoveredPartition> recover_partition(rt::FileSystem& files, const std::string& directory,
                                             const RecoveryPoint* point,
                                             size_t index_interval_bytes) {
  return Recovery(files, directory, index_interval_bytes).run(point);
}

}  // namespace kelp::engine::disk
