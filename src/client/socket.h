// Socket: a TCP connection used by one thread that blocks, with a deadline at every wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "client/address.h"

namespace kelp::client {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

class Socket {
 public:
  /// Tries every address of the host. Errors name the address: not_found, io, timed_out.
  static Result<Socket> connect(const Address& address, Deadline deadline);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  /// All of the bytes. Errors: timed_out, closed.
  Result<void> send(Bytes bytes, Deadline deadline);
  /// `size` bytes. Memory grows with what arrives, not with what is promised. Errors: timed_out,
  /// closed.
  Result<Slice> receive(size_t size, Deadline deadline);
  /// For poll().
  int descriptor() const { return descriptor_; }

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  bool wait(short events, Deadline deadline) const;
  Result<size_t> receive_some(std::span<uint8_t> into, Deadline deadline);
  Result<void> finish_connecting(Deadline deadline);

  int descriptor_ = -1;
};

}  // namespace kelp::client
