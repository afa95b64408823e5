// A crowd of idle connections and a reader that never reads stand beside a producer: it goes on,
// and the process stays small.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/01_fetch.h"
#include "wire/18_api_versions.h"
#include "wire/frame.h"

namespace kelp::test {
namespace {

constexpr size_t kIdleConnections = 10'000;
constexpr rlim_t kDescriptors = kIdleConnections + 500;  // each end needs one per connection
constexpr int kAppends = 1'000;
/// Generous: an idle broker has 16 MiB, and 10,000 connections may cost 8 KiB each.
[[maybe_unused]] constexpr long kMostKib = 150 * 1024;

/// For this process and the children that it starts; false when the hard limit forbids it.
bool allow_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= kDescriptors) return true;
  if (limit.rlim_max < kDescriptors) return false;
  limit.rlim_cur = kDescriptors;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/// Appends kAppends batches one by one and prints how long the slowest took.
void produce(TypedClient& client, const char* beside) {
  auto slowest = std::chrono::steady_clock::duration::zero();
  for (int i = 0; i < kAppends; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    const auto appended = append(client, "healthy", 1, std::string(1000, 'x'));
    ASSERT_TRUE(appended.has_value()) << appended.error().text();
    ASSERT_EQ(appended->error_code, ErrorCode::none);
    slowest = std::max(slowest, std::chrono::steady_clock::now() - begun);
  }
  std::printf("slowest of %d appends beside %s: %.2f ms\n", kAppends, beside,
              std::chrono::duration<double, std::milli>(slowest).count());
}

/// Sanitizers keep freed memory, so only the release build can say how much is used.
void expect_small(const KelpProcess& kelp, const char* when) {
  const long kib = kelp.rss_kib();
  std::printf("RSS %s: %.1f MiB\n", when, static_cast<double>(kib) / 1024);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(kib, kMostKib) << when;
#endif
}

TEST(Crowd, ten_thousand_idle_connections_do_not_disturb_a_producer) {
  if (!allow_descriptors())
    GTEST_SKIP() << "the hard limit of open files is below " << kDescriptors;
  const TempDir dir;
  // Kafka's default of 50 makes a crowd that comes faster than a busy machine accepts wait for the
  // kernel's retries, a second each.
  KelpProcess kelp({{"--set", "socket.listen.backlog.size=4096"}, dir.path().string(), 0});
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  create_topic(*client, "healthy", 1);
  produce(*client, "nobody");
  expect_small(kelp, "without a crowd");
  std::vector<TypedClient> crowd;
  crowd.reserve(kIdleConnections);
  for (size_t i = 0; i < kIdleConnections; ++i) {
    auto idle = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(idle.has_value()) << "connection " << i << ": " << idle.error().text();
    crowd.push_back(std::move(*idle));
  }
  // All are accepted, not only in the kernel's queue, once the last of them has been answered.
  ASSERT_TRUE(
      crowd.back().call<wire::ApiVersionsResponse>(wire::ApiVersionsRequest(), 2).has_value());
  produce(*client, "10,000 idle connections");
  expect_small(kelp, "with 10,000 connections");
  for (size_t i = 0; i < kIdleConnections; i += 100) {
    ASSERT_TRUE(crowd[i].call<wire::ApiVersionsResponse>(wire::ApiVersionsRequest(), 2).has_value())
        << i;
  }
  crowd.clear();
  produce(*client, "a crowd that has gone");
  EXPECT_EQ(kelp.terminate(), 0);
}

TEST(Crowd, a_reader_that_never_reads_does_not_disturb_a_producer) {
  constexpr int kStoredBatches = 64;
  constexpr int kFetches = 20'000;  // 64 MiB each, were they answered
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string(), 0});
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  create_topic(*client, "healthy", 1);
  create_topic(*client, "large", 1);
  for (int i = 0; i < kStoredBatches; ++i) {
    const auto appended = append(*client, "large", 1, std::string(1'000'000, 'x'));
    ASSERT_TRUE(appended.has_value()) << appended.error().text();
    ASSERT_EQ(appended->error_code, ErrorCode::none);
  }
  expect_small(kelp, "before the reader");
  wire::FetchRequest fetch;
  auto& topic = fetch.topics.emplace_back();
  topic.topic = "large";
  topic.partitions.emplace_back().partition_max_bytes = kStoredBatches << 20;
  const wire::Frame frame = wire::encode_request(wire::RequestHeader(), fetch, 11);
  auto reader = RawClient::connect("127.0.0.1", kelp.port(), {4096, {}});
  ASSERT_TRUE(reader.has_value());
  // As many requests as the broker and the kernel take while the producer works.
  int taken = 0;
  while (taken < kFetches) {
    const Slice bytes = frame.bytes.slice();
    const auto sent = reader->send_some(bytes.bytes());
    ASSERT_TRUE(sent.has_value()) << sent.error().text();
    if (*sent < bytes.size()) break;
    ++taken;
  }
  std::printf("fetches sent: %d\n", taken);
  EXPECT_GT(taken, 10);
  produce(*client, "a reader that never reads");
  expect_small(kelp, "beside a reader that never reads");
  EXPECT_EQ(kelp.terminate(), 0);
}

}  // namespace
}  // namespace kelp::test
