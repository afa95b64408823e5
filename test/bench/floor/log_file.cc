#include "bench/floor/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/crc32c.h"
#include "base/endian.h"

namespace kelp::floor {
namespace {

// Of a record batch of magic 2.
constexpr size_t kHeaderBytes = 61, kLengthAt = 8, kCrcAt = 17, kCoveredAt = 21, kLastDeltaAt = 23;
constexpr size_t kBeforeLengthCounts = 12;

}  // namespace

LogFile::LogFile(const std::string& path)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  if (fd_ >= 0) return;
  std::perror(path.c_str());
  std::exit(1);
}

LogFile::LogFile(LogFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      next_offset_(other.next_offset_),
      end_(other.end_),
      places_(std::move(other.places_)) {}

LogFile::~LogFile() {
  if (fd_ >= 0) ::close(fd_);
}

int64_t LogFile::append(std::span<uint8_t> batches) {
  const int64_t first = next_offset_;
  for (size_t at = 0; at + kHeaderBytes <= batches.size();) {
    uint8_t* batch = batches.data() + at;
    const auto length = load_big<uint32_t>(batch + kLengthAt);
    const size_t whole = kBeforeLengthCounts + length;
    if (whole < kHeaderBytes || at + whole > batches.size()) return -1;
    const Bytes covered(batch + kCoveredAt, whole - kCoveredAt);
    if (crc32c(covered) != load_big<uint32_t>(batch + kCrcAt)) return -1;
    store_big<int64_t>(batch, next_offset_);
    places_.push_back({next_offset_, end_ + static_cast<int64_t>(at)});
    next_offset_ += load_big<int32_t>(batch + kLastDeltaAt) + 1;
    at += whole;
  }
  const ssize_t written = ::pwrite(fd_, batches.data(), batches.size(), end_);
  if (written != static_cast<ssize_t>(batches.size())) return -1;
  end_ += written;
  return first;
}

LogFile::Range LogFile::from(int64_t offset, size_t max_bytes) const {
  Range range;
  range.position = end_;
  if (offset < next_offset_) {
    const auto behind = std::ranges::upper_bound(places_, offset, {}, &Place::offset);
    range.position = std::prev(behind)->position;
  }
  range.bytes = std::min(static_cast<size_t>(end_ - range.position), max_bytes);
  return range;
}

}  // namespace kelp::floor
