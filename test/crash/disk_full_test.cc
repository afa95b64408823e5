// A real file system without space: appends are refused with 56, the process and the other
// requests go on, and appends work again once there is space.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/01_fetch.h"

namespace kelp::test {
namespace {

/// A file system of 16 MiB in memory; needs the rights of root.
class SmallDisk {
 public:
  SmallDisk() : mounted_(mount("kelp-test", path().c_str(), "tmpfs", 0, "size=16m") == 0) {
    if (!mounted_) why_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  std::string path() const { return dir_.path().string(); }

 private:
  TempDir dir_;
  std::string why_;
  bool mounted_;
};

class DiskFull : public testing::TestWithParam<int16_t> {};
INSTANTIATE_TEST_SUITE_P(acks, DiskFull, testing::Values<int16_t>(1, -1));

TEST_P(DiskFull, appends_are_refused_and_work_again_when_there_is_space) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a small file system: " << disk.why();
  const std::string ballast = disk.path() + "/ballast";
  std::ofstream(ballast, std::ios::binary) << std::string(8 << 20, 'b');
  KelpProcess kelp({{}, disk.path() + "/data", 0});
  ASSERT_TRUE(kelp.start());
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(client.has_value());
  create_topic(*client, "t", 1);

  const std::string value(200'000, 'x');
  int64_t stored = 0;
  ErrorCode error = ErrorCode::none;
  for (int i = 0; i < 200 && error == ErrorCode::none; ++i) {
    const auto appended = append(*client, "t", GetParam(), value);
    ASSERT_TRUE(appended.has_value()) << appended.error().text();
    error = appended->error_code;
    if (error == ErrorCode::none) ASSERT_EQ(appended->base_offset, stored++);
  }
  EXPECT_EQ(error, ErrorCode::kafka_storage_error) << name_of(error);
  EXPECT_GT(stored, 10);
  const auto refused_again = append(*client, "t", GetParam(), value);
  ASSERT_TRUE(refused_again.has_value());
  EXPECT_EQ(refused_again->error_code, ErrorCode::kafka_storage_error);

  // Reads go on: the last record that was acknowledged.
  wire::FetchRequest fetch;
  auto& topic = fetch.topics.emplace_back();
  topic.topic = "t";
  auto& wanted = topic.partitions.emplace_back();
  wanted.fetch_offset = stored - 1;
  wanted.partition_max_bytes = 1 << 20;
  const auto read = client->call<wire::FetchResponse>(fetch, 11);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(read->responses.at(0).partitions.at(0).error_code, ErrorCode::none);
  EXPECT_GT(read->responses.at(0).partitions.at(0).records.size(), value.size());

  std::filesystem::remove(ballast);
  const auto appended = append(*client, "t", GetParam(), value);
  ASSERT_TRUE(appended.has_value());
  EXPECT_EQ(appended->error_code, ErrorCode::none) << name_of(appended->error_code);
  EXPECT_EQ(appended->base_offset, stored);
  std::printf("%lld appends before the disk was full\n", static_cast<long long>(stored));
  EXPECT_EQ(kelp.terminate(), 0);
  ASSERT_TRUE(kelp.start());
  auto after = TypedClient::connect("127.0.0.1", kelp.port());
  ASSERT_TRUE(after.has_value());
  const auto next = append(*after, "t", GetParam(), value);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->base_offset, stored + 1);
}

}  // namespace
}  // namespace kelp::test
