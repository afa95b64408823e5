// Every API in every version that the broker advertises, over a real socket: the answer decodes
// with nothing left over. And what is not advertised, or is malformed, closes that connection and
// no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/03_metadata.h"
#include "wire/08_offset_commit.h"
#include "wire/10_find_coordinator.h"
#include "wire/18_api_versions.h"
#include "wire/19_create_topics.h"
#include "wire/21_delete_records.h"
#include "wire/32_describe_configs.h"
#include "wire/33_alter_configs.h"
#include "wire/37_create_partitions.h"
#include "wire/43_elect_leaders.h"
#include "wire/44_incremental_alter_configs.h"
#include "wire/45_alter_partition_reassignments.h"
#include "wire/60_describe_cluster.h"
#include "wire/61_describe_producers.h"
#include "wire/75_describe_topic_partitions.h"
#include "wire/registry.h"

namespace kelp::test {
namespace {

using Row = wire::ApiVersionsResponse::ApiVersion;

constexpr int8_t kTopicResource = 2;
constexpr int8_t kBrokerResource = 4;

template <class Request>
Slice alteration(int16_t version) {
  Request request;
  for (const char* name : {"t", "nope"}) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = kTopicResource;
    resource.resource_name = name;
    auto& config = resource.configs.emplace_back();
    config.name = "retention.ms";
    config.value = "1000";
  }
  return wire::encode(request, version).slice();
}

/// Requests that name partitions: 0 is there, 9 is not.
Slice body_of_partitions(int16_t key, int16_t version) {
  if (key == wire::DeleteRecordsRequest::key) {
    wire::DeleteRecordsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back();
    topic.partitions.emplace_back().partition_index = 9;
    return wire::encode(request, version).slice();
  }
  if (key == wire::ElectLeadersRequest::key) {
    wire::ElectLeadersRequest request;
    auto& topic = request.topic_partitions.emplace().emplace_back();
    topic.topic = "t";
    topic.partitions = {0, 9};
    return wire::encode(request, version).slice();
  }
  if (key == wire::AlterPartitionReassignmentsRequest::key) {
    wire::AlterPartitionReassignmentsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back();
    topic.partitions.emplace_back().replicas.emplace().push_back(1);
    return wire::encode(request, version).slice();
  }
  if (key == wire::DescribeProducersRequest::key) {
    wire::DescribeProducersRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partition_indexes = {0, 9};
    return wire::encode(request, version).slice();
  }
  if (key == wire::DescribeTopicPartitionsRequest::key) {
    wire::DescribeTopicPartitionsRequest request;
    for (const char* name : {"made", "nope", "t"}) request.topics.emplace_back().name = name;
    request.response_partition_limit = 1;
    return wire::encode(request, version).slice();
  }
  return {};
}

/// The body of a request that asks for something: a fresh message of every type would ask for
/// nothing, or (acks 0) would not be answered. Fields that a version lacks are left out by the
/// codec.
Slice body_of(int16_t key, int16_t version, const Uuid& topic_id) {
  if (key == wire::ProduceRequest::key) {
    wire::ProduceRequest request;
    request.acks = -1;
    auto& topic = request.topic_data.emplace_back();
    topic.name = "t";
    topic.topic_id = topic_id;
    topic.partition_data.emplace_back();
    topic.partition_data.emplace_back().index = 9;
    return wire::encode(request, version).slice();
  }
  if (key == wire::FetchRequest::key) {
    wire::FetchRequest request;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    topic.topic_id = topic_id;
    topic.partitions.emplace_back();
    topic.partitions.emplace_back().partition = 9;
    return wire::encode(request, version).slice();
  }
  if (key == wire::ListOffsetsRequest::key) {
    wire::ListOffsetsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back().timestamp = -1;
    return wire::encode(request, version).slice();
  }
  if (key == wire::MetadataRequest::key) {
    wire::MetadataRequest request;
    request.topics.emplace().emplace_back().name = "t";
    request.topics->emplace_back().name = "bad name";
    return wire::encode(request, version).slice();
  }
  if (key == wire::OffsetCommitRequest::key) {
    wire::OffsetCommitRequest request;
    request.group_id = "g";
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.topic_id = topic_id;
    topic.partitions.emplace_back();
    return wire::encode(request, version).slice();
  }
  if (key == wire::FindCoordinatorRequest::key) {
    wire::FindCoordinatorRequest request;
    request.coordinator_key = "g";
    request.coordinator_keys = {"g", "h"};
    return wire::encode(request, version).slice();
  }
  if (key == wire::CreateTopicsRequest::key) {
    wire::CreateTopicsRequest request;
    for (const char* name : {"t", "bad name", "made"}) {
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      topic.num_partitions = 1;
      topic.replication_factor = 1;
    }
    return wire::encode(request, version).slice();
  }
  if (key == wire::ApiVersionsRequest::key) {
    wire::ApiVersionsRequest request;
    request.client_software_name = request.client_software_version = "1";
    return wire::encode(request, version).slice();
  }
  if (key == wire::DescribeConfigsRequest::key) {
    wire::DescribeConfigsRequest request;
    request.include_synonyms = request.include_documentation = true;
    for (const char* name : {"t", "nope"}) {
      request.resources.emplace_back().resource_type = kTopicResource;
      request.resources.back().resource_name = name;
    }
    request.resources.emplace_back().resource_type = kBrokerResource;
    request.resources.back().resource_name = "1";
    return wire::encode(request, version).slice();
  }
  if (key == wire::AlterConfigsRequest::key) return alteration<wire::AlterConfigsRequest>(version);
  if (key == wire::IncrementalAlterConfigsRequest::key) {
    return alteration<wire::IncrementalAlterConfigsRequest>(version);
  }
  if (key == wire::CreatePartitionsRequest::key) {
    wire::CreatePartitionsRequest request;
    request.timeout_ms = 1000;
    for (const char* name : {"t", "nope"}) {
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      topic.count = 1;
    }
    return wire::encode(request, version).slice();
  }
  const Slice of_partitions = body_of_partitions(key, version);
  if (of_partitions.size() > 0) return of_partitions;
  const wire::AnyMessage fresh(*wire::find_message(wire::MessageKind::request, key)->ops);
  return fresh.encode(version).slice();
}

class SweepTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(kelp.start());
    auto client = connect();
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.num_partitions = 1;
    topic.replication_factor = 1;
    const auto created = client.call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_TRUE(created.has_value());
    topic_id = created->topics.at(0).topic_id;
  }

  TypedClient connect() {
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    EXPECT_TRUE(client.has_value());
    return *std::move(client);
  }

  std::vector<Row> advertised() {
    wire::ApiVersionsRequest request;
    request.client_software_name = request.client_software_version = "1";
    auto client = connect();
    return client.call<wire::ApiVersionsResponse>(request, 3)->api_keys;
  }

  Slice frame_of(const wire::MessageInfo& info, int16_t version) {
    wire::RequestHeader header;
    header.request_api_key = info.key;
    header.request_api_version = version;
    header.correlation_id = 5;
    header.client_id = "sweep";
    const Buffer head = wire::encode(header, wire::request_header_version(info.key, version));
    const Slice body = body_of(info.key, version, topic_id);
    Buffer frame(head.size() + body.size());
    std::memcpy(frame.data(), head.data(), head.size());
    if (body.size() > 0) std::memcpy(frame.data() + head.size(), body.data(), body.size());
    return frame.slice();
  }

  const TempDir dir;
  KelpProcess kelp{{{}, dir.path().string(), 0}};
  Uuid topic_id;
};

