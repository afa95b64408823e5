#include "config/listener.h"

#include <gtest/gtest.h>

namespace kelp::config {
namespace {

constexpr std::string_view kDefaultMap =
    "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT";

ListenerTexts texts(List listeners, std::optional<List> advertised = {},
                    std::string_view map = kDefaultMap) {
  return {std::move(listeners), std::move(advertised), std::string(map), {"CONTROLLER"}};
}

std::string words_of(const ListenerTexts& wrong) {
  const auto listeners = resolve_listeners(wrong);
  return listeners ? "ok" : listeners.error().what;
}

TEST(Endpoint, is_a_name_a_host_and_a_port) {
  EXPECT_EQ(*parse_endpoint("PLAINTEXT://0.0.0.0:9092"), (Endpoint{"PLAINTEXT", "0.0.0.0", 9092}));
  EXPECT_EQ(*parse_endpoint("internal://[::1]:9094"), (Endpoint{"INTERNAL", "::1", 9094}));
  EXPECT_EQ(*parse_endpoint(" A-b_1://:0 "), (Endpoint{"A-B_1", "", 0}));
  EXPECT_EQ(*parse_endpoint("X://kafka.example.org:65535"),
            (Endpoint{"X", "kafka.example.org", 65535}));
  EXPECT_EQ((Endpoint{"X", "::1", 9}).text(), "X://[::1]:9");
  EXPECT_EQ((Endpoint{"X", "h", 9}).text(), "X://h:9");
}

TEST(Endpoint, is_refused_when_a_part_is_missing_or_wrong) {
  for (const std::string_view text :
       {"", "PLAINTEXT", "PLAINTEXT://", "PLAINTEXT://host", "PLAINTEXT://host:", "://host:1",
        "A B://host:1", "A://host:65536", "A://host:-1", "A://host:1x", "A://::1:9092",
        "A://[::1:9092", "A://ho st:1", "A://h/path:1", "host:9092", "A://[", "A://]:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint.has_value()) << text;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::malformed);
  }
}

TEST(Listeners, advertise_what_the_client_connected_to_unless_told) {
  const auto listeners = resolve_listeners(texts({"PLAINTEXT://:9092", "INTERNAL://[::1]:9094"},
                                                 List{"internal://kelp.local:19094"},
                                                 "PLAINTEXT:PLAINTEXT,internal:plaintext"));
  ASSERT_TRUE(listeners.has_value()) << listeners.error().what;
  const std::vector<ListenerConfig> kExpected = {
      {"PLAINTEXT", "", 9092, std::nullopt, std::nullopt},
      {"INTERNAL", "::1", 9094, "kelp.local", uint16_t{19094}},
  };
  EXPECT_EQ(*listeners, kExpected);
}

TEST(Listeners, of_a_controller_are_left_out) {
  const auto listeners =
      resolve_listeners(texts({"PLAINTEXT://:9092", "CONTROLLER://:9093"},
                              List{"PLAINTEXT://h:9092", "CONTROLLER://h:9093"}));
  ASSERT_TRUE(listeners.has_value()) << listeners.error().what;
  EXPECT_EQ(listeners->size(), 1U);
  EXPECT_EQ(words_of(texts({"CONTROLLER://:9093"})), "listeners has no listener for clients");
}

TEST(Listeners, have_different_names_and_ports) {
  EXPECT_EQ(words_of(texts({"PLAINTEXT://:1", "plaintext://:2"})),
            "Each listener must have a different name: listeners has PLAINTEXT twice");
  const std::string_view map = "A:PLAINTEXT,B:PLAINTEXT";
  EXPECT_EQ(words_of(texts({"A://:1", "B://h:1"}, {}, map)),
            "Each listener must have a different port: A and B both have 1");
  EXPECT_EQ(words_of(texts({"A://:0", "B://:0"}, {}, map)), "ok");
  EXPECT_EQ(words_of(texts({"A://127.0.0.1:1", "B://[::1]:1"}, {}, map)), "ok");
}

TEST(Listeners, speak_plaintext_and_a_name_must_say_so) {
  EXPECT_EQ(words_of(texts({"INTERNAL://:1"})),
            "No security protocol defined for listener INTERNAL: add INTERNAL:PLAINTEXT to "
            "listener.security.protocol.map");
  EXPECT_EQ(words_of(texts({"PLAINTEXT://:1", "SASL_SSL://h:2"})),
            "listener SASL_SSL://h:2 wants SASL_SSL: only PLAINTEXT is served by this version");
  EXPECT_EQ(resolve_listeners(texts({"SSL://:1"})).error().kind, ErrorKind::unsupported);
  // A name that sounds harmless does not make it so.
  EXPECT_NE(words_of(texts({"PLAINTEXT://:1"}, {}, "PLAINTEXT:SSL")), "ok");
  EXPECT_EQ(words_of(texts({"A://:1"}, {}, "A:TLS")),
            "listener.security.protocol.map: 'TLS' is none of PLAINTEXT, SSL, SASL_PLAINTEXT, "
            "SASL_SSL");
  EXPECT_EQ(words_of(texts({"A://:1"}, {}, "A")),
            "listener.security.protocol.map: 'A' is not NAME:PROTOCOL");
}

TEST(Listeners, are_advertised_once_under_a_known_name_with_a_real_address) {
  EXPECT_EQ(words_of(texts({"PLAINTEXT://:1"}, List{"OTHER://h:1"})),
            "advertised.listeners: there is no listener named OTHER; listeners has PLAINTEXT");
  EXPECT_EQ(words_of(texts({"PLAINTEXT://:1"}, List{"PLAINTEXT://0.0.0.0:1"})),
            "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable "
            "IP address.");
  EXPECT_EQ(words_of(texts({"PLAINTEXT://:1"}, List{"PLAINTEXT://a:1", "PLAINTEXT://b:1"})),
            "advertised.listeners has PLAINTEXT twice");
  EXPECT_NE(words_of(texts({"PLAINTEXT://:1"}, List{"PLAINTEXT://[::]:1"})), "ok");
  EXPECT_NE(words_of(texts({"PLAINTEXT://:1"}, List{"nonsense"})), "ok");
}

TEST(VirtualBrokers, listen_each_on_its_own_port) {
  const std::vector<ListenerConfig> kFirst = {
      {"A", "", 9092, "h", uint16_t{19092}}, {"B", "", 9095, {}, {}}, {"C", "", 0, {}, {}}};
  const auto third = shift_listeners(kFirst, 2, 3);
  ASSERT_TRUE(third.has_value()) << third.error().what;
  const std::vector<ListenerConfig> kExpected = {
      {"A", "", 9094, "h", uint16_t{19094}}, {"B", "", 9097, {}, {}}, {"C", "", 0, {}, {}}};
  EXPECT_EQ(*third, kExpected);
  EXPECT_EQ(*shift_listeners(kFirst, 0, 3), kFirst);
}

TEST(VirtualBrokers, never_meet_on_a_port_nor_leave_the_range) {
  const std::vector<ListenerConfig> kClose = {{"A", "", 9092, {}, {}}, {"B", "", 9094, {}, {}}};
  EXPECT_TRUE(shift_listeners(kClose, 0, 2).has_value());
  EXPECT_EQ(shift_listeners(kClose, 0, 3).error().what,
            "listeners A and B: 3 brokers take 3 ports from 9092 and from 9094 up, and these "
            "overlap");
  const std::vector<ListenerConfig> kHigh = {{"A", "", 65534, {}, {}}};
  EXPECT_TRUE(shift_listeners(kHigh, 1, 2).has_value());
  EXPECT_FALSE(shift_listeners(kHigh, 0, 3).has_value());
  const std::vector<ListenerConfig> kAdvertisedHigh = {{"A", "", 0, "h", uint16_t{65535}}};
  EXPECT_FALSE(shift_listeners(kAdvertisedHigh, 0, 2).has_value());
}

}  // namespace
}  // namespace kelp::config
