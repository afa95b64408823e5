// The rules of the first APIs, asked in several versions, with the connection on another shard than
// the partitions.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "broker/apis.h"
#include "broker/test_broker.h"
#include "record/reader.h"

namespace kelp::broker {
namespace {

class BrokerTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam()};

  void create(const std::string& name, int32_t partitions = 1,
              std::vector<std::pair<std::string, std::string>> configs = {}) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    for (auto& [key, value] : configs) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    const auto response = broker.call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_EQ(response.topics.at(0).error_code, ErrorCode::none);
  }

  wire::ProduceResponse::PartitionProduceResponse produce(const std::string& topic, Slice batch,
                                                          int32_t partition = 0,
                                                          int16_t version = 9, int16_t acks = -1) {
    wire::ProduceRequest request;
    request.acks = acks;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    auto& each = data.partition_data.emplace_back();
    each.index = partition;
    each.records = wire::Records(std::move(batch));
    const auto response = broker.call<wire::ProduceResponse>(request, version);
    return response.responses.at(0).partition_responses.at(0);
  }

  wire::FetchResponse::PartitionData fetch(const std::string& topic, int64_t offset,
                                           int16_t version = 11, int32_t max_bytes = 1 << 20) {
    wire::FetchRequest request;
    request.min_bytes = 0;
    request.max_bytes = 1 << 24;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic;
    auto& partition = wanted.partitions.emplace_back();
    partition.fetch_offset = offset;
    partition.partition_max_bytes = max_bytes;
    return broker.call<wire::FetchResponse>(request, version).responses.at(0).partitions.at(0);
  }

  wire::ListOffsetsResponse::ListOffsetsPartitionResponse list_offset(const std::string& topic,
                                                                      int64_t timestamp,
                                                                      int16_t version = 11) {
    wire::ListOffsetsRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic;
    auto& partition = wanted.partitions.emplace_back();
    partition.timestamp = timestamp;
    partition.max_num_offsets = 1;
    return broker.call<wire::ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }
};

INSTANTIATE_TEST_SUITE_P(shards, BrokerTest, testing::Values(1, 3));

TEST_P(BrokerTest, says_which_apis_and_versions_it_serves) {
  for (int16_t version = 0; version <= 4; ++version) {
    wire::ApiVersionsRequest request;
    request.client_software_name = "kelp-test";
    request.client_software_version = "1.0";
    const auto response = broker.call<wire::ApiVersionsResponse>(request, version);
    EXPECT_EQ(response.error_code, ErrorCode::none);
    EXPECT_EQ(response.api_keys.size(), kApis.size());
  }
}

TEST_P(BrokerTest, answers_an_unknown_version_of_api_versions_in_version_0_with_one_row) {
  const uint8_t frame[] = {0, 18, 0, 99, 0, 0, 0, 7, 0xff, 0xff, 0};
  const auto reply = broker.send(Slice::copy_of(Bytes(frame)));
  ASSERT_TRUE(reply.has_value());
  const auto response = wire::decode_exactly<wire::ApiVersionsResponse>(reply->from(8), 0);
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->error_code, ErrorCode::unsupported_version);
  ASSERT_EQ(response->api_keys.size(), 1U);
  EXPECT_EQ(response->api_keys[0].api_key, 18);
}

TEST_P(BrokerTest, refuses_a_client_software_name_that_is_not_one) {
  wire::ApiVersionsRequest request;
  request.client_software_name = "-bad";
  request.client_software_version = "1";
  EXPECT_EQ(broker.call<wire::ApiVersionsResponse>(request, 3).error_code,
            ErrorCode::invalid_request);
}

