#include "client/partitioner.h"

#include <gtest/gtest.h>

namespace kelp::client {
namespace {

TEST(Partitioner, hashes_as_kafka_does) {
  // The values of Kafka's own UtilsTest.
  const std::pair<std::string_view, int32_t> known[] = {
      {"21", -973932308},
      {"foobar", -790332482},
      {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107},
  };
  for (const auto& [key, hash] : known) EXPECT_EQ(murmur2(as_bytes(key)), hash) << key;
}

TEST(Partitioner, is_never_negative_and_takes_an_empty_key) {
  EXPECT_EQ(partition_for_key(as_bytes("21"), 6), (-973932308 & 0x7fffffff) % 6);
  const int32_t of_nothing = partition_for_key(Bytes(), 3);
  EXPECT_GE(of_nothing, 0);
  EXPECT_LT(of_nothing, 3);
}

}  // namespace
}  // namespace kelp::client
