// The codecs of record batches, by whole buffers and by pieces. Decompression is pulled piece by
// piece under a bound of output, so that a few hostile bytes cost neither memory nor much time.
// Pure; a Decompressor belongs to whoever opened it and reads from bytes that must outlive it.
// Formats: gzip members; xerial-framed and raw snappy; lz4 frames; zstd frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/slice.h"
#include "record/batch.h"

namespace kelp::record {

/// What a batch of `compressed_bytes` may decompress to: 128 MiB (a batch of the default
/// max.message.bytes compressed 128-fold) or 16-fold for batches that are large already. Everything
/// that reads a batch uses this bound, so what was accepted once can be read for ever.
uint64_t max_uncompressed_bytes(size_t compressed_bytes);

/// Which lz4 frame header is meant. Kafka's magic 0 has a wrong checksum in it (KAFKA-3160), so
/// there the checksum is not looked at.
enum class Lz4Header : uint8_t { standard, unchecked };

/// The working memory of one codec, behind Decompressor.
class PieceSource;

class Decompressor {
 public:
  /// malformed: not this codec's bytes (as far as seen yet). Codec::none gives the bytes as one
  /// piece.
  static Result<Decompressor> open(Codec codec, Bytes compressed, uint64_t max_output,
                                   Lz4Header lz4_header = Lz4Header::standard);
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;
  ~Decompressor();

  /// The next piece, valid until the next call; empty at the end, and then again.
  /// malformed: damaged or cut short; too_large: more than `max_output`.
  Result<Bytes> next();

 private:
  explicit Decompressor(std::unique_ptr<PieceSource> source, uint64_t max_output);

  std::unique_ptr<PieceSource> source_;
  uint64_t left_;  // of the bound
};

/// The most that it can decompress to, as the headers of its frames and blocks have it; nothing is
/// decompressed, which costs next to nothing. unsupported: only decompressing it tells (gzip; zstd
/// with a window beyond what is given freely); malformed: not whole frames of this codec.
Result<uint64_t> output_bound(Codec codec, Bytes compressed);

/// The whole of it. Memory follows what really came out, never what a header claims.
Result<Slice> decompress(Codec codec, Bytes compressed, uint64_t max_output,
                         Lz4Header lz4_header = Lz4Header::standard);

/// The whole of it, at the codec's default level without one (`compression.gzip.level` and so on):
/// gzip 1-9, lz4 1-17, zstd -131072-22; snappy has none. Snappy is framed as xerial does, as
/// Kafka's own clients do. invalid: a level that the codec does not have.
Result<Slice> compress(Codec codec, Bytes plain, std::optional<int> level = std::nullopt);

}  // namespace kelp::record
