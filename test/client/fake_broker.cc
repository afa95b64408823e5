#include "client/fake_broker.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/endian.h"

namespace kelp::test {
namespace {

/// False at the end.
bool read_all(int socket, std::span<uint8_t> into) {
  while (!into.empty()) {
    const ssize_t got = ::recv(socket, into.data(), into.size(), 0);
    if (got <= 0) return false;
    into = into.subspan(static_cast<size_t>(got));
  }
  return true;
}

bool write_all(int socket, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

FakeBroker::FakeBroker(std::map<int16_t, Answer> answers) : answers_(std::move(answers)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* pointer = reinterpret_cast<sockaddr*>(&address);
  KELP_ASSERT(::bind(listener_, pointer, size) == 0);
  KELP_ASSERT(::listen(listener_, 16) == 0);
  KELP_ASSERT(::getsockname(listener_, pointer, &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeBroker::~FakeBroker() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

void FakeBroker::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void FakeBroker::serve(int socket) {
  constexpr size_t kLargest = 1 << 20;
  uint8_t size[sizeof(int32_t)];
  while (read_all(socket, size)) {
    Buffer frame(load_big<uint32_t>(size));
    if (frame.size() > kLargest || !read_all(socket, frame.bytes())) break;
    const auto request = wire::decode_request_header(frame.slice());
    if (!request.has_value()) break;
    const auto answer = answers_.find(request->header.request_api_key);
    if (answer == answers_.end()) break;
    Slice bytes;
    {
      const std::lock_guard lock(mutex_);
      bytes = answer->second(request->header, request->body);
    }
    if (bytes.empty() || !write_all(socket, bytes)) break;
  }
  ::shutdown(socket, SHUT_RDWR);
}

}  // namespace kelp::test
