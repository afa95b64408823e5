#include "client/address.h"

#include <gtest/gtest.h>

namespace kelp::client {
namespace {

std::string texts(std::string_view list) {
  const auto addresses = parse_addresses(list);
  if (!addresses.has_value()) return addresses.error().what;
  std::string text;
  for (const Address& address : *addresses) text += address.text() + ' ';
  return text;
}

TEST(Address, reads_lists_of_hosts_with_and_without_a_port) {
  EXPECT_EQ(texts("a:1,b.c:65535, d "), "a:1 b.c:65535 d:9092 ");
  EXPECT_EQ(texts("[::1]:9093,[fe80::1],::1"), "[::1]:9093 [fe80::1]:9092 [::1]:9092 ");
  EXPECT_EQ(texts("a:1,,"), "a:1 ");
}

TEST(Address, refuses_what_names_no_port_or_host) {
  for (const char* wrong : {"", ",", ":9092", "a:", "a:0", "a:65536", "a:x", "a:1x", "[::1",
                            "[::1]x", "[::1]:", "[]:1"}) {
    EXPECT_FALSE(parse_addresses(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace kelp::client
