// The network over real sockets: order, answers, limits, the end of connections and of the server.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net_fixture.h"

namespace kelp::test {
namespace {

using namespace std::chrono_literals;

// For every TEST_P(Net, …) of this program.
INSTANTIATE_TEST_SUITE_P(Shards, Net, testing::Values(1U, 3U));

TEST_P(Net, answers_a_request) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("ehello")));
  EXPECT_EQ(text_of(client.receive_frame()), "hello");
}

TEST_P(Net, serves_many_connections_each_for_itself) {
  RunningServer running(GetParam());
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(running.connect());
  for (size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(clients[i].send_frame(as_bytes("l" + std::to_string(i))));
  }
  for (size_t i = 0; i < clients.size(); ++i) {
    EXPECT_EQ(text_of(clients[i].receive_frame()), std::to_string(i));
  }
  EXPECT_EQ(running.server->totals().connections_open, 50U);
  EXPECT_EQ(running.server->totals().requests, 50U);
}

TEST_P(Net, answers_leave_in_the_order_of_their_requests_however_they_finish) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  std::string burst;
  const auto add = [&](std::string_view body) {
    burst += as_text(framed(as_bytes(body)).slice().bytes());
  };
  add("pfirst");
  add("esecond");
  add("pthird");
  add("n");
  add("sfourth");  // serial: not started before the third is answered
  add("efifth");
  ASSERT_TRUE(client.send(as_bytes(burst)));
  running.service.release("third");
  running.service.release("first");
  for (const char* expected : {"first", "second", "third", "fourth", "fifth"}) {
    EXPECT_EQ(text_of(client.receive_frame()), expected);
  }
}

TEST_P(Net, a_serial_request_waits_for_all_before_it_and_those_behind_wait_with_it) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  RawClient other = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("pa")));
  ASSERT_TRUE(client.send_frame(as_bytes("sb")));
  ASSERT_TRUE(client.send_frame(as_bytes("ec")));
  ASSERT_TRUE(running.service.await_parked("a"));
  // Another connection of each shard is served meanwhile; so the shard has seen b and c by then.
  ASSERT_TRUE(other.send_frame(as_bytes("lother")));
  EXPECT_EQ(text_of(other.receive_frame()), "other");
  EXPECT_FALSE(client.readable(std::chrono::steady_clock::now()));
  EXPECT_EQ(running.service.started(), (std::vector<std::string>{"pa", "lother"}));
  running.service.release("a");
  for (const char* expected : {"a", "b", "c"}) {
    EXPECT_EQ(text_of(client.receive_frame()), expected);
  }
}

TEST_P(Net, a_pipelined_request_starts_while_a_serial_one_is_under_way) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("Pa")));
  ASSERT_TRUE(client.send_frame(as_bytes("pb")));
  EXPECT_TRUE(running.service.await_parked("b"));
  running.service.release("b");
  running.service.release("a");
  EXPECT_EQ(text_of(client.receive_frame()), "a");
  EXPECT_EQ(text_of(client.receive_frame()), "b");
}

TEST_P(Net, frames_may_come_a_byte_at_a_time) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  const std::string text(300, 'x');
  const Buffer frame = framed(as_bytes("e" + text));
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < frame.size(); ++i) ASSERT_TRUE(client.send(frame.slice(i, 1)));
    EXPECT_EQ(text_of(client.receive_frame()), text);
  }
}

TEST_P(Net, ten_thousand_frames_may_come_in_one_write) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  std::string burst;
  for (int i = 0; i < 10'000; ++i) {
    burst += as_text(framed(as_bytes((i % 3 == 0 ? "s" : "e") + std::to_string(i))).slice());
  }
  std::thread sender([&] { EXPECT_TRUE(client.send(as_bytes(burst))); });
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(text_of(client.receive_frame()), std::to_string(i));
  sender.join();
}

TEST_P(Net, requests_of_every_size_come_through_whole) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  for (const size_t size : {1UL, 2UL, 100UL, 4096UL, 32'764UL, 32'768UL, 65'536UL, 1'000'000UL,
                            1'310'721UL, 9'000'000UL}) {
    std::string body(size, 'e');
    for (size_t i = 1; i < size; ++i) body[i] = static_cast<char>(i * 7 + i / 251);
    std::thread sender([&] { EXPECT_TRUE(client.send_frame(as_bytes(body))); });
    const auto got = client.receive_frame();
    sender.join();
    ASSERT_TRUE(got.has_value()) << size;
    EXPECT_TRUE(got->text() == std::string_view(body).substr(1)) << size;
  }
}