TEST_F(SweepTest, every_advertised_version_is_answered_with_nothing_left_over) {
  size_t asked = 0;
  for (const Row& row : advertised()) {
    const wire::MessageInfo* request = wire::find_message(wire::MessageKind::request, row.api_key);
    const wire::MessageInfo* response =
        wire::find_message(wire::MessageKind::response, row.api_key);
    ASSERT_NE(request, nullptr);
    for (int16_t version = row.min_version; version <= row.max_version; ++version) {
      SCOPED_TRACE(testing::Message() << request->ops->name << " v" << version);
      auto client = connect();
      ASSERT_TRUE(client.raw().send_frame(frame_of(*request, version)).has_value());
      const auto reply = client.raw().receive_frame();
      ASSERT_TRUE(reply.has_value()) << reply.error().text();
      wire::Reader in(*reply);
      const auto header = wire::decode<wire::ResponseHeader>(
          in, wire::response_header_version(row.api_key, version));
      ASSERT_TRUE(header.has_value());
      EXPECT_EQ(header->correlation_id, 5);
      wire::AnyMessage message(*response->ops);
      const auto decoded =
          message.decode_exactly(reply->from(reply->size() - in.remaining()), version);
      EXPECT_TRUE(decoded.has_value()) << decoded.error().text();
      ++asked;
    }
  }
  EXPECT_GT(asked, 100U);
}

