// FakeBroker: answers a client's requests as the test says, over a real socket: old brokers, broken
// ones, and errors that a real one gives seldom. A thread for each connection; all end with it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/slice.h"
#include "wire/header.h"

namespace kelp::test {

class FakeBroker {
 public:
  /// The bytes to send, with their size in front; nothing sends nothing and closes.
  using Answer = std::function<Slice(const wire::RequestHeader& header, const Slice& body)>;

  /// Listens on a free port of 127.0.0.1. A request of an API without an answer closes the
  /// connection. Answers run on several threads, one at a time.
  explicit FakeBroker(std::map<int16_t, Answer> answers);
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  uint16_t port() const { return port_; }

 private:
  void accept_all();
  void serve(int socket);

  std::map<int16_t, Answer> answers_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace kelp::test
