#include "record/compression.h"

#include <algorithm>
#include <limits>

#include "record/piece_source.h"

namespace kelp::record {
namespace {

/// Kafka counts the bytes of records in an int32.
constexpr size_t kMaxBytes = std::numeric_limits<int32_t>::max();

/// Bytes that are not compressed: one piece.
class PlainSource final : public PieceSource {
 public:
  explicit PlainSource(Bytes bytes) : bytes_(bytes) {}
  Result<Bytes> next() override { return std::exchange(bytes_, {}); }

 private:
  Bytes bytes_;
};

std::unique_ptr<PieceSource> open_source(Codec codec, Bytes compressed, uint64_t max_output,
                                         Lz4Header lz4_header) {
  switch (codec) {
    case Codec::none:
      return std::make_unique<PlainSource>(compressed);
    case Codec::gzip:
      return open_gzip(compressed);
    case Codec::snappy:
      return open_snappy(compressed, max_output);
    case Codec::lz4:
      return open_lz4(compressed, lz4_header);
    case Codec::zstd:
      return open_zstd(compressed);
  }
  return nullptr;
}

}  // namespace

uint64_t max_uncompressed_bytes(size_t compressed_bytes) {
  constexpr uint64_t kFloor = uint64_t{128} << 20;
  constexpr uint64_t kFold = 16;
  return std::max(kFloor, kFold * compressed_bytes);
}

Result<Decompressor> Decompressor::open(Codec codec, Bytes compressed, uint64_t max_output,
                                        Lz4Header lz4_header) {
  if (compressed.empty() && codec != Codec::none) {
    return fail(ErrorKind::malformed, fmt::format("{}: nothing", name_of(codec)));
  }
  if (compressed.size() > kMaxBytes) return fail(ErrorKind::too_large, "2 GiB compressed");
  auto source = open_source(codec, compressed, max_output, lz4_header);
  KELP_ASSERT(source != nullptr, static_cast<int>(codec));
  return Decompressor(std::move(source), max_output);
}

Decompressor::Decompressor(std::unique_ptr<PieceSource> source, uint64_t max_output)
    : source_(std::move(source)), left_(max_output) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Result<Bytes> Decompressor::next() {
  Result<Bytes> piece = source_->next();
  if (!piece) return piece;
  if (piece->size() > left_) {
    return fail(ErrorKind::too_large, "decompresses to more than a batch may hold");
  }
  left_ -= piece->size();
  return piece;
}

Result<uint64_t> output_bound(Codec codec, Bytes compressed) {
  switch (codec) {
    case Codec::none:
      return compressed.size();
    case Codec::snappy:
      return bound_snappy(compressed);
    case Codec::lz4:
      return bound_lz4(compressed);
    case Codec::zstd:
      return bound_zstd(compressed);
    case Codec::gzip:
      break;
  }
  return fail(ErrorKind::unsupported, "only decompressing it tells");
}

Result<Slice> decompress(Codec codec, Bytes compressed, uint64_t max_output, Lz4Header lz4_header) {
  Result<Decompressor> pieces = Decompressor::open(codec, compressed, max_output, lz4_header);
  if (!pieces) return std::unexpected(std::move(pieces.error()));
  auto all = std::make_shared<std::vector<uint8_t>>();
  for (;;) {
    const Result<Bytes> piece = pieces->next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) break;
    all->insert(all->end(), piece->begin(), piece->end());
  }
  const Bytes bytes(*all);
  return Slice(std::move(all), bytes);
}

Result<Slice> compress(Codec codec, Bytes plain, std::optional<int> level) {
  if (plain.size() > kMaxBytes) return fail(ErrorKind::too_large, "2 GiB to compress");
  switch (codec) {
    case Codec::none:
      return Slice::copy_of(plain);
    case Codec::gzip:
      return compress_gzip(plain, level);
    case Codec::snappy:
      return compress_snappy(plain);
    case Codec::lz4:
      return compress_lz4(plain, level);
    case Codec::zstd:
      return compress_zstd(plain, level);
  }
  return fail(ErrorKind::invalid, "no such codec");
}

}  // namespace kelp::record
