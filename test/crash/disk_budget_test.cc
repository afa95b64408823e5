// The disk budget over a real disk: fast producers write far more than kelp.disk.budget.bytes, the
// files never take more than it and one segment, and nobody sees an error. KELP_BUDGET_MIB and
// KELP_WRITTEN_MIB say how much: 256 and 2048 is the full test.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <thread>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/02_list_offsets.h"

namespace kelp::test {
namespace {

constexpr uint64_t kSegmentBytes = 1 << 20;
constexpr size_t kBatchBytes = 60'000;
constexpr size_t kInFlight = 5;
constexpr int kProducers = 3;
constexpr int32_t kPartitions = 2;

uint64_t mib_of(const char* variable, uint64_t otherwise) {
  const char* wanted = std::getenv(variable);
  return (wanted == nullptr ? otherwise : std::strtoull(wanted, nullptr, 10)) << 20;
}

/// What the segments under a directory take, while some of them come and go.
uint64_t bytes_of_segments(const std::filesystem::path& directory) {
  uint64_t bytes = 0;
  std::error_code gone;
  std::filesystem::recursive_directory_iterator at(directory, gone), end;
  while (!gone && at != end) {
    std::error_code error;
    const uint64_t size = at->path().extension() == ".log" ? at->file_size(error) : 0;
    if (!error) bytes += size;
    at.increment(gone);
  }
  return bytes;
}

/// Writes so many bytes to a topic of its own, several batches in flight.
void produce(uint16_t port, int number, uint64_t bytes, std::atomic<int64_t>& acknowledged) {
  auto client = TypedClient::connect("127.0.0.1", port);
  ASSERT_TRUE(client.has_value());
  const std::string topic = "t" + std::to_string(number);
  const std::string value(kBatchBytes, static_cast<char>('a' + number));
  std::deque<int32_t> in_flight;
  uint64_t sent_bytes = 0;
  while (sent_bytes < bytes || !in_flight.empty()) {
    if (sent_bytes < bytes) {
      auto request = produce_request(topic, number == 0 ? -1 : 1, value);
      auto& data = request.topic_data.at(0).partition_data.at(0);
      data.index = static_cast<int32_t>(sent_bytes / kBatchBytes) % kPartitions;
      const auto sent = client->send(request, 9);
      ASSERT_TRUE(sent.has_value());
      in_flight.push_back(*sent);
      sent_bytes += kBatchBytes;
    }
    if (sent_bytes < bytes && in_flight.size() < kInFlight) continue;
    const auto answer = client->receive<wire::ProduceResponse>(9, in_flight.front());
    ASSERT_TRUE(answer.has_value()) << answer.error().text();
    const ErrorCode error = answer->responses.at(0).partition_responses.at(0).error_code;
    ASSERT_EQ(error, ErrorCode::none) << name_of(error);
    in_flight.pop_front();
    ++acknowledged;
  }
}

int64_t offset_at(TypedClient& client, const std::string& topic, int64_t timestamp) {
  wire::ListOffsetsRequest request;
  request.topics.emplace_back().name = topic;
  request.topics[0].partitions.emplace_back().timestamp = timestamp;
  const auto answer = client.call<wire::ListOffsetsResponse>(request, 7);
  return answer.has_value() ? answer->topics.at(0).partitions.at(0).offset : -1;
}

TEST(DiskBudget, is_never_exceeded_by_more_than_a_segment_and_producers_see_no_error) {
  const uint64_t budget = mib_of("KELP_BUDGET_MIB", 8);
  const uint64_t written = mib_of("KELP_WRITTEN_MIB", 64);
  const TempDir dir;
  KelpProcess::Options options;
  options.arguments = {"--set", "kelp.disk.budget.bytes=" + std::to_string(budget)};
  options.data_dir = dir.path().string();
  options.comes_back = true;
  KelpProcess kelp(options);
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  for (int i = 0; i < kProducers; ++i) {
    create_topic(*client, "t" + std::to_string(i), kPartitions);
  }

  std::atomic<int64_t> acknowledged{0};
  std::atomic<int> running{kProducers};
  std::vector<std::thread> producers;
  for (int i = 0; i < kProducers; ++i) {
    producers.emplace_back([&, i] {
      produce(kelp.port(), i, written / kProducers, acknowledged);
      --running;
    });
  }
  uint64_t most = 0;
  while (running > 0) most = std::max(most, bytes_of_segments(dir.path()));
  for (std::thread& producer : producers) producer.join();
  EXPECT_LE(most, budget + kSegmentBytes);
  EXPECT_GT(bytes_of_segments(dir.path()), budget / 2) << "no more goes than must";
  EXPECT_GE(static_cast<uint64_t>(acknowledged) * kBatchBytes, written / kProducers * kProducers);
  std::printf("%llu MiB written under %llu MiB: at most %llu bytes at once\n",
              static_cast<unsigned long long>(written >> 20),
              static_cast<unsigned long long>(budget >> 20), static_cast<unsigned long long>(most));

  EXPECT_EQ(kelp.terminate(), 0);
  ASSERT_TRUE(kelp.start());
  auto after = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(after.has_value());
  for (int i = 0; i < kProducers; ++i) {
    const std::string topic = "t" + std::to_string(i);
    const int64_t start = offset_at(*after, topic, -2), end = offset_at(*after, topic, -1);
    EXPECT_GT(start, 0) << topic;
    EXPECT_GT(end, start) << topic;
    const auto appended = append(*after, topic, -1, "more");
    ASSERT_TRUE(appended.has_value());
    EXPECT_EQ(appended->base_offset, end);
  }
}

}  // namespace
}  // namespace kelp::test