TEST_P(BrokerTest, closes_on_what_it_does_not_serve) {
  const uint8_t unknown_key[] = {3, 231, 0, 0, 0, 0, 0, 7, 0xff, 0xff};
  EXPECT_FALSE(broker.send(Slice::copy_of(Bytes(unknown_key))).has_value());
  EXPECT_TRUE(broker.closed());
  const uint8_t unknown_version[] = {0, 3, 0, 99, 0, 0, 0, 7, 0xff, 0xff, 0};
  EXPECT_FALSE(broker.send(Slice::copy_of(Bytes(unknown_version))).has_value());
  EXPECT_TRUE(broker.closed());
  EXPECT_FALSE(broker.send(Slice::copy_of("ab")).has_value());
  EXPECT_TRUE(broker.closed());
}

TEST_P(BrokerTest, every_shard_knows_a_topic_once_it_is_created_and_forgets_it_once_deleted) {
  create("t", 5);
  for (int32_t partition = 0; partition < 5; ++partition) {
    EXPECT_EQ(produce("t", batch_of(2), partition).error_code, ErrorCode::none);
  }
  wire::DeleteTopicsRequest request;
  request.topic_names = {"t", "u"};
  request.timeout_ms = 1000;
  const auto deleted = broker.call<wire::DeleteTopicsResponse>(request, 5);
  EXPECT_EQ(deleted.responses.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(deleted.responses.at(1).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(produce("t", batch_of(1)).error_code, ErrorCode::unknown_topic_or_partition);
  create("t");
  EXPECT_EQ(produce("t", batch_of(1)).base_offset, 0);
}

TEST_P(BrokerTest, records_come_back_as_they_were_sent_and_offsets_are_dense) {
  create("t");
  EXPECT_EQ(produce("t", batch_of(3)).base_offset, 0);
  EXPECT_EQ(produce("t", batch_of(2), 0, 3, 1).base_offset, 3);
  const auto fetched = fetch("t", 4);
  EXPECT_EQ(fetched.error_code, ErrorCode::none);
  EXPECT_EQ(fetched.high_watermark, 5);
  // The batch that holds offset 4 comes whole.
  const auto batch = record::first_batch(fetched.records.slice().bytes());
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->base_offset(), Offset(3));
  EXPECT_TRUE(batch->crc_is_right());
  EXPECT_EQ(fetch("t", 0).records.slice().size(), batch_of(3).size() + batch_of(2).size());
}

TEST_P(BrokerTest, fetch_beyond_either_end_is_out_of_range_and_at_the_end_empty) {
  create("t");
  produce("t", batch_of(3));
  for (const int64_t offset : {-1, 4}) {
    const auto fetched = fetch("t", offset);
    EXPECT_EQ(fetched.error_code, ErrorCode::offset_out_of_range);
    EXPECT_EQ(fetched.high_watermark, -1);
  }
  const auto at_end = fetch("t", 3);
  EXPECT_EQ(at_end.error_code, ErrorCode::none);
  EXPECT_FALSE(at_end.records.is_null());
  EXPECT_EQ(at_end.records.size(), 0U);
}

TEST_P(BrokerTest, the_first_batch_comes_whole_whatever_the_limits) {
  create("t");
  produce("t", batch_of(100));
  produce("t", batch_of(100));
  EXPECT_EQ(fetch("t", 0, 11, 1).records.slice().size(), batch_of(100).size());
}

TEST_P(BrokerTest, a_waiting_fetch_is_woken_by_an_append) {
  create("t");
  wire::FetchRequest request;
  request.min_bytes = 1;
  request.max_wait_ms = 60'000;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = "t";
  wanted.partitions.emplace_back().partition_max_bytes = 1000;
  std::promise<size_t> received;
  std::thread waiting([&] {
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    received.set_value(response.responses.at(0).partitions.at(0).records.size());
  });
  auto future = received.get_future();
  while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    produce("t", batch_of(1));  // each of them would wake it, however late it begins to wait
  }
  EXPECT_GE(future.get(), batch_of(1).size());
  waiting.join();
}

