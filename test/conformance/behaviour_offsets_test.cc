// What Kafka answers to ListOffsets and OffsetForLeaderEpoch.
#include "conformance/behaviour.h"
#include "wire/02_list_offsets.h"
#include "wire/23_offset_for_leader_epoch.h"

namespace kelp::test {
namespace {

using wire::ListOffsetsRequest;
using wire::ListOffsetsResponse;
using wire::OffsetForLeaderEpochRequest;
using wire::OffsetForLeaderEpochResponse;
using Listed = ListOffsetsResponse::ListOffsetsPartitionResponse;

constexpr int64_t kLatest = -1, kEarliest = -2, kLargestTimestamp = -3, kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5, kEarliestPendingUpload = -6;

constexpr std::initializer_list<int16_t> kVersions = {1, 4, 5, 7, 11};
constexpr int16_t kFirstWithEpochs = 4;

/// What is found, as a version tells it.
void expect_found(const Listed& answer, int16_t version, int64_t timestamp, int64_t offset,
                  int32_t leader_epoch) {
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_EQ(answer.timestamp, timestamp);
  EXPECT_EQ(answer.offset, offset);
  EXPECT_EQ(answer.leader_epoch, version >= kFirstWithEpochs ? leader_epoch : -1);
}

class BehaviourListOffsets : public Behaviour {
 protected:
  /// Two records each at 1000, 3000, 2000 and 3000 ms: offsets 0 to 7.
  Topic topic_with_times() {
    const Topic topic = fresh_topic();
    for (const int64_t timestamp : {1000, 3000, 2000, 3000}) {
      record::BatchBuilder builder;
      for (int i = 0; i < 2; ++i) {
        builder.add({.timestamp_ms = timestamp, .value = as_bytes("v")});
      }
      EXPECT_EQ(produce(topic, *builder.build()).error_code, ErrorCode::none);
    }
    return topic;
  }

  static ListOffsetsRequest request_for(const Topic& topic, int64_t timestamp,
                                        int32_t partition = 0) {
    ListOffsetsRequest request;
    request.replica_id = -1;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    auto& each = wanted.partitions.emplace_back();
    each.partition_index = partition;
    each.timestamp = timestamp;
    return request;
  }
  Listed list(const ListOffsetsRequest& request, int16_t version) {
    return ask<ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }
  Listed list(const Topic& topic, int64_t timestamp, int16_t version) {
    return list(request_for(topic, timestamp), version);
  }
  static void expect_error(const Listed& answer, ErrorCode error) {
    EXPECT_EQ(answer.error_code, error);
    EXPECT_EQ(answer.timestamp, -1);
    EXPECT_EQ(answer.offset, -1);
    EXPECT_EQ(answer.leader_epoch, -1);
  }
};

TEST_F(BehaviourListOffsets, the_latest_and_the_earliest_come_without_a_timestamp) {
  const Topic topic = topic_with_times(), empty = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    expect_found(list(topic, kLatest, version), version, -1, 8, 0);
    expect_found(list(topic, kEarliest, version), version, -1, 0, 0);
    expect_found(list(empty, kLatest, version), version, -1, 0, 0);
    expect_found(list(empty, kEarliest, version), version, -1, 0, 0);
    ListOffsetsRequest committed = request_for(topic, kLatest);
    committed.isolation_level = 1;
    expect_found(list(committed, version), version, -1, 8, 0);
  });
}

TEST_F(BehaviourListOffsets, version_0_gives_a_list_with_the_start_behind_it) {
  const Topic topic = topic_with_times();
  ListOffsetsRequest request = request_for(topic, kLatest);
  EXPECT_THAT(list(request, 0).old_style_offsets, ElementsAre(8));
  request.topics[0].partitions[0].max_num_offsets = 10;
  EXPECT_THAT(list(request, 0).old_style_offsets, ElementsAre(8, 0));
  EXPECT_THAT(list(topic, kEarliest, 0).old_style_offsets, ElementsAre(0));
}

TEST_F(BehaviourListOffsets, the_largest_timestamp_is_that_of_the_first_record_that_has_it) {
  const Topic topic = topic_with_times(), empty = fresh_topic();
  at_versions({7, 9, 11}, [&](int16_t version) {
    expect_found(list(topic, kLargestTimestamp, version), version, 3000, 2, 0);
    expect_found(list(empty, kLargestTimestamp, version), version, -1, -1, -1);
  });
}

TEST_F(BehaviourListOffsets, the_earliest_local_is_the_earliest_and_nothing_is_tiered) {
  const Topic topic = topic_with_times();
  at_versions({8, 9, 11}, [&](int16_t version) {
    expect_found(list(topic, kEarliestLocal, version), version, -1, 0, 0);
    if (version >= 9) expect_found(list(topic, kLatestTiered, version), version, -1, -1, -1);
    if (version < 11) return;
    expect_found(list(topic, kEarliestPendingUpload, version), version, -1, -1, -1);
  });
}

TEST_F(BehaviourListOffsets, a_special_value_that_the_version_does_not_know_is_35) {
  const Topic topic = topic_with_times();
  const std::pair<int64_t, int16_t> firsts[] = {{kLargestTimestamp, 7},
                                                {kEarliestLocal, 8},
                                                {kLatestTiered, 9},
                                                {kEarliestPendingUpload, 11}};
  for (const auto& [special, first] : firsts) {
    at_versions({1, static_cast<int16_t>(first - 1)}, [&](int16_t version) {
      expect_error(list(topic, special, version), ErrorCode::unsupported_version);
    });
  }
  at_versions(kVersions, [&](int16_t version) {
    expect_error(list(topic, -7, version), ErrorCode::unsupported_version);
    // Said before anybody looks for the topic.
    expect_error(list({"nobody-made-it", {}}, -7, version), ErrorCode::unsupported_version);
  });
}

