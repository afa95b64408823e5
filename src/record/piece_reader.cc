#include "record/piece_reader.h"

namespace kelp::record {

bool PieceReader::refill() {
  if (pieces_ == nullptr || error_) return false;
  Result<Bytes> piece = pieces_->next();
  if (!piece) {
    error_ = std::move(piece.error());
    return false;
  }
  before_ = position();
  begin_piece(*piece);
  return !piece->empty();
}

bool PieceReader::skip_pieces(uint64_t count) {
  while (count > static_cast<uint64_t>(end_ - at_)) {
    count -= static_cast<uint64_t>(end_ - at_);
    at_ = end_;
    if (!refill()) return false;
  }
  at_ += count;
  return true;
}

bool PieceReader::take_row(uint64_t count, Bytes& out, std::vector<uint8_t>& scratch) {
  if (count <= static_cast<uint64_t>(end_ - at_)) return take(count, out);
  scratch.clear();
  while (scratch.size() < count) {
    if (at_ == end_ && !refill()) return false;
    const uint64_t part = std::min<uint64_t>(count - scratch.size(), end_ - at_);
    scratch.insert(scratch.end(), at_, at_ + part);
    at_ += part;
  }
  out = scratch;
  return true;
}

bool PieceReader::take_raw_slowly(size_t max_bytes, uint8_t max_last, uint64_t& out) {
  uint64_t value = 0;
  for (size_t i = 0; i < max_bytes; ++i) {
    uint8_t byte = 0;
    if (!take_byte(byte)) return false;
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      out = value;
      return i < max_bytes - 1 || byte <= max_last;
    }
  }
  return false;
}

}  // namespace kelp::record
