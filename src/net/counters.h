// Counters: what the network of one shard has done. Written by the shard's thread alone, read by
// any.
#pragma once

#include <atomic>
#include <cstdint>

namespace kelp::net {

/// A number with one writer: reading elsewhere is safe, adding costs no locked instruction.
class Counter {
 public:
  void add(uint64_t amount = 1) { set(value() + amount); }
  void subtract(uint64_t amount = 1) { set(value() - amount); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::atomic<uint64_t> value_{0};
};

struct Counters {
  Counter connections_open;
  Counter connections_accepted;
  Counter connections_idle_closed;
  Counter bytes_in;
  Counter bytes_out;
  Counter requests;
  Counter frames_refused;
  Counter memory_waits;      // times that a connection was not read for want of request memory
  Counter memory_waited_us;  // and how long that took
};

/// The sum over shards at one moment.
struct Totals {
  uint64_t connections_open = 0;
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;  // beyond max.connections or max.connections.per.ip
  uint64_t connections_idle_closed = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t requests = 0;
  uint64_t frames_refused = 0;
  uint64_t memory_waits = 0;
  uint64_t memory_waited_us = 0;

  void add(const Counters& of) {
    connections_open += of.connections_open.value();
    connections_accepted += of.connections_accepted.value();
    connections_idle_closed += of.connections_idle_closed.value();
    bytes_in += of.bytes_in.value();
    bytes_out += of.bytes_out.value();
    requests += of.requests.value();
    frames_refused += of.frames_refused.value();
    memory_waits += of.memory_waits.value();
    memory_waited_us += of.memory_waited_us.value();
  }
};

}  // namespace kelp::net
