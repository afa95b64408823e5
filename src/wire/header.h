// The headers before requests and responses, and the first look at a request: decoding its header
// needs the header's version, which depends on the API's key and version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "wire/codec.h"
#include "wire/frame.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +client_id (v0 came only before ControlledShutdown v0)
// v2: flexible; the client id keeps its 16-bit length
struct RequestHeader {
  static constexpr std::string_view name = "RequestHeader";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  int16_t request_api_key = 0;
  int16_t request_api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string> client_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.request_api_key, "RequestApiKey");
    f(m.request_api_version, "RequestApiVersion");
    f(m.correlation_id, "CorrelationId");
    f(m.client_id, "ClientId", since(1), kNeverCompact);
  }
};

// v1: flexible
struct ResponseHeader {
  static constexpr std::string_view name = "ResponseHeader";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  int32_t correlation_id = 0;

  static constexpr void describe(auto& m, auto&& f) { f(m.correlation_id, "CorrelationId"); }
};

/// The version of the header before a request or response of an API. A key that we do not know
/// counts as not flexible; a version above those we know counts as flexible where the newest is.
int16_t request_header_version(int16_t api_key, int16_t api_version);
int16_t response_header_version(int16_t api_key, int16_t api_version);

/// What every request begins with, whatever its header's version.
struct RequestStart {
  int16_t api_key;
  int16_t api_version;
  int32_t correlation_id;
};
/// Nothing when the frame is shorter than that.
std::optional<RequestStart> peek_request(Bytes frame);

struct ReceivedRequest {
  RequestHeader header;
  Slice body;  // shares the frame's memory
};
/// Splits a request's frame (without its size) in header and body. Errors: malformed. A version
/// that nobody serves is not an error here.
Result<ReceivedRequest> decode_request_header(const Slice& frame);

Frame encode_request_erased(const MessageOps& ops, const void* message, const RequestHeader& header,
                            bool flexible);

/// A complete request frame, with its size, for clients: the header's key and version are filled
/// from the message and `version`.
template <class Request>
Frame encode_request(RequestHeader header, const Request& request, int16_t version) {
  header.request_api_key = Request::key;
  header.request_api_version = version;
  return encode_request_erased(ops<Request>(), &request, header, Request::flexible.has(version));
}

}  // namespace kelp::wire
