// snappy: one raw block (librdkafka), or the blocks of xerial's stream format (Java, Python, Go):
//   82 'SNAPPY' 00 | version: int32 | compatible: int32 | [length: int32 | raw block]...
// Streams may follow each other.
#include <snappy.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/endian.h"
#include "record/piece_source.h"

namespace kelp::record {
namespace {

constexpr std::array<uint8_t, 8> kXerialMagic{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr size_t kXerialHeaderBytes = kXerialMagic.size() + 2 * sizeof(int32_t);
constexpr int32_t kXerialVersion = 1;
/// Xerial's default, so that readers with fixed buffers take it.
constexpr size_t kXerialBlockBytes = 32 * 1024;
/// No element of a raw block makes more than 64 bytes of 3, so no block claims more honestly.
constexpr size_t kMaxFold = 22;

bool has_xerial_magic(Bytes bytes) {
  return bytes.size() >= kXerialHeaderBytes &&
         std::equal(kXerialMagic.begin(), kXerialMagic.end(), bytes.begin());
}

/// The next raw block of xerial's format; nothing at the end.
Result<std::optional<Bytes>> take_block(Bytes& rest) {
  while (has_xerial_magic(rest)) rest = rest.subspan(kXerialHeaderBytes);
  if (rest.empty()) return std::nullopt;
  if (rest.size() < sizeof(int32_t)) return fail(ErrorKind::malformed, "snappy: cut short");
  const auto length = load_big<uint32_t>(rest.data());
  rest = rest.subspan(sizeof(int32_t));
  if (length > rest.size()) return fail(ErrorKind::malformed, "snappy: cut short");
  const Bytes block = rest.first(length);
  rest = rest.subspan(length);
  return block;
}

/// What a raw block says that it makes.
Result<size_t> claimed_bytes(Bytes block) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(reinterpret_cast<const char*>(block.data()), block.size(),
                                     &size) ||
      size > block.size() * kMaxFold) {
    return fail(ErrorKind::malformed, "snappy: damaged");
  }
  return size;
}

class SnappySource final : public PieceSource {
 public:
  SnappySource(Bytes compressed, uint64_t max_output)
      : rest_(compressed), max_output_(max_output), framed_(has_xerial_magic(compressed)) {}

  Result<Bytes> next() override {
    if (!framed_) {
      if (rest_.empty() && started_) return Bytes();
      const Bytes block = std::exchange(rest_, {});
      started_ = true;
      return decode(block);
    }
    for (;;) {
      const auto block = take_block(rest_);
      if (!block) return std::unexpected(block.error());
      if (!*block) return Bytes();
      const Result<Bytes> piece = decode(**block);
      if (!piece || !piece->empty()) return piece;
    }
  }

 private:
  Result<Bytes> decode(Bytes block) {
    const char* data = reinterpret_cast<const char*>(block.data());
    const Result<size_t> claimed = claimed_bytes(block);
    if (!claimed) return std::unexpected(claimed.error());
    const size_t size = *claimed;
    if (size > max_output_) {
      return fail(ErrorKind::too_large, "decompresses to more than a batch may hold");
    }
    if (size > capacity_) {
      piece_ = std::make_unique_for_overwrite<char[]>(size);
      capacity_ = size;
    }
    if (size > 0 && !snappy::RawUncompress(data, block.size(), piece_.get())) {
      return fail(ErrorKind::malformed, "snappy: damaged");
    }
    return Bytes(reinterpret_cast<const uint8_t*>(piece_.get()), size);
  }

  Bytes rest_;
  const uint64_t max_output_;
  const bool framed_;
  bool started_ = false;
  std::unique_ptr<char[]> piece_;
  size_t capacity_ = 0;
};

}  // namespace

std::unique_ptr<PieceSource> open_snappy(Bytes compressed, uint64_t max_output) {
  return std::make_unique<SnappySource>(compressed, max_output);
}

Result<uint64_t> bound_snappy(Bytes compressed) {
  if (!has_xerial_magic(compressed)) {
    // A raw block has no frame, and nearly any bytes look like the front of one: its elements are
    // walked, which is much less than making what they stand for.
    if (!snappy::IsValidCompressedBuffer(reinterpret_cast<const char*>(compressed.data()),
                                         compressed.size())) {
      return fail(ErrorKind::malformed, "snappy: damaged");
    }
    return claimed_bytes(compressed);
  }
  uint64_t bound = 0;
  for (Bytes rest = compressed;;) {
    const auto block = take_block(rest);
    if (!block) return std::unexpected(block.error());
    if (!*block) return bound;
    const Result<size_t> claimed = claimed_bytes(**block);
    if (!claimed) return std::unexpected(claimed.error());
    bound += *claimed;
  }
}

Result<Slice> compress_snappy(Bytes plain) {
  const size_t blocks = (plain.size() + kXerialBlockBytes - 1) / kXerialBlockBytes;
  const size_t block_bound = sizeof(int32_t) + snappy::MaxCompressedLength(kXerialBlockBytes);
  Buffer out(kXerialHeaderBytes + blocks * block_bound);
  uint8_t* to = std::copy(kXerialMagic.begin(), kXerialMagic.end(), out.data());
  store_big<int32_t>(to, kXerialVersion);
  store_big<int32_t>(to + sizeof(int32_t), kXerialVersion);
  to += 2 * sizeof(int32_t);
  for (size_t from = 0; from < plain.size(); from += kXerialBlockBytes) {
    const Bytes block = plain.subspan(from, std::min(kXerialBlockBytes, plain.size() - from));
    size_t size = 0;
    snappy::RawCompress(reinterpret_cast<const char*>(block.data()), block.size(),
                        reinterpret_cast<char*>(to + sizeof(int32_t)), &size);
    store_big<uint32_t>(to, static_cast<uint32_t>(size));
    to += sizeof(int32_t) + size;
  }
  return out.slice(0, static_cast<size_t>(to - out.data()));
}

}  // namespace kelp::record
