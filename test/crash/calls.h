// The few calls that the tests of this folder make on a topic: create it, append one batch. Used by
// one thread, through its own client.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "client/typed_client.h"
#include "record/builder.h"
#include "record/reader.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/19_create_topics.h"

namespace kelp::test {

/// With segments of 1 MiB, so that a short test meets rolls too.
inline void create_topic(TypedClient& client, const std::string& name, int32_t partitions) {
  wire::CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = 1;
  auto& config = topic.configs.emplace_back();
  config.name = "segment.bytes";
  config.value = "1048576";
  const auto created = client.call<wire::CreateTopicsResponse>(request, 7);
  ASSERT_TRUE(created.has_value()) << created.error().text();
  ASSERT_EQ(created->topics.at(0).error_code, ErrorCode::none);
}

/// One batch with one record on partition 0.
inline wire::ProduceRequest produce_request(const std::string& topic_name, int16_t acks,
                                            const std::string& value) {
  record::BatchBuilder builder;
  record::NewRecord record;
  record.timestamp_ms = 1000;
  record.value = as_bytes(value);
  builder.add(record);
  wire::ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 10'000;
  auto& topic = request.topic_data.emplace_back();
  topic.name = topic_name;
  topic.partition_data.emplace_back().records = wire::Records(*builder.build());
  return request;
}

/// The answer's partition: error code and base offset.
inline Result<wire::ProduceResponse::PartitionProduceResponse> append(TypedClient& client,
                                                                      const std::string& topic,
                                                                      int16_t acks,
                                                                      const std::string& value) {
  const auto answer = client.call<wire::ProduceResponse>(produce_request(topic, acks, value), 9);
  if (!answer.has_value()) return std::unexpected(answer.error());
  return answer->responses.at(0).partition_responses.at(0);
}

/// Every record of a partition of "t", from its beginning to its end; batches are looked at on the
/// way. When the broker fails, the test is told and it ends there.
template <class Each>
void for_each_record(TypedClient& client, int32_t partition, Each each) {
  for (int64_t offset = 0;;) {
    wire::FetchRequest request;
    request.max_bytes = 1 << 24;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    auto& wanted = topic.partitions.emplace_back();
    wanted.partition = partition;
    wanted.fetch_offset = offset;
    wanted.partition_max_bytes = 1 << 22;
    const auto answer = client.call<wire::FetchResponse>(request, 11);
    if (!answer.has_value()) {
      ADD_FAILURE() << answer.error().text();
      return;
    }
    const auto& data = answer->responses.at(0).partitions.at(0);
    EXPECT_EQ(data.error_code, ErrorCode::none);
    if (data.records.size() == 0) return;
    const int64_t before = offset;
    record::BatchCursor batches(data.records.slice().bytes());
    while (const auto batch = batches.next()) {
      EXPECT_TRUE(batch->crc_is_right());
      EXPECT_GE(batch->last_offset().value(), offset);
      offset = batch->next_offset().value();
      auto records = record::RecordReader::open(*batch);
      for (auto next = records->next(); next.has_value() && *next != nullptr;
           next = records->next()) {
        each(**next);
      }
    }
    if (offset == before) return;
  }
}

}  // namespace kelp::test
