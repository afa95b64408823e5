// Our own client against brokers that are old, slow to load, wrong or hostile.
#include <gtest/gtest.h>

#include <atomic>

#include "base/endian.h"
#include "cli/group_queries.h"
#include "cli/topic_queries.h"
#include "client/cluster.h"
#include "client/fake_broker.h"
#include "wire/02_list_offsets.h"
#include "wire/03_metadata.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"
#include "wire/18_api_versions.h"
#include "wire/19_create_topics.h"

namespace kelp::test {
namespace {

using client::Cluster;
using client::TopicPartition;

template <class Response>
Slice answer_of(const wire::RequestHeader& header, const Response& response) {
  return wire::encode_response(header.correlation_id, response, header.request_api_version)
      .bytes.slice();
}

/// What Kafka 2.1 serves, as far as it matters here; it answers ApiVersions above 2 in version 0
/// with nothing but an error.
Slice versions_of_kafka_2_1(const wire::RequestHeader& header, const Slice&) {
  wire::ApiVersionsResponse response;
  if (header.request_api_version > 2) {
    response.error_code = ErrorCode::unsupported_version;
    return wire::encode_response(header.correlation_id, response, 0).bytes.slice();
  }
  response.api_keys = {{2, 0, 4},  {3, 0, 7},  {8, 0, 6},  {9, 0, 5}, {10, 0, 2},
                       {15, 0, 2}, {16, 0, 2}, {18, 0, 2}, {19, 0, 3}};
  return answer_of(header, response);
}

/// One broker, number 1; a topic t with two partitions, the second without a leader.
FakeBroker::Answer metadata_of(const std::atomic<uint16_t>& port) {
  return [&port](const wire::RequestHeader& header, const Slice&) {
    wire::MetadataResponse response;
    response.brokers.push_back({1, "127.0.0.1", port.load(), std::nullopt});
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.partitions.resize(2);
    topic.partitions[0].leader_id = 1;
    topic.partitions[1].partition_index = 1;
    topic.partitions[1].leader_id = -1;
    return answer_of(header, response);
  };
}

FakeBroker::Answer coordinator_at(const std::atomic<uint16_t>& port) {
  return [&port](const wire::RequestHeader& header, const Slice&) {
    wire::FindCoordinatorResponse response;
    response.node_id = 1;
    response.host = "127.0.0.1";
    response.port = port;
    return answer_of(header, response);
  };
}

Result<Cluster> connect(uint16_t port,
                        std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  Cluster::Options options;
  options.bootstrap = {client::Address{"127.0.0.1", port}};
  options.timeout = timeout;
  return Cluster::connect(std::move(options));
}

TEST(OldBroker, is_asked_in_its_own_versions) {
  std::atomic<uint16_t> port = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1},
                           {3, metadata_of(port)},
                           {10, coordinator_at(port)},
                           {16,
                            [](const wire::RequestHeader& header, const Slice&) {
                              EXPECT_EQ(header.request_api_version, 2);
                              wire::ListGroupsResponse response;
                              response.groups.push_back({"g", "consumer", "", ""});
                              return answer_of(header, response);
                            }},
                           {15,
                            [](const wire::RequestHeader& header, const Slice& body) {
                              const auto request =
                                  wire::decode<wire::DescribeGroupsRequest>(body, 2);
                              wire::DescribeGroupsResponse response;
                              for (const std::string& group : request->groups) {
                                auto& described = response.groups.emplace_back();
                                described.group_id = group;
                                described.group_state = group == "g" ? "Stable" : "Dead";
                              }
                              return answer_of(header, response);
                            }},
                           {9, [](const wire::RequestHeader& header, const Slice& body) {
                              const auto request = wire::decode<wire::OffsetFetchRequest>(body, 5);
                              EXPECT_FALSE(request->topics.has_value());
                              wire::OffsetFetchResponse response;
                              auto& topic = response.topics.emplace_back();
                              topic.name = "t";
                              topic.partitions.push_back({0, 42, -1, "", ErrorCode::none});
                              topic.partitions.push_back({1, -1, -1, "", ErrorCode::none});
                              return answer_of(header, response);
                            }}});
  port = broker.port();
  auto cluster = connect(port);
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();

  const auto listed = cli::list_groups(*cluster);
  ASSERT_TRUE(listed.has_value()) << listed.error().text();
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->at(0).type, "classic");
  EXPECT_EQ(listed->at(0).state, "Stable") << "asked of DescribeGroups, as ListGroups 2 has none";

  const auto described = cli::describe_groups(*cluster, {"g", "dead"});
  ASSERT_TRUE(described.has_value()) << described.error().text();
  EXPECT_TRUE(described->found.contains("g"));
  ASSERT_TRUE(described->faults.contains("dead"));
  EXPECT_EQ(described->faults.at("dead").code, ErrorCode::group_id_not_found);

  const auto committed = cli::committed_offsets(*cluster, {"g"});
  ASSERT_TRUE(committed.has_value()) << committed.error().text();
  ASSERT_EQ(committed->found.at("g").size(), 1u);
  EXPECT_EQ((committed->found.at("g").at({"t", 0}).offset), 42);
}