TEST_P(BrokerTest, a_fetch_that_waits_is_answered_when_its_topic_goes) {
  create("t");
  wire::FetchRequest request;
  request.min_bytes = 1;
  request.max_wait_ms = 60'000;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = "t";
  wanted.partitions.emplace_back().partition_max_bytes = 1000;
  std::promise<ErrorCode> received;
  std::thread waiting([&] {
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    received.set_value(response.responses.at(0).partitions.at(0).error_code);
  });
  wire::DeleteTopicsRequest deletion;
  deletion.topic_names = {"t"};
  deletion.timeout_ms = 1000;
  broker.call<wire::DeleteTopicsResponse>(deletion, 5);
  EXPECT_EQ(received.get_future().get(), ErrorCode::unknown_topic_or_partition);
  waiting.join();
}

TEST_P(BrokerTest, acks_that_do_not_exist_are_refused_and_acks_0_is_not_answered) {
  create("t");
  EXPECT_EQ(produce("t", batch_of(1), 0, 9, 2).error_code, ErrorCode::invalid_required_acks);
  wire::ProduceRequest request;
  request.acks = 0;
  auto& data = request.topic_data.emplace_back();
  data.name = "t";
  data.partition_data.emplace_back().records = wire::Records(batch_of(1));
  wire::RequestHeader header;
  EXPECT_FALSE(broker.send(wire::encode_request(header, request, 9).bytes.slice().from(4)));
  EXPECT_FALSE(broker.closed());
  request.topic_data[0].name = "nope";
  EXPECT_FALSE(broker.send(wire::encode_request(header, request, 9).bytes.slice().from(4)));
  EXPECT_TRUE(broker.closed());
}

TEST_P(BrokerTest, a_producer_that_repeats_a_batch_gets_its_old_offset_and_a_gap_is_refused) {
  create("t");
  record::BatchOptions options;
  options.producer_id = 5;
  options.producer_epoch = 0;
  for (int32_t i = 0; i < 6; ++i) {
    options.base_sequence = 2 * i;
    EXPECT_EQ(produce("t", batch_of(2, options)).base_offset, 2 * i);
  }
  for (int32_t i = 1; i < 6; ++i) {
    options.base_sequence = 2 * i;
    const auto repeated = produce("t", batch_of(2, options));
    EXPECT_EQ(repeated.error_code, ErrorCode::none);
    EXPECT_EQ(repeated.base_offset, 2 * i);
  }
  options.base_sequence = 0;  // the sixth from the end is not remembered
  EXPECT_EQ(produce("t", batch_of(2, options)).error_code, ErrorCode::out_of_order_sequence_number);
  options.base_sequence = 14;
  EXPECT_EQ(produce("t", batch_of(2, options)).error_code, ErrorCode::out_of_order_sequence_number);
  options.producer_epoch = 1;
  options.base_sequence = 0;
  EXPECT_EQ(produce("t", batch_of(1, options)).base_offset, 12);
  options.producer_epoch = 0;
  EXPECT_EQ(produce("t", batch_of(1, options)).error_code, ErrorCode::invalid_producer_epoch);
}

TEST_P(BrokerTest, producer_ids_are_given_once) {
  std::set<int64_t> ids;
  for (int i = 0; i < 2500; ++i) {
    wire::InitProducerIdRequest request;
    const auto response = broker.call<wire::InitProducerIdResponse>(request, 4);
    ASSERT_EQ(response.error_code, ErrorCode::none);
    EXPECT_EQ(response.producer_epoch, 0);
    EXPECT_TRUE(ids.insert(response.producer_id).second);
  }
}

