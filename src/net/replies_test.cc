#include "net/replies.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace kelp::net {
namespace {

Answer reply(std::string_view text) {
  Answer answer;
  answer.kind = Answer::Kind::reply;
  answer.frame.add(Slice::copy_of(text));
  return answer;
}
Answer none() {
  Answer answer;
  answer.kind = Answer::Kind::none;
  return answer;
}

struct RepliesTest : testing::Test {
  RequestMemory memory{1000, 0};
  Replies replies;

  uint64_t push(size_t bytes = 10) {
    EXPECT_TRUE(memory.take(bytes));
    return replies.push(RequestMemory::Share(memory, bytes));
  }
  /// The memory that would be sent now.
  std::string next(size_t pieces = 16) const {
    std::vector<iovec> into(pieces);
    const Replies::Gathered gathered = replies.gather(into);
    std::string text;
    for (size_t i = 0; i < gathered.pieces; ++i) {
      text.append(static_cast<const char*>(into[i].iov_base), into[i].iov_len);
    }
    EXPECT_EQ(text.size(), gathered.bytes);
    return text;
  }
};

TEST_F(RepliesTest, leave_in_the_order_of_the_requests) {
  const uint64_t a = push();
  const uint64_t b = push();
  const uint64_t c = push();
  replies.put(c, reply("c"));
  EXPECT_FALSE(replies.has_next());
  replies.put(a, reply("a"));
  EXPECT_EQ(next(), "a");
  replies.put(b, reply("b"));
  EXPECT_EQ(next(), "abc");
  replies.sent(3);
  EXPECT_TRUE(replies.empty());
}

TEST_F(RepliesTest, may_leave_in_pieces_of_any_size) {
  for (size_t step = 1; step <= 7; ++step) {
    for (const char* text : {"abc", "d", "efg"}) replies.put(push(), reply(text));
    std::string got;
    while (replies.has_next()) {
      const std::string text = next(2).substr(0, step);
      got += text;
      replies.sent(text.size());
    }
    EXPECT_EQ(got, "abcdefg") << step;
    EXPECT_EQ(replies.unsent_bytes(), 0U);
  }
}

TEST_F(RepliesTest, keep_the_memory_of_a_request_until_the_last_byte_has_left) {
  replies.put(push(100), reply("abc"));
  replies.sent(2);
  EXPECT_EQ(memory.used(), 100U);
  replies.sent(1);
  EXPECT_EQ(memory.used(), 0U);
}

TEST_F(RepliesTest, no_answer_leaves_no_byte_and_keeps_its_place) {
  const uint64_t a = push();
  const uint64_t b = push();
  replies.put(b, reply("b"));
  replies.put(a, none());
  EXPECT_EQ(next(), "b");
  EXPECT_EQ(replies.size(), 1U);
}

TEST_F(RepliesTest, close_comes_after_what_was_asked_before_and_nothing_after_it) {
  const uint64_t a = push();
  const uint64_t close = push();
  const uint64_t c = push();
  replies.put(close, Answer());
  replies.put(c, reply("never"));
  EXPECT_FALSE(replies.close_is_next());
  replies.put(a, reply("a"));
  EXPECT_EQ(next(), "a");
  replies.sent(1);
  EXPECT_TRUE(replies.close_is_next());
  EXPECT_FALSE(replies.has_next());
  EXPECT_EQ(next(), "");
}

TEST_F(RepliesTest, stop_gathering_at_a_range_of_a_file_and_go_on_behind_it) {
  Answer answer = reply("head");
  answer.frame.add(rt::FileRange{nullptr, 1000, 50});
  answer.frame.add(Slice::copy_of("tail"));
  replies.put(push(), std::move(answer));
  replies.put(push(), reply("next"));
  EXPECT_EQ(replies.unsent_ranges(), 1U);
  EXPECT_EQ(replies.unsent_bytes(), 12U);
  std::array<iovec, 8> into;
  EXPECT_TRUE(replies.gather(into).more);
  EXPECT_EQ(next(), "head");
  replies.sent(4);
  EXPECT_EQ(replies.gather(into).pieces, 0U);
  replies.sent(20);
  EXPECT_EQ(replies.file_range().position, 1020U);
  EXPECT_EQ(replies.file_range().size, 30U);
  replies.sent(30);
  EXPECT_EQ(replies.unsent_ranges(), 0U);
  EXPECT_FALSE(replies.gather(into).more);
  EXPECT_EQ(next(), "tailnext");
}

TEST_F(RepliesTest, more_is_said_only_of_what_can_be_sent_now) {
  replies.put(push(), reply("a"));
  const uint64_t later = push();
  replies.put(push(), reply("c"));
  std::array<iovec, 8> into;
  // c is ready, but b stands between: the kernel must not wait for it.
  EXPECT_FALSE(replies.gather(into).more);
  replies.put(later, reply("b"));
  EXPECT_FALSE(replies.gather(into).more);
  EXPECT_TRUE(replies.gather(std::span(into).first(2)).more);
}

TEST_F(RepliesTest, abandoned_ones_give_their_memory_back_when_their_requests_end) {
  replies.put(push(), reply("a"));
  const uint64_t b = push();
  replies.put(push(), reply("c"));
  replies.abandon();
  EXPECT_EQ(memory.used(), 10U);  // of b: its request still uses the frame
  replies.put(b, reply("b"));
  EXPECT_EQ(memory.used(), 0U);
  EXPECT_TRUE(replies.empty());
  EXPECT_EQ(replies.unsent_bytes(), 0U);
}

}  // namespace
}  // namespace kelp::net
