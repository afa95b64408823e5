// zstd frames, one after the other. A frame says which window it needs: up to 8 MiB (every level
// to 19) is given freely, up to 128 MiB (levels 20-22) only for output that stays small, because
// the decoder keeps the window in memory as far as it was filled.
#define ZSTD_STATIC_LINKING_ONLY  // for what a frame's header says
#include <zstd.h>
#include <zstd_errors.h>

#include <array>

#include "record/kept_context.h"
#include "record/piece_source.h"

namespace kelp::record {
namespace {

constexpr int kWindowLog = 23;
constexpr int kLargeWindowLog = 27;  // the decoder's own default limit, and Java's
constexpr uint64_t kMaxLargeWindowOutput = uint64_t{32} << 20;

using DecompressContext = KeptContext<ZSTD_DCtx, ZSTD_createDCtx, ZSTD_freeDCtx, ZSTD_sizeof_DCtx>;
using CompressContext = KeptContext<ZSTD_CCtx, ZSTD_createCCtx, ZSTD_freeCCtx, ZSTD_sizeof_CCtx>;

class ZstdSource final : public PieceSource {
 public:
  explicit ZstdSource(Bytes compressed) : input_{compressed.data(), compressed.size(), 0} {
    if (context_.get() == nullptr) return;
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    allow_window(kWindowLog);
  }

  Result<Bytes> next() override {
    if (context_.get() == nullptr) return fail(ErrorKind::exhausted, "zstd: no memory");
    for (;;) {
      if (frame_ended_ && input_.pos == input_.size) return Bytes();
      ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
      const size_t before = input_.pos;
      if (frame_ended_) frame_start_ = before;
      const size_t status = ZSTD_decompressStream(context_.get(), &output, &input_);
      if (ZSTD_isError(status) != 0) {
        if (!retry_with_large_window(status)) return fail(ErrorKind::malformed, text_of(status));
        continue;
      }
      frame_ended_ = status == 0;
      made_ += output.pos;
      if (large_window_ && made_ > kMaxLargeWindowOutput) {
        return fail(ErrorKind::too_large, "zstd: too much output for a window beyond 8 MiB");
      }
      if (output.pos > 0) return Bytes(piece_.data(), output.pos);
      if (input_.pos == before && !frame_ended_) {
        return fail(ErrorKind::malformed, "zstd: cut short");
      }
    }
  }

 private:
  void allow_window(int log) {
    const size_t status = ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, log);
    KELP_ASSERT(ZSTD_isError(status) == 0, log);
  }

  /// The window is the first thing that the decoder looks at: nothing of the frame has come out.
  bool retry_with_large_window(size_t status) {
    if (ZSTD_getErrorCode(status) != ZSTD_error_frameParameter_windowTooLarge || large_window_) {
      return false;
    }
    large_window_ = true;
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    allow_window(kLargeWindowLog);
    input_.pos = frame_start_;
    frame_ended_ = true;
    return true;
  }

  static std::string text_of(size_t status) {
    return fmt::format("zstd: {}", ZSTD_getErrorName(status));
  }

  const DecompressContext context_;
  ZSTD_inBuffer input_;
  size_t frame_start_ = 0;
  bool frame_ended_ = true;
  bool large_window_ = false;
  uint64_t made_ = 0;
  std::array<uint8_t, kPieceBytes> piece_;
};

}  // namespace

std::unique_ptr<PieceSource> open_zstd(Bytes compressed) {
  return std::make_unique<ZstdSource>(compressed);
}

Result<uint64_t> bound_zstd(Bytes compressed) {
  uint64_t bound = 0;
  for (Bytes rest = compressed; !rest.empty();) {
    ZSTD_frameHeader header;
    if (ZSTD_getFrameHeader(&header, rest.data(), rest.size()) != 0) {
      return fail(ErrorKind::malformed, "zstd: no frame");
    }
    if (header.windowSize > uint64_t{1} << kWindowLog) {
      return fail(ErrorKind::unsupported, "zstd: a window beyond 8 MiB");
    }
    const size_t size = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
    if (ZSTD_isError(size) != 0) return fail(ErrorKind::malformed, "zstd: no whole frame");
    bound += ZSTD_decompressBound(rest.data(), size);
    rest = rest.subspan(size);
  }
  return bound;
}

Result<Slice> compress_zstd(Bytes plain, std::optional<int> level) {
  if (level && (*level < ZSTD_minCLevel() || *level > ZSTD_maxCLevel())) {
    return fail(ErrorKind::invalid, fmt::format("zstd has no level {}", *level));
  }
  const CompressContext context;
  if (context.get() == nullptr) return fail(ErrorKind::exhausted, "zstd: no memory");
  Buffer out(ZSTD_compressBound(plain.size()));
  const size_t made = ZSTD_compressCCtx(context.get(), out.data(), out.size(), plain.data(),
                                        plain.size(), level.value_or(ZSTD_CLEVEL_DEFAULT));
  if (ZSTD_isError(made) != 0) {
    return fail(ErrorKind::exhausted, fmt::format("zstd: {}", ZSTD_getErrorName(made)));
  }
  return out.slice(0, made);
}

}  // namespace kelp::record
