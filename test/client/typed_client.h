// TypedClient: a RawClient that speaks messages: any API in any version. Correlation ids are its
// own; requests may be pipelined: send() several, then receive() their answers in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "client/raw_client.h"
#include "wire/codec.h"
#include "wire/header.h"

namespace kelp::test {

class TypedClient {
 public:
  explicit TypedClient(RawClient raw) : raw_(std::move(raw)) {}
  static Result<TypedClient> connect(const std::string& host, uint16_t port) {
    auto raw = RawClient::connect(host, port);
    if (!raw) return std::unexpected(std::move(raw.error()));
    return TypedClient(std::move(*raw));
  }

  /// For bytes that no message gives.
  RawClient& raw() { return raw_; }
  std::optional<std::string> client_id = "test";

  /// The correlation id of the request.
  template <class Request>
  Result<int32_t> send(const Request& request, int16_t version) {
    wire::RequestHeader header;
    header.correlation_id = ++last_correlation_id_;
    header.client_id = client_id;
    const wire::Frame frame = wire::encode_request(std::move(header), request, version);
    if (auto sent = raw_.send(frame.bytes.slice()); !sent) return std::unexpected(sent.error());
    return last_correlation_id_;
  }

  /// The next answer, decoded with nothing left over. Errors: those of RawClient; malformed, also
  /// for another correlation id than `expected`.
  template <class Response>
  Result<Response> receive(int16_t version, int32_t expected, Deadline deadline = patience()) {
    const Result<Slice> frame = raw_.receive_frame(deadline);
    if (!frame) return std::unexpected(frame.error());
    wire::Reader in(*frame);
    const int16_t header_version = wire::has_flexible_header<Response>(version) ? 1 : 0;
    const auto header = wire::decode<wire::ResponseHeader>(in, header_version);
    if (!header) return std::unexpected(header.error());
    if (header->correlation_id != expected) {
      return fail(ErrorKind::malformed,
                  fmt::format("correlation id {} instead of {}", header->correlation_id, expected));
    }
    const Slice body = frame->from(frame->size() - in.remaining());
    return wire::decode_exactly<Response>(body, version);
  }

  /// `call<MetadataResponse>(request, 12)`.
  template <class Response, class Request>
  Result<Response> call(const Request& request, int16_t version, Deadline deadline = patience()) {
    static_assert(Request::key == Response::key);
    const Result<int32_t> sent = send(request, version);
    if (!sent) return std::unexpected(sent.error());
    return receive<Response>(version, *sent, deadline);
  }

 private:
  RawClient raw_;
  int32_t last_correlation_id_ = 0;
};

}  // namespace kelp::test
