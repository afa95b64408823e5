#include "engine/disk/header_walk.h"

#include <algorithm>

namespace kelp::engine::disk {

Result<void> HeaderWalk::fill() {
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(kWindowBytes, end_ - position_));
  const std::span<uint8_t> into(window_.data(), wanted);
  window_at_ = position_;
  window_size_ = 0;
  if (wait_ == Wait::no) {
    const auto got = files_.read_cached(file_, position_, into);
    if (!got) return std::unexpected(got.error());
    if (!*got) {
      would_wait_ = true;
      return fail(ErrorKind::timed_out, "not in memory");
    }
    window_size_ = **got;
  } else {
    const auto got = files_.read(file_, position_, into);
    if (!got) return std::unexpected(got.error());
    window_size_ = *got;
  }
  return {};
}

Result<std::optional<record::BatchHeader>> HeaderWalk::header() {
  if (position_ >= end_) return std::nullopt;
  const bool inside =
      position_ >= window_at_ && position_ + record::kHeaderBytes <= window_at_ + window_size_;
  if (!inside) {
    if (const auto filled = fill(); !filled) return std::unexpected(filled.error());
  }
  const size_t from = position_ - window_at_;
  const auto header = record::read_header(Bytes(window_.data() + from, window_size_ - from));
  if (!header) {
    return fail(ErrorKind::malformed, fmt::format("{} at {}", header.error().what, position_));
  }
  size_ = header->size_in_bytes();
  if (size_ > end_ - position_) {
    return fail(ErrorKind::malformed, fmt::format("a batch of {} bytes is cut at {}", size_, end_));
  }
  return *header;
}

}  // namespace kelp::engine::disk