TEST(LoadingCoordinator, is_asked_again_wherever_it_is) {
  std::atomic<uint16_t> port = 0;
  std::atomic<int> searches = 0;
  std::atomic<int> commits = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1},
                           {3, metadata_of(port)},
                           {10,
                            [&](const wire::RequestHeader& header, const Slice& body) {
                              if (++searches > 1) return coordinator_at(port)(header, body);
                              wire::FindCoordinatorResponse response;
                              response.error_code = ErrorCode::coordinator_not_available;
                              return answer_of(header, response);
                            }},
                           {8, [&](const wire::RequestHeader& header, const Slice&) {
                              wire::OffsetCommitResponse response;
                              const ErrorCode error = ++commits == 1
                                                          ? ErrorCode::coordinator_load_in_progress
                                                      : commits == 2 ? ErrorCode::not_coordinator
                                                                     : ErrorCode::none;
                              response.topics.emplace_back().name = "t";
                              response.topics[0].partitions.push_back({0, error});
                              return answer_of(header, response);
                            }}});
  port = broker.port();
  auto cluster = connect(port);
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  const auto errors = cli::commit_offsets(*cluster, "g", {{{"t", 0}, 7}});
  ASSERT_TRUE(errors.has_value()) << errors.error().text();
  EXPECT_EQ((errors->at({"t", 0})), ErrorCode::none);
  EXPECT_EQ(commits, 3);
  EXPECT_EQ(searches, 4);
}

TEST(LoadingCoordinator, is_given_up_in_time) {
  std::atomic<uint16_t> port = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1},
                           {3, metadata_of(port)},
                           {10, [](const wire::RequestHeader& header, const Slice&) {
                              wire::FindCoordinatorResponse response;
                              response.error_code = ErrorCode::coordinator_not_available;
                              return answer_of(header, response);
                            }}});
  port = broker.port();
  auto cluster = connect(port, std::chrono::milliseconds(300));
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  const auto described = cli::describe_groups(*cluster, {"g"});
  ASSERT_TRUE(described.has_value()) << described.error().text();
  EXPECT_EQ(described->faults.at("g").code, ErrorCode::coordinator_not_available);
}

TEST(Offsets, of_a_partition_without_a_leader_are_an_error_of_it_alone) {
  std::atomic<uint16_t> port = 0;
  std::atomic<int> asked = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1},
                           {3, metadata_of(port)},
                           {2, [&asked](const wire::RequestHeader& header, const Slice&) {
                              wire::ListOffsetsResponse response;
                              auto& topic = response.topics.emplace_back();
                              topic.name = "t";
                              auto& partition = topic.partitions.emplace_back();
                              partition.offset = 5;
                              // As just after a move of the leader.
                              if (++asked == 1) {
                                partition.error_code = ErrorCode::not_leader_or_follower;
                              }
                              return answer_of(header, response);
                            }}});
  port = broker.port();
  auto cluster = connect(port);
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  const auto found = cluster->find_offsets(
      {{{"t", 0}, client::kLatest}, {{"t", 1}, client::kLatest}, {{"gone", 0}, client::kLatest}});
  ASSERT_TRUE(found.has_value()) << found.error().text();
  EXPECT_EQ((found->at({"t", 0}).error), ErrorCode::none);
  EXPECT_EQ((found->at({"t", 0}).offset), 5);
  EXPECT_EQ((found->at({"t", 1}).error), ErrorCode::leader_not_available);
  EXPECT_EQ((found->at({"gone", 0}).error), ErrorCode::unknown_topic_or_partition);
}

/// The words of the client about a broker that answers ApiVersions with these bytes.
std::string words_about(const Slice& bytes) {
  const FakeBroker broker(
      {{18, [&bytes](const wire::RequestHeader&, const Slice&) { return bytes; }}});
  const auto cluster = connect(broker.port(), std::chrono::milliseconds(500));
  if (cluster.has_value()) return "connected";
  std::string words = cluster.error().what;
  const std::string port = std::to_string(broker.port());
  if (const size_t at = words.find(port); at != words.npos) words.replace(at, port.size(), "PORT");
  return words;
}

Slice bytes_of(std::vector<uint8_t> bytes) { return Slice::copy_of(Bytes(bytes)); }

