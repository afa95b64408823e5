// Private to the compression: one codec's decoder, which gives its output piece by piece.
#pragma once

#include <memory>

#include "record/compression.h"

namespace kelp::record {

/// The size of the pieces of codecs that stream: large enough that a call costs nothing beside its
/// work, small enough to stay in the L2 cache.
inline constexpr size_t kPieceBytes = 64 * 1024;

class PieceSource {
 public:
  virtual ~PieceSource() = default;
  /// As Decompressor::next(), without the bound of the whole.
  virtual Result<Bytes> next() = 0;
};

/// One codec each, for Decompressor::open() and compress().
std::unique_ptr<PieceSource> open_gzip(Bytes compressed);
std::unique_ptr<PieceSource> open_snappy(Bytes compressed, uint64_t max_output);
std::unique_ptr<PieceSource> open_lz4(Bytes compressed, Lz4Header header);
std::unique_ptr<PieceSource> open_zstd(Bytes compressed);
Result<uint64_t> bound_snappy(Bytes compressed);
Result<uint64_t> bound_lz4(Bytes compressed);
Result<uint64_t> bound_zstd(Bytes compressed);
Result<Slice> compress_gzip(Bytes plain, std::optional<int> level);
Result<Slice> compress_snappy(Bytes plain);
Result<Slice> compress_lz4(Bytes plain, std::optional<int> level);
Result<Slice> compress_zstd(Bytes plain, std::optional<int> level);

}  // namespace kelp::record
