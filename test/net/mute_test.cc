// A peer that the service mutes is answered and then not read, until its time is over or it goes.
#include <algorithm>

#include "net/net_fixture.h"

namespace kelp::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kMuteForAnHour = "q3600000";

/// Connections of each shard are served once.
void serve_others(RunningServer& running) {
  for (int i = 0; i < 6; ++i) {
    RawClient other = running.connect();
    ASSERT_TRUE(other.send_frame(as_bytes("lother")));
    EXPECT_EQ(text_of(other.receive_frame()), "other");
  }
}

bool was_started(const RunningServer& running, const std::string& request) {
  const std::vector<std::string> started = running.service.started();
  return std::ranges::find(started, request) != started.end();
}

TEST_P(Net, a_muted_peer_is_answered_and_then_not_read_while_others_are) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  std::string burst;
  for (const char* body : {"ebefore", kMuteForAnHour, "ebehind"}) {
    burst += as_text(framed(as_bytes(body)).slice().bytes());
  }
  ASSERT_TRUE(client.send(as_bytes(burst)));
  EXPECT_EQ(text_of(client.receive_frame()), "before");
  EXPECT_EQ(text_of(client.receive_frame()), kMuteForAnHour + 1);
  ASSERT_TRUE(client.send_frame(as_bytes("elater")));
  serve_others(running);
  EXPECT_FALSE(client.readable(std::chrono::steady_clock::now()));
  EXPECT_FALSE(was_started(running, "ebehind"));
}

TEST_P(Net, what_a_muted_peer_sends_stays_in_its_socket) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes(kMuteForAnHour)));
  EXPECT_EQ(text_of(client.receive_frame()), kMuteForAnHour + 1);
  const Buffer large(200'000);
  ASSERT_TRUE(client.send_some(framed(large.slice().bytes()).slice().bytes()));
  serve_others(running);
  EXPECT_LT(running.server->totals().bytes_in, 1000U);
}

TEST_P(Net, a_muted_peer_is_read_again_when_its_time_is_over) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  for (const char* body : {"q20", "sone", "q1", "etwo", "q0", "ethree"}) {
    ASSERT_TRUE(client.send_frame(as_bytes(body)));
  }
  for (const char* expected : {"20", "one", "1", "two", "0", "three"}) {
    EXPECT_EQ(text_of(client.receive_frame()), expected);
  }
}

TEST_P(Net, a_muted_peer_that_goes_is_not_kept) {
  RunningServer running(GetParam());
  RawClient half_closed = running.connect();
  for (const char* body : {kMuteForAnHour, "ebehind", kMuteForAnHour, "elast"}) {
    ASSERT_TRUE(half_closed.send_frame(as_bytes(body)));
  }
  EXPECT_EQ(text_of(half_closed.receive_frame()), kMuteForAnHour + 1);
  half_closed.finish_sending();
  for (const char* expected : {"behind", kMuteForAnHour + 1, "last"}) {
    EXPECT_EQ(text_of(half_closed.receive_frame()), expected);
  }
  EXPECT_TRUE(half_closed.await_close());
  RawClient crashed = running.connect();
  ASSERT_TRUE(crashed.send_frame(as_bytes(kMuteForAnHour)));
  EXPECT_EQ(text_of(crashed.receive_frame()), kMuteForAnHour + 1);
  crashed.reset();
  EXPECT_TRUE(
      running.await_totals([](const net::Totals& totals) { return totals.connections_open == 0; }));
}

TEST_P(Net, a_muted_peer_outlives_the_idle_limit) {
  net::Limits limits;
  limits.max_idle = 1s;
  RunningServer running(GetParam(), limits);
  RawClient muted = running.connect(), idle = running.connect();
  ASSERT_TRUE(muted.send_frame(as_bytes("q2500")));
  ASSERT_TRUE(muted.send_frame(as_bytes("eafter")));
  EXPECT_EQ(text_of(muted.receive_frame()), "2500");
  EXPECT_TRUE(idle.await_close());
  EXPECT_EQ(text_of(muted.receive_frame()), "after");
}

TEST_P(Net, a_muted_peer_does_not_hold_up_the_shutdown) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes(kMuteForAnHour)));
  EXPECT_EQ(text_of(client.receive_frame()), kMuteForAnHour + 1);
  EXPECT_TRUE(running.shut_down(10s));
  EXPECT_TRUE(client.await_close());
}

}  // namespace
}  // namespace kelp::test