TEST_P(BrokerTest, offsets_are_found_by_place_and_by_time) {
  create("t");
  EXPECT_EQ(list_offset("t", 5).offset, -1);
  EXPECT_EQ(list_offset("t", -3).offset, -1);
  produce("t", batch_of(3, {}, 1000));
  produce("t", batch_of(3, {}, 5000));
  produce("t", batch_of(1, {}, 2000));
  EXPECT_EQ(list_offset("t", -1).offset, 7);
  EXPECT_EQ(list_offset("t", -1).timestamp, -1);
  EXPECT_EQ(list_offset("t", -2).offset, 0);
  EXPECT_EQ(list_offset("t", 1001).offset, 1);
  EXPECT_EQ(list_offset("t", 1001).timestamp, 1001);
  EXPECT_EQ(list_offset("t", 1500).offset, 3);
  EXPECT_EQ(list_offset("t", 6000).offset, -1);
  EXPECT_EQ(list_offset("t", -3).offset, 5);
  EXPECT_EQ(list_offset("t", -3).timestamp, 5002);
  EXPECT_EQ(list_offset("t", -3, 6).error_code, ErrorCode::unsupported_version);
  EXPECT_EQ(list_offset("t", -7).error_code, ErrorCode::unsupported_version);
  EXPECT_EQ(list_offset("t", -5).offset, -1);
  EXPECT_EQ(list_offset("t", -1, 0).old_style_offsets, std::vector<int64_t>{7});
}

TEST_P(BrokerTest, log_append_time_replaces_the_producers_clock) {
  create("t", 1, {{"message.timestamp.type", "LogAppendTime"}});
  const auto answer = produce("t", batch_of(2, {}, 1000));
  EXPECT_GT(answer.log_append_time_ms, 1'600'000'000'000);
  const auto fetched = fetch("t", 0);
  const auto batch = record::first_batch(fetched.records.slice().bytes());
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->max_timestamp(), answer.log_append_time_ms);
  EXPECT_TRUE(batch->crc_is_right());
}

TEST_P(BrokerTest, a_topics_codec_replaces_the_producers) {
  create("t", 1, {{"compression.type", "zstd"}});
  EXPECT_EQ(produce("t", batch_of(50)).error_code, ErrorCode::none);
  const auto fetched = fetch("t", 0);
  const auto batch = record::first_batch(fetched.records.slice().bytes());
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->codec(), record::Codec::zstd);
  EXPECT_EQ(batch->record_count(), 50);
}

TEST_P(BrokerTest, metadata_creates_what_it_is_asked_for_unless_told_not_to) {
  wire::MetadataRequest request;
  request.topics.emplace().emplace_back().name = "made";
  request.topics->emplace_back().name = "bad name";
  request.allow_auto_topic_creation = false;
  auto response = broker.call<wire::MetadataResponse>(request, 9);
  EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(response.topics.at(1).error_code, ErrorCode::invalid_topic_exception);
  request.allow_auto_topic_creation = true;
  response = broker.call<wire::MetadataResponse>(request, 9);
  EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(response.topics.at(0).partitions.size(), 1U);
  EXPECT_EQ(response.topics.at(1).error_code, ErrorCode::invalid_topic_exception);
  EXPECT_EQ(response.brokers.at(0).host, "127.0.0.1");
}

TEST_P(BrokerTest, metadata_lists_all_topics_for_null_and_none_for_an_empty_list) {
  create("a");
  create("b");
  wire::MetadataRequest request;
  EXPECT_EQ(broker.call<wire::MetadataResponse>(request, 12).topics.size(), 2U);
  request.topics.emplace();
  EXPECT_EQ(broker.call<wire::MetadataResponse>(request, 12).topics.size(), 0U);
  EXPECT_EQ(broker.call<wire::MetadataResponse>(request, 0).topics.size(), 2U);
}

TEST_P(BrokerTest, create_topics_refuses_with_kafkas_codes_and_words) {
  create("a.b");
  struct Case {
    std::string name;
    int32_t partitions;
    int16_t replicas;
    ErrorCode error;
    std::string message;
  };
  const Case cases[] = {
      {"a.b", 1, 1, ErrorCode::topic_already_exists, "Topic 'a.b' already exists."},
      {"a_b", 1, 1, ErrorCode::invalid_topic_exception,
       "Topic 'a_b' collides with existing topic: a.b"},
      {"", 1, 1, ErrorCode::invalid_topic_exception,
       "Topic name is invalid: the empty string is not allowed"},
      {"x", 0, 1, ErrorCode::invalid_partitions,
       "Number of partitions was set to an invalid non-positive value."},
      {"x", 1, 0, ErrorCode::invalid_replication_factor,
       "Replication factor must be larger than 0, or -1 to use the default value."},
  };
  for (const Case& each : cases) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = each.name;
    topic.num_partitions = each.partitions;
    topic.replication_factor = each.replicas;
    const auto answer = broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0);
    EXPECT_EQ(answer.error_code, each.error) << each.name;
    EXPECT_EQ(answer.error_message, each.message);
    EXPECT_EQ(answer.num_partitions, -1);
  }
}

