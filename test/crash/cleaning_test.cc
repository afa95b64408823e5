// kill -9 while compacted topics are written to and cleaned: each key has its last value
// afterwards, and the log becomes small. KELP_ROUNDS kills, KELP_KEYS keys, KELP_UPDATES updates of
// them: 50, 100000 and 10000000 is the full test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <random>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/19_create_topics.h"

namespace kelp::test {
namespace {

constexpr int32_t kPartitions = 2;
/// A round writes so many batches in the mean, the last of which meet the kill.
constexpr int kFewestBatches = 50, kMostBatches = 450;
constexpr size_t kInFlight = 5;

/// What is known of a key: its value is at least the last one that was acknowledged (or seen), and
/// one that was sent.
struct Known {
  int64_t at_least = -1;
  std::vector<int64_t> sent;  // since then
};
using Table = std::map<std::string, Known>;

struct Batch {
  int32_t partition = 0;
  std::vector<std::pair<std::string, int64_t>> records;
};

class CleaningTest : public testing::Test {
 protected:
  static int64_t number_of(const char* variable, int64_t otherwise) {
    const char* wanted = std::getenv(variable);
    return wanted == nullptr ? otherwise : std::strtoll(wanted, nullptr, 10);
  }

  void create_topic(TypedClient& client) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.num_partitions = kPartitions;
    topic.replication_factor = 1;
    const std::string segment = std::to_string(segment_bytes_);
    const std::pair<const char*, const char*> configs[] = {
        {"cleanup.policy", "compact"},
        {"internal.segment.bytes", segment.c_str()},
        {"min.cleanable.dirty.ratio", "0.01"}};
    for (const auto& [name, value] : configs) {
      auto& config = topic.configs.emplace_back();
      config.name = name;
      config.value = value;
    }
    const auto created = client.call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_TRUE(created.has_value()) << created.error().text();
    ASSERT_EQ(created->topics.at(0).error_code, ErrorCode::none);
  }

  int some_batches() {
    return kFewestBatches + static_cast<int>(random_() % (kMostBatches - kFewestBatches));
  }

  Batch next_batch() {
    Batch batch;
    batch.partition = static_cast<int32_t>(random_() % kPartitions);
    for (int i = 0; i < records_per_batch_; ++i) {
      batch.records.emplace_back("k" + std::to_string(random_() % keys_), written_++);
    }
    return batch;
  }

  wire::ProduceRequest request_of(const Batch& batch) {
    record::BatchOptions options;
    options.codec = static_cast<record::Codec>(random_() % 5);
    record::BatchBuilder builder(options);
    for (const auto& [key, number] : batch.records) {
      std::string value = key + "=" + std::to_string(number) + ".";
      for (int i = 0; i < 100; ++i) value += static_cast<char>('a' + random_() % 26);
      record::NewRecord record;
      record.timestamp_ms = 1000;
      record.key = as_bytes(key);
      record.value = as_bytes(value);
      builder.add(record);
    }
    wire::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 10'000;
    auto& topic = request.topic_data.emplace_back();
    topic.name = "t";
    auto& data = topic.partition_data.emplace_back();
    data.index = batch.partition;
    data.records = wire::Records(*builder.build());
    return request;
  }

  /// Sends so many batches; the last ones are not waited for.
  void write(TypedClient& client, int count) {
    std::deque<std::pair<Batch, int32_t>> in_flight;
    for (int i = 0; i < count; ++i) {
      Batch batch = next_batch();
      const auto sent = client.send(request_of(batch), 9);
      ASSERT_TRUE(sent.has_value());
      for (const auto& [key, number] : batch.records) {
        tables_[batch.partition][key].sent.push_back(number);
      }
      in_flight.emplace_back(std::move(batch), *sent);
      if (in_flight.size() < kInFlight) continue;
      const auto answer = client.receive<wire::ProduceResponse>(9, in_flight.front().second);
      ASSERT_TRUE(answer.has_value()) << answer.error().text();
      const auto& partition = answer->responses.at(0).partition_responses.at(0);
      ASSERT_EQ(partition.error_code, ErrorCode::none);
      for (const auto& [key, number] : in_flight.front().first.records) {
        tables_[in_flight.front().first.partition][key].at_least = number;
      }
      in_flight.pop_front();
    }
  }

