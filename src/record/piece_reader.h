// Reads varints and runs of bytes from a batch's records as though they stood in one row, whether
// they lie in memory or come piece by piece out of a decompressor. Pure; owns nothing but its
// place. A failed read leaves it failed: callers look once, at the end of a record.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "base/varint.h"
#include "record/compression.h"

namespace kelp::record {

class PieceReader {
 public:
  /// All of the bytes at once.
  explicit PieceReader(Bytes bytes) { begin_piece(bytes); }
  /// What `pieces` still has; it must outlive this.
  explicit PieceReader(Decompressor& pieces) : pieces_(&pieces) {}

  /// Bytes read so far.
  uint64_t position() const { return before_ + static_cast<uint64_t>(at_ - begin_); }
  /// Whether nothing is left; asks the decompressor. False too when that failed: see error().
  bool is_at_end() { return at_ == end_ && !refill() && !error_; }
  /// What the decompressor complained about, if it did. Bytes that simply ended are no error.
  const std::optional<Error>& error() const { return error_; }

  bool take_byte(uint8_t& out) {
    if (at_ == end_ && !refill()) return false;
    out = *at_++;
    return true;
  }
  bool take_varint(int32_t& out) {
    uint64_t raw = 0;
    if (!take_raw<kMaxVarint32Bytes, 0x0f>(raw)) return false;
    out = unzigzag(static_cast<uint32_t>(raw));
    return true;
  }
  bool take_varint(int64_t& out) {
    uint64_t raw = 0;
    if (!take_raw<kMaxVarint64Bytes, 0x01>(raw)) return false;
    out = unzigzag(raw);
    return true;
  }
  /// Passes over `count` bytes, which `out` shows if they lie in one piece (else it is empty).
  bool take(uint64_t count, Bytes& out) {
    if (count <= static_cast<uint64_t>(end_ - at_)) {
      out = {at_, static_cast<size_t>(count)};
      at_ += count;
      return true;
    }
    out = {};
    return skip_pieces(count);
  }
  /// `count` bytes in one row: where they lie if they can be had so, else gathered in `scratch`,
  /// which grows only with what has really been read.
  bool take_row(uint64_t count, Bytes& out, std::vector<uint8_t>& scratch);

 private:
  void begin_piece(Bytes piece) {
    begin_ = at_ = piece.data();
    end_ = begin_ + piece.size();
  }
  bool refill();
  bool skip_pieces(uint64_t count);

  template <size_t max_bytes, uint8_t max_last>
  bool take_raw(uint64_t& out) {
    if (static_cast<size_t>(end_ - at_) < max_bytes)
      return take_raw_slowly(max_bytes, max_last, out);
    uint64_t value = *at_++;
    if (value < 0x80) {
      out = value;
      return true;
    }
    value &= 0x7f;
    for (size_t i = 1; i < max_bytes; ++i) {
      const uint8_t byte = *at_++;
      value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        out = value;
        return i < max_bytes - 1 || byte <= max_last;
      }
    }
    return false;
  }
  bool take_raw_slowly(size_t max_bytes, uint8_t max_last, uint64_t& out);

  const uint8_t* begin_ = nullptr;
  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t before_ = 0;  // bytes of the pieces that are done
  Decompressor* pieces_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace kelp::record
