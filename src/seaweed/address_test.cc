#include "seaweed/address.h"

#include <gtest/gtest.h>

#include "seaweed/filer.h"
#include "seaweed/volumes.h"

namespace kelp::seaweed {
namespace {

TEST(ServerAddress, the_grpc_port_is_told_or_lies_10000_above) {
  const auto implied = parse_server_address("127.0.0.1:9333");
  ASSERT_TRUE(implied.has_value());
  EXPECT_EQ(implied->http, "127.0.0.1:9333");
  EXPECT_EQ(implied->grpc, "127.0.0.1:19333");
  const auto told = parse_server_address("filer.example:8888.18899");
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->http, "filer.example:8888");
  EXPECT_EQ(told->grpc, "filer.example:18899");
  EXPECT_EQ(parse_server_address("[::1]:8888")->grpc, "[::1]:18888");
}

TEST(ServerAddress, what_is_none_is_refused_with_its_words) {
  for (const char* text : {"", ":1", "host", "host:", "host:0", "host:x", "host:65536",
                           "host:60000", "host:1.", "host:1.0", "host:1.2.3", "host:1.70000"}) {
    const auto parsed = parse_server_address(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
    EXPECT_NE(parsed.error().what.find(fmt::format("'{}'", text)), std::string::npos);
  }
}

TEST(FileId, is_written_and_read_as_seaweedfs_does) {
  const FileId id{3, 0x79, 0xc941a190};
  EXPECT_EQ(id.text(), "3,79c941a190");
  for (const FileId& one : {id, FileId{1, 1, 0}, FileId{4'000'000'000, UINT64_MAX, UINT32_MAX}}) {
    EXPECT_EQ(parse_file_id(one.text()), one);
  }
  EXPECT_EQ(parse_file_id("3,079c941a19"), (FileId{3, 0x07, 0x9c941a19})) << "a leading zero";
  for (const char* text :
       {"", "3", "3,", "3,9c941a19", "x,019c941a19", "3,0x9c941a19", "-1,019c941a19"}) {
    EXPECT_FALSE(parse_file_id(text).has_value()) << text;
  }
}

TEST(EscapedName, has_nothing_of_a_path_and_is_unique) {
  EXPECT_EQ(escaped_name("orders.v1_a-B"), "orders.v1_a-B");
  EXPECT_EQ(escaped_name(".."), "%2E.");
  EXPECT_EQ(escaped_name("a/b"), "a%2Fb");
  EXPECT_EQ(escaped_name("a%2Fb"), "a%252Fb");
  EXPECT_EQ(escaped_name("\xff\n"), "%FF%0A");
}

}  // namespace
}  // namespace kelp::seaweed
