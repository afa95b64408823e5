#include "client/socket.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>

namespace kelp::client {
namespace {

/// The first step of a buffer that grows with what arrives: most answers fit.
constexpr size_t kFirstRead = 64 << 10;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> resolve(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int fault =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (fault != 0) {
    return fail(ErrorKind::not_found, fmt::format("cannot connect to {}: {}", address.text(),
                                                  std::string(::gai_strerror(fault))));
  }
  return Addresses(found, &::freeaddrinfo);
}

}  // namespace

Result<Socket> Socket::connect(const Address& address, Deadline deadline) {
  const auto found = resolve(address);
  if (!found.has_value()) return std::unexpected(found.error());
  Error last{ErrorKind::not_found, "no address", 0};
  for (const addrinfo* each = found->get(); each != nullptr; each = each->ai_next) {
    Socket socket(::socket(each->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.descriptor_ < 0) {
      last = {ErrorKind::io, "cannot connect to " + address.text(), errno};
      continue;
    }
    const int on = 1;
    (void)::setsockopt(socket.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Result<void> done;
    if (::connect(socket.descriptor_, each->ai_addr, each->ai_addrlen) != 0) {
      done = errno == EINPROGRESS ? socket.finish_connecting(deadline)
                                  : fail(ErrorKind::io, "", errno);
    }
    if (done.has_value()) return socket;
    last = {done.error().kind, "cannot connect to " + address.text(), done.error().os_error};
  }
  return std::unexpected(std::move(last));
}

Result<void> Socket::finish_connecting(Deadline deadline) {
  if (!wait(POLLOUT, deadline)) return fail(ErrorKind::timed_out, "", ETIMEDOUT);
  int error = 0;
  socklen_t size = sizeof error;
  (void)::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(ErrorKind::io, "", error);
  return {};
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Socket::wait(short events, Deadline deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const auto timeout_ms = std::clamp<int64_t>(left.count(), 0, std::numeric_limits<int>::max());
    pollfd polled{};
    polled.fd = descriptor_;
    polled.events = events;
    const int count = ::poll(&polled, 1, static_cast<int>(timeout_ms));
    if (count >= 0) return count > 0;
    if (errno != EINTR) return false;
  }
}

Result<void> Socket::send(Bytes bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait(POLLOUT, deadline)) return fail(ErrorKind::timed_out, "the request was not taken");
    } else if (errno != EINTR) {
      return fail(ErrorKind::closed, "the connection was lost", errno);
    }
  }
  return {};
}

Result<size_t> Socket::receive_some(std::span<uint8_t> into, Deadline deadline) {
  for (;;) {
    const ssize_t got = ::recv(descriptor_, into.data(), into.size(), 0);
    if (got > 0) return static_cast<size_t>(got);
    if (got == 0) return fail(ErrorKind::closed, "the broker closed the connection");
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return fail(ErrorKind::closed, "the connection was lost", errno);
    if (!wait(POLLIN, deadline)) return fail(ErrorKind::timed_out, "no answer in time");
  }
}

Result<Slice> Socket::receive(size_t size, Deadline deadline) {
  const auto bytes = std::make_shared<std::vector<uint8_t>>();
  size_t have = 0;
  while (have < size) {
    if (have == bytes->size()) bytes->resize(std::min(size, std::max(kFirstRead, have * 2)));
    const auto got = receive_some(std::span(*bytes).subspan(have), deadline);
    if (!got.has_value()) return std::unexpected(got.error());
    have += *got;
  }
  return Slice(bytes, Bytes(*bytes));
}

}  // namespace kelp::client
