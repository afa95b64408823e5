// A walk over the headers of the batches of a segment file, from a position where a batch begins.
// The records are not read. Runs on any thread; with Wait::no it never waits for the disk but stops
// and says so. Owns its window, not the file.
#pragma once

#include <array>
#include <optional>

#include "record/batch.h"
#include "rt/file.h"

namespace kelp::engine::disk {

enum class Wait : uint8_t { no, yes };

class HeaderWalk {
 public:
  /// Walks the bytes from `position` to `end`.
  HeaderWalk(rt::FileSystem& files, const rt::OpenFile& file, uint64_t position, uint64_t end,
             Wait wait)
      : files_(files), file_(file), position_(position), end_(end), wait_(wait) {}

  /// The header at position(), valid until the next call; nothing at the end. malformed: no batch
  /// stands there, or it is cut. timed_out with would_wait(): ask again with Wait::yes.
  Result<std::optional<record::BatchHeader>> header();
  /// Behind the batch that header() gave last.
  void advance() { position_ += size_; }
  uint64_t position() const { return position_; }
  bool would_wait() const { return would_wait_; }
  /// These bytes of the file if the last call of the system brought them all; empty if not.
  Bytes seen(uint64_t position, size_t size) const {
    if (position < window_at_ || position + size > window_at_ + window_size_) return {};
    return Bytes(window_).subspan(position - window_at_, size);
  }

 private:
  /// One call of the system sees this much: an index interval or a large batch's header.
  static constexpr size_t kWindowBytes = 4096;

  Result<void> fill();

  rt::FileSystem& files_;
  const rt::OpenFile& file_;
  uint64_t position_;
  const uint64_t end_;
  const Wait wait_;
  bool would_wait_ = false;
  size_t size_ = 0;  // of the batch at position_
  uint64_t window_at_ = 0;
  size_t window_size_ = 0;
  std::array<uint8_t, kWindowBytes> window_;
};

}  // namespace kelp::engine::disk
