// lz4's frame format through liblz4, and the frames of Kafka's magic 0, whose header checksum was
// computed over the wrong bytes (KAFKA-3160).
#include <lz4frame.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "record/piece_source.h"

namespace kelp::record {
namespace {

constexpr size_t kMagicBytes = 4;
constexpr uint8_t kHasContentSize = 0x08;   // in FLG: 8 more bytes
constexpr uint8_t kHasDictionaryId = 0x01;  // in FLG: 4 more bytes
/// Kafka's level range (KIP-390); liblz4 ends at 12. Its default, 9, means the fast compressor.
constexpr int kMinLevel = 1;
constexpr int kMaxLevel = 17;
constexpr int kKafkaDefaultLevel = 9;
constexpr int kFastLevel = 0;
constexpr int kMaxLibraryLevel = 12;

/// In front of a block: its size, and whether it is not compressed. 0 ends the frame.
constexpr uint32_t kPlainBlock = 0x80000000;
constexpr size_t kChecksumBytes = 4;
/// A block makes no more of a byte.
constexpr uint64_t kMaxFold = 255;

/// xxHash32 (seed 0) of fewer than 16 bytes: all that a frame descriptor has. Its specification:
/// github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
uint32_t xxhash32_short(Bytes bytes) {
  constexpr uint32_t kPrime1 = 0x9e3779b1, kPrime2 = 0x85ebca77, kPrime3 = 0xc2b2ae3d;
  constexpr uint32_t kPrime4 = 0x27d4eb2f, kPrime5 = 0x165667b1;
  uint32_t hash = kPrime5 + static_cast<uint32_t>(bytes.size());
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    const uint32_t lane = byte_swapped(load_big<uint32_t>(bytes.data()));  // little-endian
    hash = std::rotl(hash + lane * kPrime3, 17) * kPrime4;
  }
  for (const uint8_t byte : bytes) hash = std::rotl(hash + byte * kPrime5, 11) * kPrime1;
  hash = (hash ^ (hash >> 15)) * kPrime2;
  hash = (hash ^ (hash >> 13)) * kPrime3;
  return hash ^ (hash >> 16);
}

/// The frame's header with the checksum that it should have; empty if it has no whole header.
std::vector<uint8_t> mended_header(Bytes frame) {
  if (frame.size() < kMagicBytes + 2) return {};
  const uint8_t flags = frame[kMagicBytes];
  const size_t descriptor =
      2 + ((flags & kHasContentSize) != 0 ? 8 : 0) + ((flags & kHasDictionaryId) != 0 ? 4 : 0);
  if (frame.size() < kMagicBytes + descriptor + 1) return {};
  std::vector<uint8_t> header(frame.begin(), frame.begin() + kMagicBytes + descriptor);
  const uint32_t hash = xxhash32_short(frame.subspan(kMagicBytes, descriptor));
  header.push_back(static_cast<uint8_t>(hash >> 8));
  return header;
}

class Lz4Source final : public PieceSource {
 public:
  Lz4Source(Bytes compressed, Lz4Header header) : rest_(compressed) {
    ready_ = LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
    if (header == Lz4Header::unchecked) header_ = mended_header(compressed);
    header_left_ = header_;
    rest_ = rest_.subspan(header_.size());
  }
  ~Lz4Source() override {
    if (ready_) LZ4F_freeDecompressionContext(context_);
  }

  Result<Bytes> next() override {
    if (!ready_) return fail(ErrorKind::exhausted, "lz4: no memory");
    for (;;) {
      // At the end of a frame nothing is asked: liblz4 would take it as the start of another.
      if (frame_ended_ && rest_.empty()) return Bytes();
      Bytes& from = header_left_.empty() ? rest_ : header_left_;
      size_t made = piece_.size();
      size_t used = from.size();
      const size_t wanted =
          LZ4F_decompress(context_, piece_.data(), &made, from.data(), &used, nullptr);
      if (LZ4F_isError(wanted) != 0) return fail(ErrorKind::malformed, "lz4: damaged");
      from = from.subspan(used);
      frame_ended_ = wanted == 0;
      if (made > 0) return Bytes(piece_.data(), made);
      if (used == 0) return fail(ErrorKind::malformed, "lz4: cut short");
    }
  }

