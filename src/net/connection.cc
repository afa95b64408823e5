#include "net/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "net/connections.h"
#include "net/sender.h"

namespace kelp::net {
namespace {

/// Reads of one connection before the others of its shard have a turn.
constexpr int kReadsPerTurn = 8;
/// Unread bytes that are thrown away before a close, so that it does not turn into a reset which
/// could overtake the last answers; in reads.
constexpr int kReadsBeforeClose = 32;

}  // namespace

Connection::Connection(std::shared_ptr<Connections> home, int socket, std::shared_ptr<Peer> peer)
    : home_(std::move(home)),
      socket_(socket),
      peer_(std::move(peer)),
      splitter_(home_->limits().max_request_bytes),
      last_moved_(home_->tick()) {}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
  home_->destroyed();
}

uint64_t Connection::still_ticks() const { return home_->tick() - last_moved_; }

void Connection::touch() { last_moved_ = home_->tick(); }

void Connection::schedule() {
  if (std::exchange(scheduled_, true)) return;
  home_->schedule(shared_from_this());
}

void Connection::on_ready(rt::Readiness now) {
  if (now.readable) readable_ = true;
  if (now.ended) readable_ = end_signalled_ = true;
  if (now.writable) blocked_ = false;
  take_turn();
}

void Connection::take_turn() {
  if (in_turn_ || ended()) return;
  const auto self = shared_from_this();
  in_turn_ = true;
  scheduled_ = false;
  for (int reads = 0;;) {
    const bool paused = !start_held();
    if (!paused && readable_ && !end_read_ && !stopped_) {
      if (++reads <= kReadsPerTurn) {
        read_once();
        continue;
      }
      home_->schedule_later(self);
    }
    send();
    if (ended() || !paused || waits_for_memory_ || !may_start() || is_muted()) break;
  }
  in_turn_ = false;
  if (!ended() && (end_signalled_ || end_read_)) tell_disconnected();
  end_when_done();
}

/// Reads into the frame under way and, behind it, into the shard's buffer; uses what came.
void Connection::read_once() {
  const std::span<uint8_t> room = splitter_.room();
  const std::span<uint8_t> buffer = home_->read_buffer();
  ssize_t got = 0;
  if (room.empty()) {
    got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  } else {
    std::array<iovec, 2> into;
    into[0].iov_base = room.data();
    into[0].iov_len = room.size();
    into[1].iov_base = buffer.data();
    into[1].iov_len = buffer.size();
    got = ::readv(socket_, into.data(), into.size());
  }
  if (got < 0 && errno == EINTR) return;
  if (got < 0 && errno == EAGAIN) {
    readable_ = false;
    return;
  }
  if (got < 0) {
    log_debug("connection from {}:{}: reading: errno {}", peer_->client_host, peer_->client_port,
              errno);
    end();
    return;
  }
  const auto count = static_cast<size_t>(got);
  if (count == 0) {
    end_read_ = true;
    readable_ = false;
    return;
  }
  touch();
  home_->counters().bytes_in.add(count);
  // A short read has emptied the socket: the next byte is told as a new event. Only the end that
  // was told already has to be read still.
  if (count < room.size() + buffer.size()) readable_ = end_signalled_;
  const size_t in_place = std::min(count, room.size());
  splitter_.received(in_place);
  Bytes input = Bytes(buffer).first(count - in_place);
  if (!use(input)) held_ = Slice::copy_of(input);
}

/// Goes on with what was received and not used. False: it must wait still.
bool Connection::start_held() {
  Bytes input = held_.bytes();
  const bool used = !waits_for_memory_ && !is_muted() && use(input);
  held_ = used ? Slice() : held_.from(held_.size() - input.size());
  return used;
}

/// Starts the requests in `input`, from its front. True when all of it was used, false when
/// something must be waited for first.
bool Connection::use(Bytes& input) {
  while (!stopped_) {
    if (waiting_frame_) {
      if (!may_start()) return false;
      start_waiting_frame();
      if (is_muted()) return false;
      continue;
    }
    switch (splitter_.next(input)) {
      case FrameSplitter::Next::bytes:
        return true;
      case FrameSplitter::Next::memory:
        if (!pay_for_frame()) return false;
        break;
      case FrameSplitter::Next::frame:
        waiting_frame_ = splitter_.take();
        waiting_ordering_ = home_->service().ordering(*waiting_frame_);
        break;
      case FrameSplitter::Next::refused:
        refuse_frame();
        break;
    }
  }
  input = Bytes();
  return true;
}

/// Whether nothing is to be read now; the timer ends it. A peer that is gone is not kept: what it
/// left behind is little, and its connection counts among the open ones.
bool Connection::is_muted() {
  const rt::TimePoint until = peer_->muted_until;
  if (until == rt::TimePoint()) return false;
  if (end_signalled_ || stopped_ || until <= rt::Clock::now()) {
    peer_->muted_until = rt::TimePoint();
    stop_unmute_timer();
    return false;
  }
  if (!unmute_timer_) {
    unmute_timer_ = home_->shard().call_at(until, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->unmute_timer_.reset();
      self->touch();
      self->take_turn();
    });
  }
  return true;
}

