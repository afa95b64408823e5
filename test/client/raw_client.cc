#include "client/raw_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/endian.h"

namespace kelp::test {
namespace {

/// No answer is larger; a size beyond it is a broken server, not a reason to allocate.
constexpr int32_t kLargestAnswer = 512 << 20;

Result<void> bind_from(int socket, const std::string& from) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (::inet_pton(AF_INET, from.c_str(), &address.sin_addr) != 1 ||
      ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(ErrorKind::io, "cannot connect from " + from, errno);
  }
  return {};
}

}  // namespace

Result<RawClient> RawClient::connect(const std::string& host, uint16_t port,
                                     const Options& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return fail(ErrorKind::not_found, "no address of " + host);
  }
  sockaddr_storage address{};
  const socklen_t size = found->ai_addrlen;
  std::memcpy(&address, found->ai_addr, size);
  ::freeaddrinfo(found);

  RawClient client(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (client.socket_ < 0) return fail(ErrorKind::io, "no socket", errno);
  const int on = 1;
  (void)::setsockopt(client.socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.receive_buffer_bytes > 0) {
    (void)::setsockopt(client.socket_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes,
                       sizeof options.receive_buffer_bytes);
  }
  if (!options.from.empty()) {
    if (auto bound = bind_from(client.socket_, options.from); !bound) {
      return std::unexpected(std::move(bound.error()));
    }
  }
  const std::string where = fmt::format("connect to {} port {}", host, port);
  if (::connect(client.socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    if (errno != EINPROGRESS) return fail(ErrorKind::io, where, errno);
    if (!client.wait(POLLOUT, patience())) return fail(ErrorKind::timed_out, where);
    int error = 0;
    socklen_t error_size = sizeof error;
    (void)::getsockopt(client.socket_, SOL_SOCKET, SO_ERROR, &error, &error_size);
    if (error != 0) return fail(ErrorKind::io, where, error);
  }
  return client;
}

RawClient::RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

RawClient::~RawClient() { close(); }

void RawClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void RawClient::reset() {
  linger now{};
  now.l_onoff = 1;
  now.l_linger = 0;
  (void)::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void RawClient::finish_sending() { (void)::shutdown(socket_, SHUT_WR); }

uint16_t RawClient::local_port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  (void)::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

bool RawClient::wait(short events, Deadline deadline) const {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd polled{};
    polled.fd = socket_;
    polled.events = events;
    const int count = ::poll(&polled, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (count > 0) return true;
    if (count == 0) return false;
    if (errno != EINTR) return false;
  }
}

bool RawClient::readable(Deadline deadline) const { return wait(POLLIN, deadline); }

Result<size_t> RawClient::send_some(Bytes bytes) {
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<size_t>(sent);
  if (errno == EAGAIN || errno == EINTR) return 0;
  return fail(ErrorKind::closed, "send", errno);
}

Result<void> RawClient::send(Bytes bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const Result<size_t> sent = send_some(bytes);
    if (!sent) return std::unexpected(sent.error());
    bytes = bytes.subspan(*sent);
    if (*sent == 0 && !wait(POLLOUT, deadline)) return fail(ErrorKind::timed_out, "send");
  }
  return {};
}

Result<void> RawClient::send_frame(Bytes body, Deadline deadline) {
  return send(framed(body).slice(), deadline);
}

/// 0 at the end.
Result<size_t> RawClient::receive_some(std::span<uint8_t> into, Deadline deadline) {
  for (;;) {
    const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return fail(ErrorKind::closed, "receive", errno);
    if (!wait(POLLIN, deadline)) return fail(ErrorKind::timed_out, "receive");
  }
}

Result<Slice> RawClient::receive(size_t bytes, Deadline deadline) {
  Buffer buffer(bytes);
  size_t have = 0;
  while (have < bytes) {
    const Result<size_t> got = receive_some(buffer.bytes().subspan(have), deadline);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) {
      return fail(ErrorKind::closed, fmt::format("closed after {} of {} bytes", have, bytes));
    }
    have += *got;
  }
  return buffer.slice();
}

Result<Slice> RawClient::receive_frame(Deadline deadline) {
  const Result<Slice> size = receive(sizeof(int32_t), deadline);
  if (!size) return size;
  const auto bytes = load_big<int32_t>(size->data());
  if (bytes < 0 || bytes > kLargestAnswer) {
    return fail(ErrorKind::malformed, fmt::format("a frame of {} bytes", bytes));
  }
  return receive(static_cast<size_t>(bytes), deadline);
}

Result<void> RawClient::await_close(Deadline deadline) {
  uint8_t byte = 0;
  const Result<size_t> got = receive_some(std::span(&byte, 1), deadline);
  if (got && *got > 0) return fail(ErrorKind::conflict, "a byte instead of the end");
  if (!got && got.error().kind == ErrorKind::timed_out) return std::unexpected(got.error());
  return {};
}

Buffer framed(Bytes body) {
  Buffer frame(sizeof(int32_t) + body.size());
  store_big<int32_t>(frame.data(), static_cast<int32_t>(body.size()));
  if (!body.empty()) std::memcpy(frame.data() + sizeof(int32_t), body.data(), body.size());
  return frame;
}

}  // namespace kelp::test
