// RawClient: a client of the tests that speaks bytes and frames over a real socket, well-formed or
// not. Used by one thread; every wait has a deadline, so that a test fails instead of hanging.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/slice.h"

namespace kelp::test {

using Deadline = std::chrono::steady_clock::time_point;

/// Long enough for a loaded machine under a sanitizer; only a failing test waits so long.
inline constexpr std::chrono::seconds kPatience{20};
inline Deadline patience() { return std::chrono::steady_clock::now() + kPatience; }

class RawClient {
 public:
  struct Options {
    int receive_buffer_bytes = 0;  // SO_RCVBUF; 0: the system's
    std::string from;              // numeric address to connect from; empty: any
  };

  static Result<RawClient> connect(const std::string& host, uint16_t port, const Options& options);
  static Result<RawClient> connect(const std::string& host, uint16_t port) {
    return connect(host, port, Options());
  }
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&& other) noexcept;
  ~RawClient();

  /// All of the bytes, or an error: timed_out when the other end does not take them, closed when it
  /// is gone.
  Result<void> send(Bytes bytes, Deadline deadline = patience());
  /// As many as the other end takes now. 0: none.
  Result<size_t> send_some(Bytes bytes);
  /// The 4-byte size, then `body`.
  Result<void> send_frame(Bytes body, Deadline deadline = patience());

  /// The next frame without its size. Errors: timed_out; closed, also in the middle of a frame.
  Result<Slice> receive_frame(Deadline deadline = patience());
  Result<Slice> receive(size_t bytes, Deadline deadline = patience());
  /// Whether a byte, or the end, can be read by then.
  bool readable(Deadline deadline) const;

  /// Says that no more will be sent; answers can still be received.
  void finish_sending();
  /// Good when the other end closes (or resets) the connection without another byte.
  Result<void> await_close(Deadline deadline = patience());
  /// Closes at once with a reset, as a client that crashed.
  void reset();
  void close();

  uint16_t local_port() const;
  int descriptor() const { return socket_; }

 private:
  explicit RawClient(int socket) : socket_(socket) {}
  Result<size_t> receive_some(std::span<uint8_t> into, Deadline deadline);
  bool wait(short events, Deadline deadline) const;

  int socket_ = -1;
};

/// `body` with its 4-byte size in front.
Buffer framed(Bytes body);

}  // namespace kelp::test