TEST_F(BehaviourListOffsets, a_timestamp_finds_the_first_record_at_or_after_it) {
  const Topic topic = topic_with_times(), empty = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    expect_found(list(topic, 0, version), version, 1000, 0, 0);
    expect_found(list(topic, 1000, version), version, 1000, 0, 0);
    expect_found(list(topic, 1500, version), version, 3000, 2, 0);
    expect_found(list(topic, 3000, version), version, 3000, 2, 0);
    expect_found(list(topic, 3001, version), version, -1, -1, -1);
    expect_found(list(empty, 5, version), version, -1, -1, -1);
  });
}

TEST_F(BehaviourListOffsets, an_unknown_topic_or_partition_is_3) {
  const Topic topic = fresh_topic();
  at_versions({0, 1, 4, 5, 7, 11}, [&](int16_t version) {
    for (const char* name : {"nobody-made-it", ""}) {
      expect_error(list({name, {}}, kLatest, version), ErrorCode::unknown_topic_or_partition);
    }
    for (const int32_t partition : {5, -1}) {
      expect_error(list(request_for(topic, kLatest, partition), version),
                   ErrorCode::unknown_topic_or_partition);
    }
  });
}

TEST_F(BehaviourListOffsets, a_current_leader_epoch_from_the_future_is_75) {
  const Topic topic = topic_with_times();
  at_versions({kFirstWithEpochs, 7, 11}, [&](int16_t version) {
    for (const int64_t timestamp : {kLatest, int64_t{0}}) {
      ListOffsetsRequest request = request_for(topic, timestamp);
      request.topics[0].partitions[0].current_leader_epoch = 5;
      expect_error(list(request, version), ErrorCode::unknown_leader_epoch);
    }
  });
}

TEST_F(BehaviourListOffsets, a_partition_that_comes_twice_is_42_once) {
  const Topic topic = topic_with_times();
  at_versions(kVersions, [&](int16_t version) {
    ListOffsetsRequest request = request_for(topic, kLatest);
    request.topics[0].partitions.push_back(request.topics[0].partitions[0]);
    request.topics[0].partitions[1].timestamp = kEarliest;
    const auto answer = ask<ListOffsetsResponse>(request, version);
    ASSERT_EQ(answer.topics.at(0).partitions.size(), 1U);
    expect_error(answer.topics[0].partitions[0], ErrorCode::invalid_request);
  });
}

class BehaviourLeaderEpoch : public Behaviour {
 protected:
  OffsetForLeaderEpochResponse::EpochEndOffset end_of(const Topic& topic, int32_t epoch,
                                                      int16_t version, int32_t partition = 0,
                                                      int32_t current_leader_epoch = -1) {
    OffsetForLeaderEpochRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic.name;
    auto& each = wanted.partitions.emplace_back();
    each.partition = partition;
    each.leader_epoch = epoch;
    each.current_leader_epoch = current_leader_epoch;
    return ask<OffsetForLeaderEpochResponse>(request, version).topics.at(0).partitions.at(0);
  }
};

TEST_F(BehaviourLeaderEpoch, the_present_epoch_ends_where_the_log_does_also_an_empty_one) {
  const Topic topic = fresh_topic(), empty = fresh_topic();
  EXPECT_EQ(produce(topic, batch_of(7)).error_code, ErrorCode::none);
  at_versions({0, 1, 2, 3, 4}, [&](int16_t version) {
    for (const auto& [of, end] : {std::pair{topic, 7}, {empty, 0}}) {
      const auto answer = end_of(of, 0, version);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.end_offset, end);
      EXPECT_EQ(answer.leader_epoch, version >= 1 ? 0 : -1);
    }
  });
}

TEST_F(BehaviourLeaderEpoch, an_unknown_epoch_is_answered_with_minus_1) {
  const Topic topic = fresh_topic();
  EXPECT_EQ(produce(topic, batch_of(7)).error_code, ErrorCode::none);
  at_versions({0, 2, 4}, [&](int16_t version) {
    for (const int32_t epoch : {5, -1}) {
      const auto answer = end_of(topic, epoch, version);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.end_offset, -1);
      EXPECT_EQ(answer.leader_epoch, -1);
    }
  });
}

TEST_F(BehaviourLeaderEpoch, a_current_leader_epoch_from_the_future_is_75) {
  const Topic topic = fresh_topic();
  at_versions({2, 3, 4}, [&](int16_t version) {
    EXPECT_EQ(end_of(topic, 0, version, 0, 5).error_code, ErrorCode::unknown_leader_epoch);
    EXPECT_EQ(end_of(topic, 0, version, 0, 0).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourLeaderEpoch, an_unknown_topic_or_partition_is_3) {
  const Topic topic = fresh_topic();
  at_versions({0, 2, 4}, [&](int16_t version) {
    EXPECT_EQ(end_of({"nobody-made-it", {}}, 0, version).error_code,
              ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(end_of(topic, 0, version, 8).error_code, ErrorCode::unknown_topic_or_partition);
  });
}

}  // namespace
}  // namespace kelp::test
