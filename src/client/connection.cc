#include "client/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>

#include "base/endian.h"
#include "base/error_code.h"
#include "wire/18_api_versions.h"

namespace kelp::client {
namespace {

/// Far beyond any answer to what we ask; a larger size is no Kafka frame (the letters of an HTTP
/// answer are 1.2 GB).
constexpr int32_t kLargestAnswerBytes = 256 << 20;

/// "Metadata" of "MetadataRequest" and "MetadataResponse".
std::string_view api_of(std::string_view message) {
  return message.substr(0, std::min(message.rfind("Request"), message.rfind("Response")));
}

}  // namespace

Result<Connection> Connection::open(const Address& address, std::string client_id,
                                    Deadline deadline) {
  auto socket = Socket::connect(address, deadline);
  if (!socket.has_value()) return std::unexpected(std::move(socket.error()));
  Connection connection(address, std::move(client_id), *std::move(socket));
  if (auto done = connection.learn_versions(deadline); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  return connection;
}

Result<void> Connection::learn_versions(Deadline deadline) {
  wire::ApiVersionsRequest request;
  request.client_software_name = "kelp";
  request.client_software_version = "1";
  // KIP-511: a broker that does not know the version says so in version 0, newer ones with the
  // versions of this one API.
  wire::RequestHeader header;
  header.correlation_id = ++last_correlation_id_;
  header.client_id = client_id_;
  const int16_t newest = wire::ApiVersionsRequest::versions.max;
  const wire::Frame frame = wire::encode_request(std::move(header), request, newest);
  if (auto sent = send(frame.bytes.slice(), request.name, deadline); !sent.has_value()) return sent;
  auto body = receive(false, request.name, deadline);
  if (!body.has_value()) return std::unexpected(std::move(body.error()));
  const bool refused =
      body->size() >= sizeof(int16_t) &&
      load_big<int16_t>(body->data()) == static_cast<int16_t>(ErrorCode::unsupported_version);
  auto response = wire::decode<wire::ApiVersionsResponse>(*body, refused ? int16_t{0} : newest);
  if (refused && response.has_value()) {
    int16_t version = 0;
    for (const auto& api : response->api_keys) {
      if (api.api_key == wire::ApiVersionsRequest::key) version = std::min(api.max_version, newest);
    }
    response = call<wire::ApiVersionsResponse>(request, std::max(version, int16_t{0}), deadline);
  }
  if (!response.has_value()) {
    return fail(response.error().kind, fmt::format("{} does not answer as a Kafka broker: {}",
                                                   address_.text(), response.error().what));
  }
  if (response->error_code != ErrorCode::none) {
    return fail(ErrorKind::unsupported,
                fmt::format("{} does not say its versions: {}", address_.text(),
                            name_of(response->error_code)));
  }
  for (const auto& api : response->api_keys) {
    served_[api.api_key] = wire::Versions{api.min_version, api.max_version};
  }
  return {};
}

Result<int16_t> Connection::choose(int16_t key, std::string_view name, wire::Versions ours,
                                   int16_t at_most) const {
  const auto found = served_.find(key);
  if (found == served_.end()) {
    return fail(ErrorKind::unsupported, fmt::format("the broker {} does not serve {} (key {})",
                                                    address_.text(), api_of(name), key));
  }
  const int16_t version = std::min({ours.max, at_most, found->second.max});
  if (version < std::max(ours.min, found->second.min)) {
    return fail(ErrorKind::unsupported,
                fmt::format("the broker {} serves {} in versions {} to {} only", address_.text(),
                            api_of(name), found->second.min, found->second.max));
  }
  return version;
}

Result<void> Connection::send(Bytes frame, std::string_view message, Deadline deadline) {
  auto sent = socket_.send(frame, deadline);
  if (!sent.has_value()) {
    broken_ = true;
    sent.error().what =
        fmt::format("{} of {}: {}", api_of(message), address_.text(), sent.error().what);
  }
  return sent;
}

Result<Slice> Connection::receive(bool flexible_header, std::string_view message,
                                  Deadline deadline) {
  auto body = receive_body(flexible_header, deadline);
  if (!body.has_value()) {
    broken_ = true;
    body.error().what =
        fmt::format("{} of {}: {}", api_of(message), address_.text(), body.error().what);
  }
  return body;
}

Result<Slice> Connection::receive_body(bool flexible_header, Deadline deadline) {
  const auto size = socket_.receive(sizeof(int32_t), deadline);
  if (!size.has_value()) return size;
  const auto bytes = load_big<int32_t>(size->data());
  if (bytes < 0 || bytes > kLargestAnswerBytes) {
    return fail(ErrorKind::malformed, "this is no Kafka listener (or one with TLS)");
  }
  const auto frame = socket_.receive(static_cast<size_t>(bytes), deadline);
  if (!frame.has_value()) return frame;
  wire::Reader in(*frame);
  const auto header = wire::decode<wire::ResponseHeader>(in, flexible_header ? 1 : 0);
  if (!header.has_value()) return std::unexpected(header.error());
  if (header->correlation_id != last_correlation_id_) {
    return fail(ErrorKind::malformed, fmt::format("correlation id {} instead of {}",
                                                  header->correlation_id, last_correlation_id_));
  }
  return frame->from(frame->size() - in.remaining());
}

std::vector<bool> await_any(std::span<Connection* const> connections, std::span<const int> others,
                            Deadline deadline) {
  std::vector<pollfd> polled;
  for (const Connection* connection : connections) {
    polled.push_back({connection->descriptor(), POLLIN, 0});
  }
  // An error of a pipe that is written to is told without being asked for.
  for (const int other : others) polled.push_back({other, POLLIN, 0});
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  const auto timeout_ms = std::clamp<int64_t>(left.count(), 0, std::numeric_limits<int>::max());
  std::vector<bool> ready(connections.size(), false);
  // A signal ends the wait too: the caller looks why and comes back.
  if (::poll(polled.data(), polled.size(), static_cast<int>(timeout_ms)) <= 0) return ready;
  for (size_t i = 0; i < ready.size(); ++i) ready[i] = polled[i].revents != 0;
  return ready;
}

}  // namespace kelp::client
