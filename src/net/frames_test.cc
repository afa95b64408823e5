#include "net/frames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "base/endian.h"

namespace kelp::net {
namespace {

using Next = FrameSplitter::Next;

std::string sized(int32_t size, std::string_view body = "") {
  std::string bytes(sizeof size, '\0');
  store_big<int32_t>(reinterpret_cast<uint8_t*>(bytes.data()), size);
  return bytes + std::string(body);
}
std::string frame(std::string_view body) { return sized(static_cast<int32_t>(body.size()), body); }

/// next(), with all the memory that it asks for.
Next next_granted(FrameSplitter& splitter, Bytes& input) {
  for (;;) {
    const Next next = splitter.next(input);
    if (next != Next::memory) return next;
    splitter.grant(splitter.memory_wanted());
  }
}

TEST(FrameSplitter, several_frames_of_one_piece_come_out_in_order) {
  FrameSplitter splitter(100);
  const std::string bytes = frame("a") + frame("bcd") + frame(std::string(100, 'e'));
  Bytes input = as_bytes(bytes);
  for (const std::string& body : {std::string("a"), std::string("bcd"), std::string(100, 'e')}) {
    ASSERT_EQ(next_granted(splitter, input), Next::frame);
    EXPECT_EQ(splitter.take().text(), body);
  }
  EXPECT_EQ(next_granted(splitter, input), Next::bytes);
  EXPECT_TRUE(input.empty());
  EXPECT_FALSE(splitter.inside_frame());
}

TEST(FrameSplitter, a_frame_may_be_cut_at_every_byte) {
  const std::string bytes = frame("0123456789");
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameSplitter splitter(10);
    Bytes first = as_bytes(bytes).first(cut);
    Bytes rest = as_bytes(bytes).subspan(cut);
    if (cut < bytes.size()) {
      EXPECT_EQ(next_granted(splitter, first), Next::bytes) << cut;
      EXPECT_TRUE(first.empty());
      EXPECT_EQ(splitter.inside_frame(), cut > 0);
      EXPECT_EQ(next_granted(splitter, rest), Next::frame) << cut;
    } else {
      EXPECT_EQ(next_granted(splitter, first), Next::frame);
    }
    EXPECT_EQ(splitter.take().text(), "0123456789");
  }
}

TEST(FrameSplitter, refuses_a_size_of_zero_below_or_over_the_limit_and_stays_so) {
  for (const int32_t size :
       {0, -1, 101, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()}) {
    FrameSplitter splitter(100);
    const std::string bytes = sized(size, "x") + frame("good");
    Bytes input = as_bytes(bytes);
    EXPECT_EQ(splitter.next(input), Next::refused) << size;
    EXPECT_EQ(splitter.announced(), size);
    EXPECT_EQ(splitter.next(input), Next::refused);
  }
}

TEST(FrameSplitter, a_complete_small_frame_wants_memory_of_just_its_size) {
  FrameSplitter splitter(1 << 20);
  const std::string bytes = frame(std::string(300, 'x'));
  Bytes input = as_bytes(bytes);
  ASSERT_EQ(splitter.next(input), Next::memory);
  EXPECT_EQ(splitter.memory_wanted(), 300U);
}

TEST(FrameSplitter, an_announced_size_alone_gets_nothing_and_little_gets_little) {
  FrameSplitter splitter(100'000'000);
  const std::string bytes = sized(100'000'000);
  Bytes input = as_bytes(bytes);
  EXPECT_EQ(splitter.next(input), Next::bytes);
  EXPECT_TRUE(splitter.room().empty());
  EXPECT_EQ(splitter.granted(), 0U);
  Bytes some = as_bytes("some");
  EXPECT_EQ(next_granted(splitter, some), Next::bytes);
  EXPECT_EQ(splitter.granted(), kFirstGrantBytes);
}

/// Receives a frame of `size` into room() only, after `first` bytes from elsewhere. Returns the
/// largest ratio of granted memory to arrived bytes seen, beyond the first grant.
size_t receive_in_place(FrameSplitter& splitter, size_t size, size_t first, int& moves) {
  const std::string start = sized(static_cast<int32_t>(size), std::string(first, 'x'));
  Bytes input = as_bytes(start);
  size_t arrived = first;
  size_t ratio = 0;
  const uint8_t* at = nullptr;
  while (next_granted(splitter, input) != Next::frame) {
    const auto room = splitter.room();
    EXPECT_FALSE(room.empty());
    if (at != nullptr && room.data() != at) ++moves;
    if (splitter.granted() > kFirstGrantBytes) {
      ratio = std::max(ratio, splitter.granted() / std::max<size_t>(arrived, 1));
    }
    std::fill(room.begin(), room.end(), 'y');
    splitter.received(room.size());
    arrived += room.size();
    at = room.data() + room.size();
  }
  return ratio;
}

TEST(FrameSplitter, memory_follows_what_has_arrived) {
  for (const size_t size : {10'000UL, 1'000'000UL, 50'000'000UL}) {
    FrameSplitter splitter(100'000'000);
    int moves = 0;
    EXPECT_LE(receive_in_place(splitter, size, 10, moves), kTrust);
    EXPECT_EQ(splitter.take().text(), std::string(10, 'x') + std::string(size - 10, 'y'));
  }
}

TEST(FrameSplitter, a_usual_produce_request_is_received_in_one_place) {
  FrameSplitter splitter(100'000'000);
  int moves = 0;
  receive_in_place(splitter, 1'000'000, 32'000, moves);
  EXPECT_EQ(moves, 0);
  EXPECT_EQ(splitter.take().size(), 1'000'000U);
}

TEST(FrameSplitter, the_next_frame_may_follow_what_was_received_in_place) {
  FrameSplitter splitter(1000);
  const std::string start = sized(8, "1234");
  Bytes input = as_bytes(start);
  ASSERT_EQ(next_granted(splitter, input), Next::bytes);
  ASSERT_EQ(splitter.room().size(), 4U);
  std::ranges::copy(as_bytes("5678"), splitter.room().begin());
  splitter.received(4);
  const std::string behind = frame("next");
  Bytes more = as_bytes(behind);
  ASSERT_EQ(next_granted(splitter, more), Next::frame);
  EXPECT_EQ(splitter.take().text(), "12345678");
  ASSERT_EQ(next_granted(splitter, more), Next::frame);
  EXPECT_EQ(splitter.take().text(), "next");
}

TEST(FrameSplitter, a_frame_keeps_its_bytes_when_the_next_ones_come) {
  FrameSplitter splitter(1000);
  const std::string bytes = frame("first") + frame("other");
  Bytes input = as_bytes(bytes);
  ASSERT_EQ(next_granted(splitter, input), Next::frame);
  const Slice first = splitter.take();
  ASSERT_EQ(next_granted(splitter, input), Next::frame);
  const Slice other = splitter.take();
  EXPECT_EQ(first.text(), "first");
  EXPECT_EQ(other.text(), "other");
}

}  // namespace
}  // namespace kelp::net