TEST_P(BrokerTest, validate_only_creates_nothing) {
  wire::CreateTopicsRequest request;
  request.topics.emplace_back().name = "t";
  request.topics[0].num_partitions = -1;
  request.topics[0].replication_factor = -1;
  request.validate_only = true;
  const auto answer = broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_EQ(answer.configs->size(), 33U);
  EXPECT_EQ(produce("t", batch_of(1)).error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_P(BrokerTest, epochs_that_are_not_ours_are_refused) {
  create("t");
  produce("t", batch_of(3));
  wire::OffsetForLeaderEpochRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic = "t";
  auto& partition = topic.partitions.emplace_back();
  partition.leader_epoch = 0;
  auto answer =
      broker.call<wire::OffsetForLeaderEpochResponse>(request, 4).topics.at(0).partitions.at(0);
  EXPECT_EQ(answer.end_offset, 3);
  request.topics[0].partitions[0].current_leader_epoch = 5;
  answer =
      broker.call<wire::OffsetForLeaderEpochResponse>(request, 4).topics.at(0).partitions.at(0);
  EXPECT_EQ(answer.error_code, ErrorCode::unknown_leader_epoch);
}

TEST(VirtualBrokers, each_leads_its_share_and_refuses_the_others) {
  TestBroker broker(2, {}, 3);
  wire::CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.num_partitions = 6;
  topic.replication_factor = 3;
  ASSERT_EQ(broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0).error_code,
            ErrorCode::none);
  const auto metadata = broker.call<wire::MetadataResponse>(wire::MetadataRequest(), 12);
  ASSERT_EQ(metadata.brokers.size(), 3U);
  std::map<int32_t, int> led;
  for (const auto& partition : metadata.topics.at(0).partitions) {
    ++led[partition.leader_id];
    EXPECT_EQ(partition.replica_nodes.size(), 3U);
    for (size_t node = 0; node < 3; ++node) {
      wire::ProduceRequest produce;
      produce.acks = 1;
      auto& data = produce.topic_data.emplace_back();
      data.name = "t";
      auto& each = data.partition_data.emplace_back();
      each.index = partition.partition_index;
      each.records = wire::Records(batch_of(1));
      const auto answered = broker.call<wire::ProduceResponse>(produce, 10, node);
      const auto& answer = answered.responses.at(0).partition_responses.at(0);
      const bool leads = metadata.brokers[node].node_id == partition.leader_id;
      EXPECT_EQ(answer.error_code, leads ? ErrorCode::none : ErrorCode::not_leader_or_follower);
      if (leads) continue;
      EXPECT_EQ(answer.current_leader.leader_id, partition.leader_id);
      EXPECT_EQ(answered.node_endpoints.at(0).node_id, partition.leader_id);
    }
  }
  for (const auto& [node, count] : led) EXPECT_EQ(count, 2) << node;
}

TEST(Apis, the_document_of_apis_is_what_the_list_says) {
  const std::string path = std::string(KELP_DOCS_DIR) + "/apis.md";
  if (std::getenv("KELP_UPDATE_DOCS") != nullptr) std::ofstream(path) << apis_markdown();
  std::stringstream committed;
  committed << std::ifstream(path).rdbuf();
  EXPECT_EQ(committed.str(), apis_markdown()) << "KELP_UPDATE_DOCS=1 writes it anew";
}

}  // namespace
}  // namespace kelp::broker