TEST(WrongBroker, is_told_from_kafka) {
  const std::string where = "ApiVersions of 127.0.0.1:PORT: ";
  EXPECT_EQ(words_about(Slice::copy_of("HTTP/1.1 400 Bad Request\r\n\r\n")),
            where + "this is no Kafka listener (or one with TLS)");
  EXPECT_EQ(words_about(bytes_of({0xff, 0xff, 0xff, 0xff})),
            where + "this is no Kafka listener (or one with TLS)");
  EXPECT_EQ(words_about(Slice()), where + "the broker closed the connection");
  EXPECT_EQ(words_about(bytes_of({0, 0, 0, 4, 0, 0, 0, 9})),
            where + "correlation id 9 instead of 1");
  // It promises 64 MiB and sends no more: time runs out, and nothing of that size was allocated.
  EXPECT_EQ(words_about(bytes_of({4, 0, 0, 0, 0, 0, 0, 1})), where + "no answer in time");
  EXPECT_TRUE(words_about(bytes_of({0, 0, 0, 6, 0, 0, 0, 1, 0, 0}))
                  .starts_with("127.0.0.1:PORT does not answer as a Kafka broker: "));
}

TEST(WrongBroker, that_advertises_no_address_is_an_error) {
  const std::atomic<uint16_t> nowhere = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1}, {3, metadata_of(nowhere)}});
  const auto cluster = connect(broker.port());
  ASSERT_FALSE(cluster.has_value());
  EXPECT_EQ(cluster.error().what, "the broker advertises the address 127.0.0.1:0");
}

TEST(Bootstrap, passes_over_servers_that_do_not_answer) {
  std::atomic<uint16_t> port = 0;
  const FakeBroker closes({});
  const FakeBroker broker({{18, versions_of_kafka_2_1}, {3, metadata_of(port)}});
  port = broker.port();
  Cluster::Options options;
  options.bootstrap = {client::Address{"127.0.0.1", closes.port()},
                       client::Address{"127.0.0.1", broker.port()}};
  const auto cluster = Cluster::connect(options);
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  EXPECT_EQ(cluster->brokers().size(), 1u);
}

/// Answers CreateTopics about `topic`, whatever was asked, and counts.
FakeBroker::Answer creation_of(const std::string& topic, std::atomic<int>& count) {
  return [topic, &count](const wire::RequestHeader& header, const Slice&) {
    ++count;
    wire::CreateTopicsResponse response;
    response.topics.emplace_back().name = topic;
    return answer_of(header, response);
  };
}

TEST(OldBroker, creates_topics_only_with_the_numbers_that_are_given) {
  std::atomic<uint16_t> port = 0;
  std::atomic<int> count = 0;
  const FakeBroker broker(
      {{18, versions_of_kafka_2_1}, {3, metadata_of(port)}, {19, creation_of("new", count)}});
  port = broker.port();
  auto cluster = connect(broker.port());
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  cli::NewTopics topics;
  topics.names = {"new"};
  const auto refused = cli::create_topics(*cluster, topics, cli::ApplyMode::apply);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().what,
            "brokers before Kafka 2.4 have no defaults: give --partitions and "
            "--replication-factor");
  EXPECT_EQ(count, 0);
  topics.partitions = 1;
  topics.replication_factor = 1;
  const auto created = cli::create_topics(*cluster, topics, cli::ApplyMode::apply);
  ASSERT_TRUE(created.has_value()) << created.error().text();
  EXPECT_EQ(created->found.at("new").partitions, -1) << "it does not say";
  EXPECT_TRUE(created->faults.empty());
}

TEST(OldBroker, says_that_it_cannot_alter_configurations) {
  std::atomic<uint16_t> port = 0;
  const FakeBroker broker({{18, versions_of_kafka_2_1}, {3, metadata_of(port)}});
  port = broker.port();
  auto cluster = connect(broker.port());
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  const auto altered =
      cli::alter_configs(*cluster, {{cli::ResourceType::topic, "t"}},
                         {{"k", cli::ConfigOperation::set, "v"}}, cli::ApplyMode::apply);
  ASSERT_FALSE(altered.has_value());
  EXPECT_NE(altered.error().what.find("does not serve IncrementalAlterConfigs (key 44)"),
            std::string::npos)
      << altered.error().what;
}

TEST(WrongBroker, that_answers_about_another_topic_leaves_ours_with_a_fault) {
  std::atomic<uint16_t> port = 0;
  std::atomic<int> count = 0;
  const FakeBroker broker(
      {{18, versions_of_kafka_2_1}, {3, metadata_of(port)}, {19, creation_of("other", count)}});
  port = broker.port();
  auto cluster = connect(broker.port());
  ASSERT_TRUE(cluster.has_value()) << cluster.error().text();
  cli::NewTopics topics;
  topics.names = {"new"};
  topics.partitions = 1;
  topics.replication_factor = 1;
  const auto created = cli::create_topics(*cluster, topics, cli::ApplyMode::apply);
  ASSERT_TRUE(created.has_value()) << created.error().text();
  EXPECT_TRUE(created->found.empty());
  EXPECT_EQ(created->faults.at("new").code, ErrorCode::unknown_server_error);
}

}  // namespace
}  // namespace kelp::test
