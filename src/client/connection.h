// Connection: speaks messages with one broker, a request at a time, each in the highest version
// that both sides know. For our own command line: blocking, one thread, a deadline at every call.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/result.h"
#include "client/socket.h"
#include "wire/codec.h"
#include "wire/header.h"

namespace kelp::client {

inline constexpr int16_t kNewest = std::numeric_limits<int16_t>::max();

class Connection {
 public:
  /// Connects and learns the broker's versions. Errors name the address.
  static Result<Connection> open(const Address& address, std::string client_id, Deadline deadline);

  const Address& address() const { return address_; }

  /// The highest version that both sides know, at most `at_most`. unsupported: there is none.
  template <class Request>
  Result<int16_t> version_of(int16_t at_most = kNewest) const {
    return choose(Request::key, Request::name, Request::versions, at_most);
  }
  bool serves(int16_t api_key) const { return served_.contains(api_key); }

  /// `call<MetadataResponse>(request, version, deadline)`. Errors: timed_out, closed, malformed;
  /// after one of them the connection must not be used again.
  template <class Response, class Request>
  Result<Response> call(const Request& request, int16_t version, Deadline deadline) {
    static_assert(Request::key == Response::key);
    wire::RequestHeader header;
    header.correlation_id = ++last_correlation_id_;
    header.client_id = client_id_;
    const wire::Frame frame = wire::encode_request(std::move(header), request, version);
    auto body = exchange(frame.bytes.slice(), wire::has_flexible_header<Response>(version),
                         Request::name, deadline);
    if (!body.has_value()) return std::unexpected(std::move(body.error()));
    auto response = wire::decode<Response>(*body, version);
    if (!response.has_value()) response.error().what += " (from " + address_.text() + ")";
    return response;
  }

 private:
  Connection(Address address, std::string client_id, Socket socket)
      : address_(std::move(address)),
        client_id_(std::move(client_id)),
        socket_(std::move(socket)) {}

  Result<int16_t> choose(int16_t key, std::string_view name, wire::Versions ours,
                         int16_t at_most) const;
  Result<void> learn_versions(Deadline deadline);
  Result<Slice> exchange(Bytes frame, bool flexible_header, std::string_view name,
                         Deadline deadline);
  Result<Slice> receive_body(bool flexible_header, Deadline deadline);

  Address address_;
  std::string client_id_;
  Socket socket_;
  int32_t last_correlation_id_ = 0;
  std::map<int16_t, wire::Versions> served_;
};

}  // namespace kelp::client