 private:
  Bytes rest_;
  std::vector<uint8_t> header_;
  Bytes header_left_;
  LZ4F_dctx* context_ = nullptr;
  bool ready_ = false;
  bool frame_ended_ = false;
  std::array<uint8_t, kPieceBytes> piece_;
};

}  // namespace

std::unique_ptr<PieceSource> open_lz4(Bytes compressed, Lz4Header header) {
  return std::make_unique<Lz4Source>(compressed, header);
}

namespace {

/// What the frame's header says; takes it off `rest`.
Result<LZ4F_frameInfo_t> take_header(Bytes& rest) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) {
    return fail(ErrorKind::exhausted, "lz4: no memory");
  }
  LZ4F_frameInfo_t info{};
  size_t used = rest.size();
  const size_t status = LZ4F_getFrameInfo(context, &info, rest.data(), &used);
  LZ4F_freeDecompressionContext(context);
  if (LZ4F_isError(status) != 0 || info.frameType != LZ4F_frame) {
    return fail(ErrorKind::malformed, "lz4: no frame");
  }
  rest = rest.subspan(used);
  return info;
}

/// The most that the frame's blocks make; takes them off `rest`.
Result<uint64_t> take_blocks(Bytes& rest, const LZ4F_frameInfo_t& info) {
  // 64 KiB, 256 KiB, 1 MiB, 4 MiB.
  const uint64_t largest = uint64_t{1} << (8 + 2 * static_cast<int>(info.blockSizeID));
  const size_t behind_block = info.blockChecksumFlag != 0 ? kChecksumBytes : 0;
  uint64_t bound = 0;
  for (;;) {
    if (rest.size() < sizeof(uint32_t)) return fail(ErrorKind::malformed, "lz4: cut short");
    const uint32_t word = byte_swapped(load_big<uint32_t>(rest.data()));  // little-endian
    rest = rest.subspan(sizeof word);
    if (word == 0) return bound;
    const uint64_t size = word & ~kPlainBlock;
    if (size > largest || size + behind_block > rest.size()) {
      return fail(ErrorKind::malformed, "lz4: cut short");
    }
    bound += (word & kPlainBlock) != 0 ? size : std::min(largest, size * kMaxFold);
    rest = rest.subspan(size + behind_block);
  }
}

}  // namespace

Result<uint64_t> bound_lz4(Bytes compressed) {
  uint64_t bound = 0;
  for (Bytes rest = compressed; !rest.empty();) {
    const auto info = take_header(rest);
    if (!info) return std::unexpected(info.error());
    const auto blocks = take_blocks(rest, *info);
    if (!blocks) return blocks;
    bound += *blocks;
    const size_t behind = info->contentChecksumFlag != 0 ? kChecksumBytes : 0;
    if (behind > rest.size()) return fail(ErrorKind::malformed, "lz4: cut short");
    rest = rest.subspan(behind);
  }
  return bound;
}

Result<Slice> compress_lz4(Bytes plain, std::optional<int> level) {
  if (level && (*level < kMinLevel || *level > kMaxLevel)) {
    return fail(ErrorKind::invalid, fmt::format("lz4 has no level {}", *level));
  }
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // Kafka's Java reader knows no other
  preferences.compressionLevel = level.value_or(kKafkaDefaultLevel) == kKafkaDefaultLevel
                                     ? kFastLevel
                                     : std::min(*level, kMaxLibraryLevel);
  Buffer out(LZ4F_compressFrameBound(plain.size(), &preferences));
  const size_t made =
      LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), &preferences);
  if (LZ4F_isError(made) != 0) {
    return fail(ErrorKind::exhausted, fmt::format("lz4: {}", LZ4F_getErrorName(made)));
  }
  return out.slice(0, made);
}

}  // namespace kelp::record
