// Connections: the connections of one shard and what they share: the buffer into which all of them
// read, the request memory, the sweep that ends idle ones, the counters. Used by its shard's thread
// alone, but for the counters. Kept alive by its connections too: an answer that comes after the
// server has gone finds it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "net/admission.h"
#include "net/counters.h"
#include "net/limits.h"
#include "net/request_memory.h"
#include "net/service.h"
#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::net {

class Connection;

/// One read takes this much of small requests. What is larger goes to memory of its own after that,
/// so this is also the most that is copied of a large request.
inline constexpr size_t kReadBytes = size_t{32} << 10;

class Connections : public std::enable_shared_from_this<Connections> {
 public:
  Connections(rt::Shard& shard, Service& service, const Limits& limits,
              std::shared_ptr<Admission> admission);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Takes over an accepted, admitted, non-blocking socket. On the shard.
  void adopt(int socket, std::shared_ptr<Peer> peer);

  /// Ends all, those with requests under way after `grace` at the latest. True when nothing is
  /// under way any more, false when a request never finished. On the shard.
  rt::Task<bool> shut_down(rt::Duration grace);

  // For its connections.
  rt::Shard& shard() { return shard_; }
  Service& service() { return service_; }
  const Limits& limits() const { return limits_; }
  RequestMemory& memory() { return memory_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }
  std::span<uint8_t> read_buffer() { return read_buffer_; }
  uint64_t tick() const { return tick_; }
  /// take_turn() once at the end of this turn.
  void schedule(std::shared_ptr<Connection> connection);
  /// take_turn() in a later turn: others come first.
  void schedule_later(std::shared_ptr<Connection> connection);
  void remove(Connection& connection);
  void destroyed();

 private:
  void run_scheduled();
  void arm_sweep();
  void sweep();
  void end_all();

  rt::Shard& shard_;
  Service& service_;
  const Limits limits_;
  std::shared_ptr<Admission> admission_;
  RequestMemory memory_;
  Counters counters_;
  std::array<uint8_t, kReadBytes> read_buffer_;

  std::vector<std::shared_ptr<Connection>> table_;
  std::vector<std::shared_ptr<Connection>> scheduled_;
  std::vector<std::shared_ptr<Connection>> scheduled_now_;
  size_t alive_ = 0;  // in the table, or out of it with a request under way

  const rt::Duration sweep_period_;
  uint64_t tick_ = 0;
  std::optional<rt::Shard::TimerKey> sweep_timer_;

  bool draining_ = false;
  rt::Completion<bool> drained_;
};

}  // namespace kelp::net
