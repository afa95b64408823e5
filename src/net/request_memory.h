// RequestMemory: the bytes of requests that a shard has received or is serving, shared by all its
// connections, first come first served. Belongs to its shard. A connection takes memory for a frame
// piece by piece, as the bytes arrive; so that frames that each have a part cannot wait for each
// other for ever, relieve() lends the first in the queue all that its frame can still want, out of
// a reserve of one largest frame.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "base/assert.h"

namespace kelp::net {

class RequestMemory {
 public:
  /// Somebody who waits for memory; told once, later in the turn in which it is there.
  class Waiter {
   public:
    /// `bytes` were taken for it: as much as it asked for, or its `rest`.
    virtual void on_memory(size_t bytes) = 0;

   protected:
    ~Waiter() = default;
  };

  /// A part of the memory; given back when it goes.
  class Share {
   public:
    Share() = default;
    Share(RequestMemory& from, size_t bytes) : from_(&from), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : from_(std::exchange(other.from_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(from_, other.from_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (from_ != nullptr) from_->give_back(bytes_);
    }
    size_t bytes() const { return bytes_; }
    /// Bytes that were taken of the same memory join this share.
    void add(RequestMemory& from, size_t bytes) {
      KELP_ASSERT(from_ == nullptr || from_ == &from);
      from_ = &from;
      bytes_ += bytes;
    }

   private:
    RequestMemory* from_ = nullptr;
    size_t bytes_ = 0;
  };

  RequestMemory(size_t total, size_t reserve) : total_(total), reserve_(reserve) {}

  /// Takes them at once, or not at all.
  bool take(size_t bytes) {
    if (!waiting_.empty() || !fits(bytes)) return false;
    used_ += bytes;
    return true;
  }
  /// After a take() that failed: `who` waits for `bytes` and could go on to want `rest` in all.
  void wait(Waiter& who, size_t bytes, size_t rest) { waiting_.push_back({&who, bytes, rest, 0}); }
  void stop_waiting(const Waiter& who) {
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.who == &who; });
    grant();
  }
  /// Called every now and then; helps the first one when it has been waiting since the last call.
  void relieve() {
    if (waiting_.empty() || waiting_.front().seen++ == 0) return;
    const Waiting first = waiting_.front();
    if (used_ + first.rest > total_ + reserve_) return;
    waiting_.pop_front();
    used_ += first.rest;
    first.who->on_memory(first.rest);
  }

  size_t used() const { return used_; }
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    Waiter* who;
    size_t bytes;
    size_t rest;
    int seen;
  };

  bool fits(size_t bytes) const { return used_ == 0 || used_ + bytes <= total_; }
  void give_back(size_t bytes) {
    KELP_ASSERT(used_ >= bytes, used_, bytes);
    used_ -= bytes;
    grant();
  }
  void grant() {
    while (!waiting_.empty() && fits(waiting_.front().bytes)) {
      const Waiting first = waiting_.front();
      waiting_.pop_front();
      used_ += first.bytes;
      first.who->on_memory(first.bytes);
    }
  }

  const size_t total_;
  const size_t reserve_;
  size_t used_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace kelp::net
