// Connection: one client's socket. Reads frames, starts each request in the order of arrival, sends
// the answers in that order. Owned by its shard's Connections and by the requests it has under way.
// Invariants: it reads only when it has nothing left to start; what is received is either a frame
// or a piece of one, paid from the request memory, or at most one read's worth kept in held_.
// Between requests it holds no buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "net/frames.h"
#include "net/replies.h"
#include "net/request_memory.h"
#include "net/service.h"
#include "rt/shard.h"
#include "rt/task.h"

namespace kelp::net {

class Connections;

class Connection final : public std::enable_shared_from_this<Connection>,
                         public rt::Watched,
                         public RequestMemory::Waiter {
 public:
  /// Owns the non-blocking `socket` from here on.
  Connection(std::shared_ptr<Connections> home, int socket, std::shared_ptr<Peer> peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Peer& peer() const { return *peer_; }
  bool ended() const { return socket_ < 0; }

  void on_ready(rt::Readiness now) override;
  void on_memory(size_t bytes) override;
  /// Starts what can be started, reads, sends; until nothing more can be done now.
  void take_turn();
  /// No new request is started; ends when what is under way has been answered and sent.
  void drain();
  /// Closes the socket now. Requests under way finish; their answers are dropped.
  void end();

  /// Ticks of the shard's sweep since bytes last moved.
  uint64_t still_ticks() const;
  /// A request is being served, or its memory is waited for: not the peer's fault.
  bool waits_for_us() const { return replies_.unanswered() > 0 || waits_for_memory_; }
  /// Not read for now, because its client is beyond a quota.
  bool muted() const { return unmute_timer_.has_value(); }
  /// Holds request memory for a frame that is incomplete, or may not be started for a while.
  bool holds_memory() const {
    const bool waits_muted = muted() && waiting_frame_ && waiting_frame_->size() > kFirstGrantBytes;
    return splitter_.granted() > kFirstGrantBytes || waits_muted;
  }

  /// Where it stands in the shard's table; the table's business.
  size_t table_index = 0;

 private:
  void read_once();
  bool start_held();
  bool use(Bytes& input);
  bool may_start() const;
  bool is_muted();
  void stop_unmute_timer();
  void start_waiting_frame();
  bool pay_for_frame();
  size_t overhead() const;
  void refuse_frame();
  void answered(uint64_t place, Answer answer);
  static rt::Task<void> finish(std::shared_ptr<Connection> self, uint64_t place,
                               rt::Task<Answer> task);
  void send();
  void stop_requests();
  void tell_disconnected();
  void end_when_done();
  void schedule();
  void touch();

  std::shared_ptr<Connections> home_;
  int socket_;
  std::shared_ptr<Peer> peer_;
  FrameSplitter splitter_;
  Replies replies_;

  RequestMemory::Share share_;          // of the frame that is being received
  std::optional<Slice> waiting_frame_;  // received, not started yet
  Ordering waiting_ordering_ = Ordering::serial;
  Slice held_;  // received behind it, not looked at yet

  std::optional<rt::Shard::TimerKey> unmute_timer_;
  uint64_t last_moved_ = 0;  // tick of the last byte
  rt::TimePoint waits_since_;
  bool waits_for_memory_ = false;
  bool readable_ = false;       // the socket may have bytes, or its end
  bool end_signalled_ = false;  // the peer closed its side, maybe behind bytes not yet read
  bool end_read_ = false;       // there is nothing behind what was received
  bool stopped_ = false;        // no further request is started
  bool told_disconnected_ = false;
  bool blocked_ = false;  // the socket takes no more bytes
  bool scheduled_ = false;
  bool in_turn_ = false;
};

}  // namespace kelp::net