TEST_P(Net, an_answer_of_kind_close_ends_the_connection_after_the_answers_before_it) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  for (const char* body : {"pa", "eb", "c", "enever"}) {
    ASSERT_TRUE(client.send_frame(as_bytes(body)));
  }
  running.service.release("a");
  EXPECT_EQ(text_of(client.receive_frame()), "a");
  EXPECT_EQ(text_of(client.receive_frame()), "b");
  EXPECT_TRUE(client.await_close());
}

TEST_P(Net, a_client_that_closed_its_side_gets_its_answers_and_then_the_end) {
  RunningServer running(GetParam());
  RawClient client = running.connect();
  for (const char* body : {"pa", "sb", "wlong"}) ASSERT_TRUE(client.send_frame(as_bytes(body)));
  ASSERT_TRUE(client.send(as_bytes("half of a si")));
  client.finish_sending();
  running.service.release("a");
  EXPECT_EQ(text_of(client.receive_frame()), "a");
  EXPECT_EQ(text_of(client.receive_frame()), "b");
  EXPECT_EQ(text_of(client.receive_frame()), "long");  // woken by the disconnection
  EXPECT_TRUE(client.await_close());
}

TEST_P(Net, the_service_is_told_when_a_client_goes_while_its_request_is_parked) {
  RunningServer running(GetParam());
  {
    RawClient gone = running.connect();
    ASSERT_TRUE(gone.send_frame(as_bytes("plong")));
    ASSERT_TRUE(running.service.await_parked("long"));
    gone.reset();
  }
  EXPECT_TRUE(running.service.await_disconnected(1));
  running.service.release("long");  // its answer goes nowhere and harms nobody
  EXPECT_TRUE(running.await_totals([](const net::Totals& t) { return t.connections_open == 0; }));
  RawClient client = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("estill here")));
  EXPECT_EQ(text_of(client.receive_frame()), "still here");
}

class Files : public Net {
 protected:
  static constexpr size_t kBytes = 6'000'001;
  void SetUp() override {
    char path[] = "/tmp/kelp-net-XXXXXX";
    const int descriptor = ::mkstemp(path);
    ::unlink(path);
    content_.resize(kBytes);
    for (size_t i = 0; i < kBytes; ++i) content_[i] = static_cast<char>(i * 31 + i / 1000);
    ASSERT_EQ(::write(descriptor, content_.data(), kBytes), static_cast<ssize_t>(kBytes));
    file_ = std::make_shared<rt::OpenFile>(descriptor);
  }
  /// What the service answers to 'f' N.
  std::string expected(size_t bytes) const {
    const std::string text(FakeService::kTextBytes, 't');
    const size_t third = bytes / 3;
    return text + content_.substr(0, third) + text + content_.substr(third, third) + text +
           content_.substr(2 * third, bytes - 2 * third);
  }
  std::string content_;
  std::shared_ptr<const rt::OpenFile> file_;
};
INSTANTIATE_TEST_SUITE_P(Shards, Files, testing::Values(1U, 3U));

