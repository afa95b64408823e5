// What Kafka answers to frames, versions and ApiVersions, right and wrong.
#include <algorithm>

#include "conformance/behaviour.h"
#include "wire/03_metadata.h"
#include "wire/18_api_versions.h"
#include "wire/60_describe_cluster.h"

namespace kelp::test {
namespace {

constexpr int32_t kCorrelation = 7;
/// socket.request.max.bytes, Kafka's default.
constexpr int32_t kMaxFrame = 104'857'600;
constexpr std::string_view kNoTags("\0", 1);
constexpr std::string_view kNullClient("\xff\xff", 2);

std::string number(int64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

/// A request header of version 1; with kNoTags behind it, of version 2.
std::string head(int key, int version, std::string_view client_id = std::string_view("\0\1x", 3)) {
  return number(key, 2) + number(version, 2) + number(kCorrelation, 4) + std::string(client_id);
}

class BehaviourFrames : public Behaviour {
 protected:
  Result<Slice> answer_to(std::string_view body) {
    auto sent = client.raw().send_frame(as_bytes(body));
    if (!sent) return std::unexpected(sent.error());
    return client.raw().receive_frame();
  }

  /// Whether the body of the answer to Metadata v1 or DescribeCluster v0 is a sound one.
  void expect_answered(std::string_view body, int16_t key, int16_t version) {
    const auto frame = answer_to(body);
    ASSERT_TRUE(frame.has_value()) << frame.error().text();
    ASSERT_GE(frame->size(), 5U);
    EXPECT_EQ(load_big<int32_t>(frame->data()), kCorrelation);
    if (key == wire::MetadataRequest::key) {
      EXPECT_TRUE(wire::decode_exactly<wire::MetadataResponse>(frame->from(4), version));
    } else {
      EXPECT_TRUE(wire::decode_exactly<wire::DescribeClusterResponse>(frame->from(5), version));
    }
  }

  void expect_closed(std::string_view bytes) {
    auto other = connect();
    EXPECT_TRUE(other.raw().send(as_bytes(bytes)).has_value());
    EXPECT_TRUE(other.raw().await_close().has_value());
  }

  static std::string with_size(std::string_view body) {
    return number(static_cast<int64_t>(body.size()), 4) + std::string(body);
  }

  wire::ApiVersionsResponse api_versions(const std::string& name, const std::string& software,
                                         int16_t version) {
    wire::ApiVersionsRequest request;
    request.client_software_name = name;
    request.client_software_version = software;
    return ask<wire::ApiVersionsResponse>(request, version);
  }
};

TEST_F(BehaviourFrames, api_versions_lists_what_is_served_in_the_order_of_the_keys) {
  at_versions({0, 1, 2, 3, 4}, [&](int16_t version) {
    const auto answer = api_versions("a", "1", version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_GT(answer.api_keys.size(), 10U);
    EXPECT_TRUE(std::ranges::is_sorted(answer.api_keys, {},
                                       &wire::ApiVersionsResponse::ApiVersion::api_key));
    EXPECT_FALSE(answer.zk_migration_ready);
  });
}

TEST_F(BehaviourFrames, api_versions_is_answered_again_on_the_same_connection) {
  EXPECT_EQ(api_versions("a", "1", 3).error_code, ErrorCode::none);
  EXPECT_EQ(api_versions("a", "1", 4).error_code, ErrorCode::none);
  EXPECT_EQ(api_versions("", "", 0).error_code, ErrorCode::none);
}

TEST_F(BehaviourFrames, features_are_told_since_version_3_with_their_finalized_level) {
  at_versions({0, 2}, [&](int16_t version) {
    EXPECT_THAT(api_versions("a", "1", version).supported_features, IsEmpty());
  });
  at_versions({3, 4}, [&](int16_t version) {
    const auto answer = api_versions("a", "1", version);
    ASSERT_FALSE(answer.supported_features.empty());
    for (const auto& feature : answer.supported_features) {
      if (version == 3) {
        EXPECT_GT(feature.min_version, 0) << feature.name;
      }
    }
    ASSERT_FALSE(answer.finalized_features.empty());
    for (const auto& feature : answer.finalized_features) {
      EXPECT_EQ(feature.min_version_level, feature.max_version_level) << feature.name;
      if (feature.name != "metadata.version") continue;
      EXPECT_EQ(feature.max_version_level, 30);
    }
    EXPECT_GE(answer.finalized_features_epoch, 0);
  });
}

TEST_F(BehaviourFrames, an_unknown_version_of_api_versions_is_answered_in_v0_with_that_key_alone) {
  const std::string answer = number(kCorrelation, 4) + number(35, 2) + number(1, 4) +
                             number(18, 2) + number(0, 2) + number(4, 2);
  const std::string no_tags(kNoTags);
  for (const std::string& request :
       {head(18, 5) + no_tags, head(18, 99) + no_tags, head(18, 99) + no_tags + "never looked at",
        head(18, 5, kNullClient) + no_tags, head(18, -1)}) {
    const auto frame = answer_to(request);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->text(), answer);
  }
  EXPECT_EQ(api_versions("a", "1", 4).error_code, ErrorCode::none);  // the connection goes on
  expect_closed(with_size(head(18, 5)));                             // its header has no tags
}

TEST_F(BehaviourFrames, a_client_software_name_or_version_of_another_form_is_42_without_keys) {
  at_versions({3, 4}, [&](int16_t version) {
    for (const char* wrong : {"", "a b", "a_b", "-a", "a-", ".a", "a.", "\xc3\xa4"}) {
      SCOPED_TRACE(wrong);
      for (const auto& answer :
           {api_versions(wrong, "1", version), api_versions("a", wrong, version)}) {
        EXPECT_EQ(answer.error_code, ErrorCode::invalid_request);
        EXPECT_THAT(answer.api_keys, IsEmpty());
      }
    }
    for (const std::string& right :
         {std::string("a.b-c"), std::string("1.2-SNAPSHOT"), std::string(300, 'x')}) {
      EXPECT_EQ(api_versions(right, right, version).error_code, ErrorCode::none) << right;
    }
  });
}

TEST_F(BehaviourFrames, a_version_or_key_that_is_not_served_closes_the_connection) {
  struct Case {
    int key, version;
  };
  for (const Case each :
       {Case{0, 99}, Case{0, 14}, Case{3, 99}, Case{3, -1}, Case{22, 6}, Case{1, 3}, Case{999, 0},
        Case{-1, 0}, Case{4, 0}, Case{52, 0}, Case{71, 0}, Case{72, 0}}) {
    SCOPED_TRACE(testing::Message() << "key " << each.key << " version " << each.version);
    expect_closed(with_size(head(each.key, each.version) + std::string(20, '\0')));
  }
}

TEST_F(BehaviourFrames, a_size_that_cannot_be_closes_at_once_and_the_largest_waits_for_its_bytes) {
  for (const int32_t size : {-1, 0, kMaxFrame + 1}) expect_closed(number(size, 4));
  auto waiting = connect();
  ASSERT_TRUE(waiting.raw().send(as_bytes(number(kMaxFrame, 4) + "abc")).has_value());
  EXPECT_TRUE(answer_to(head(18, 0)).has_value());  // what came later is served meanwhile
  EXPECT_FALSE(waiting.raw().readable(std::chrono::steady_clock::now()));
}

TEST_F(BehaviourFrames, other_protocols_are_closed_at_once) {
  expect_closed("GET / HTTP/1.1\r\nHost: kelp\r\n\r\n");
  expect_closed(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) +
                std::string(100, '\0'));
}

TEST_F(BehaviourFrames, what_does_not_decode_closes_the_connection) {
  expect_closed(with_size("ab"));
  expect_closed(with_size(head(3, 1, "")));                      // no client id
  expect_closed(with_size(head(3, 1) + number(0, 2)));           // cut short
  expect_closed(with_size(head(3, 1) + number(0x7fffffff, 4)));  // an array without data
  expect_closed(with_size(head(3, 0) + number(-1, 4)));          // null where it may not be
  EXPECT_TRUE(answer_to(head(18, 0)).has_value());
}

TEST_F(BehaviourFrames, a_null_and_a_very_long_client_id_are_fine) {
  expect_answered(head(3, 1, kNullClient) + number(0, 4), 3, 1);
  const std::string long_id = number(30'000, 2) + std::string(30'000, 'i');
  expect_answered(head(3, 1, long_id) + number(0, 4), 3, 1);
}

TEST_F(BehaviourFrames, bytes_behind_a_sound_body_are_ignored) {
  const std::string no_tags(kNoTags);
  expect_answered(head(3, 1) + number(0, 4) + "left over", 3, 1);
  expect_answered(head(60, 0) + no_tags + std::string(1, '\0') + no_tags + "left over", 60, 0);
}

TEST_F(BehaviourFrames, unknown_tagged_fields_are_ignored_in_header_and_body) {
  const std::string unknown("\x01\x63\x02hi", 5);
  const std::string no_tags(kNoTags);
  expect_answered(head(60, 0) + unknown + std::string(1, '\0') + no_tags, 60, 0);
  expect_answered(head(60, 0) + no_tags + std::string(1, '\0') + unknown, 60, 0);
}

TEST_F(BehaviourFrames, an_array_of_minus_two_is_null_where_null_is_allowed) {
  const Topic topic = fresh_topic();
  const auto frame = answer_to(head(3, 1) + number(-2, 4));
  ASSERT_TRUE(frame.has_value());
  const auto metadata = wire::decode_exactly<wire::MetadataResponse>(frame->from(4), 1);
  ASSERT_TRUE(metadata.has_value());
  EXPECT_TRUE(std::ranges::any_of(metadata->topics,
                                  [&](const auto& each) { return each.name == topic.name; }));
}

TEST_F(BehaviourFrames, pipelined_requests_are_answered_in_their_order) {
  const Topic topic = fresh_topic();
  std::vector<int32_t> produced;
  for (int i = 0; i < 20; ++i) {
    const auto sent = client.send(produce_request(topic, batch_of(1)), 9);
    ASSERT_TRUE(sent.has_value());
    produced.push_back(*sent);
    ASSERT_TRUE(client.send(wire::DescribeClusterRequest(), 0).has_value());
  }
  for (size_t i = 0; i < produced.size(); ++i) {
    const auto answer = client.receive<wire::ProduceResponse>(9, produced[i]);
    ASSERT_TRUE(answer.has_value()) << answer.error().text();
    EXPECT_EQ(answer->responses.at(0).partition_responses.at(0).base_offset,
              static_cast<int64_t>(i));
    EXPECT_TRUE(client.receive<wire::DescribeClusterResponse>(0, produced[i] + 1).has_value());
  }
}

}  // namespace
}  // namespace kelp::test
