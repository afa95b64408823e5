#include "wire/codec.h"

#include <gtest/gtest.h>

#include "wire/01_fetch.h"
#include "wire/12_heartbeat.h"
#include "wire/18_api_versions.h"
#include "wire/header.h"

namespace kelp::wire {
namespace {

std::string hex(Bytes bytes) {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

TEST(Codec, writes_only_the_fields_of_the_version) {
  HeartbeatRequest request;
  request.group_id = "g";
  request.generation_id = 7;
  request.member_id = "m";
  request.group_instance_id = "i";
  EXPECT_EQ(hex(encode(request, 2).slice()),
            "00016700000007"
            "00016d");
  EXPECT_EQ(hex(encode(request, 3).slice()),
            "00016700000007"
            "00016d000169");
  EXPECT_EQ(hex(encode(request, 4).slice()), "026700000007026d026900");
}

TEST(Codec, reads_null_where_the_version_has_it) {
  const uint8_t bytes[] = {0, 1, 'g', 0, 0, 0, 7, 0, 1, 'm', 0xff, 0xff};
  const auto request = decode_exactly<HeartbeatRequest>(Slice::copy_of(bytes), 3);
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->group_id, "g");
  EXPECT_EQ(request->generation_id, 7);
  EXPECT_EQ(request->group_instance_id, std::nullopt);
}

TEST(Codec, refuses_a_version_that_the_message_lacks) {
  const auto request = decode<HeartbeatRequest>(Slice(), 5);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, ErrorKind::unsupported);
}

TEST(Codec, names_message_and_place_of_a_fault) {
  const uint8_t bytes[] = {0, 9, 'g'};
  const auto request = decode<HeartbeatRequest>(Slice::copy_of(bytes), 0);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, ErrorKind::malformed);
  EXPECT_EQ(request.error().what, "HeartbeatRequest v0: at byte 2: a length goes beyond the end");
}

TEST(Frame, counts_records_that_lie_elsewhere_and_says_where_they_go) {
  FetchResponse response;
  auto& topic = response.responses.emplace_back();
  topic.topic = "t";
  for (size_t i = 0; i < 3; ++i) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = static_cast<int32_t>(i);
    partition.records = i == 1 ? Records() : Records::elsewhere(10 + i, 1000 * (i + 1));
  }
  const Frame frame = encode_response(5, response, 4);
  ASSERT_EQ(frame.splices.size(), 2U);
  EXPECT_EQ(frame.splices[0].source, 10U);
  EXPECT_EQ(frame.splices[1].source, 12U);
  EXPECT_EQ(frame.splices[1].size, 3000U);
  EXPECT_EQ(frame.splices[1].position, frame.bytes.size());
  EXPECT_EQ(frame.size(), frame.bytes.size() + 4000);
  EXPECT_EQ(load_big<int32_t>(frame.bytes.data()), static_cast<int32_t>(frame.size() - 4));

  // The gathered bytes decode to what was meant.
  std::string gathered;
  size_t from = 0;
  for (const Splice& splice : frame.splices) {
    gathered += frame.bytes.slice(from, splice.position - from).text();
    gathered += std::string(splice.size, 'x');
    from = splice.position;
  }
  gathered += frame.bytes.slice().from(from).text();
  const auto decoded = decode_exactly<FetchResponse>(Slice::copy_of(gathered).from(8), 4);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->responses[0].partitions[2].records.size(), 3000U);
  EXPECT_TRUE(decoded->responses[0].partitions[1].records.is_null());
}

TEST(Frame, gives_ApiVersions_the_old_header_in_every_version) {
  EXPECT_EQ(hex(encode_response(1, ApiVersionsResponse(), 3).bytes.slice()).substr(8, 12),
            "000000010000");
  EXPECT_EQ(response_header_version(ApiVersionsResponse::key, 3), 0);
}

TEST(RequestHeader, is_split_from_the_body_without_copying_it) {
  RequestHeader header;
  header.correlation_id = 9;
  header.client_id = "c";
  HeartbeatRequest request;
  request.group_id = "g";
  const Slice frame = encode_request(header, request, 4).bytes.slice().from(4);
  const auto received = decode_request_header(frame);
  ASSERT_TRUE(received) << received.error().text();
  EXPECT_EQ(received->header.request_api_key, 12);
  EXPECT_EQ(received->header.request_api_version, 4);
  EXPECT_EQ(received->header.correlation_id, 9);
  EXPECT_EQ(received->header.client_id, "c");
  EXPECT_EQ(received->body.data() + received->body.size(), frame.data() + frame.size());
  EXPECT_TRUE(decode_exactly<HeartbeatRequest>(received->body, 4));
}

}  // namespace
}  // namespace kelp::wire
