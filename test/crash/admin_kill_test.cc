// kill -9 in the middle of an administrator's request: after the restart it is there wholly or not
// at all. All topics of a CreateTopics, a DeleteTopics, a CreatePartitions or an
// IncrementalAlterConfigs are one commit; Kafka promises that for each topic alone. DeleteRecords
// is a promise for each partition. No directory of a log stays that no topic has. KELP_ROUNDS says
// how many kills.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/02_list_offsets.h"
#include "wire/03_metadata.h"
#include "wire/20_delete_topics.h"
#include "wire/21_delete_records.h"
#include "wire/32_describe_configs.h"
#include "wire/37_create_partitions.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::test {
namespace {

constexpr int kTopics = 12;
constexpr int32_t kPartitions = 3, kMorePartitions = 7;
constexpr int kRecords = 40;
constexpr int8_t kTopicResource = 2;
constexpr int32_t kTimeoutMs = 10'000;

std::string name_of_topic(int i) { return "t-" + std::to_string(i); }

class AdminKillTest : public testing::Test {
 protected:
  void SetUp() override {
    random_.seed(seed_);
    KelpProcess::Options options;
    options.data_dir = dir_.path().string();
    options.comes_back = true;
    kelp_ = std::make_unique<KelpProcess>(options);
    ASSERT_TRUE(kelp_->start());
  }

  static int rounds() {
    const char* wanted = std::getenv("KELP_ROUNDS");
    return wanted == nullptr ? 6 : std::atoi(wanted);
  }

  TypedClient connect() {
    auto client = TypedClient::connect("127.0.0.1", kelp_->port());
    EXPECT_TRUE(client.has_value());
    return *std::move(client);
  }

  /// Sends the request, kills the process at some moment of it and starts it again. Whether the
  /// request was answered before.
  template <class Response, class Request>
  bool kill_during(const Request& request, int16_t version) {
    auto client = connect();
    const auto sent = client.send(request, version);
    EXPECT_TRUE(sent.has_value());
    bool is_answered = false;
    if (random_() % 4 == 0) {
      // What was answered must stay.
      const auto answer = client.receive<Response>(version, *sent);
      EXPECT_TRUE(answer.has_value());
      is_answered = answer.has_value();
    } else {
      // The moment is the point here; whatever it is, the test holds.
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % longest_us_));
    }
    kelp_->kill();
    EXPECT_TRUE(kelp_->start());
    return is_answered;
  }

  wire::CreateTopicsRequest creation() const {
    wire::CreateTopicsRequest request;
    request.timeout_ms = kTimeoutMs;
    for (int i = 0; i < kTopics; ++i) {
      auto& topic = request.topics.emplace_back();
      topic.name = name_of_topic(i);
      topic.num_partitions = kPartitions;
      topic.replication_factor = 1;
    }
    return request;
  }
  void create_all() {
    auto client = connect();
    const auto created = client.call<wire::CreateTopicsResponse>(creation(), 7);
    ASSERT_TRUE(created.has_value()) << created.error().text();
    for (const auto& topic : created->topics) {
      ASSERT_TRUE(topic.error_code == ErrorCode::none ||
                  topic.error_code == ErrorCode::topic_already_exists);
    }
  }
  wire::DeleteTopicsRequest deletion() const {
    wire::DeleteTopicsRequest request;
    request.timeout_ms = kTimeoutMs;
    for (int i = 0; i < kTopics; ++i) request.topic_names.push_back(name_of_topic(i));
    return request;
  }
  void delete_all() {
    auto client = connect();
    ASSERT_TRUE(client.call<wire::DeleteTopicsResponse>(deletion(), 5).has_value());
  }

  /// By topic, how many partitions it has. Every partition can be written to.
  std::map<std::string, size_t> topics() {
    auto client = connect();
    wire::MetadataRequest request;
    request.topics = std::nullopt;
    const auto answer = client.call<wire::MetadataResponse>(request, 9);
    EXPECT_TRUE(answer.has_value());
    std::map<std::string, size_t> found;
    for (const auto& topic : answer->topics) {
      EXPECT_EQ(topic.error_code, ErrorCode::none);
      found[*topic.name] = topic.partitions.size();
      for (const auto& partition : topic.partitions) {
        EXPECT_EQ(partition.error_code, ErrorCode::none);
        write(client, *topic.name, partition.partition_index);
      }
    }
    return found;
  }

  static void write(TypedClient& client, const std::string& topic, int32_t partition) {
    auto request = produce_request(topic, 1, "v");
    request.topic_data.at(0).partition_data.at(0).index = partition;
    const auto answer = client.call<wire::ProduceResponse>(request, 9);
    ASSERT_TRUE(answer.has_value());
    const ErrorCode error = answer->responses.at(0).partition_responses.at(0).error_code;
    ASSERT_EQ(error, ErrorCode::none) << topic << "-" << partition;
  }

  int64_t start_of(TypedClient& client, const std::string& topic, int32_t partition) {
    wire::ListOffsetsRequest request;
    request.topics.emplace_back().name = topic;
    auto& wanted = request.topics[0].partitions.emplace_back();
    wanted.partition_index = partition;
    wanted.timestamp = -2;
    const auto answer = client.call<wire::ListOffsetsResponse>(request, 7);
    return answer.has_value() ? answer->topics.at(0).partitions.at(0).offset : -1;
  }

  /// Every directory of a topic or a log belongs to one that is there: topics() has written to all
  /// of them.
  void expect_no_orphans() {
    size_t partitions = 0, topic_directories = 0, log_directories = 0;
    const auto found = topics();
    for (const auto& [name, count] : found) partitions += count;
    for (const auto& topic : std::filesystem::directory_iterator(dir_.path() / "logs")) {
      ++topic_directories;
      for (const auto& log : std::filesystem::directory_iterator(topic.path())) {
        log_directories += log.is_directory() ? 1 : 0;
      }
    }
    EXPECT_EQ(topic_directories, found.size());
    EXPECT_EQ(log_directories, partitions);
  }

  const unsigned seed_ = std::random_device()();
  const testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  std::mt19937 random_;
  unsigned longest_us_ = 8000;
  const TempDir dir_;
  std::unique_ptr<KelpProcess> kelp_;
};

