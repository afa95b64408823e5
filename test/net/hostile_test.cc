// The network against clients that mean harm or cannot do better.
#include <malloc.h>

#include <fstream>

#include "net/net_fixture.h"

namespace kelp::test {
namespace {

using namespace std::chrono_literals;

/// Resident memory of this process in bytes.
size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0;
  statm >> pages >> pages;
  return pages * 4096;
}

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

std::string big32(int32_t value) {
  std::string bytes(sizeof value, '\0');
  store_big<int32_t>(reinterpret_cast<uint8_t*>(bytes.data()), value);
  return bytes;
}

TEST_P(Net, a_frame_of_bad_size_closes_its_connection_and_no_other) {
  net::Limits limits;
  limits.max_request_bytes = 1000;
  RunningServer running(GetParam(), limits);
  RawClient good = running.connect();
  const std::vector<std::string> bad = {
      big32(-1),
      big32(0),
      big32(1001),
      big32(INT32_MAX),
      big32(INT32_MIN),
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
  };
  for (const std::string& bytes : bad) {
    RawClient client = running.connect();
    ASSERT_TRUE(client.send(as_bytes(bytes)));
    EXPECT_TRUE(client.await_close());
  }
  EXPECT_EQ(running.server->totals().frames_refused, bad.size());
  ASSERT_TRUE(good.send_frame(as_bytes("e" + std::string(999, 'x'))));  // exactly the limit
  EXPECT_EQ(text_of(good.receive_frame()), std::string(999, 'x'));
}

TEST_P(Net, what_was_asked_before_a_bad_frame_is_answered) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  const std::string burst =
      std::string(as_text(framed(as_bytes("lone")).slice())) + big32(-5) + std::string(5000, 'x');
  ASSERT_TRUE(client.send(as_bytes(burst)));
  EXPECT_EQ(text_of(client.receive_frame()), "one");
  EXPECT_TRUE(client.await_close());
}

TEST_P(Net, an_announced_size_without_its_bytes_takes_no_memory) {
  RunningServer running(GetParam());
  const auto allocated = [] { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; };
  std::vector<RawClient> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(running.connect());
  ASSERT_TRUE(
      running.await_totals([](const net::Totals& t) { return t.connections_accepted == 200; }));
  const size_t before = allocated();
  const size_t resident_before = resident_bytes();
  for (RawClient& client : clients) {
    ASSERT_TRUE(client.send(as_bytes(big32(100'000'000) + "some")));
  }
  ASSERT_TRUE(running.await_totals([](const net::Totals& t) { return t.bytes_in == 200 * 8; }));
  if (kSanitized) return;  // its allocator says nothing
  // 20 GB were announced. Each frame may have kFirstGrantBytes.
  EXPECT_LT(allocated(), before + (size_t{4} << 20));
  EXPECT_LT(resident_bytes(), resident_before + (size_t{8} << 20));
}

TEST_P(Net, idle_connections_are_small) {
  RunningServer running(GetParam());
  std::vector<RawClient> clients;
  clients.reserve(500);
  const auto allocated = [] { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; };
  const size_t before = allocated();
  for (int i = 0; i < 500; ++i) {
    clients.push_back(running.connect());
    ASSERT_TRUE(clients.back().send_frame(as_bytes("e" + std::string(20'000, 'x'))));
    ASSERT_TRUE(clients.back().receive_frame().has_value());
  }
  if (kSanitized) return;
  const size_t each = (allocated() - before) / clients.size();
  EXPECT_LT(each, 4096U);
  RecordProperty("bytes_per_idle_connection", static_cast<int>(each));
}

TEST_P(Net, a_reader_that_never_reads_is_not_read_from_and_delays_nobody) {
  net::Limits limits;
  limits.unsent_bytes = 100'000;
  limits.send_buffer_bytes = 20'000;
  limits.receive_buffer_bytes = 20'000;
  RunningServer running(GetParam(), limits);
  RawClient::Options small;
  small.receive_buffer_bytes = 4096;
  RawClient stuck = running.connect(small);
  // Requests of 1 KB, answers of 50 KB: it asks until the server takes no more.
  const std::string request = "m50000" + std::string(1, '\0');
  const Buffer frame = framed(as_bytes(std::string_view(request).substr(0, 6)));
  size_t asked = 0;
  for (const Deadline deadline = patience(); std::chrono::steady_clock::now() < deadline;) {
    const auto sent = stuck.send_some(frame.slice());
    ASSERT_TRUE(sent.has_value());
    if (*sent < frame.size()) break;
    ++asked;
  }
  EXPECT_GT(asked, 100U);
  ASSERT_TRUE(running.service.await_started(3));
  RawClient good = running.connect();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(good.send_frame(as_bytes("eok")));
    ASSERT_EQ(text_of(good.receive_frame()), "ok");
  }
  // 100 KB unsent, an answer beyond, and what the two socket buffers hold: a few of the many.
  EXPECT_LT(running.server->totals().requests, 100U + 30U);
}

TEST_P(Net, more_requests_under_way_than_the_bound_are_not_started_and_all_are_answered) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("phead")));
  constexpr size_t kCount = 1000;
  for (size_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(client.send_frame(as_bytes("e" + std::to_string(i))));
  }
  ASSERT_TRUE(running.service.await_started(net::kMaxRequestsUnderWay));
  RawClient other = running.connect();
  ASSERT_TRUE(other.send_frame(as_bytes("eother")));
  EXPECT_EQ(text_of(other.receive_frame()), "other");
  EXPECT_EQ(running.server->totals().requests, net::kMaxRequestsUnderWay + 1);
  running.service.release("head");
  EXPECT_EQ(text_of(client.receive_frame()), "head");
  for (size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(text_of(client.receive_frame()), std::to_string(i));
  }
}

