#include "net/replies.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace kelp::net {

uint64_t Replies::push(RequestMemory::Share share) {
  Slot& slot = slots_.emplace_back();
  slot.share = std::move(share);
  ++unanswered_;
  return first_place_ + slots_.size() - 1;
}

void Replies::put(uint64_t place, Answer answer) {
  KELP_ASSERT(place >= first_place_ && place - first_place_ < slots_.size(), place, first_place_);
  Slot& slot = slots_[place - first_place_];
  KELP_ASSERT(!slot.answered, place);
  slot.answered = true;
  --unanswered_;
  if (abandoned_) {
    slot.share = RequestMemory::Share();
  } else {
    slot.kind = answer.kind;
    if (answer.kind == Answer::Kind::reply) slot.frame = std::move(answer.frame);
    count_unsent(slot.frame);
  }
  pop_finished();
}

void Replies::count_unsent(const rt::Fragments& frame) {
  for (const rt::Fragment& part : frame.parts()) {
    if (const Slice* memory = std::get_if<Slice>(&part)) {
      unsent_bytes_ += memory->size();
    } else {
      ++unsent_ranges_;
    }
  }
}

/// Drops the answered slots at the front that have no byte left to send.
void Replies::pop_finished() {
  while (!slots_.empty() && slots_.front().answered) {
    const Slot& front = slots_.front();
    if (front.kind == Answer::Kind::close) return;
    if (part_ < front.frame.parts().size()) return;
    slots_.pop_front();
    ++first_place_;
    part_ = 0;
  }
}

bool Replies::close_is_next() const {
  return !slots_.empty() && slots_.front().answered && slots_.front().kind == Answer::Kind::close;
}

bool Replies::has_next() const {
  return !slots_.empty() && slots_.front().answered && !close_is_next();
}

Replies::Gathered Replies::gather(std::span<iovec> into) const {
  Gathered result;
  size_t part = part_;
  size_t skip = within_part_;
  for (const Slot& slot : slots_) {
    if (!slot.answered || slot.kind == Answer::Kind::close) return result;
    const auto& parts = slot.frame.parts();
    for (; part < parts.size(); ++part) {
      const Slice* memory = std::get_if<Slice>(&parts[part]);
      if (memory == nullptr || result.pieces == into.size()) {
        result.more = true;
        return result;
      }
      const Bytes rest = memory->bytes().subspan(skip);
      skip = 0;
      into[result.pieces].iov_base = const_cast<uint8_t*>(rest.data());
      into[result.pieces++].iov_len = rest.size();
      result.bytes += rest.size();
    }
    part = 0;
  }
  return result;
}

rt::FileRange Replies::file_range() const {
  KELP_ASSERT(has_next());
  rt::FileRange range = std::get<rt::FileRange>(slots_.front().frame.parts()[part_]);
  range.position += within_part_;
  range.size -= within_part_;
  return range;
}

void Replies::sent(size_t bytes) {
  while (bytes > 0) {
    KELP_ASSERT(has_next(), bytes);
    const rt::Fragment& part = slots_.front().frame.parts()[part_];
    const Slice* memory = std::get_if<Slice>(&part);
    const size_t whole = memory != nullptr ? memory->size() : std::get<rt::FileRange>(part).size;
    const size_t count = std::min(bytes, whole - within_part_);
    bytes -= count;
    within_part_ += count;
    if (memory != nullptr) unsent_bytes_ -= count;
    if (within_part_ < whole) return;
    if (memory == nullptr) --unsent_ranges_;
    within_part_ = 0;
    ++part_;
    pop_finished();
  }
}

void Replies::abandon() {
  abandoned_ = true;
  part_ = within_part_ = unsent_bytes_ = unsent_ranges_ = 0;
  for (Slot& slot : slots_) {
    if (!slot.answered) continue;
    slot.frame = rt::Fragments();
    slot.kind = Answer::Kind::none;
    slot.share = RequestMemory::Share();
  }
  pop_finished();
}

}  // namespace kelp::net
