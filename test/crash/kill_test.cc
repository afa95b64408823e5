// kill -9 while producers write: what was acknowledged is there after the restart, once, in order,
// at dense offsets.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/03_metadata.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/20_delete_topics.h"
#include "wire/22_init_producer_id.h"

namespace kelp::test {
namespace {

constexpr int kPartitions = 3;
constexpr int kRecordsPerBatch = 3;
constexpr size_t kInFlight = 5;

std::string value_of(int64_t number) { return "record-" + std::to_string(number); }

/// One idempotent producer on one partition: up to five batches in flight; after a lost connection
/// it sends what was not acknowledged again, with the sequences that it had.
class Producer {
 public:
  Producer(uint16_t port, int32_t partition, int16_t acks)
      : port_(port), partition_(partition), acks_(acks) {}

  /// Until stop(). Returns with everything acknowledged or `stopped` seen.
  void run() {
    while (!stopped_) {
      auto client = TypedClient::connect("127.0.0.1", port_);
      if (!client.has_value()) {
        std::this_thread::yield();
        continue;
      }
      if (producer_id_ < 0 && !take_id(*client)) continue;
      send_until_lost(*client);
    }
  }
  void stop() { stopped_ = true; }

  int64_t acknowledged() const { return acknowledged_; }
  /// Of each acknowledged batch, by its number.
  const std::map<int64_t, int64_t>& offsets() const { return offsets_; }

 private:
  bool take_id(TypedClient& client) {
    const auto id = client.call<wire::InitProducerIdResponse>(wire::InitProducerIdRequest(), 4);
    if (!id.has_value() || id->error_code != ErrorCode::none) return false;
    producer_id_ = id->producer_id;
    return true;
  }

  wire::ProduceRequest request_of(int64_t batch) const {
    record::BatchOptions options;
    options.producer_id = producer_id_;
    options.producer_epoch = 0;
    options.base_sequence = static_cast<int32_t>(batch * kRecordsPerBatch);
    record::BatchBuilder builder(options);
    for (int i = 0; i < kRecordsPerBatch; ++i) {
      const std::string value = value_of(batch * kRecordsPerBatch + i) + std::string(700, '.');
      record::NewRecord record;
      record.timestamp_ms = 1000;
      record.value = as_bytes(value);
      builder.add(record);
    }
    wire::ProduceRequest request;
    request.acks = acks_;
    request.timeout_ms = 10'000;
    auto& topic = request.topic_data.emplace_back();
    topic.name = "t";
    auto& data = topic.partition_data.emplace_back();
    data.index = partition_;
    data.records = wire::Records(*builder.build());
    return request;
  }

  void send_until_lost(TypedClient& client) {
    std::deque<std::pair<int64_t, int32_t>> in_flight;  // batch, correlation id
    int64_t next = acknowledged_;
    for (;;) {
      while (!stopped_ && in_flight.size() < kInFlight) {
        const auto sent = client.send(request_of(next), 9);
        if (!sent.has_value()) return;
        in_flight.emplace_back(next++, *sent);
      }
      if (in_flight.empty()) return;
      const auto answer = client.receive<wire::ProduceResponse>(9, in_flight.front().second);
      if (!answer.has_value()) return;
      const auto& partition = answer->responses.at(0).partition_responses.at(0);
      ASSERT_EQ(partition.error_code, ErrorCode::none) << name_of(partition.error_code);
      offsets_[in_flight.front().first] = partition.base_offset;
      acknowledged_ = in_flight.front().first + 1;
      in_flight.pop_front();
    }
  }

  const uint16_t port_;
  const int32_t partition_;
  const int16_t acks_;
  std::atomic<bool> stopped_{false};
  std::atomic<int64_t> acknowledged_{0};
  int64_t producer_id_ = -1;
  std::map<int64_t, int64_t> offsets_;
};

/// Everything of a partition, checked to be dense; the values without their padding.
std::vector<std::string> read_all(TypedClient& client, int32_t partition) {
  std::vector<std::string> values;
  for_each_record(client, partition, [&](const record::Record& record) {
    EXPECT_EQ(record.offset, Offset(static_cast<int64_t>(values.size())));
    const std::string_view value = as_text(*record.value);
    values.emplace_back(value.substr(0, value.find('.')));
  });
  return values;
}

/// Waits until a producer has got so far; false when it does not.
bool reached(const Producer& producer, int64_t batches) {
  const Deadline deadline = std::chrono::steady_clock::now() + 2 * kPatience;
  while (producer.acknowledged() < batches) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class KillTest : public testing::TestWithParam<int16_t> {};
INSTANTIATE_TEST_SUITE_P(acks, KillTest, testing::Values<int16_t>(1, -1));

TEST_P(KillTest, nothing_acknowledged_is_lost_duplicated_or_reordered) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string(), 0, true});
  ASSERT_TRUE(kelp.start());
  {
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    create_topic(*client, "t", kPartitions);
  }
  std::vector<std::unique_ptr<Producer>> producers;
  std::vector<std::thread> threads;
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    producers.push_back(std::make_unique<Producer>(kelp.port(), partition, GetParam()));
    threads.emplace_back([producer = producers.back().get()] { producer->run(); });
  }
  for (int round = 0; round < 10; ++round) {
    // Some way into the work, however quick the machine: so many batches more, then the kill.
    const int64_t until =
        producers[0]->acknowledged() + 20 + static_cast<int64_t>(random() % 2'000);
    EXPECT_TRUE(reached(*producers[0], until));
    kelp.kill();
    ASSERT_TRUE(kelp.start());
  }
  EXPECT_TRUE(reached(*producers[0], producers[0]->acknowledged() + 50));
  for (auto& producer : producers) producer->stop();
  for (auto& thread : threads) thread.join();

  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    const std::vector<std::string> values = read_all(*client, partition);
    const Producer& producer = *producers[static_cast<size_t>(partition)];
    const auto acknowledged = static_cast<size_t>(producer.acknowledged()) * kRecordsPerBatch;
    ASSERT_GE(values.size(), acknowledged);
    std::printf("partition %d: %zu records, %zu acknowledged\n", partition, values.size(),
                acknowledged);
    // Once and in order: the n-th record is the n-th that was sent, so its offset is its number
    // too.
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i], value_of(static_cast<int64_t>(i))) << "partition " << partition;
    }
    for (const auto& [batch, offset] : producer.offsets()) {
      ASSERT_EQ(offset, batch * kRecordsPerBatch);
    }
  }
}