TEST_P(Files, ranges_of_files_are_sent_whole_and_in_place) {
  net::Limits limits;
  limits.send_buffer_bytes = 8192;  // so that every send is partial
  RunningServer running(GetParam(), limits);
  running.service.file = file_;
  RawClient client = running.connect();
  for (const size_t size : {0UL, 1UL, 100UL, 70'000UL, kBytes}) {
    ASSERT_TRUE(client.send_frame(as_bytes("f" + std::to_string(size))));
    ASSERT_TRUE(client.send_frame(as_bytes("eafter")));
    const auto got = client.receive_frame();
    ASSERT_TRUE(got.has_value()) << got.error().text();
    EXPECT_TRUE(got->text() == expected(size)) << size;
    EXPECT_EQ(text_of(client.receive_frame()), "after");
  }
}

TEST_P(Files, a_file_shorter_than_its_range_ends_that_connection_only) {
  RunningServer running(GetParam());
  running.service.file = file_;
  RawClient client = running.connect();
  RawClient other = running.connect();
  ASSERT_TRUE(client.send_frame(as_bytes("f" + std::to_string(4 * kBytes))));
  EXPECT_FALSE(client.receive_frame().has_value());
  ASSERT_TRUE(other.send_frame(as_bytes("eok")));
  EXPECT_EQ(text_of(other.receive_frame()), "ok");
}

TEST_P(Files, a_client_that_goes_in_the_middle_of_a_file_harms_nobody) {
  RunningServer running(GetParam());
  running.service.file = file_;
  for (int i = 0; i < 10; ++i) {
    RawClient client = running.connect();
    ASSERT_TRUE(client.send_frame(as_bytes("f" + std::to_string(kBytes))));
    ASSERT_TRUE(client.receive(1000).has_value());
    if (i % 2 == 0) client.reset();
  }
  EXPECT_TRUE(running.await_totals([](const net::Totals& t) { return t.connections_open == 0; }));
}

TEST_P(Net, says_who_connected_and_where_to) {
  RunningServer running(GetParam(), {}, "");
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto client = RawClient::connect(host, running.port());
    ASSERT_TRUE(client.has_value()) << host << " " << client.error().text();
    ASSERT_TRUE(client->send_frame(as_bytes("ex")));
    EXPECT_EQ(text_of(client->receive_frame()), "x");
    const net::Peer peer = running.service.last_peer();
    EXPECT_EQ(peer.client_host, host);
    EXPECT_EQ(peer.client_port, client->local_port());
    EXPECT_EQ(peer.local_host, host);
    EXPECT_EQ(peer.local_port, running.port());
  }
}

TEST(Listen, a_name_is_bound_with_each_of_its_addresses_on_one_port) {
  RunningServer running(1, {}, "localhost");
  ASSERT_FALSE(running.addresses.empty());
  for (const net::BoundAddress& bound : running.addresses) {
    EXPECT_EQ(bound.port, running.port());
    auto client = RawClient::connect(bound.host, bound.port);
    ASSERT_TRUE(client.has_value()) << bound.host;
    ASSERT_TRUE(client->send_frame(as_bytes("ex")));
    EXPECT_EQ(text_of(client->receive_frame()), "x");
  }
}

TEST(Listen, a_port_in_use_is_refused_with_words_and_a_later_restart_is_not) {
  uint16_t port = 0;
  {
    RunningServer running(1);
    port = running.port();
    RawClient client = running.connect();  // leaves the port in TIME_WAIT
    rt::Shard shard(0);
    FakeService service;
    net::Server second({&shard}, service, net::Limits());
    net::Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = port;
    const auto refused = second.listen(std::vector{endpoint});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().text(), "I/O error: cannot listen on 127.0.0.1:" +
                                          std::to_string(port) + ": Address already in use");
    endpoint.host = "no.such.host.invalid";
    EXPECT_FALSE(second.listen(std::vector{endpoint}).has_value());
  }
  rt::Shard shard(0);
  FakeService service;
  net::Server again({&shard}, service, net::Limits());
  net::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  EXPECT_TRUE(again.listen(std::vector{endpoint}).has_value());
}

