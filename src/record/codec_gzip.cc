// gzip (RFC 1952) through zlib. Several members in a row are one stream, as Java's reader has it.
#include <zlib.h>

#include <array>

#include "record/piece_source.h"

namespace kelp::record {
namespace {

/// zlib's largest window, and 16 for "with gzip's own header and trailer".
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;  // zlib's default

class GzipSource final : public PieceSource {
 public:
  explicit GzipSource(Bytes compressed) {
    stream_.next_in = const_cast<Bytef*>(compressed.data());
    stream_.avail_in = static_cast<uInt>(compressed.size());
    ready_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK;
  }
  ~GzipSource() override {
    if (ready_) inflateEnd(&stream_);
  }

  Result<Bytes> next() override {
    if (!ready_) return fail(ErrorKind::exhausted, "gzip: no memory");
    while (!ended_) {
      stream_.next_out = piece_.data();
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const size_t made = piece_.size() - stream_.avail_out;
      if (status == Z_STREAM_END) {
        ended_ = stream_.avail_in == 0;
        if (!ended_ && inflateReset(&stream_) != Z_OK) return fail(ErrorKind::malformed, "gzip");
      } else if (status != Z_OK) {
        return fail(ErrorKind::malformed,
                    status == Z_BUF_ERROR ? "gzip: cut short" : "gzip: damaged");
      }
      if (made > 0) return Bytes(piece_.data(), made);
    }
    return Bytes();
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
  std::array<uint8_t, kPieceBytes> piece_;
};

}  // namespace

std::unique_ptr<PieceSource> open_gzip(Bytes compressed) {
  return std::make_unique<GzipSource>(compressed);
}

Result<Slice> compress_gzip(Bytes plain, std::optional<int> level) {
  if (level && (*level < Z_BEST_SPEED || *level > Z_BEST_COMPRESSION)) {
    return fail(ErrorKind::invalid, fmt::format("gzip has no level {}", *level));
  }
  z_stream stream{};
  if (deflateInit2(&stream, level.value_or(Z_DEFAULT_COMPRESSION), Z_DEFLATED, kGzipWindowBits,
                   kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail(ErrorKind::exhausted, "gzip: no memory");
  }
  Buffer out(deflateBound(&stream, plain.size()));
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  const size_t made = out.size() - stream.avail_out;
  deflateEnd(&stream);
  KELP_ASSERT(status == Z_STREAM_END, status, plain.size());
  return out.slice(0, made);
}

}  // namespace kelp::record
