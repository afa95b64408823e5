// FrameSplitter: bytes in any pieces in, complete frames (without their 4-byte size) out. Owned by
// one connection. Each frame gets memory of its own. That memory follows what has arrived, never
// what was announced: kFirstGrant, then at most kTrust times the arrived bytes. Pure: who reads
// the bytes and who pays for the memory are its caller's business.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/slice.h"

namespace kelp::net {

/// Memory that a frame may have before more than its first bytes are here.
inline constexpr size_t kFirstGrantBytes = 4096;
/// A frame may have this many times the memory of what has arrived of it.
inline constexpr size_t kTrust = 8;
/// A frame of up to this size gets one exact buffer once it is trusted with kExactFromBytes, so
/// that a produce request of the usual 1 MB is received in place; pages not yet granted are not
/// touched.
inline constexpr size_t kExactBytes = 1280 * 1024;
inline constexpr size_t kExactFromBytes = 64 * 1024;

class FrameSplitter {
 public:
  enum class Next : uint8_t {
    bytes,    // all input was used: more is to be received
    memory,   // grant(memory_wanted()) before it goes on
    frame,    // take() it
    refused,  // announced() is 0, negative or over the limit: the stream is worthless from here
  };

  explicit FrameSplitter(size_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

  /// Uses `input` from its front, up to the end of one frame, and says what is needed next.
  Next next(Bytes& input);

  /// After Next::memory: how many bytes more, and that they may be had.
  size_t memory_wanted() const;
  void grant(size_t bytes);
  /// How much more the frame under way can ever want.
  size_t memory_for_rest() const { return announced_ - granted_; }
  /// What was granted to the frame under way.
  size_t granted() const { return granted_; }

  /// Where bytes may be received in place, when a frame is under way and has memory left.
  std::span<uint8_t> room();
  /// `count` bytes were received into room(); next() tells what follows from it.
  void received(size_t count);

  /// The complete frame; after Next::frame.
  Slice take();

  /// Whether bytes of an incomplete frame have come.
  bool inside_frame() const { return size_have_ > 0 || announced_ > 0; }
  /// The size that the frame under way announced, or the refused one.
  int64_t announced() const { return refused_ ? refused_size_ : static_cast<int64_t>(announced_); }

 private:
  bool read_size(Bytes& input);

  size_t max_frame_bytes_;
  std::array<uint8_t, 4> size_{};
  uint8_t size_have_ = 0;
  bool refused_ = false;
  int32_t refused_size_ = 0;
  size_t announced_ = 0;  // 0: between frames
  size_t arrived_ = 0;
  size_t granted_ = 0;
  size_t expected_ = 0;  // bytes of input that the grant asked for must have room for
  Buffer frame_;
};

}  // namespace kelp::net
