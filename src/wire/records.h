// Record batches in a message, opaque to this layer. Decoded: a slice of the request's frame, not
// copied. To be encoded: bytes in memory (copied into the frame) or a hole, whose bytes lie
// elsewhere (a file, the storage engine) and which the sender splices in; see wire/frame.h.
#pragma once

#include <cstddef>

#include "base/assert.h"
#include "base/slice.h"

namespace kelp::wire {

class Records {
 public:
  /// Null, as in a fetch answer with an error.
  Records() = default;
  Records(Slice bytes) : size_(bytes.size()), bytes_(std::move(bytes)), place_(Place::memory) {}
  /// `size` bytes that the sender puts in; `source` is the caller's own number for them and comes
  /// back in the Splice (say, an index into its list of rt::Fragments).
  static Records elsewhere(size_t source, size_t size) {
    Records records;
    records.size_ = size;
    records.source_ = source;
    records.place_ = Place::elsewhere;
    return records;
  }

  bool is_null() const { return place_ == Place::none; }
  bool is_elsewhere() const { return place_ == Place::elsewhere; }
  size_t size() const { return size_; }
  size_t source() const { return source_; }

  /// The bytes in memory; empty for null. Not for a hole.
  const Slice& slice() const {
    KELP_ASSERT(!is_elsewhere(), source_, size_);
    return bytes_;
  }
  Slice& slice() {
    KELP_ASSERT(!is_elsewhere(), source_, size_);
    return bytes_;
  }

 private:
  enum class Place : uint8_t { none, memory, elsewhere };

  size_t size_ = 0;
  size_t source_ = 0;
  Slice bytes_;
  Place place_ = Place::none;
};

}  // namespace kelp::wire