TEST_F(SweepTest, a_version_beyond_those_advertised_closes_that_connection_only) {
  auto healthy = connect();
  for (const Row& row : advertised()) {
    if (row.api_key == wire::ApiVersionsRequest::key) continue;
    const int past = row.max_version + 1;
    for (const int version : {row.min_version - 1, past}) {
      Buffer frame(11);
      store_big<int16_t>(frame.data(), row.api_key);
      store_big<int16_t>(frame.data() + 2, static_cast<int16_t>(version));
      store_big<int32_t>(frame.data() + 4, 1);
      store_big<int16_t>(frame.data() + 8, -1);
      frame.data()[10] = 0;
      auto client = connect();
      ASSERT_TRUE(client.raw().send_frame(frame.bytes()).has_value());
      EXPECT_TRUE(client.raw().await_close().has_value()) << row.api_key << " v" << version;
    }
  }
  EXPECT_TRUE(healthy.call<wire::DescribeClusterResponse>(wire::DescribeClusterRequest(), 0));
}

TEST_F(SweepTest, every_prefix_of_a_request_ends_its_own_connection_at_most) {
  auto healthy = connect();
  for (const Row& row : advertised()) {
    const wire::MessageInfo* request = wire::find_message(wire::MessageKind::request, row.api_key);
    const Slice whole = frame_of(*request, row.max_version);
    const size_t step = 1 + whole.size() / 16;
    for (size_t size = 0; size < whole.size(); size += step) {
      auto client = connect();
      ASSERT_TRUE(client.raw().send_frame(whole.bytes().first(size)).has_value());
      client.raw().finish_sending();
      const auto answer = client.raw().receive_frame();  // a legal shorter request may be answered
      EXPECT_TRUE(answer.has_value() || answer.error().kind == ErrorKind::closed) << row.api_key;

      auto cut = connect();  // a frame that ends in the middle
      const Buffer frame = framed(whole.bytes());
      ASSERT_TRUE(cut.raw().send(Bytes(frame.data(), 4 + size)).has_value());
      cut.raw().finish_sending();
      EXPECT_TRUE(cut.raw().await_close().has_value()) << row.api_key;
    }
  }
  EXPECT_TRUE(healthy.call<wire::DescribeClusterResponse>(wire::DescribeClusterRequest(), 0));
}

/// What must not change: the ids of the cluster and the topic "t", and the leader of each
/// partition.
struct Places {
  std::string cluster_id;
  Uuid topic_id;
  std::vector<int32_t> leaders;
  friend bool operator==(const Places&, const Places&) = default;
};

