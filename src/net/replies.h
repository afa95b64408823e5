// Replies: the answers of one connection in the order of its requests, however they finish. A slot
// is pushed before a request is started; what stands ready at the front is sent from there, and a
// slot goes, with its share of memory, when its last byte has left. Owned by the connection. Pure:
// it says which bytes are next and is told how many left.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

#include "net/request_memory.h"
#include "net/service.h"
#include "rt/fragments.h"

namespace kelp::net {

class Replies {
 public:
  /// The place of the next answer; give it to put(). `share` is kept until the answer has left.
  uint64_t push(RequestMemory::Share share);
  void put(uint64_t place, Answer answer);

  /// Slots, answered or not.
  size_t size() const { return slots_.size(); }
  bool empty() const { return slots_.empty(); }
  size_t unanswered() const { return unanswered_; }
  /// Bytes in memory that are answered and have not left.
  size_t unsent_bytes() const { return unsent_bytes_; }
  /// Ranges of files among what is answered and has not left.
  size_t unsent_ranges() const { return unsent_ranges_; }
  /// All before it has left and the connection is to be closed now.
  bool close_is_next() const;
  /// Something can be sent now.
  bool has_next() const;

  struct Gathered {
    size_t pieces = 0;  // entries of `into` that were set
    size_t bytes = 0;   // and their sum
    bool more = false;  // something that is ready to be sent stands right behind
  };
  /// The memory that is to be sent next, up to the first range of a file or the end of `into`.
  Gathered gather(std::span<iovec> into) const;
  /// When gather() finds no piece: the range of a file that is next, less what of it has left.
  rt::FileRange file_range() const;
  /// `bytes` of what gather() or file_range() said have left.
  void sent(size_t bytes);

  /// Nothing will be sent any more: drops all answers, now and to come.
  void abandon();

 private:
  struct Slot {
    RequestMemory::Share share;
    Answer::Kind kind = Answer::Kind::none;
    bool answered = false;
    rt::Fragments frame;
  };

  void pop_finished();
  void count_unsent(const rt::Fragments& frame);

  std::deque<Slot> slots_;
  uint64_t first_place_ = 0;
  size_t unanswered_ = 0;
  size_t unsent_bytes_ = 0;
  size_t unsent_ranges_ = 0;
  // Where the next byte to send stands in the first slot's frame.
  size_t part_ = 0;
  size_t within_part_ = 0;
  bool abandoned_ = false;
};

}  // namespace kelp::net
