#include "wire/header.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "wire/instantiate.h"
#include "wire/messages.h"

KELP_WIRE_MESSAGE(RequestHeader)
KELP_WIRE_MESSAGE(ResponseHeader)

namespace kelp::wire {
namespace {

constexpr size_t kKeys = 93;  // Kafka 4.3.1's API keys are 0 to 92

template <class... Messages>
consteval std::array<Versions, kKeys> flexible_versions(MessageList<Messages...>) {
  std::array<Versions, kKeys> table;
  table.fill(kNever);
  ((table[static_cast<size_t>(Messages::key)] = Messages::flexible), ...);
  return table;
}

// Requests and responses of an API become flexible with the same version.
constexpr auto kFlexible = flexible_versions(Requests());
static_assert(kFlexible == flexible_versions(Responses()));

bool is_flexible(int16_t api_key, int16_t api_version) {
  if (api_key < 0 || static_cast<size_t>(api_key) >= kKeys) return false;
  return kFlexible[static_cast<size_t>(api_key)].has(api_version);
}

}  // namespace

int16_t request_header_version(int16_t api_key, int16_t api_version) {
  return is_flexible(api_key, api_version) ? 2 : 1;
}

int16_t response_header_version(int16_t api_key, int16_t api_version) {
  if (api_key == ApiVersionsResponse::key) return 0;
  return is_flexible(api_key, api_version) ? 1 : 0;
}

std::optional<RequestStart> peek_request(Bytes frame) {
  constexpr size_t kSize = 2 + 2 + 4;
  if (frame.size() < kSize) return std::nullopt;
  return RequestStart{load_big<int16_t>(frame.data()), load_big<int16_t>(frame.data() + 2),
                      load_big<int32_t>(frame.data() + 4)};
}

Result<ReceivedRequest> decode_request_header(const Slice& frame) {
  const auto start = peek_request(frame);
  if (!start) return fail(ErrorKind::malformed, "a request shorter than its header");
  Reader in(frame);
  ReceivedRequest received;
  const auto done = decode_erased(ops<RequestHeader>(), in, &received.header,
                                  request_header_version(start->api_key, start->api_version));
  if (!done) return std::unexpected(done.error());
  received.body = in.rest();
  return received;
}

Frame encode_request_erased(const MessageOps& request, const void* message,
                            const RequestHeader& header, bool flexible) {
  const int16_t version = header.request_api_version;
  const int16_t header_version = flexible ? 2 : 1;
  KELP_ASSERT(request.versions.has(version), request.name, version);
  Sizer sizer;
  ops<RequestHeader>().measure(sizer, &header, header_version);
  request.measure(sizer, message, version);
  KELP_ASSERT(sizer.total() <= std::numeric_limits<int32_t>::max(), request.name, sizer.total());
  Frame frame{Buffer(sizeof(int32_t) + sizer.inline_size()), {}};
  Writer writer(frame.bytes, &frame.splices);
  writer.integer(static_cast<int32_t>(sizer.total()));
  ops<RequestHeader>().write(writer, &header, header_version);
  request.write(writer, message, version);
  KELP_ASSERT(writer.position() == frame.bytes.size(), request.name, version, writer.position(),
              frame.bytes.size());
  return frame;
}

}  // namespace kelp::wire