Places places(uint16_t port) {
  Places found;
  auto client = TypedClient::connect("127.0.0.1", port);
  EXPECT_TRUE(client.has_value());
  wire::MetadataRequest request;
  request.topics.emplace().emplace_back().name = "t";
  request.allow_auto_topic_creation = false;
  const auto metadata = client->call<wire::MetadataResponse>(request, 12);
  EXPECT_TRUE(metadata.has_value());
  if (!metadata.has_value()) return found;
  found.cluster_id = metadata->cluster_id.value_or("");
  found.topic_id = metadata->topics.at(0).topic_id;
  for (const auto& partition : metadata->topics.at(0).partitions) {
    found.leaders.push_back(partition.leader_id);
  }
  return found;
}

TEST(VirtualBrokers, every_port_shows_all_nodes_and_a_kill_and_restart_moves_no_leader) {
  const TempDir dir;
  Places before;
  {
    KelpProcess kelp({{"--brokers", "3"}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    ASSERT_EQ(kelp.ports().size(), 3U);
    auto client = TypedClient::connect("127.0.0.1", kelp.ports()[1]);
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.num_partitions = 12;
    topic.replication_factor = 3;
    ASSERT_TRUE(client->call<wire::CreateTopicsResponse>(request, 7).has_value());
    before = places(kelp.port());
    EXPECT_EQ(before.leaders.size(), 12U);
    for (const int32_t node : {1, 2, 3}) EXPECT_EQ(std::ranges::count(before.leaders, node), 4);
    for (const uint16_t port : kelp.ports()) {
      auto each = TypedClient::connect("127.0.0.1", port);
      const auto cluster =
          each->call<wire::DescribeClusterResponse>(wire::DescribeClusterRequest(), 1);
      ASSERT_TRUE(cluster.has_value());
      EXPECT_EQ(cluster->brokers.size(), 3U);
      EXPECT_EQ(places(port), before);
    }
    kelp.kill();
  }
  KelpProcess again({{"--brokers", "3"}, dir.path().string(), 0});
  ASSERT_TRUE(again.start());
  EXPECT_EQ(places(again.port()), before);
  EXPECT_EQ(again.terminate(), 0);
}

TEST(Stop, a_fetch_that_waits_is_answered_when_the_process_ends) {
  KelpProcess kelp({{}, "", 0});
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  wire::CreateTopicsRequest create;
  create.topics.emplace_back().name = "t";
  create.topics[0].num_partitions = 1;
  create.topics[0].replication_factor = 1;
  ASSERT_TRUE(client->call<wire::CreateTopicsResponse>(create, 7).has_value());
  wire::FetchRequest fetch;
  fetch.max_wait_ms = 600'000;
  fetch.min_bytes = 1;
  auto& topic = fetch.topics.emplace_back();
  topic.topic = "t";
  topic.partitions.emplace_back().partition_max_bytes = 1000;
  const auto sent = client->send(fetch, 11);
  ASSERT_TRUE(sent.has_value());
  std::thread ending([&] { EXPECT_EQ(kelp.terminate(), 0); });
  const auto answer = client->receive<wire::FetchResponse>(11, *sent);
  // Answered, or not begun when the signal came: in either case the process does not wait for it.
  if (answer.has_value()) {
    EXPECT_EQ(answer->error_code, ErrorCode::none);
  }
  client->raw().close();
  ending.join();
}

TEST(Start, a_second_process_on_a_directory_is_refused_and_so_is_a_key_that_nobody_knows) {
  const TempDir dir;
  KelpProcess first({{}, dir.path().string(), 0});
  ASSERT_TRUE(first.start());
  KelpProcess second({{}, dir.path().string(), 0});
  EXPECT_FALSE(second.start());
  EXPECT_EQ(second.exit_code(), 1);
  KelpProcess misspelt({{"--set", "num.partition=3"}, "", 0});
  EXPECT_FALSE(misspelt.start());
  EXPECT_EQ(misspelt.exit_code(), 78);
  KelpProcess taken({{}, "", first.port()});
  EXPECT_FALSE(taken.start());
  EXPECT_EQ(taken.exit_code(), 75);
}

}  // namespace
}  // namespace kelp::test