TEST_F(AdminKillTest, create_topics_makes_all_of_a_request_or_none) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    const bool is_answered = kill_during<wire::CreateTopicsResponse>(creation(), 7);
    const auto found = topics();
    EXPECT_TRUE(found.empty() || found.size() == kTopics) << found.size();
    EXPECT_TRUE(!is_answered || found.size() == kTopics);
    for (const auto& [name, partitions] : found) EXPECT_EQ(partitions, size_t{kPartitions});
    expect_no_orphans();
    delete_all();
  }
}

TEST_F(AdminKillTest, delete_topics_removes_all_of_a_request_or_none) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    create_all();
    topics();
    const bool is_answered = kill_during<wire::DeleteTopicsResponse>(deletion(), 5);
    const auto found = topics();
    EXPECT_TRUE(found.empty() || found.size() == kTopics) << found.size();
    EXPECT_TRUE(!is_answered || found.empty());
    expect_no_orphans();
    // Made again, they are new ones.
    create_all();
    auto client = connect();
    if (found.empty()) EXPECT_EQ(start_of(client, name_of_topic(0), 0), 0);
    delete_all();
  }
}

TEST_F(AdminKillTest, create_partitions_grows_all_topics_of_a_request_or_none) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    create_all();
    wire::CreatePartitionsRequest request;
    request.timeout_ms = kTimeoutMs;
    for (int i = 0; i < kTopics; ++i) {
      auto& topic = request.topics.emplace_back();
      topic.name = name_of_topic(i);
      topic.count = kMorePartitions;
    }
    const bool is_answered = kill_during<wire::CreatePartitionsResponse>(request, 3);
    std::set<size_t> counts;
    const auto found = topics();
    EXPECT_EQ(found.size(), size_t{kTopics});
    for (const auto& [name, partitions] : found) counts.insert(partitions);
    EXPECT_EQ(counts.size(), 1U);
    EXPECT_TRUE(*counts.begin() == kMorePartitions ||
                (!is_answered && *counts.begin() == kPartitions));
    expect_no_orphans();
    delete_all();
  }
}

TEST_F(AdminKillTest, incremental_alter_configs_changes_all_resources_of_a_request_or_none) {
  create_all();
  std::string before = "604800000";
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    const std::string after = std::to_string(1'000'000 + round);
    wire::IncrementalAlterConfigsRequest request;
    for (int i = 0; i < kTopics; ++i) {
      auto& resource = request.resources.emplace_back();
      resource.resource_type = kTopicResource;
      resource.resource_name = name_of_topic(i);
      auto& config = resource.configs.emplace_back();
      config.name = "retention.ms";
      config.value = after;
    }
    const bool is_answered = kill_during<wire::IncrementalAlterConfigsResponse>(request, 1);
    wire::DescribeConfigsRequest describe;
    for (int i = 0; i < kTopics; ++i) {
      auto& resource = describe.resources.emplace_back();
      resource.resource_type = kTopicResource;
      resource.resource_name = name_of_topic(i);
      resource.configuration_keys.emplace().emplace_back("retention.ms");
    }
    auto client = connect();
    const auto answer = client.call<wire::DescribeConfigsResponse>(describe, 4);
    ASSERT_TRUE(answer.has_value());
    std::set<std::string> values;
    for (const auto& result : answer->results) values.insert(*result.configs.at(0).value);
    EXPECT_EQ(values.size(), 1U);
    EXPECT_TRUE(*values.begin() == after || (!is_answered && *values.begin() == before))
        << *values.begin();
    before = *values.begin();
  }
}

TEST_F(AdminKillTest, delete_records_moves_each_start_wholly_or_not_at_all) {
  create_all();
  auto writer = connect();
  for (int i = 0; i < kTopics; ++i) {
    for (int record = 0; record < kRecords; ++record) write(writer, name_of_topic(i), 0);
  }
  std::map<std::string, int64_t> starts;
  for (int round = 0; round < std::min(rounds(), kRecords) && !HasFailure(); ++round) {
    wire::DeleteRecordsRequest request;
    request.timeout_ms = kTimeoutMs;
    for (int i = 0; i < kTopics; ++i) {
      auto& topic = request.topics.emplace_back();
      topic.name = name_of_topic(i);
      auto& partition = topic.partitions.emplace_back();
      partition.offset = round + 1;
    }
    const bool is_answered = kill_during<wire::DeleteRecordsResponse>(request, 2);
    auto client = connect();
    for (int i = 0; i < kTopics; ++i) {
      const std::string name = name_of_topic(i);
      const int64_t start = start_of(client, name, 0);
      EXPECT_TRUE(start == round + 1 || (!is_answered && start == starts[name]))
          << name << ": " << start << ", before " << starts[name];
      starts[name] = start;
    }
  }
}

}  // namespace
}  // namespace kelp::test
