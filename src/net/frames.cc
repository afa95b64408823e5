#include "net/frames.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/endian.h"

namespace kelp::net {

/// Whether the size of a frame is known and good now.
bool FrameSplitter::read_size(Bytes& input) {
  if (refused_) return false;
  if (size_have_ > 0 || input.size() < size_.size()) {
    const size_t count = std::min(input.size(), size_.size() - size_have_);
    std::copy_n(input.begin(), count, size_.begin() + size_have_);
    size_have_ = static_cast<uint8_t>(size_have_ + count);
    input = input.subspan(count);
    if (size_have_ < size_.size()) return false;
    size_have_ = 0;
  } else {
    std::copy_n(input.begin(), size_.size(), size_.begin());
    input = input.subspan(size_.size());
  }
  const auto announced = load_big<int32_t>(size_.data());
  if (announced <= 0 || static_cast<size_t>(announced) > max_frame_bytes_) {
    refused_ = true;
    refused_size_ = announced;
    return false;
  }
  announced_ = static_cast<size_t>(announced);
  return true;
}

FrameSplitter::Next FrameSplitter::next(Bytes& input) {
  if (announced_ == 0 && !read_size(input)) return refused_ ? Next::refused : Next::bytes;
  const size_t usable = std::min(input.size(), announced_ - arrived_);
  if (usable > granted_ - arrived_) {
    expected_ = arrived_ + usable;
    return Next::memory;
  }
  if (usable > 0) {
    std::memcpy(frame_.data() + arrived_, input.data(), usable);
    arrived_ += usable;
    input = input.subspan(usable);
  }
  if (arrived_ == announced_) return Next::frame;
  if (arrived_ > 0 && arrived_ == granted_) {  // what was received in place used it up
    expected_ = arrived_;
    return Next::memory;
  }
  return Next::bytes;
}

size_t FrameSplitter::memory_wanted() const {
  const size_t trusted = std::max(kFirstGrantBytes, kTrust * expected_);
  return std::min(announced_, trusted) - granted_;
}

void FrameSplitter::grant(size_t bytes) {
  KELP_ASSERT(bytes > 0 && bytes <= announced_ - granted_, bytes, announced_, granted_);
  granted_ += bytes;
  if (granted_ <= frame_.size()) return;
  const bool exact = announced_ <= kExactBytes && granted_ >= kExactFromBytes;
  Buffer larger(exact ? announced_ : granted_);
  if (arrived_ > 0) std::memcpy(larger.data(), frame_.data(), arrived_);
  frame_ = std::move(larger);
}

std::span<uint8_t> FrameSplitter::room() {
  if (announced_ == 0) return {};
  return frame_.bytes().subspan(arrived_, granted_ - arrived_);
}

void FrameSplitter::received(size_t count) {
  KELP_ASSERT(count <= granted_ - arrived_, count, granted_, arrived_);
  arrived_ += count;
}

Slice FrameSplitter::take() {
  KELP_ASSERT(announced_ > 0 && arrived_ == announced_, arrived_, announced_);
  KELP_ASSERT(frame_.size() == announced_, frame_.size(), announced_);
  Slice frame = frame_.slice();
  frame_ = Buffer();
  announced_ = arrived_ = granted_ = expected_ = 0;
  return frame;
}

}  // namespace kelp::net