void Connection::stop_unmute_timer() {
  if (unmute_timer_) home_->shard().cancel(*std::exchange(unmute_timer_, std::nullopt));
}

/// Whether the frame that waits, if any, may be started.
bool Connection::may_start() const {
  if (replies_.size() >= kMaxRequestsUnderWay) return false;
  if (replies_.unsent_bytes() > home_->limits().unsent_bytes) return false;
  return waiting_ordering_ == Ordering::pipelined || replies_.unanswered() == 0;
}

void Connection::start_waiting_frame() {
  Slice frame = std::move(*waiting_frame_);
  waiting_frame_.reset();
  waiting_ordering_ = Ordering::pipelined;
  home_->counters().requests.add();
  const uint64_t place = replies_.push(std::exchange(share_, RequestMemory::Share()));
  rt::Task<Answer> task = home_->service().serve(peer_, std::move(frame));
  if (task.done()) {
    answered(place, task.take());
  } else {
    finish(shared_from_this(), place, std::move(task)).detach();
  }
}

rt::Task<void> Connection::finish(std::shared_ptr<Connection> self, uint64_t place,
                                  rt::Task<Answer> task) {
  Answer answer = co_await task;
  self->answered(place, std::move(answer));
  self->schedule();
}

void Connection::answered(uint64_t place, Answer answer) {
  touch();
  if (answer.kind == Answer::Kind::close) stop_requests();
  replies_.put(place, std::move(answer));
}

size_t Connection::overhead() const { return splitter_.granted() == 0 ? kRequestOverheadBytes : 0; }

bool Connection::pay_for_frame() {
  RequestMemory& memory = home_->memory();
  const size_t wanted = splitter_.memory_wanted() + overhead();
  if (memory.take(wanted)) {
    const size_t bytes = wanted - overhead();
    share_.add(memory, wanted);
    splitter_.grant(bytes);
    return true;
  }
  memory.wait(*this, wanted, splitter_.memory_for_rest() + overhead());
  waits_for_memory_ = true;
  waits_since_ = rt::Clock::now();
  home_->counters().memory_waits.add();
  return false;
}

void Connection::on_memory(size_t bytes) {
  waits_for_memory_ = false;
  const auto waited =
      std::chrono::duration_cast<std::chrono::microseconds>(rt::Clock::now() - waits_since_);
  home_->counters().memory_waited_us.add(static_cast<uint64_t>(waited.count()));
  const size_t for_frame = bytes - overhead();
  share_.add(home_->memory(), bytes);
  splitter_.grant(for_frame);
  touch();
  schedule();
}

void Connection::refuse_frame() {
  home_->counters().frames_refused.add();
  log_warn(
      "closing the connection from {}:{}: it announced a request of {} bytes, allowed are 1 "
      "to {} (socket.request.max.bytes)",
      peer_->client_host, peer_->client_port, splitter_.announced(),
      home_->limits().max_request_bytes);
  stop_requests();
  replies_.put(replies_.push(RequestMemory::Share()), Answer());
}

/// No further request is started, nothing more is read; what was received and not started is gone.
void Connection::stop_requests() {
  stopped_ = true;
  peer_->leaving = true;
  if (std::exchange(waits_for_memory_, false)) home_->memory().stop_waiting(*this);
  stop_unmute_timer();
  waiting_frame_.reset();
  held_ = Slice();
  splitter_ = FrameSplitter(home_->limits().max_request_bytes);
  share_ = RequestMemory::Share();
}

void Connection::send() {
  if (ended() || blocked_) return;
  size_t bytes = 0;
  const Result<Sent> sent = send_replies(socket_, replies_, bytes);
  if (bytes > 0) {
    touch();
    home_->counters().bytes_out.add(bytes);
  }
  if (!sent) {
    log_debug("connection from {}:{}: {}", peer_->client_host, peer_->client_port,
              sent.error().text());
    end();
    return;
  }
  blocked_ = *sent == Sent::blocked;
  if (*sent == Sent::enough) home_->schedule_later(shared_from_this());
}

void Connection::tell_disconnected() {
  peer_->leaving = true;
  if (std::exchange(told_disconnected_, true)) return;
  home_->service().disconnected(peer_);
}

void Connection::end_when_done() {
  if (ended()) return;
  if (stopped_) tell_disconnected();
  const bool all_started = !waiting_frame_ && held_.empty();
  const bool no_more = stopped_ || (end_read_ && all_started);
  if (replies_.close_is_next() || (no_more && replies_.empty())) end();
}

void Connection::drain() {
  if (ended()) return;
  stop_requests();
  take_turn();
}

void Connection::end() {
  if (ended()) return;
  const auto self = shared_from_this();
  stop_requests();
  home_->shard().forget(*this);
  const std::span<uint8_t> buffer = home_->read_buffer();
  for (int reads = 0; reads < kReadsBeforeClose && !end_read_; ++reads) {
    if (::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC) <= 0) break;
  }
  ::close(std::exchange(socket_, -1));
  replies_.abandon();
  home_->remove(*this);
  tell_disconnected();
}

}  // namespace kelp::net
