// What Kafka answers to DeleteRecords, and to Produce, Fetch and ListOffsets of a log that begins
// in the middle of a batch.
#include "conformance/behaviour.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/21_delete_records.h"

namespace kelp::test {
namespace {

using Trimmed = wire::DeleteRecordsResponse::DeleteRecordsPartitionResult;

constexpr std::initializer_list<int16_t> kDeleteVersions = {0, 1, 2};
constexpr int kBatches = 5, kRecordsInBatch = 10, kEnd = 50;

class BehaviourRecords : public Behaviour {
 protected:
  /// Batches at 0, 10, 20, 30 and 40.
  Topic filled_topic(const Configs& configs = {}) {
    const Topic topic = fresh_topic(1, configs);
    for (int i = 0; i < kBatches; ++i) {
      EXPECT_EQ(produce(topic, batch_of(kRecordsInBatch)).base_offset, 10 * i);
    }
    return topic;
  }
  /// The same, from 15 on.
  Topic trimmed_topic() {
    const Topic topic = filled_topic();
    EXPECT_EQ(trim(topic, 15, 2).low_watermark, 15);
    return topic;
  }

  Trimmed trim(const Topic& topic, int64_t offset, int16_t version, int32_t partition = 0) {
    wire::DeleteRecordsRequest request;
    request.timeout_ms = 10'000;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    auto& each = wanted.partitions.emplace_back();
    each.partition_index = partition;
    each.offset = offset;
    return ask<wire::DeleteRecordsResponse>(request, version).topics.at(0).partitions.at(0);
  }
  void expect_trimmed(const Topic& topic, int64_t offset, int16_t version, int64_t low_watermark) {
    const Trimmed answer = trim(topic, offset, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.low_watermark, low_watermark);
  }
  void expect_refused(const Trimmed& answer, ErrorCode error) {
    EXPECT_EQ(answer.error_code, error);
    EXPECT_EQ(answer.low_watermark, -1);
  }

  wire::FetchResponse::PartitionData fetch(const Topic& topic, int64_t offset, int16_t version) {
    wire::FetchRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic.name;
    wanted.topic_id = topic.id;
    wanted.partitions.emplace_back().fetch_offset = offset;
    wanted.partitions[0].partition_max_bytes = 1 << 20;
    return ask<wire::FetchResponse>(request, version).responses.at(0).partitions.at(0);
  }
  wire::ListOffsetsResponse::ListOffsetsPartitionResponse list(const Topic& topic,
                                                               int64_t timestamp, int16_t version) {
    wire::ListOffsetsRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    wanted.partitions.emplace_back().timestamp = timestamp;
    return ask<wire::ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }
};

TEST_F(BehaviourRecords, minus_1_deletes_up_to_the_high_watermark_which_itself_is_fine) {
  at_versions(kDeleteVersions, [&](int16_t version) {
    expect_trimmed(filled_topic(), -1, version, kEnd);
    expect_trimmed(filled_topic(), kEnd, version, kEnd);
    expect_trimmed(fresh_topic(), -1, version, 0);
  });
}

TEST_F(BehaviourRecords, an_offset_below_the_start_changes_nothing_and_tells_the_start) {
  const Topic topic = trimmed_topic();
  at_versions(kDeleteVersions, [&](int16_t version) { expect_trimmed(topic, 3, version, 15); });
}

TEST_F(BehaviourRecords, an_offset_past_the_high_watermark_or_minus_2_is_1) {
  const Topic topic = filled_topic();
  at_versions(kDeleteVersions, [&](int16_t version) {
    expect_refused(trim(topic, kEnd + 1, version), ErrorCode::offset_out_of_range);
    expect_refused(trim(topic, -2, version), ErrorCode::offset_out_of_range);
  });
}

TEST_F(BehaviourRecords, an_unknown_topic_or_partition_is_3_and_a_compacted_topic_44) {
  const Topic topic = filled_topic(), compacted = filled_topic({{"cleanup.policy", "compact"}});
  at_versions(kDeleteVersions, [&](int16_t version) {
    expect_refused(trim({"nobody-made-it", {}}, 1, version), ErrorCode::unknown_topic_or_partition);
    expect_refused(trim(topic, 1, version, 9), ErrorCode::unknown_topic_or_partition);
    expect_refused(trim(compacted, 1, version), ErrorCode::policy_violation);
  });
}

TEST_F(BehaviourRecords, a_fetch_from_the_start_brings_the_batch_that_begins_below_it) {
  const Topic topic = trimmed_topic();
  at_versions({4, 7, 12, 13, 18}, [&](int16_t version) {
    const auto answer = fetch(topic, 15, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.high_watermark, kEnd);
    EXPECT_EQ(answer.log_start_offset, version >= 5 ? 15 : -1);
    const auto first = record::first_batch(answer.records.slice().bytes());
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->base_offset(), Offset(10));
  });
}

TEST_F(BehaviourRecords, a_fetch_below_the_start_is_1_without_any_offsets) {
  const Topic topic = trimmed_topic();
  at_versions({4, 7, 12, 13, 18}, [&](int16_t version) {
    for (const int64_t offset : {14, 0}) {
      const auto answer = fetch(topic, offset, version);
      EXPECT_EQ(answer.error_code, ErrorCode::offset_out_of_range);
      EXPECT_EQ(answer.high_watermark, -1);
      EXPECT_EQ(answer.last_stable_offset, -1);
      EXPECT_EQ(answer.log_start_offset, -1);
    }
  });
}

TEST_F(BehaviourRecords, a_timestamp_finds_no_record_below_the_start) {
  const Topic topic = trimmed_topic();  // the records of each batch are at 1000 to 1009 ms
  at_versions({1, 5, 7, 11}, [&](int16_t version) {
    EXPECT_EQ(list(topic, -2, version).offset, 15);
    EXPECT_EQ(list(topic, -1, version).offset, kEnd);
    const auto found = list(topic, 0, version);
    EXPECT_EQ(found.offset, 15);
    EXPECT_EQ(found.timestamp, 1005);
  });
}

TEST_F(BehaviourRecords, produce_tells_the_logs_start_also_when_the_log_refuses) {
  const Topic topic = trimmed_topic();
  record::BatchOptions gap;
  gap.producer_id = 100;
  gap.producer_epoch = 0;
  gap.base_sequence = 0;
  EXPECT_EQ(produce(topic, batch_of(1, gap)).error_code, ErrorCode::none);
  gap.base_sequence = 7;
  at_versions({5, 8, 13}, [&](int16_t version) {
    EXPECT_EQ(produce(topic, batch_of(1), version).log_start_offset, 15);
    const auto refused = produce(topic, batch_of(1, gap), version);
    EXPECT_EQ(refused.error_code, ErrorCode::out_of_order_sequence_number);
    EXPECT_EQ(refused.log_start_offset, 15);
  });
}

}  // namespace
}  // namespace kelp::test
