#include "engine/disk/sparse_index.h"

#include <algorithm>

#include "engine/disk/checked_file.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/index.md
constexpr uint32_t kMagic = 0x4b494458;  // "KIDX"
constexpr uint16_t kVersion = 1;
constexpr size_t kHeaderBytes = 48;
constexpr size_t kEntryBytes = 16;

}  // namespace

bool SparseIndex::add(const IndexEntry& entry, size_t interval_bytes) {
  const uint64_t last = entries_.empty() ? 0 : entries_.back().position;
  if (entry.position < last + interval_bytes * scale_) return false;
  entries_.push_back(entry);
  if (entries_.size() > kMaxEntries) thin();
  return true;
}

void SparseIndex::learn(const std::vector<IndexEntry>& found) {
  std::vector<IndexEntry> both;
  both.reserve(entries_.size() + found.size());
  std::ranges::merge(entries_, found, std::back_inserter(both), {}, &IndexEntry::position,
                     &IndexEntry::position);
  const auto twice = std::ranges::unique(both, {}, &IndexEntry::position);
  both.erase(twice.begin(), twice.end());
  entries_ = std::move(both);
  while (entries_.size() > kMaxEntries) thin();
}

void SparseIndex::thin() {
  size_t kept = 0;
  for (size_t i = 1; i < entries_.size(); i += 2) entries_[kept++] = entries_[i];
  entries_.resize(kept);
  scale_ *= 2;
}

IndexEntry SparseIndex::at_offset(uint32_t offset) const {
  const auto after = std::ranges::upper_bound(entries_, offset, {}, &IndexEntry::offset);
  return after == entries_.begin() ? IndexEntry() : *std::prev(after);
}

IndexEntry SparseIndex::at_position(uint64_t position) const {
  const auto after = std::ranges::upper_bound(entries_, position, {}, &IndexEntry::position);
  return after == entries_.begin() ? IndexEntry() : *std::prev(after);
}

IndexEntry SparseIndex::at_time(int64_t timestamp_ms) const {
  const auto reached =
      std::ranges::lower_bound(entries_, timestamp_ms, {}, &IndexEntry::max_timestamp_before_ms);
  return reached == entries_.begin() ? IndexEntry() : *std::prev(reached);
}

std::string encode_index(const SegmentInfo& segment, const SparseIndex& index) {
  std::string text(kHeaderBytes + index.entries().size() * kEntryBytes, '\0');
  auto* to = reinterpret_cast<uint8_t*>(text.data());
  store_big<uint32_t>(to + kCheckedFrom, static_cast<uint32_t>(index.entries().size()));
  store_big<int64_t>(to + 16, segment.base.value());
  store_big<int64_t>(to + 24, segment.next.value());
  store_big<uint64_t>(to + 32, segment.size_bytes);
  store_big<int64_t>(to + 40, segment.max_timestamp_ms);
  uint8_t* at = to + kHeaderBytes;
  for (const IndexEntry& entry : index.entries()) {
    store_big<uint32_t>(at, entry.offset);
    store_big<uint32_t>(at + 4, entry.position);
    store_big<int64_t>(at + 8, entry.max_timestamp_before_ms);
    at += kEntryBytes;
  }
  seal_file(text, kMagic, kVersion);
  return text;
}

Result<DecodedIndex> decode_index(Bytes file) {
  const auto* from = file.data();
  if (!is_sealed_file(file, kMagic, kVersion, kHeaderBytes)) {
    return fail(ErrorKind::malformed, "index: torn or not of this version");
  }
  const size_t count = load_big<uint32_t>(from + kCheckedFrom);
  if (file.size() != kHeaderBytes + count * kEntryBytes || count > SparseIndex::kMaxEntries) {
    return fail(ErrorKind::malformed, "index: of another size than it says");
  }
  DecodedIndex decoded;
  decoded.segment = {.base = Offset(load_big<int64_t>(from + 16)),
                     .next = Offset(load_big<int64_t>(from + 24)),
                     .size_bytes = load_big<uint64_t>(from + 32),
                     .max_timestamp_ms = load_big<int64_t>(from + 40)};
  std::vector<IndexEntry> entries(count);
  const uint8_t* at = from + kHeaderBytes;
  for (IndexEntry& entry : entries) {
    entry = {load_big<uint32_t>(at), load_big<uint32_t>(at + 4), load_big<int64_t>(at + 8)};
    at += kEntryBytes;
  }
  const auto rises = [&](auto field) { return std::ranges::is_sorted(entries, {}, field); };
  if (!rises(&IndexEntry::offset) || !rises(&IndexEntry::position) ||
      !rises(&IndexEntry::max_timestamp_before_ms) ||
      (count > 0 && entries.back().position >= decoded.segment.size_bytes)) {
    return fail(ErrorKind::malformed, "index: entries out of order");
  }
  decoded.index.learn(entries);
  return decoded;
}

}  // namespace kelp::engine::disk
