#include "wire/codec.h"

#include <fmt/format.h>

#include <limits>

namespace kelp::wire {

Result<void> decode_erased(const MessageOps& ops, Reader& in, void* message, int16_t version) {
  if (!ops.versions.has(version))
    return fail(ErrorKind::unsupported, fmt::format("{} has no version {}", ops.name, version));
  ops.decode(in, message, version);
  if (in.ok()) return {};
  return fail(ErrorKind::malformed,
              fmt::format("{} v{}: at byte {}: {}", ops.name, version, in.position(), in.fault()));
}

Result<void> refuse_leftover(const MessageOps& ops, const Reader& in, int16_t version) {
  if (in.remaining() == 0) return {};
  return fail(ErrorKind::malformed,
              fmt::format("{} v{}: {} bytes behind its end", ops.name, version, in.remaining()));
}

size_t size_of_erased(const MessageOps& ops, const void* message, int16_t version) {
  KELP_ASSERT(ops.versions.has(version), ops.name, version);
  Sizer sizer;
  ops.measure(sizer, message, version);
  return sizer.total();
}

Buffer encode_erased(const MessageOps& ops, const void* message, int16_t version, Bytes prefix) {
  KELP_ASSERT(ops.versions.has(version), ops.name, version);
  Sizer sizer;
  sizer.raw(prefix);
  ops.measure(sizer, message, version);
  Buffer buffer(sizer.inline_size());
  Writer writer(buffer);
  writer.raw(prefix);
  ops.write(writer, message, version);
  KELP_ASSERT(writer.position() == buffer.size(), ops.name, version, writer.position(),
              buffer.size());
  return buffer;
}

namespace {

constexpr uint8_t kNoTags = 0;

// The response header; the same for both passes.
template <class Out>
void put_header(Out& out, int32_t correlation_id, bool flexible) {
  out.integer(correlation_id);
  if (flexible) out.integer(kNoTags);
}

}  // namespace

Frame encode_response_erased(const MessageOps& ops, const void* message, int16_t version,
                             int32_t correlation_id, bool flexible_header) {
  KELP_ASSERT(ops.versions.has(version), ops.name, version);
  Sizer sizer;
  put_header(sizer, correlation_id, flexible_header);
  ops.measure(sizer, message, version);
  KELP_ASSERT(sizer.total() <= std::numeric_limits<int32_t>::max(), ops.name, sizer.total());
  Frame frame{Buffer(sizeof(int32_t) + sizer.inline_size()), {}};
  Writer writer(frame.bytes, &frame.splices);
  writer.integer(static_cast<int32_t>(sizer.total()));
  put_header(writer, correlation_id, flexible_header);
  ops.write(writer, message, version);
  KELP_ASSERT(writer.position() == frame.bytes.size(), ops.name, version, writer.position(),
              frame.bytes.size());
  return frame;
}

}  // namespace kelp::wire
