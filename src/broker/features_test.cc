// UpdateFeatures: which changes of a level Kafka allows, and that a level holds after a restart.
#include "broker/features.h"

#include <gtest/gtest.h>

#include "broker/test_broker.h"
#include "wire/18_api_versions.h"
#include "wire/55_describe_quorum.h"
#include "wire/57_update_features.h"

namespace kelp::broker {
namespace {

FeatureLevels levels_at(int16_t metadata_version) {
  return FeatureLevels({{kMetadataVersion, metadata_version}});
}

std::expected<FeatureLevels, Verdict> update(int16_t from, int16_t to, UpgradeType type) {
  return updated(levels_at(from), {{std::string(kMetadataVersion), to, type}}, BrokerId(1));
}

TEST(Features, are_raised_to_what_is_served) {
  const auto raised = update(20, 30, UpgradeType::upgrade);
  ASSERT_TRUE(raised.has_value());
  EXPECT_EQ(raised->find(kMetadataVersion)->level, 30);
  EXPECT_EQ(raised->epoch(), 1);
  EXPECT_EQ(update(20, 31, UpgradeType::upgrade).error().error, ErrorCode::invalid_update_version);
  EXPECT_EQ(update(20, 30, UpgradeType::safe_downgrade).error().message,
            "The update failed for all features since the following feature had an error: Invalid "
            "update version 30 for feature metadata.version. Can't downgrade to a newer version.");
}

TEST(Features, go_down_only_where_the_metadata_stayed_as_it_was) {
  EXPECT_TRUE(update(22, 18, UpgradeType::safe_downgrade).has_value());
  EXPECT_TRUE(update(22, 18, UpgradeType::unsafe_downgrade).has_value());
  EXPECT_FALSE(update(22, 18, UpgradeType::upgrade).has_value());
  EXPECT_FALSE(update(22, 16, UpgradeType::safe_downgrade).has_value());  // over 17
  EXPECT_FALSE(update(22, 16, UpgradeType::unsafe_downgrade).has_value());
}

TEST(Features, that_stay_count_no_change) {
  EXPECT_EQ(update(30, 30, UpgradeType::upgrade)->epoch(), 0);
}

TEST(Features, one_that_is_wrong_refuses_all) {
  const auto both = updated(levels_at(20),
                            {{std::string(kMetadataVersion), 30, UpgradeType::upgrade},
                             {"nope.version", 1, UpgradeType::upgrade}},
                            BrokerId(1));
  ASSERT_FALSE(both.has_value());
  EXPECT_EQ(both.error().error, ErrorCode::invalid_update_version);
}

TEST(Features, are_the_same_after_their_document) {
  const FeatureLevels levels = *update(20, 25, UpgradeType::upgrade);
  EXPECT_EQ(*decode_features(encode(levels), levels_at(30)), levels);
  EXPECT_FALSE(decode_features("{", levels_at(30)).has_value());
  EXPECT_FALSE(
      decode_features(R"({"version":2,"epoch":1,"levels":{}})", levels_at(30)).has_value());
}

class UpdateFeatures : public testing::TestWithParam<size_t> {
 protected:
  static constexpr int16_t kVersion = 1;

  wire::UpdateFeaturesResponse update(TestBroker& broker, int16_t level, bool validate_only) {
    wire::UpdateFeaturesRequest request;
    auto& wanted = request.feature_updates.emplace_back();
    wanted.feature = kMetadataVersion;
    wanted.max_version_level = level;
    request.validate_only = validate_only;
    return broker.call<wire::UpdateFeaturesResponse>(request, kVersion);
  }
  std::pair<int16_t, int64_t> finalized(TestBroker& broker) {
    wire::ApiVersionsRequest request;
    request.client_software_name = request.client_software_version = "test";
    const auto answer = broker.call<wire::ApiVersionsResponse>(request, 4);
    return {answer.finalized_features.at(0).max_version_level, answer.finalized_features_epoch};
  }
};

TEST_P(UpdateFeatures, is_told_by_api_versions_when_it_is_answered) {
  TestBroker broker(GetParam(), {"feature.metadata.version=20"});
  EXPECT_EQ(finalized(broker), std::pair(int16_t{20}, int64_t{0}));
  EXPECT_EQ(update(broker, 25, true).error_code, ErrorCode::none);
  EXPECT_EQ(finalized(broker), std::pair(int16_t{20}, int64_t{0}));
  const auto answer = update(broker, 25, false);
  EXPECT_EQ(answer.results.at(0).error_message, "NONE");
  EXPECT_EQ(finalized(broker), std::pair(int16_t{25}, int64_t{1}));
  const auto refused = update(broker, 31, false);
  EXPECT_EQ(refused.error_code, ErrorCode::invalid_update_version);
  EXPECT_TRUE(refused.results.empty());
  EXPECT_EQ(finalized(broker), std::pair(int16_t{25}, int64_t{1}));
}

TEST_P(UpdateFeatures, the_quorum_is_the_first_node_and_the_others_watch) {
  TestBroker broker(GetParam(), {}, 3);
  wire::DescribeQuorumRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic_name = "__cluster_metadata";
  topic.partitions.emplace_back();
  const auto answer = broker.call<wire::DescribeQuorumResponse>(request, 2);
  const auto& partition = answer.topics.at(0).partitions.at(0);
  EXPECT_EQ(partition.error_code, ErrorCode::none);
  EXPECT_EQ(partition.leader_id, 1);
  ASSERT_EQ(partition.current_voters.size(), 1U);
  EXPECT_EQ(partition.current_voters[0].replica_id, 1);
  EXPECT_EQ(partition.current_voters[0].log_end_offset, partition.high_watermark);
  EXPECT_EQ(partition.observers.size(), 2U);
  EXPECT_EQ(answer.nodes.at(0).listeners.at(0).port, 9092);
}

INSTANTIATE_TEST_SUITE_P(Shards, UpdateFeatures, testing::Values(1, 3));

}  // namespace
}  // namespace kelp::broker
