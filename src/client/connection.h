// Connection: speaks messages with one broker, a request at a time, each in the highest version
// that both sides know. For our own command line: blocking, one thread, a deadline at every call.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

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
  /// after one of them the connection is broken.
  template <class Response, class Request>
  Result<Response> call(const Request& request, int16_t version, Deadline deadline) {
    static_assert(Request::key == Response::key);
    if (auto sent = start(request, version, deadline); !sent.has_value()) {
      return std::unexpected(std::move(sent.error()));
    }
    return finish<Response>(version, deadline);
  }
  /// A call in two steps, so that several brokers work at once (see await_any). One at a time; or
  /// start() alone for what is not answered (Produce with acks=0).
  template <class Request>
  Result<void> start(const Request& request, int16_t version, Deadline deadline) {
    wire::RequestHeader header;
    header.correlation_id = ++last_correlation_id_;
    header.client_id = client_id_;
    const wire::Frame frame = wire::encode_request(std::move(header), request, version);
    return send(frame.bytes.slice(), Request::name, deadline);
  }
  template <class Response>
  Result<Response> finish(int16_t version, Deadline deadline) {
    auto body = receive(wire::has_flexible_header<Response>(version), Response::name, deadline);
    if (!body.has_value()) return std::unexpected(std::move(body.error()));
    auto response = wire::decode<Response>(*body, version);
    if (!response.has_value()) {
      broken_ = true;
      response.error().what += " (from " + address_.text() + ")";
    }
    return response;
  }
  /// Must not be used again.
  bool broken() const { return broken_; }
  /// For poll().
  int descriptor() const { return socket_.descriptor(); }

 private:
  Connection(Address address, std::string client_id, Socket socket)
      : address_(std::move(address)),
        client_id_(std::move(client_id)),
        socket_(std::move(socket)) {}

  Result<int16_t> choose(int16_t key, std::string_view name, wire::Versions ours,
                         int16_t at_most) const;
  Result<void> learn_versions(Deadline deadline);
  Result<void> send(Bytes frame, std::string_view message, Deadline deadline);
  Result<Slice> receive(bool flexible_header, std::string_view message, Deadline deadline);
  Result<Slice> receive_body(bool flexible_header, Deadline deadline);

  Address address_;
  std::string client_id_;
  Socket socket_;
  int32_t last_correlation_id_ = 0;
  bool broken_ = false;
  std::map<int16_t, wire::Versions> served_;
};

/// Waits until one of the connections has something to read, one of `others` is ready (to read; or
/// has nobody who reads it any more), or the deadline. Which connections may be finished.
std::vector<bool> await_any(std::span<Connection* const> connections, std::span<const int> others,
                            Deadline deadline);

}  // namespace kelp::client