TEST(Kill, a_topic_that_was_answered_exists_and_one_whose_deletion_was_answered_does_not) {
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string(), 0, true});
  ASSERT_TRUE(kelp.start());
  for (int round = 0; round < 10; ++round) {
    const std::string kept = "kept-" + std::to_string(round);
    const std::string gone = "gone-" + std::to_string(round);
    {
      auto client = TypedClient::connect("127.0.0.1", kelp.port());
      ASSERT_TRUE(client.has_value());
      create_topic(*client, gone, 4);
      create_topic(*client, kept, 4);
      wire::DeleteTopicsRequest request;
      request.topic_names = {gone};
      request.timeout_ms = 1000;
      const auto deleted = client->call<wire::DeleteTopicsResponse>(request, 5);
      ASSERT_TRUE(deleted.has_value());
      ASSERT_EQ(deleted->responses.at(0).error_code, ErrorCode::none);
    }
    const std::string cluster_id = kelp.cluster_id();
    kelp.kill();
    ASSERT_TRUE(kelp.start());
    EXPECT_EQ(kelp.cluster_id(), cluster_id);
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    wire::MetadataRequest request;
    request.topics.emplace().emplace_back().name = kept;
    request.topics->emplace_back().name = gone;
    request.allow_auto_topic_creation = false;
    const auto metadata = client->call<wire::MetadataResponse>(request, 12);
    ASSERT_TRUE(metadata.has_value());
    EXPECT_EQ(metadata->topics.at(0).error_code, ErrorCode::none);
    EXPECT_EQ(metadata->topics.at(0).partitions.size(), 4U);
    EXPECT_EQ(metadata->topics.at(1).error_code, ErrorCode::unknown_topic_or_partition);
  }
}

TEST(Kill, commits_of_groups_that_were_answered_are_there_after_the_restart) {
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string(), 0, true});
  ASSERT_TRUE(kelp.start());
  int64_t committed = 0;
  for (int round = 0; round < 20; ++round) {
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    if (round == 0) create_topic(*client, "t", 1);
    wire::FindCoordinatorRequest find;
    find.coordinator_key = "g";
    ASSERT_TRUE(client->call<wire::FindCoordinatorResponse>(find, 3).has_value());
    for (int i = 0; i < 5; ++i) {
      wire::OffsetCommitRequest request;
      request.group_id = "g";
      auto& topic = request.topics.emplace_back();
      topic.name = "t";
      topic.partitions.emplace_back().committed_offset = committed + 1;
      const auto answer = client->call<wire::OffsetCommitResponse>(request, 7);
      ASSERT_TRUE(answer.has_value());
      const ErrorCode error = answer->topics.at(0).partitions.at(0).error_code;
      if (error == ErrorCode::coordinator_load_in_progress) continue;
      ASSERT_EQ(error, ErrorCode::none) << name_of(error);
      ++committed;
    }
    kelp.kill();
    ASSERT_TRUE(kelp.start());
    auto reader = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(reader.has_value());
    wire::OffsetFetchRequest fetch;
    fetch.group_id = "g";
    const Deadline deadline = patience();
    for (;;) {
      const auto fetched = reader->call<wire::OffsetFetchResponse>(fetch, 7);
      ASSERT_TRUE(fetched.has_value());
      const bool loading = fetched->error_code == ErrorCode::coordinator_load_in_progress;
      if (loading && std::chrono::steady_clock::now() < deadline) continue;
      ASSERT_EQ(fetched->topics.at(0).partitions.at(0).committed_offset, committed);
      break;
    }
  }
  EXPECT_GT(committed, 50);
}

TEST(Cycle, two_hundred_fresh_brokers_each_serve_a_record) {
  const auto begun = std::chrono::steady_clock::now();
  constexpr int kCycles = 200;
  for (int i = 0; i < kCycles; ++i) {
    const TempDir dir;
    KelpProcess kelp({{}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    create_topic(*client, "t", 1);
    const auto produced = append(*client, "t", -1, "record-0.");
    ASSERT_TRUE(produced.has_value());
    ASSERT_EQ(produced->error_code, ErrorCode::none);
    ASSERT_EQ(read_all(*client, 0), std::vector<std::string>{"record-0"});
    ASSERT_EQ(kelp.terminate(), 0);
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  std::printf("mean cycle: %.1f ms\n",
              std::chrono::duration<double, std::milli>(took).count() / kCycles);
}

TEST(Stop, a_broker_that_was_stopped_for_a_while_goes_on) {
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string(), 0});
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  create_topic(*client, "t", 1);
  kelp.pause();
  const auto sent = client->send(wire::MetadataRequest(), 9);
  ASSERT_TRUE(sent.has_value());
  const auto nothing =
      client->raw().receive_frame(std::chrono::steady_clock::now() + std::chrono::seconds(2));
  EXPECT_FALSE(nothing.has_value());
  kelp.resume();
  const auto answer = client->receive<wire::MetadataResponse>(9, *sent);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->topics.at(0).name, "t");
}

}  // namespace
}  // namespace kelp::test