  /// Reads a partition from its beginning: by key its last value. Counts the records.
  std::map<std::string, int64_t> read(TypedClient& client, int32_t partition,
                                      size_t& records_seen) {
    std::map<std::string, int64_t> seen;
    for_each_record(client, partition, [&](const record::Record& record) {
      const std::string key(as_text(*record.key));
      const std::string value(as_text(*record.value));
      EXPECT_TRUE(value.starts_with(key + "="));
      seen[key] = std::stoll(value.substr(key.size() + 1));
      ++records_seen;
    });
    return seen;
  }

  /// Every key has the value that it must have; from now on, that one.
  size_t check(TypedClient& client) {
    size_t records = 0;
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      const auto seen = read(client, partition, records);
      for (auto& [key, known] : tables_[partition]) {
        const auto found = seen.find(key);
        const int64_t value = found == seen.end() ? -1 : found->second;
        EXPECT_GE(value, known.at_least) << key << " of partition " << partition;
        if (value >= 0 && value != known.at_least) {
          EXPECT_NE(std::ranges::find(known.sent, value), known.sent.end()) << key << " " << value;
        }
        known = {.at_least = value, .sent = {}};
      }
    }
    return records;
  }

  const int64_t rounds_ = number_of("KELP_ROUNDS", 6);
  const uint64_t keys_ = static_cast<uint64_t>(number_of("KELP_KEYS", 300));
  const int64_t updates_ = number_of("KELP_UPDATES", rounds_ * 5000);
  const int64_t records_per_batch_ = updates_ / rounds_ / ((kFewestBatches + kMostBatches) / 2);
  /// Some twenty segments a round; a record takes some 130 bytes.
  const int64_t segment_bytes_ = std::max<int64_t>(60'000, updates_ / rounds_ * 130 / 20);
  std::mt19937 random_;
  int64_t written_ = 0;
  std::map<int32_t, Table> tables_;
};

TEST_F(CleaningTest, each_key_has_its_last_value_whenever_the_cleaner_is_killed) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  random_.seed(seed);
  const TempDir dir;
  KelpProcess::Options options;
  options.arguments = {"--set", "log.cleaner.backoff.ms=0"};
  options.data_dir = dir.path().string();
  options.comes_back = true;
  KelpProcess kelp(options);
  ASSERT_TRUE(kelp.start());
  {
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    create_topic(*client);
  }
  for (int64_t round = 0; round < rounds_; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    ASSERT_NO_FATAL_FAILURE(write(*client, some_batches()));
    kelp.kill();
    ASSERT_TRUE(kelp.start());
    auto reader = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(reader.has_value());
    check(*reader);
    ASSERT_FALSE(HasFailure());
  }
  // All but the active segments: one record a key.
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  // What a crash left is cleaned when it is synced again: with the next write at the latest.
  auto writer = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(writer.has_value());
  const int64_t left = std::max<int64_t>(0, updates_ - written_);
  ASSERT_NO_FATAL_FAILURE(write(*writer, 30 + static_cast<int>(left / records_per_batch_)));
  const size_t small = kPartitions * (keys_ + static_cast<size_t>(segment_bytes_) / 50);
  const Deadline deadline = patience();
  size_t records = check(*client);
  while (records > small && std::chrono::steady_clock::now() < deadline) records = check(*client);
  EXPECT_LE(records, small) << "of " << written_ << " that were written";
  EXPECT_EQ(kelp.terminate(), 0);
  ASSERT_TRUE(kelp.start());
  auto last = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(last.has_value());
  EXPECT_LE(check(*last), records);
}

}  // namespace
}  // namespace kelp::test