TEST(RequestMemoryOverSockets, without_memory_nobody_is_read_until_some_is_given_back) {
  net::Limits limits;
  limits.request_memory_bytes = 10'000;
  RunningServer running(1, limits);
  RawClient first = running.connect();
  RawClient second = running.connect();
  ASSERT_TRUE(first.send_frame(as_bytes("pa" + std::string(9000, 'x'))));
  ASSERT_TRUE(running.service.await_parked("a" + std::string(9000, 'x')));
  ASSERT_TRUE(second.send_frame(as_bytes("e" + std::string(5000, 'y'))));
  ASSERT_TRUE(running.await_totals([](const net::Totals& t) { return t.memory_waits == 1; }));
  EXPECT_EQ(running.server->totals().requests, 1U);
  running.service.release("a" + std::string(9000, 'x'));
  EXPECT_EQ(text_of(second.receive_frame()), std::string(5000, 'y'));
  EXPECT_EQ(text_of(first.receive_frame()), "a" + std::string(9000, 'x'));
}

TEST(RequestMemoryOverSockets, frames_that_each_hold_a_part_of_the_memory_all_come_through) {
  net::Limits limits;
  limits.request_memory_bytes = 100'000;
  limits.max_idle = 3200ms;  // a tick of 100 ms
  RunningServer running(1, limits);
  std::vector<RawClient> clients;
  std::vector<std::thread> senders;
  const std::string body = "e" + std::string(300'000, 'z');
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) clients.push_back(running.connect());
  for (RawClient& client : clients) {
    senders.emplace_back([&] {
      EXPECT_TRUE(client.send_frame(as_bytes(body)));
      EXPECT_TRUE(text_of(client.receive_frame()) == std::string_view(body).substr(1));
    });
  }
  for (std::thread& sender : senders) sender.join();
}

TEST(RequestMemoryOverSockets, a_client_that_goes_while_it_waits_gives_its_place_up) {
  net::Limits limits;
  limits.request_memory_bytes = 10'000;
  RunningServer running(1, limits);
  RawClient first = running.connect();
  ASSERT_TRUE(first.send_frame(as_bytes("pkey")));
  ASSERT_TRUE(running.service.await_parked("key"));
  {
    RawClient gone = running.connect();
    ASSERT_TRUE(gone.send_frame(as_bytes("e" + std::string(9'900, 'y'))));
    ASSERT_TRUE(running.await_totals([](const net::Totals& t) { return t.memory_waits == 1; }));
    gone.reset();
  }
  running.service.release("key");
  EXPECT_EQ(text_of(first.receive_frame()), "key");
  RawClient next = running.connect();
  ASSERT_TRUE(next.send_frame(as_bytes("e" + std::string(9'900, 'n'))));
  EXPECT_EQ(text_of(next.receive_frame()), std::string(9'900, 'n'));
}

}  // namespace
}  // namespace kelp::test