TEST(Listen, accepted_sockets_inherit_what_was_set_on_the_listening_one) {
  net::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  net::Limits limits;
  limits.send_buffer_bytes = 50'000;
  auto sockets = net::bind_endpoint(endpoint, limits);
  ASSERT_TRUE(sockets.has_value());
  auto client = RawClient::connect("127.0.0.1", sockets->front().bound().port);
  ASSERT_TRUE(client.has_value());
  const int accepted = ::accept(sockets->front().descriptor(), nullptr, nullptr);
  ASSERT_GE(accepted, 0);
  const auto option = [&](int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(accepted, level, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(SOL_SOCKET, SO_SNDBUF), 100'000);  // the kernel doubles it
  ::close(accepted);
}

TEST_P(Net, connections_beyond_the_limit_are_closed_at_once) {
  net::Limits limits;
  limits.max_connections = 2;
  RunningServer running(GetParam(), limits);
  RawClient first = running.connect();
  RawClient second = running.connect();
  RawClient third = running.connect();
  EXPECT_TRUE(third.await_close());
  EXPECT_EQ(running.server->totals().connections_refused, 1U);
  ASSERT_TRUE(running.await_totals([](const net::Totals& t) { return t.connections_open == 2; }));
  first.close();
  ASSERT_TRUE(running.await_totals([](const net::Totals& t) { return t.connections_open == 1; }));
  RawClient fourth = running.connect();
  ASSERT_TRUE(fourth.send_frame(as_bytes("ein")));
  EXPECT_EQ(text_of(fourth.receive_frame()), "in");
}

TEST_P(Net, connections_of_one_address_are_limited_and_an_override_counts_for_its_own) {
  net::Limits limits;
  limits.max_connections_per_ip = 1;
  limits.max_connections_overrides = {{"127.0.0.2", 2}};
  RunningServer running(GetParam(), limits);
  RawClient first = running.connect();
  RawClient refused = running.connect();
  EXPECT_TRUE(refused.await_close());
  RawClient::Options from;
  from.from = "127.0.0.2";
  RawClient second = running.connect(from);
  RawClient third = running.connect(from);
  ASSERT_TRUE(third.send_frame(as_bytes("ein")));
  EXPECT_EQ(text_of(third.receive_frame()), "in");
  EXPECT_TRUE(running.connect(from).await_close());
}

TEST_P(Net, an_idle_connection_is_closed_one_with_a_parked_request_is_not) {
  net::Limits limits;
  limits.max_idle = 60ms;
  RunningServer running(GetParam(), limits);
  RawClient busy = running.connect();
  ASSERT_TRUE(busy.send_frame(as_bytes("plong")));
  ASSERT_TRUE(running.service.await_parked("long"));
  RawClient idle = running.connect();
  RawClient half = running.connect();
  ASSERT_TRUE(half.send(as_bytes("abc")));
  EXPECT_TRUE(idle.await_close());
  EXPECT_TRUE(half.await_close());
  ASSERT_TRUE(
      running.await_totals([](const net::Totals& t) { return t.connections_idle_closed == 2; }));
  running.service.release("long");
  EXPECT_EQ(text_of(busy.receive_frame()), "long");
  EXPECT_TRUE(busy.await_close());  // and now it is idle itself
}

TEST_P(Net, accepting_goes_on_when_descriptors_are_there_again) {
  RunningServer running(GetParam());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // The next descriptor of this process goes to the client, none is left for the server.
  const int next = ::dup(0);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  auto client = RawClient::connect("127.0.0.1", running.port());
  EXPECT_FALSE(client && client->readable(std::chrono::steady_clock::now() + 150ms));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->send_frame(as_bytes("ein")));
  EXPECT_EQ(text_of(client->receive_frame()), "in");
}

TEST_P(Net, shutting_down_lets_requests_finish_and_sends_their_answers) {
  RunningServer running(GetParam());
  RawClient idle = running.connect();
  RawClient busy = running.connect();
  ASSERT_TRUE(busy.send_frame(as_bytes("wlong")));  // parked, answers when told
  ASSERT_TRUE(busy.send_frame(as_bytes("lslow")));
  ASSERT_TRUE(running.service.await_started(2));
  EXPECT_TRUE(running.shut_down(10s));
  EXPECT_EQ(text_of(busy.receive_frame()), "long");
  EXPECT_EQ(text_of(busy.receive_frame()), "slow");
  EXPECT_TRUE(busy.await_close());
  EXPECT_TRUE(idle.await_close());
  EXPECT_FALSE(RawClient::connect("127.0.0.1", running.port()).has_value());
}

TEST_P(Net, shutting_down_cuts_off_what_does_not_finish_in_time) {
  RunningServer running(GetParam());
  RawClient busy = running.connect();
  ASSERT_TRUE(busy.send_frame(as_bytes("pnever")));
  ASSERT_TRUE(running.service.await_parked("never"));
  EXPECT_FALSE(running.shut_down(20ms));
  EXPECT_TRUE(busy.await_close());
  running.server.reset();
  running.service.release("never");  // finds its connection gone, and the server too
  for (unsigned i = 0; i < GetParam(); ++i) {
    rt::run_on(running.shard(i),
               []() -> rt::Task<void> { co_await rt::sleep_until(rt::Clock::now() + 1ms); });
  }
}

}  // namespace
}  // namespace kelp::test
