// How much a Fetch gives: the client's limits, the broker's, and that it goes on under any of them;
// and that records come as they were sent, compressed ones as well.
#include <algorithm>
#include <map>

#include "conformance/behaviour_fetch.h"

namespace kelp::test {
namespace {

constexpr std::initializer_list<int16_t> kVersions = {4, 7, 12, 13, 18};
constexpr int32_t kMb = 1'000'000;

/// A batch of one record of about `bytes` bytes that no codec makes much smaller.
Slice large_batch(size_t bytes, record::BatchOptions options = {}) {
  std::string value(bytes, '\0');
  uint32_t state = 1;
  for (char& c : value) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  record::BatchBuilder builder(options);
  record::NewRecord one;
  one.timestamp_ms = 1000;
  one.value = as_bytes(value);
  builder.add(one);
  return *builder.build();
}

size_t bytes_of(const FetchResponse& answer) {
  size_t bytes = 0;
  for (const auto& topic : answer.responses) {
    for (const Fetched& each : topic.partitions) bytes += each.records.size();
  }
  return bytes;
}

class BehaviourLimits : public Behaviour {
 protected:
  /// Reads partition 0 from its start, as a consumer would, until `end`; how many answers it took.
  int read_all(const Topic& topic, int64_t end, int32_t max_bytes, int32_t partition_max_bytes,
               int16_t version) {
    int answers = 0;
    for (int64_t offset = 0; offset < end && answers < 1000; ++answers) {
      FetchRequest request = request_for(topic, {from(offset, 0, partition_max_bytes)});
      request.max_bytes = max_bytes;
      request.min_bytes = 1;
      request.max_wait_ms = 10'000;
      const auto answer = ask<FetchResponse>(request, version);
      record::BatchCursor cursor(answer.responses.at(0).partitions.at(0).records.slice().bytes());
      while (const auto batch = cursor.next()) offset = batch->next_offset().value();
    }
    return answers;
  }
};

TEST_F(BehaviourLimits, fifty_partitions_of_1_mb_give_10_mb_when_10_mb_are_asked_for) {
  const Topic topic = fresh_topic(50);
  const Slice batch = large_batch(100'000);
  std::vector<FetchRequest::FetchPartition> all;
  for (int32_t partition = 0; partition < 50; ++partition) {
    for (int i = 0; i < 10; ++i) produce(topic, batch, 13, partition);
    all.push_back(from(0, partition, kMb));
  }
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, all);
    request.max_bytes = 10 * kMb;
    const size_t bytes = bytes_of(ask<FetchResponse>(request, version));
    EXPECT_LE(bytes, 10 * kMb + batch.size());
    EXPECT_GE(bytes, 9 * kMb);
  });
}

TEST_F(BehaviourLimits, no_partition_gives_more_than_its_own_limit) {
  const Topic topic = fresh_topic(2);
  const Slice batch = large_batch(100'000);
  for (int i = 0; i < 10; ++i) {
    for (int32_t partition = 0; partition < 2; ++partition) produce(topic, batch, 13, partition);
  }
  at_versions(kVersions, [&](int16_t version) {
    const FetchRequest request = request_for(topic, {from(0, 0, 250'000), from(0, 1, 550'000)});
    const auto partitions = ask<FetchResponse>(request, version).responses.at(0).partitions;
    EXPECT_EQ(bases_of(partitions.at(0)).size(), 2U);
    EXPECT_EQ(bases_of(partitions.at(1)).size(), 5U);
  });
}

TEST_F(BehaviourLimits, limits_below_a_single_record_give_one_batch_after_the_other) {
  const Topic topic = fresh_topic();
  for (int i = 0; i < 5; ++i) produce(topic, large_batch(100'000));
  at_versions(kVersions, [&](int16_t version) {
    EXPECT_EQ(read_all(topic, 5, 1'000, 1 << 20, version), 5);
    EXPECT_EQ(read_all(topic, 5, 1 << 24, 1'000, version), 5);
    EXPECT_EQ(read_all(topic, 5, 250'000, 1 << 20, version), 3);
    EXPECT_EQ(read_all(topic, 5, 1 << 24, 1 << 20, version), 1);
  });
}

TEST_F(BehaviourLimits, more_than_may_be_sent_is_not_waited_for) {
  const Topic topic = fresh_topic();
  for (int i = 0; i < 3; ++i) produce(topic, large_batch(1'000));
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(0)});
    request.max_bytes = 1'500;
    request.min_bytes = kMb;
    request.max_wait_ms = 60'000;
    EXPECT_EQ(
        bases_of(ask<FetchResponse>(request, version).responses.at(0).partitions.at(0)).size(), 1U);
  });
}

TEST_F(BehaviourLimits, records_come_as_they_were_sent_in_every_codec) {
  for (const record::Codec codec : record::testing::kAllCodecs) {
    const Topic topic = fresh_topic();
    record::BatchOptions options;
    options.codec = codec;
    const Slice one = batch_of(2'000, options), other = large_batch(50'000, options);
    produce(topic, one);
    produce(topic, other);
    at_versions({10, 12, 18}, [&](int16_t version) {
      const auto sent = client.send(request_for(topic, {from(0)}), version);
      ASSERT_TRUE(sent.has_value());
      const auto frame = client.raw().receive_frame();
      ASSERT_TRUE(frame.has_value());
      const size_t produced = one.size() + other.size();
      EXPECT_LE(static_cast<double>(frame->size()), 1.02 * static_cast<double>(produced));
      // What lies behind the bytes that the broker writes is the producer's.
      constexpr size_t kOwn = record::at::kMagic;
      const std::string_view text = frame->text();
      EXPECT_NE(text.find(one.text().substr(kOwn)), std::string_view::npos);
      EXPECT_NE(text.find(other.text().substr(kOwn)), std::string_view::npos);
    });
  }
}

class BehaviourBrokerLimit : public BehaviourLimits {
 protected:
  static void SetUpTestSuite() { start({"--set", "fetch.max.bytes=1024"}); }
};

TEST_F(BehaviourBrokerLimit, the_brokers_own_limit_counts_whatever_the_client_allows) {
  const Topic topic = fresh_topic();
  for (int i = 0; i < 6; ++i) produce(topic, large_batch(400));
  at_versions(kVersions, [&](int16_t version) {
    EXPECT_EQ(read_all(topic, 6, 1 << 24, 1 << 20, version), 3);  // two fit
  });
}

}  // namespace
}  // namespace kelp::test
